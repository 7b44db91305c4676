"""A specimen of a style: the whole character set and a sentence, as one picture."""

from __future__ import annotations

from pathlib import Path

from handfont.core.charset import ASCII
from handfont.core.units import POINTS
from handfont.layout.plain_text import prepare
from handfont.layout.typesetting import PageSetup, typeset
from handfont.options import FileOptions
from handfont.output import png
from handfont.output.metadata import DocumentInfo
from handfont.output.pdf import writer
from handfont.style.posterior import StylePosterior
from handfont.synthesis.hand import Hand
from handfont.util.files import temporary_folder

SENTENCE = "The quick brown fox jumps over the lazy dog, and back again."
"""What is written in a specimen besides the characters."""
LEADING = 7.4
"""Distance of its lines, in millimeters."""


def specimen_text() -> str:
    """The characters in short words, seen and inferred alike, then a sentence twice: no two letters are the same."""
    lower, upper = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    signs = "".join(character for character in ASCII if not character.isalnum())
    rows = [" ".join(row) for row in (lower, upper, "0123456789 " + signs[:12], signs[12:])]
    return "\n".join([*rows, "", SENTENCE, SENTENCE])


def write_specimen(style: StylePosterior, path: Path, dpi: float = 150) -> None:
    """Write the specimen as PNG to ``path``, an existing file or a new one."""
    mm = POINTS["mm"]
    rows = specimen_text().count("\n") + 3  # two are for what is wrapped
    tall = (18 + rows * LEADING) * mm
    setup = PageSetup(210 * mm, tall, 12 * mm, 10 * mm, 10 * mm, 8 * mm, x_height=2.1 * mm, leading=LEADING * mm)
    pages = typeset(prepare(specimen_text()), Hand(style), setup, seed=1, document="specimen")
    with temporary_folder() as folder:
        whole = folder / "specimen.pdf"
        writer.write([next(pages)], whole, style.pen.ink, DocumentInfo(title=style.name))
        png.rasterise(whole, [path], FileOptions(dpi=dpi))
