"""Many text files, each a document of its own: the jobs of ``handfont render *.txt --out DIR``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from handfont.batch.names import Names, safe, shortened
from handfont.batch.plan import Job, Look
from handfont.batch.run import Outcome, Running, write_each
from handfont.errors import BatchError, HandfontError
from handfont.layout import template as templates
from handfont.layout import text as texts
from handfont.style.store import load_style


def write_texts(
    files: Sequence[Path], folder: Path, style: str, template: str, seed: int, look: Look, form: str = "pdf",
    workers: int = 1, quiet: bool = False,
) -> Outcome:
    """Write each file as ``folder/NAME.pdf``. All are read, and checked, before the first is written.

    Raises:
        BatchError: some cannot be written, or two would have the same name.
    """
    loaded = load_style(style)
    templates.load(template)
    taken, jobs = Names(), []
    faults: list[str] = []
    for number, file in enumerate(files, 1):
        name = shortened(safe(file.stem), f".{form}")
        try:
            text = texts.read(file)
            if look.missing == "error":
                texts.prepare(text, str(file))
            if (owner := taken.take(name, number)) is not None:
                raise BatchError(f"{file} would be written to {name}, as {files[owner - 1]} is")
        except HandfontError as error:
            faults.append(error.message)
            continue
        jobs.append(Job(number, str(file), name, text, "style", template, seed, {}, look, ""))
    taken.close()
    if faults:
        raise BatchError(f"nothing was written: {'; '.join(faults)}")
    return write_each(jobs, {"style": loaded}, folder, Running(workers=workers, quiet=quiet))
