"""Filled writing sheets as scanned and photographed pages, truth known: are the boxes found, and is what stands in them
read, at what cost?

Writers of the held-out part of UNIPEN fill the sheet; some boxes stay empty, some are crossed out or hold two letters.

    python benchmarks/sheets.py --data DATA --pages 200
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from paper import DRAWN_DPI, PENS, Look, Pen, Picture, Sheet, photographed, scanned, seen
from PIL import Image

from handfont.core.charset import INDEX
from handfont.errors import HandfontError
from handfont.model.loading import Weights, load_weights
from handfont.scan.worksheet import drawing as drawing
from handfont.scan.worksheet import geometry, markers
from handfont.scan.worksheet import reader as reader
from handfont.scan.worksheet.geometry import Form
from handfont.train.data import unipen

LOCATED = 0.8
"""A box is located right when each of its corners is within so many millimetres of where it is."""

Writer = dict[str, list[unipen.Trajectory]]


@dataclass
class Filled:
    """One page as it was written: x-height in millimetres, the pen, and what became of each box."""

    number: int
    pen: Pen
    x_height: float
    states: list[str] = field(default_factory=list)


def writers(data: Path) -> dict[str, Writer]:
    """Glyphs of the held-out writers with at least 40 characters."""
    found: dict[str, Writer] = defaultdict(lambda: defaultdict(list))
    for glyph in unipen.read(data / "unipen", "dev"):
        found[glyph.writer][glyph.label].append(glyph)
    return {name: glyphs for name, glyphs in found.items() if len(glyphs) >= 40}


def printed(sheet: Form) -> list[NDArray[np.uint8]]:
    """The pages of an empty sheet, as a printer makes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        drawing.write(sheet, path)
        with pypdfium2.PdfDocument(path) as document:
            return [np.asarray(page.render(scale=DRAWN_DPI / 72).to_pil().convert("RGB")) for page in document]


def fill(
    sheet: Form,
    number: int,
    blank: NDArray[np.uint8],
    writer: Writer,
    pen: Pen,
    weights: Weights,
    rng: np.random.Generator,
    faults: bool = True,
) -> tuple[NDArray[np.uint8], Filled]:
    """A page of the sheet written on by a writer; with ``faults`` some boxes are crossed out or hold too much."""
    paper = Sheet(sheet.size, blank)
    x_height = geometry.X_HEIGHT * rng.uniform(0.75, 1.15)
    filled = Filled(number, pen, x_height)
    for box in sheet.pages[number].boxes:
        glyphs = writer.get(box.character)
        if not glyphs or rng.random() < 0.02:
            filled.states.append("empty")
            continue
        glyph = glyphs[int(rng.integers(len(glyphs)))]
        lift = 0.0 if glyph.baseline else float(weights.population.bottom[INDEX[box.character]])
        points = np.concatenate(glyph.strokes)
        middle = (points[:, 0].min() + points[:, 0].max()) / 2
        at = np.array([box.left + geometry.BOX_WIDTH / 2, box.top + geometry.BASELINE]) + rng.normal(0, (0.5, 0.2))
        strokes = [(stroke - (middle, -lift)) * (x_height, -x_height) + at for stroke in glyph.strokes]
        strokes = [stroke.astype(np.float32) for stroke in strokes]
        points = np.concatenate(strokes) - (box.left, box.top)
        half = pen.width / 2 + reader.INSET
        fits = (
            points.min() > half
            and points[:, 0].max() < geometry.BOX_WIDTH - half
            and points[:, 1].max() < geometry.BOX_HEIGHT - half
        )
        state = "kept" if fits else "runs out"
        chance = rng.random() if faults else 1.0
        if chance < 0.015:
            state = "crossed out"
            strokes.append(_scribble(np.concatenate(strokes), rng))
        elif chance < 0.025:
            state = "two letters"
            other = _other(writer, box.character, rng)
            strokes += [(s * (x_height, -x_height) + at + (0.9 * x_height, 0)).astype(np.float32) for s in other]
        paper.write(strokes, pen)
        filled.states.append(state)
    return paper.inked(pen, rng), filled


