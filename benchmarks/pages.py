"""Pages set by handfont and by Handright in one run: ``python benchmarks/pages.py [--font FONT.ttf]``.

Time and size of a letter as files (PDF by handfont, PNG at 200 dpi by Handright), and how letters and words stand:

- collisions: neighbouring glyphs that overlap by more than a joining stroke (an area of 1.5 squared pens);
- letter gaps: clear horizontal space between neighbours where they come closest, 95th percentile, in x-heights;
- word gaps: space between the boxes of neighbouring words, 1st percentile and the narrowest, in x-heights and over the
  95th percentile of letter gaps;
- on rules: how far the middle of a line's baseline is from its rule, and single letters from it (handfont only).

Handright asks for an older Pillow than it needs: ``pip install --no-deps handright``. It writes in a font; without
``--font`` in the one that reportlab brings, which is no handwriting but is set by it all the same.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import reportlab
from numpy.typing import NDArray

import handfont
from handfont.layout.page import Page, PlacedGlyph
from handfont.options import RenderOptions

ROOT = Path(__file__).parents[1]
DENSITY = 24
"""Pixels to an x-height at which overlaps are measured."""
JOIN = 1.5
Mask = NDArray[np.bool_]


@dataclass
class Inked:
    """A glyph's ink as a mask whose first pixel is at (x, y), y down."""

    mask: Mask
    x: int
    y: int
    line: int
    word: int


def ours(pages: list[Page], x_height: float) -> list[Inked]:
    """Ink of every glyph in order, ``DENSITY`` pixels to an x-height."""
    scale = DENSITY / x_height
    found = []
    lines = [line for page in pages for line in page.lines if not line.aside]
    for number, line in enumerate(lines):
        for index, word in enumerate(line.words):
            found += [ink(glyph, scale, number, index) for glyph in word.glyphs]
    return found


