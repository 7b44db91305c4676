"""``handfont styles``."""

from __future__ import annotations

import click


@click.command(short_help="List the styles that are known.")
def command() -> None:
    """List the styles that are known, and where each is."""
    from handfont.errors import StyleError
    from handfont.style import store, yaml_format

    known = store.known()
    if not known:
        click.echo("no styles yet; make one with 'handfont enroll'")
    width = max((len(name) for name in known), default=0)
    for name, path in known.items():
        try:
            style = yaml_format.load(path)
            seen = f"{style.samples} glyphs of {len(style.characters)} characters"
            click.echo(f"{name:{width}}  {seen:32}  {style.origin.licence or '-':12}  {path}")
        except StyleError as error:
            click.echo(f"{name:{width}}  unusable: {error.message}")
