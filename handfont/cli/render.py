"""``handfont render``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from handfont.cli.completion import complete_styles
from handfont.cli.file_options import file_options
from handfont.cli.one_text import TextJob
from handfont.cli.page_options import page_options
from handfont.errors import OptionError
from handfont.options import FILM_FORMATS, FORMATS, PLOTTER_FORMATS, FileOptions, RenderOptions


@click.command(short_help="Write a text by hand.")
@click.argument("text", type=click.Path(path_type=Path), required=False)
@click.argument("more", type=click.Path(path_type=Path), nargs=-1)
@click.option("--text", "words", metavar="WORDS", help="What to write, instead of a file; \\n starts a line.")
@click.option(
    "--style",
    "-s",
    required=True,
    shell_complete=complete_styles,
    help="Name or file of the style; 'handfont styles' lists them.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="File to write: .pdf, .png or .svg, .gcode or .hpgl for plotters, .gif or .mp4 for films; - is standard "
    "output.  [TEXT.pdf; - for a TEXT of -]",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice([*FORMATS, *PLOTTER_FORMATS, *FILM_FORMATS]),
    help="Format where no file name gives it.  [pdf]",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for many texts' documents.")
@page_options
@click.option(
    "--field",
    "-f",
    "fields",
    multiple=True,
    metavar="NAME=VALUE",
    help="Fill in a field of the template; \\n in the value starts a line. Once for each field.",
)
@click.option("--markdown/--plain", default=None, help="What the text is.  [Markdown if its name ends in .md]")
@file_options
@click.option("--open", "show", is_flag=True, help="Open the document once it is written.")
@click.option("--watch", is_flag=True, help="Write it again whenever the text, the style or the template changes.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
def command(
    text: Path | None,
    more: tuple[Path, ...],
    words: str | None,
    style: str,
    output: Path | None,
    kind: str | None,
    out: Path | None,
    fields: tuple[str, ...],
    markdown: bool | None,
    files: FileOptions,
    show: bool,
    watch: bool,
    quiet: bool,
    **page: Any,
) -> None:
    """Write the file TEXT (plain text, Markdown, .docx or .odt) by hand; - is standard input. Templates with a text of
    their own, or with fields only, like an envelope, need none.

    Line breaks of plain text stay, longer lines are wrapped; an empty line parts paragraphs, a form feed pages.
    PNG, SVG, G-code and HPGL give one file a page. A file that is there already is replaced once the new one is
    complete.

    \b
    handfont render letter.txt --style alice
    handfont render --text "Dear Tom,\\nhappy birthday!" --style alice -o card.pdf --paper A6
    handfont render letter.txt --style alice -o letter.png --seed 7 --paper A5
    handfont render letter.md --style alice --template letter --field date="3 May"
    handfont render letter.txt --style alice -o letter.png --look scan
    handfont render letter.txt --style alice -o letter.svg --strokes --optimize
    handfont render letter.txt --style alice -o letter.gcode --device grbl-servo
    handfont render letter.txt --style alice -o letter.svg --animate --duration 20s
    handfont render letter.txt --style alice --watch --open
    handfont render letter.txt --style alice -o - | lp
    handfont render - --style alice < letter.txt > letter.pdf
    handfont render *.txt --style alice --out letters/
    """
    options = RenderOptions(**page, fields=dict(map(_field, fields)), markdown=bool(markdown))
    if words is not None and (text or out):
        raise OptionError("--text is written instead of a file; leave out one of the two, and --out")
    if more or out:
        if show or watch:
            raise OptionError("--open and --watch are for a single text; leave them out, or write texts one by one")
        if files != FileOptions(dpi=files.dpi, look=files.look, transparent=files.transparent, montage=files.montage):
            raise OptionError(
                "--strokes is for a single text, as are --animate and what goes with them; leave them out, or write "
                "texts one by one"
            )
        from handfont.batch.text_files import write_texts

        write_texts([*([text] if text else []), *more], out, output, style, options, files, markdown, quiet)
        return
    job = TextJob(text, words, style, output, kind, options, markdown, files, quiet)
    if watch:
        job.write_when_changed(show)
        return
    if show and str(job.target) == "-":
        raise OptionError("--open shows a file; name one with -o")
    written = job.write()
    if show:
        click.launch(str(written[0]))


def _field(text: str) -> tuple[str, str]:
    """Name and value of ``NAME=VALUE``, in which ``\\n`` is a line end."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise OptionError(f"--field '{text}' is not NAME=VALUE")
    return name.strip(), value.replace("\\n", "\n")