def ink(placed: PlacedGlyph, scale: float, line: int, word: int) -> Inked:
    contours = []
    t = np.linspace(0, 1, 6)[1:, None, None]
    for contour in placed.glyph.outline.contours:
        points = placed.on_page(contour.reshape(-1, 2)).reshape(-1, 3, 2) * scale * (1, -1)
        start = np.roll(points[:, 2], 1, axis=0)
        a, b, c = points[:, 0], points[:, 1], points[:, 2]
        curve = (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * a + 3 * t * t * (1 - t) * b + t**3 * c
        contours.append(curve.transpose(1, 0, 2).reshape(-1, 2))
    corner = np.floor(np.min([c.min(axis=0) for c in contours], axis=0)).astype(int) - 1
    far = np.ceil(np.max([c.max(axis=0) for c in contours], axis=0)).astype(int) + 2
    mask = np.zeros((far[1] - corner[1], far[0] - corner[0]), np.uint8)
    cv2.fillPoly(mask, [np.rint((c - corner) * 16).astype(np.int32) for c in contours], 1, shift=4)
    return Inked(mask > 0, int(corner[0]), int(corner[1]), line, word)


def theirs(text: str, font_path: Path, seed: int) -> tuple[list[Inked], float, list[Any], float]:
    """Handright: ink of every glyph as it puts them down, pixels to an x-height, the pages, seconds."""
    import handright
    from handright import _core
    from PIL import Image, ImageFont

    size = 46
    font = ImageFont.truetype(str(font_path), size)
    template = handright.Template(
        background=Image.new("L", (1654, 2339), 255),
        font=font,
        fill=0,
        line_spacing=65,
        left_margin=189,
        right_margin=157,
        top_margin=189,
        bottom_margin=173,
        word_spacing=0,
        line_spacing_sigma=1,
        font_size_sigma=1,
        word_spacing_sigma=2,
        perturb_x_sigma=1,
        perturb_y_sigma=1,
        perturb_theta_sigma=0.03,
    )
    start = time.perf_counter()
    pages = list(handright.handwrite(text, template, seed=seed))
    seconds = time.perf_counter() - start
    placed: list[tuple[str, tuple[int, int], Any]] = []
    original = _core._draw_char

    def watched(draw: Any, char: str, xy: tuple[int, int], font: Any) -> int:
        placed.append((char, xy, font))
        return int(original(draw, char, xy, font))

    _core._draw_char = watched
    list(_core._draft(text, (template,), seed))
    _core._draw_char = original
    found: list[Inked] = []
    line = word = 0
    last_y: int | None = None
    for char, (x, y), used in placed:
        if last_y is not None and abs(y - last_y) > 20:
            line, word = line + 1, 0
        last_y = y
        if char.isspace():
            word += 1
            continue
        bitmap, (dx, dy) = used.getmask2(char, mode="L")
        mask = np.asarray(bitmap, np.uint8).reshape(bitmap.size[1], bitmap.size[0]) > 127
        if mask.any():
            found.append(Inked(mask, x + dx, y + dy, line, word))
    box = font.getbbox("x")
    return found, float(box[3] - box[1]), pages, seconds


def overlap(first: Inked, second: Inked) -> int:
    """Pixels that two glyphs share."""
    x0, y0 = max(first.x, second.x), max(first.y, second.y)
    x1 = min(first.x + first.mask.shape[1], second.x + second.mask.shape[1])
    y1 = min(first.y + first.mask.shape[0], second.y + second.mask.shape[0])
    if x0 >= x1 or y0 >= y1:
        return 0
    a = first.mask[y0 - first.y : y1 - first.y, x0 - first.x : x1 - first.x]
    b = second.mask[y0 - second.y : y1 - second.y, x0 - second.x : x1 - second.x]
    return int((a & b).sum())


def clear(first: Inked, second: Inked, reach: int) -> float:
    """Clear pixels between two glyphs in rows at most ``reach`` apart; infinite where there are none."""
    top, foot = min(first.y, second.y) - reach, max(first.y + len(first.mask), second.y + len(second.mask)) + reach
    ends = np.full(foot - top, -np.inf)
    begins = np.full(foot - top, np.inf)
    for row, values in enumerate(first.mask):
        if values.any():
            at = first.y + row - top
            end = first.x + np.flatnonzero(values)[-1]
            ends[at - reach : at + reach + 1] = np.maximum(ends[at - reach : at + reach + 1], end)
    for row, values in enumerate(second.mask):
        if values.any():
            begins[second.y + row - top] = second.x + np.flatnonzero(values)[0]
    return float((begins - ends).min())


def measures(glyphs: list[Inked], x_height: float) -> dict[str, float]:
    """Figures of set text; ``x_height`` in pixels."""
    pens = [2 * cv2.distanceTransform(np.pad(g.mask, 1).astype(np.uint8), cv2.DIST_L2, 5).max() for g in glyphs]
    limit = JOIN * float(np.median(pens)) ** 2
    collisions, pairs = 0, 0
    letters, words = [], []
    for first, second in itertools.pairwise(glyphs):
        if first.line != second.line:
            continue
        pairs += 1
        collisions += overlap(first, second) > limit
        if first.word == second.word:
            gap = clear(first, second, round(0.15 * x_height))
            if np.isfinite(gap):
                letters.append(max(gap, 0.0) / x_height)
    for _, line in itertools.groupby(glyphs, lambda g: g.line):
        ends = [
            (min(g.x for g in group), max(g.x + g.mask.shape[1] for g in group))
            for group in (list(part) for _, part in itertools.groupby(line, lambda g: g.word))
        ]
        words += [(b[0] - a[1]) / x_height for a, b in itertools.pairwise(ends)]
    high = float(np.percentile(letters, 95))
    return {
        "collisions %": 100 * collisions / pairs,
        "letter gap p95": high,
        "word gap p1": float(np.percentile(words, 1)),
        "word gap min": min(words),
        "min / p95": min(words) / high,
    }


def on_rules(style: str, text: str, seed: int) -> tuple[float, float, float]:
    """Median and 95th percentile of a line's distance from its rule, deviation of letters about it, % of x-height."""
    pages = handfont.render(text, style, RenderOptions(template="lined", seed=seed)).pages
    middles, spread = [], []
    for page in pages:
        heights = np.array([rule.y0 for rule in page.rules if rule.y0 == rule.y1])
        for line in page.lines:
            glyphs = [glyph for word in line.words for glyph in word.glyphs]
            unit = float(np.median([glyph.scale for glyph in glyphs]))
            offsets = np.array([glyph.y for glyph in glyphs])
            rule = heights[np.abs(heights - offsets.mean()).argmin()]
            middles.append(abs(float(offsets.mean() - rule)) / unit)
            spread.append(float(offsets.std()) / unit)
    return 100 * float(np.median(middles)), 100 * float(np.percentile(middles, 95)), 100 * float(np.mean(spread))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--font", type=Path, default=Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
    parser.add_argument("--styles", nargs="*", default=["ballpoint", "slant"])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text = "\n\n".join([(ROOT / "examples" / "letter.txt").read_text(encoding="utf-8")] * 3)
    handfont.render("warm", options.styles[0])  # loading the model is no part of setting pages
    rows: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for style in options.styles:
            start = time.perf_counter()
            document = handfont.render(text, style, RenderOptions(seed=options.seed))
            files = document.save(Path(folder) / f"{style}.pdf")
            seconds = time.perf_counter() - start
            x_height = float(
                np.median([g.scale for p in document.pages for line in p.lines for w in line.words for g in w.glyphs])
            )
            rows[style] = {
                "seconds": seconds,
                "KB": sum(f.stat().st_size for f in files) / 1000,
                **measures(ours(document.pages, x_height), DENSITY),
            }
        try:
            glyphs, x_height, pages, seconds = theirs(text, options.font, options.seed)
        except ImportError:
            print("Handright is not installed; pip install --no-deps handright", file=sys.stderr)
        else:
            start = time.perf_counter()
            files = [Path(folder) / f"{number}.png" for number in range(len(pages))]
            for page, file in zip(pages, files, strict=True):
                page.save(file)
            seconds += time.perf_counter() - start
            rows["Handright"] = {
                "seconds": seconds,
                "KB": sum(f.stat().st_size for f in files) / 1000,
                **measures(glyphs, x_height),
            }
    names = list(next(iter(rows.values())))
    print(f"{len(text)} characters\n{'':12}" + "".join(f"{name:>16}" for name in names))
    for name, row in rows.items():
        print(f"{name:12}" + "".join(f"{row[key]:16.2f}" for key in names))
    print("\non rules, % of x-height: line's distance (median, 95th percentile), letters about it")
    for style in options.styles:
        print(f"{style:12}" + "".join(f"{value:8.1f}" for value in on_rules(style, text, options.seed)))


if __name__ == "__main__":
    main()
