"""What ``handfont`` says when it is called by itself: what can be done next, here."""

from __future__ import annotations

import click

from handfont.util import search_path

EXAMPLE = "rounded"
"""The shipped style that a newcomer is shown."""
LISTED = 6
"""Own styles that are named."""


def show() -> None:
    """Print the next step: a page in a shipped hand for those who have no style of their own, else the own hands."""
    folders = search_path.writable("styles")
    own = [name for name, path in search_path.known("styles").items() if path.parent in folders]
    click.echo("handfont writes whole documents in a real person's handwriting.\n")
    if own:
        name = own[0]
        listed = ", ".join(own[:LISTED]) + (", ..." if len(own) > LISTED else "")
        click.echo(f"Your hands: {listed}. Write with one, look at it, or teach it more:\n")
        click.echo(f"  handfont render letter.txt --style {name}")
        click.echo(f"  handfont styles preview {name}")
        click.echo(f"  handfont enroll more-pages/ --add --name {name}")
    else:
        click.echo("See a page in a hand that comes with it:\n")
        click.echo(f'  echo "Dear Tom, it works!" | handfont render - --style {EXAMPLE} -o letter.pdf')
        click.echo("  handfont styles                          the other hands there are\n")
        click.echo("Then your own, from a sheet that you fill in, or a page that you wrote anyway:\n")
        click.echo("  handfont sheet                           sheet.pdf, to print and fill in")
        click.echo("  handfont enroll scans/ --name me         a scan or photo of it -> styles/me.yaml")
        click.echo("  handfont render letter.txt --style me    letter.pdf, in your hand")
        click.echo("  handfont studio                          or draw the letters in the browser")
    click.echo("\nAll commands: handfont --help. What each can do: handfont COMMAND --help.")
