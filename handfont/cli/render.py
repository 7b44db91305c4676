"""``handfont render``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Write a text by hand.")
@click.argument("text", type=click.Path(path_type=Path))
@click.option("--style", "-s", required=True, help="Name or file of the style; 'handfont styles' lists them.")
@click.option("--output", "-o", type=click.Path(path_type=Path),
              help="File to write: .pdf, .png or .svg; - is standard output.  [TEXT.pdf]")
@click.option("--format", "kind", type=click.Choice(["pdf", "png", "svg"]),
              help="Format where no file name tells it.  [pdf]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="The same seed writes the same letter, another one writes it anew.")
@click.option("--template", "-t", default="plain", show_default=True, help="Name or file of the sheet to write on.")
@click.option("--paper", help="A4, A5, A6, Letter or WIDTHxHEIGHT, like 120mmx180mm.  [the template's]")
@click.option("--margin", help="All margins, like 2.5cm.  [the template's]")
@click.option("--size", help="x-height of the writing, like 2.2mm.  [the writer's own]")
@click.option("--line-height", help="From baseline to baseline, like 8mm.  [the writer's own]")
@click.option("--ink", help="Colour of the ink, like navy or #1f2430.  [the writer's own]")
@click.option("--neatness", type=click.FloatRange(0, 2), default=1.0, show_default=True,
              help="How much the hand varies: 0 not at all, 1 as the writer does, 2 twice that.")
@click.option("--dpi", type=float, default=200.0, show_default=True, help="Resolution of PNG pages.")
@click.option("--look", type=click.Choice(["clean", "scan", "photo"]), default="clean", show_default=True,
              help="PNG pages as they are, or as if scanned or photographed.")
@click.option("--transparent", is_flag=True, help="PNG pages without the white of the paper.")
@click.option("--montage", is_flag=True, help="All pages in one PNG.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
def command(
    text: Path, style: str, output: Path | None, seed: int, template: str, paper: str | None, margin: str | None,
    size: str | None, line_height: str | None, ink: str | None, neatness: float, dpi: float, kind: str | None,
    look: str, transparent: bool, montage: bool, quiet: bool,
) -> None:
    """Write the file TEXT (plain text, UTF-8) by hand.

    Line breaks are kept, longer lines are wrapped; an empty line parts paragraphs, a form feed pages. PNG and SVG give
    one file a page. A file that is there already is replaced once the new one is complete.

    \b
    handfont render letter.txt --style alice
    handfont render letter.txt --style alice -o letter.png --seed 7 --paper A5
    handfont render letter.txt --style alice -o letter.png --look scan
    handfont render letter.txt --style alice -o - | lp
    """
    from handfont.document import check_options, check_output, standard_output
    from handfont.layout import text as texts
    from handfont.rendering import page_setup, render

    target = output or text.with_suffix(f".{kind or 'pdf'}")
    # All that can be wrong with what was asked is found before any work is done.
    stream = standard_output() if str(target) == "-" else None
    if stream is None:
        check_output(target, kind)
    kind = kind or (target.suffix.lower().lstrip(".") if stream is None else "pdf")
    check_options(kind, dpi, look, transparent, montage)
    setup = page_setup(template, paper, margin, size, line_height)
    document = render(texts.read(text), style, seed, setup, neatness, ink, title=text.stem, where=str(text))
    if stream is not None:
        document.stream(stream, kind, dpi, look, transparent, montage)
        return
    files = document.save(target, dpi, look, transparent, montage)
    if not quiet:
        count = len(document.pages)
        click.echo(f"{count} page{'s' if count > 1 else ''} written to {', '.join(str(file) for file in files)}")
