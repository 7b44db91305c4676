"""``handfont sheet``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Make a sheet to print and fill in by hand.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("sheet.pdf"),
    show_default=True,
    help="File to write, a PDF.",
)
@click.option("--paper", type=click.Choice(["a4", "letter"], case_sensitive=False), default="a4", show_default=True)
@click.option(
    "--charset",
    default="ascii",
    show_default=True,
    help='ascii, latin (with accents, quotes, dashes), or the characters themselves, like "äöüß€".',
)
@click.option("--force", "-f", is_flag=True, help="Write over a file that is there already.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
def command(output: Path, paper: str, charset: str, force: bool, quiet: bool) -> None:
    """Make a sheet to print, fill in with a pen, and scan or photograph for 'handfont enroll'.

    Print it at its own size, in color or gray; only the black squares at the sides must be whole.

    \b
    handfont sheet
    handfont sheet --charset latin --paper letter -o latin.pdf
    """
    from handfont.errors import OptionError, OutputError
    from handfont.scan.worksheet import drawing, geometry
    from handfont.util.files import atomic

    if output.suffix.lower() != ".pdf":
        raise OptionError(f"cannot write {output}: sheets are PDF files, name one that ends in .pdf")
    kind, characters = geometry.characters_of(charset)
    sheet = geometry.form(paper.lower(), kind, characters)
    if output.exists() and not force:
        raise OutputError(f"{output} exists already; give --force to write over it, or another name with -o")
    with atomic(output) as temporary:
        drawing.write(sheet, temporary)
    if not quiet:
        count, boxes = len(sheet.pages), sum(len(page.boxes) for page in sheet.pages)
        click.echo(
            f"{output}: {count} page{'s' if count > 1 else ''} with {boxes} boxes for {len(characters)} "
            "characters; print, fill in, scan, then 'handfont enroll'"
        )
