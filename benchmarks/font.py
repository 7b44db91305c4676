"""Fonts of hands: seconds, sizes, corners where letters meet, and how long lines are beside those of a page.

python benchmarks/font.py --styles print rounded cursive
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import uharfbuzz
from fontTools.ttLib import TTFont

import handfont
from handfont.core.composites import WRITABLE
from handfont.core.units import POINTS
from handfont.output.font.characters import GlyphOrder
from handfont.output.font.shapes import X_HEIGHT
from handfont.style.store import load_style
from handfont.synthesis.alternates import Alternates
from handfont.synthesis.hand import Hand
from handfont.synthesis.joining import base_of
from handfont.synthesis.ports import ports_of

TEXT = "Dear Anna, thank you very much for the lovely letter; we have been walking along the river every evening."
SIZE = 2.0
"""x-height of the page, in millimeters."""


def corners(style: str) -> float:
    """The 95th percentile of the corner between two drawings that meet, in degrees; 0 where nothing is joined."""
    hand = Hand(load_style(style))
    letters = [letter for letter in dict.fromkeys(map(base_of, WRITABLE)) if letter]
    ports = ports_of(hand, letters)
    if ports is None:
        return 0.0
    drawn, order = Alternates(hand, 5, 0, ports), GlyphOrder("".join(letters), 5, ports)
    coming, leaving = ([[] for _ in ports.levels] for _ in range(2))
    for form, letter in order.block:
        for drawing in drawn.drawings(letter, form):
            entry, exit = drawing.joined
            if entry is not None:
                coming[form.entry].append(np.diff(drawing.glyph.strokes[entry][:2], axis=0)[0])
            if exit is not None:
                leaving[ports.level[letter]].append(np.diff(drawing.glyph.strokes[exit][-2:], axis=0)[0])
    angles = [
        np.abs(np.subtract.outer(*(np.degrees(np.arctan2(*np.array(ways).T[::-1])) for ways in both))).ravel()
        for both in zip(leaving, coming, strict=True)
        if all(both)
    ]
    return float(np.percentile(np.concatenate(angles), 95))


def length_in_font(path: Path) -> float:
    """Of the text, in x-heights."""
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path)))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(TEXT)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    return sum(position.x_advance for position in buffer.glyph_positions) / X_HEIGHT


def length_on_pages(style: str, seeds: int = 10) -> float:
    """Of the text as it is written on one line, in x-heights: the mean over some documents."""
    lengths = []
    for seed in range(seeds):
        options = handfont.RenderOptions(paper="1000mmx60mm", margin="5mm", size=f"{SIZE}mm", seed=seed)
        (line,) = handfont.render(TEXT, style, options).pages[0].lines
        first, last = line.words[0].glyphs[0], line.words[-1].glyphs[-1]
        lengths.append((last.x - first.x) / (SIZE * POINTS["mm"]))
    return float(np.mean(lengths))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--styles", nargs="+", default=["print", "rounded", "cursive", "mixed", "neat"])
    styles = parser.parse_args().styles
    print("| style | glyphs | seconds | OTF, MB | TTF, MB | WOFF2, MB | corners, degrees | lines beside a page's |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        for style in styles:
            sizes, seconds = [], []
            for suffix in ("otf", "ttf", "woff2"):
                path = Path(name) / f"font.{suffix}"
                start = time.process_time()
                handfont.export(style, path)
                seconds.append(time.process_time() - start)
                sizes.append(f"{path.stat().st_size / 1e6:.2f}")
            path = Path(name) / "font.otf"
            glyphs = len(TTFont(path).getGlyphOrder())
            beside = length_in_font(path) / length_on_pages(style)
            columns = [style, f"{glyphs:,}", f"{seconds[0]:.1f}", *sizes, f"{corners(style):.0f}", f"{beside:.2f}"]
            print(f"| {' | '.join(columns)} |", flush=True)


if __name__ == "__main__":
    main()
