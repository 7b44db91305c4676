"""``handfont export``."""

from __future__ import annotations

from pathlib import Path

import click

from handfont.options import MAX_NEATNESS, Joined


@click.command(short_help="A hand as a font for other programs.")
@click.argument("style")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="File to write: .otf, .ttf, .woff2 or .woff.  [STYLE.otf]",
)
@click.option(
    "--alternates",
    type=int,
    default=5,
    show_default=True,
    help="Drawings of each character, which are set in turn.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Which font: the same seed draws the same one.")
@click.option(
    "--neatness",
    type=float,
    default=1.0,
    show_default=True,
    help=f"How much the drawings vary: 0 not at all, 1 as the writer does, {MAX_NEATNESS:g} twice as much.",
)
@click.option("--family", help="Name of the font in other programs.  [the style's]")
@click.option(
    "--weights",
    default="",
    metavar="NAMES",
    help="Further fonts with other pens, like light,bold: anna-Light.otf, anna-Bold.otf.",
)
@click.option("--characters", help="Only these characters, like 'abcABC123'.  [all that can be written]")
@click.option(
    "--joined",
    type=click.Choice([choice.value for choice in Joined]),
    default=Joined.AUTO.value,
    show_default=True,
    help="Whether letters are joined: where the writer mostly joins them, never, or always.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
def command(
    style: str,
    output: Path | None,
    alternates: int,
    seed: int,
    neatness: float,
    family: str | None,
    weights: str,
    characters: str | None,
    joined: str,
    quiet: bool,
) -> None:
    """Write the style STYLE as a font for word processors and web pages.

    Each character has several drawings that take turns, so that equal letters beside each other differ; letters of a
    hand that joins them are joined. Programs that set contextual alternates (calt) do so by themselves; in Microsoft
    Word they are turned on under Font, Advanced.

    \b
    handfont export anna -o anna.otf
    handfont export anna -o anna.woff2 --family "Anna Script" --weights light,bold
    handfont export anna -o anna.ttf --alternates 8 --seed 7
    """
    from handfont.cli.optional_dependencies import needs

    with needs("export", "font"):
        import brotli  # noqa: F401
        import fontTools  # noqa: F401
    from handfont.output.font.export import export, files_of
    from handfont.output.font.options import FontOptions
    from handfont.style import store

    options = FontOptions(
        alternates=alternates,
        seed=seed,
        neatness=neatness,
        family=family,
        weights=tuple(weights.split(",")) if weights else (),
        characters=characters,
        joined=Joined(joined),
    )
    # All that can be wrong with what was asked is found before any work is done.
    target = output or Path(f"{Path(style).stem}.otf")
    files_of(target, options)
    written = export(store.load_style(style), target, options)
    if not quiet:
        click.echo(", ".join(f"{file} ({file.stat().st_size / 1e6:.2f} MB)" for file in written))
