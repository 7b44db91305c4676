"""Writing one document: what a worker of any engine does."""

from __future__ import annotations

import errno
import hashlib
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from handfont.batch.plan import Job
from handfont.errors import HandfontError
from handfont.style.posterior import StylePosterior
from handfont.util.files import make_folder

if TYPE_CHECKING:
    from handfont.output.document import Document
    from handfont.synthesis.hand_cache import HandCache

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""Errors of the system after which no other document can be written."""


@dataclass(frozen=True)
class Result:
    """What became of a job: its files, relative to the output folder, with their SHA-256, or the ``error``.

    ``stop`` is set if no other document can be written either: the disk is full.
    """

    job: Job
    files: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    error: str = ""
    stop: bool = False


def write(job: Job, styles: Mapping[str, StylePosterior], folder: Path) -> Result:
    """Write a job's document into ``folder``. Whatever happens, there is a result."""
    start = time.perf_counter()
    target = folder / job.name
    try:
        document = _document(job, styles[job.style])
        make_folder(target.parent)
        files = document.save(target, job.file_options)
        digests = tuple((file.relative_to(folder).as_posix(), sha256(file)) for file in files)
        return Result(job, digests, time.perf_counter() - start)
    except HandfontError as error:
        code = error.__cause__.errno if isinstance(error.__cause__, OSError) else None
        return Result(job, (), time.perf_counter() - start, error.message, code in DISK_FULL)
    except Exception as error:  # a fault of ours in one letter must not cost the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"a fault of handfont: {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        full = isinstance(error, OSError) and error.errno in DISK_FULL
        return Result(job, (), time.perf_counter() - start, problem, full)


def _document(job: Job, style: StylePosterior) -> Document:
    """The one call of the recipe. The name is in every stream, so that no two letters share their glyphs."""
    from handfont.rendering import render

    return render(
        job.text,
        style,
        job.options,
        document=job.name,
        title=Path(job.name).stem,
        where="its text",
        hands=_hands().make,
    )


@lru_cache(maxsize=1)
def _hands() -> HandCache:
    """Those of this process: letters of one style share what was found out about its hand."""
    from handfont.synthesis.hand_cache import HandCache

    return HandCache()


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return (
            hashlib.file_digest(file, "sha256").hexdigest()
            if hasattr(hashlib, "file_digest")
            else (hashlib.sha256(file.read()).hexdigest())
        )
