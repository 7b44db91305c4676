"""``handfont render``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from handfont.cli.file_options import file_options
from handfont.cli.page_options import page_options
from handfont.errors import OptionError
from handfont.options import FILM_FORMATS, FORMATS, PLOTTER_FORMATS, FileOptions, RenderOptions


@click.command(short_help="Write a text by hand.")
@click.argument("text", type=click.Path(path_type=Path), required=False)
@click.argument("more", type=click.Path(path_type=Path), nargs=-1)
@click.option("--text", "words", metavar="WORDS", help="What to write, instead of a file; \\n starts a line.")
@click.option("--style", "-s", required=True, help="Name or file of the style; 'handfont styles' lists them.")
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
    handfont render letter.txt --style alice -o - | lp
    handfont render - --style alice < letter.txt > letter.pdf
    handfont render *.txt --style alice --out letters/
    """
    options = RenderOptions(**page, fields=dict(map(_field, fields)), markdown=bool(markdown))
    if words is not None and (text or out):
        raise OptionError("--text is written instead of a file; leave out one of the two, and --out")
    if more or out:
        if files != FileOptions(dpi=files.dpi, look=files.look, transparent=files.transparent, montage=files.montage):
            raise OptionError(
                "--strokes is for a single text, as are --animate and what goes with them; leave them out, or write "
                "texts one by one"
            )
        from handfont.batch.text_files import write_texts

        write_texts([*([text] if text else []), *more], out, output, style, options, files, markdown, quiet)
        return
    from handfont.layout import plain_text as texts
    from handfont.layout import text_files
    from handfont.output.document import check_options, check_output, plotter_notes, standard_output
    from handfont.util import paths

    typed = str(text) == texts.STANDARD_INPUT
    name = Path("text") if typed or words is not None else text or Path(Path(options.template).name)
    target = output or (Path("-") if typed else name.with_suffix(f".{kind or 'pdf'}"))
    # All that can be wrong with what was asked is found before any work is done, and before torch is loaded.
    if text:
        texts.check_readable(text)
    stream = standard_output() if str(target) == "-" else None
    kind = check_output(target, kind) if stream is None else kind or "pdf"
    check_options(kind, files)
    if markdown is None:
        options = replace(options, markdown=texts.is_markdown(name))
    content = text_files.read(text) if text else (words or "").replace("\\n", "\n")
    _check_sheet_and_style(options.template, style)
    from handfont.rendering import render

    document = render(
        content,
        style,
        options,
        title=paths.shown(name.stem),
        where="standard input" if typed else str(text or ("--text" if words is not None else "the text")),
    )
    if stream is not None:
        document.stream(stream, kind, files)
        return
    written = document.save(target, files)
    if not quiet:
        count = len(document.pages)
        click.echo(f"{count} page{'s' if count > 1 else ''} written to {', '.join(str(file) for file in written)}")
        for note in plotter_notes(kind, document, files):
            click.echo(note, err=True)


def _check_sheet_and_style(template: str, style: str) -> None:
    from handfont.layout import template_yaml
    from handfont.style import store

    template_yaml.find(template)
    store.find(style)


def _field(text: str) -> tuple[str, str]:
    """Name and value of ``NAME=VALUE``, in which ``\\n`` is a line end."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise OptionError(f"--field '{text}' is not NAME=VALUE")
    return name.strip(), value.replace("\\n", "\n")
