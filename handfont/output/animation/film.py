"""Films of pages that write themselves, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from handfont.layout.page import Page
from handfont.options import FileOptions
from handfont.output.animation import gif, mp4
from handfont.output.animation.frames import frames
from handfont.output.metadata import DocumentInfo


def write(pages: Iterable[Page], path: Path, kind: str, ink: str, info: DocumentInfo, options: FileOptions) -> None:
    """Write pages as a film of the format ``kind``: ``gif`` or ``mp4``.

    Raises:
        OptionError: a package is not installed.
    """
    writer = gif.write if kind == "gif" else mp4.write
    writer(frames(pages, ink, info, options), path, options.fps)