def _scribble(points: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A zigzag, or one or two strokes, over what was written."""
    (x0, y0), (x1, y1) = points.min(axis=0) - 0.8, points.max(axis=0) + 0.8
    turns = int(rng.choice([2, 3, 6, 9]))
    xs = np.linspace(x0, x1, turns) if turns > 3 else np.tile([x0, x1], 2)[:turns]
    ys = np.where(np.arange(turns) % 2 == 0, y0, y1) if turns > 3 else np.linspace(y0, y1, turns)
    return (np.stack([xs, ys], axis=1) + rng.normal(0, 0.2, (turns, 2))).astype(np.float32)


def _other(writer: Writer, character: str, rng: np.random.Generator) -> list[NDArray[np.float32]]:
    names = [name for name in writer if name.isalpha() and name != character]
    glyphs = writer[names[int(rng.integers(len(names)))]]
    return glyphs[0].strokes


@dataclass
class Tally:
    """Counts and errors over pages."""

    located: int = 0
    boxes: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    seconds: list[float] = field(default_factory=list)
    pens: list[float] = field(default_factory=list)
    x_heights: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def locate(tally: Tally, sheet: Form, number: int, picture: Picture, look: Look, name: str) -> None:
    """Count the boxes of page ``number`` that are found where they are."""
    boxes = sheet.pages[number].boxes
    corners = np.array(
        [
            [
                [b.left, b.top],
                [b.left + geometry.BOX_WIDTH, b.top],
                [b.left + geometry.BOX_WIDTH, b.top + geometry.BOX_HEIGHT],
                [b.left, b.top + geometry.BOX_HEIGHT],
            ]
            for b in boxes
        ]
    )
    tally.boxes += len(boxes)
    try:
        place = markers.find(picture.page, name)
    except HandfontError:
        place = None
    if place is not None and place.code.page == number:
        error = np.linalg.norm(place.pixels(corners) - picture.pixels(corners), axis=2).max(axis=1)
        tally.located += int((error < LOCATED * look.dpi / 25.4).sum())


def measure(tally: Tally, sheet: Form, filled: Filled, picture: Picture, weights: Weights, name: str) -> None:
    """Read one picture and compare."""
    boxes = sheet.pages[filled.number].boxes
    start = time.process_time()
    try:
        reading = reader.read(picture.page, name, weights)
    except HandfontError as error:
        tally.failures.append(f"{name}: {error.message}")
        return
    tally.seconds.append(time.process_time() - start)
    doubted = {id(sample) for sample, _ in reading.doubtful}
    kept = {sample.box for sample in reading.samples if id(sample) not in doubted}
    read = {sample.box for sample in reading.samples}
    per_mm = reading.page.shape[1] / sheet.size[0]
    for box, state in zip(boxes, filled.states, strict=True):
        at = np.array([box.left, box.top, box.left + geometry.BOX_WIDTH, box.top + geometry.BOX_HEIGHT]) * per_mm
        key = min(read, key=lambda r: float(np.abs(np.array(r) - at).sum())) if read else None
        here = key is not None and np.abs(np.array(key) - at).max() < 3
        tally.counts[state, "kept" if here and key in kept else "doubtful" if here else "empty"] += 1
    if reading.x_height_mm and "kept" in filled.states:
        tally.pens.append(reading.measures.pen * reading.x_height_mm / filled.pen.width)
        tally.x_heights.append(reading.x_height_mm / filled.x_height)


def report(name: str, tally: Tally) -> None:
    good = sum(n for (state, _), n in tally.counts.items() if state == "kept")
    print(
        f"{name}: {tally.located} of {tally.boxes} boxes located right ({100 * tally.located / tally.boxes:.2f} %), "
        f"{len(tally.failures)} pages not read"
    )
    for state in ("kept", "runs out", "empty", "crossed out", "two letters"):
        row = {what: tally.counts[state, what] for what in ("kept", "doubtful", "empty")}
        print(f"  written {state:12}" + "".join(f" {what} {n:6}" for what, n in row.items()))
    if tally.seconds:
        print(
            f"  good letters kept {100 * tally.counts['kept', 'kept'] / max(good, 1):.1f} %; processor seconds "
            f"a page: median {np.median(tally.seconds):.2f}, worst {max(tally.seconds):.2f}"
        )
        for what, values in (("pen", tally.pens), ("x-height", tally.x_heights)):
            low, middle, high = np.percentile(values, [5, 50, 95])
            print(f"  {what} read over true: median {middle:.3f}, from {low:.3f} to {high:.3f} in nine of ten pages")
    for failure in tally.failures[:8]:
        print("  " + failure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--every", type=int, default=2, help="Read two of so many pages; boxes are located on all.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--paper", default="a4", choices=list(geometry.PAPERS))
    parser.add_argument("--save", type=Path, help="Folder for the pictures, to look at.")
    options = parser.parse_args()
    weights = load_weights()
    kind, characters = geometry.characters_of("ascii")
    sheet = geometry.form(options.paper, kind, characters)
    blanks, hands = printed(sheet), writers(options.data)
    names = sorted(hands)
    tallies = {"scanned": Tally(), "photographed": Tally()}
    for index in range(options.pages):
        rng = np.random.default_rng([options.seed, index])
        kind = "scanned" if index % 2 == 0 else "photographed"
        look = scanned(rng) if kind == "scanned" else photographed(rng)
        number = index // 2 % len(blanks)
        pen = PENS[int(rng.integers(len(PENS)))]
        page, filled = fill(sheet, number, blanks[number], hands[names[index % len(names)]], pen, weights, rng)
        picture = seen(page, sheet.size, look, rng)
        name = f"page {index} ({pen.name}, {look.dpi:.0f} dpi)"
        if options.save:
            options.save.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture.page).save(options.save / f"{index}.png")
        print(f"\r{index + 1} of {options.pages} pages", end="", file=sys.stderr, flush=True)
        locate(tallies[kind], sheet, number, picture, look, name)
        if index % options.every in (0, 1):
            measure(tallies[kind], sheet, filled, picture, weights, name)
    for name, tally in tallies.items():
        report(name, tally)
    print(f"peak memory of a process that reads a page of 600 dpi: {_memory(sheet, blanks[0], 600):.2f} GB")


def _memory(sheet: Form, blank: NDArray[np.uint8], dpi: int) -> float:
    """Gigabytes that a process takes at most to read a page of a high resolution from a file."""
    program = (
        "import sys; from pathlib import Path; from handfont.scan import image; "
        "from handfont.scan.worksheet import reader as sheet; "
        "from handfont.model.loading import load_weights; "
        "[sheet.read(page, 'page', load_weights()) for page in image.load(Path(sys.argv[1]))]; "
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        size = round(sheet.size[0] / 25.4 * dpi), round(sheet.size[1] / 25.4 * dpi)
        Image.fromarray(blank).resize(size).save(path, compress_level=1)
        done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1e6


if __name__ == "__main__":
    main()
