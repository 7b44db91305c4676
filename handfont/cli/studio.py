"""``handfont studio``."""

from __future__ import annotations

from contextlib import suppress

import click


@click.command(short_help="Draw letters and write with them, in the browser.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8310,
    show_default=True,
    help="Port on this machine; 0 takes any that is free.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to answer at; 0.0.0.0 lets phones and tablets of your network draw, by an address that opens once.",
)
@click.option("--browser/--no-browser", default=True, help="Open it in the browser.  [yes]")
def command(port: int, host: str, browser: bool) -> None:
    """Draw a few letters with mouse, finger or pen, watch them being read and your hand being learned, and see pages
    written in it.

    Everything stays on this machine: the studio answers at 127.0.0.1 alone, and loads nothing from anywhere. With
    --host 0.0.0.0 it answers in your network, too: it shows a code that a phone or tablet scans, and what is drawn
    there appears here.

    \b
    handfont studio
    handfont studio --host 0.0.0.0
    handfont studio --port 9000 --no-browser
    """
    from handfont.cli.optional_dependencies import needs

    with needs("studio", "studio"):
        import python_multipart  # noqa: F401
        import segno  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    from handfont.studio.server import serve

    with suppress(KeyboardInterrupt):
        serve(host, port, browser, click.echo)
    click.echo("The studio has ended")
