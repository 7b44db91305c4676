"""Many text files, each a document of its own: ``handfont render *.txt --out DIR``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from handfont.batch.file_names import FileNames, safe, shortened
from handfont.batch.plan import Job, check_text
from handfont.batch.run import RunOptions, write_each
from handfont.errors import BatchError, HandfontError, OptionError, parameter
from handfont.layout import plain_text as texts
from handfont.layout import template_yaml, text_files
from handfont.options import FileOptions, RenderOptions
from handfont.style.store import load_style
from handfont.util import paths
from handfont.util.parallel import processors


def write_texts(
    files: Sequence[Path],
    folder: Path | None,
    output: Path | None,
    style: str,
    options: RenderOptions,
    file_options: FileOptions,
    markdown: bool | None,
    quiet: bool,
) -> None:
    """Write each file as ``folder/NAME.pdf``. All are read, and checked, before the first is written.

    Raises:
        OptionError: what was asked for does not go together.
        BatchError: some cannot be written, or two would have the same name.
    """
    if folder is None or output is not None or not files:
        raise OptionError(
            f"several texts are written to a folder; name it with {parameter('out')}, and no file with "
            f"{parameter('output')}"
        )
    loaded, sheet = load_style(style), template_yaml.load(options.template)
    taken, jobs, faults = FileNames(), [], []
    for number, file in enumerate(files, 1):
        name = shortened(safe("text" if str(file) == texts.STANDARD_INPUT else paths.shown(file.stem)), ".pdf")
        try:
            text = text_files.read(file)
            check_text(text, sheet, options.fields, options.missing, str(file))
            if (owner := taken.take(name, number)) is not None:
                raise BatchError(f"{file} would be written to {name}, as {files[owner - 1]} is")
        except HandfontError as error:
            faults.append(f"\n  {error.message}")
            continue
        own = replace(options, markdown=texts.is_markdown(file) if markdown is None else markdown)
        jobs.append(Job(number, str(file), name, text, "style", own, file_options, ""))
    taken.close()
    if faults:
        raise BatchError(f"nothing was written:{''.join(faults)}")
    outcome = write_each(jobs, {"style": loaded}, folder, RunOptions(min(processors(), len(jobs)), quiet=quiet))
    if not quiet:
        click.echo(f"{outcome.done} of {outcome.rows} documents are in {folder}")
    if outcome.failed:
        raise BatchError(f"{outcome.failed} of {outcome.rows} texts failed:{outcome.listed()}")
