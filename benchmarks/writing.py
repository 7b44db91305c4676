"""How well free writing is read: lines of UNIPEN writers never trained on, written on pages and seen as scanners and
phones see them, with the place of every letter known.

    python benchmarks/writing.py --data DIR [--pages N] [--seed N] [--plain] [--guess]

UNIPEN has the letters of some writers' lines one by one, too (``chars_in_context``): their strokes are found again in
the lines (``text``). Writers without that are drawn as well, to count lines and what is used of joined writing.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from paper import PENS, Look, Pen, Picture, Sheet, photographed, scanned, seen

from handfont.core.glyph import GlyphSample
from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.scan.freeform import reader
from handfont.train.data import unipen

SIZE = (210.0, 297.0)
MARGIN = 22.0


@dataclass
class Line:
    """A written line: text, strokes in the writer's unit (y up), and which of them each letter (but spaces) has."""

    writer: str
    text: str
    strokes: list[np.ndarray]
    letters: dict[int, list[int]] = field(default_factory=dict)


def lines_of(folder: Path) -> dict[str, list[Line]]:
    """Dev lines by contributor and writer, with letters' strokes where the collection tells them."""
    letters: dict[Start, tuple[int, str]] = {}
    for number, data in enumerate(unipen.read_lines(folder / "chars_in_context.dev.jsonl.gz")):
        for stroke in placed(data):
            letters[start_of(data["w"], stroke)] = (number, data["l"])
    result = defaultdict(list)
    for data in unipen.read_lines(folder / "text.dev.jsonl.gz"):
        strokes = placed(data)
        if strokes and data["q"] != "BAD" and len(data["l"]) >= 8 and is_line(data["l"], strokes):
            line = Line(data["w"], data["l"].replace('\\"', '"'), strokes, letters_in(data, strokes, letters))
            result[f"{data['c']} {data['w'][:5]}"].append(line)
    return {key: lines for key, lines in sorted(result.items()) if sum(len(q.text) for q in lines) > 120}


Start = tuple[str, tuple[float, ...]]
"""A stroke's writer and its first three points: what it is found again by."""


def start_of(writer: str, stroke: np.ndarray) -> Start:
    return writer, tuple(stroke.ravel()[:6])


def is_line(text: str, strokes: list[np.ndarray]) -> bool:
    """Whether a record is one line, of writing: some hold several, or rows of signs."""
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    return width >= 3 * height and sum(c.isalpha() or c == " " for c in text) >= 0.85 * len(text)


def letters_in(data: dict, strokes: list[np.ndarray], letters: dict[Start, tuple[int, str]]) -> dict[int, list[int]]:
    """The strokes of each letter (but spaces) of a line that is among the writer's single letters."""
    owned = defaultdict(list)
    for i, stroke in enumerate(strokes):
        if (found := letters.get(start_of(data["w"], stroke))) is not None:
            owned[found].append(i)
    order = sorted(owned, key=lambda key: np.concatenate([strokes[i] for i in owned[key]])[:, 0].mean())
    labels = "".join(label for _, label in order)
    blocks = SequenceMatcher(None, labels, "".join(data["l"].split()), False).get_matching_blocks()
    return {b + k: owned[order[a + k]] for a, b, size in blocks for k in range(size)}


def placed(data: dict) -> list[np.ndarray]:
    strokes = [np.asarray(flat, float).reshape(-1, 2) for flat in data["s"] if len(flat) >= 2]
    if not strokes:
        return []
    low = np.concatenate(strokes).min(axis=0)
    return [stroke - low + np.asarray(data.get("o") or (0, 0), float) for stroke in strokes]


@dataclass
class Truth:
    text: str
    boxes: dict[int, np.ndarray]  # letter -> (left, top, right, bottom) in mm, pen's path
    lines: int
    leading: float


def page_of(lines: list[Line], contributor: str, pen: Pen, paper: str, rng: np.random.Generator) -> tuple[Sheet, Truth]:
    """Lines of one writer, one under the other as written, on a page of paper."""
    heights = [_half(np.concatenate(q.strokes).astype(float)) for q in lines]
    x_height = rng.uniform(2.2, 3.0)
    # Half of the ink lies within about two thirds of an x-height.
    unit = x_height * 0.75 / float(np.median(heights))
    # Lines too long for the page at this size are left out, unless all are.
    wide = [float(np.ptp(np.concatenate(q.strokes)[:, 0])) for q in lines]
    longest = max([w for w in wide if w * unit <= SIZE[0] - 2 * MARGIN] or [min(wide)])
    lines = [q for q, w in zip(lines, wide, strict=True) if w <= longest]
    unit = min(unit, (SIZE[0] - 2 * MARGIN) / longest)
    x_height = unit * float(np.median(heights)) / 0.75
    leading = rng.uniform(3.6, 4.6) * x_height
    pen = replace(pen, width=min(pen.width, 0.28 * x_height))  # nobody writes small letters with a thick pen
    sheet = Sheet(SIZE)
    rule(sheet, paper, leading, rng)
    boxes, texts = {}, []
    place, row = 0, MARGIN + leading
    for line in lines:
        if row > SIZE[1] - MARGIN:
            break
        every = np.concatenate(line.strokes)
        middle = float(np.median(every[:, 1]))
        left = float(every[:, 0].min())
        start = MARGIN + rng.normal(0, 1.0)
        sigma = 6 if contributor in unipen.STAIRCASE else 1.5
        drawn = []
        for stroke in line.strokes:
            smooth = (
                stroke
                if len(stroke) < 3
                else unipen.smooth(stroke.astype(np.float32), sigma, 2.0)
                if contributor in unipen.STAIRCASE
                else stroke
            )
            drawn.append(
                np.stack([start + (smooth[:, 0] - left) * unit, row - (smooth[:, 1] - middle) * unit], axis=1).astype(
                    np.float32
                )
            )
        sheet.write(drawn, pen)
        for k, owned in line.letters.items():
            points = np.concatenate([drawn[i] for i in owned])
            boxes[place + k] = np.concatenate([points.min(axis=0) - pen.width / 2, points.max(axis=0) + pen.width / 2])
        place += len("".join(line.text.split()))
        texts.append(line.text)
        row += leading
    return sheet, Truth("\n".join(texts), boxes, len(texts), leading)


def _half(points: np.ndarray) -> float:
    """Height of the strip along a line, whatever its slope, that half of its ink lies in; points (N, 2)."""
    x, y = points.T
    level = y - np.polyval(np.polyfit(x, y, 1), x)
    return float(np.subtract(*np.percentile(level, [75, 25])))


def rule(sheet: Sheet, paper: str, leading: float, rng: np.random.Generator) -> None:
    """Print ruled or squared paper."""
    colour = np.array([(170, 190, 225), (190, 190, 190), (215, 180, 190)][rng.integers(3)], np.uint8)
    step = {"ruled": leading, "squared": 5.0}.get(paper)
    thick = max(1, round(0.2 * sheet.unit))
    if step is None:
        return
    for y in np.arange(MARGIN if paper == "ruled" else 3.0, SIZE[1] - 3, step):
        at = round((y + (leading * 0.14 if paper == "ruled" else 0)) * sheet.unit)
        sheet.page[at : at + thick] = colour
    if paper == "squared":
        for x in np.arange(3.0, SIZE[0] - 3, step):
            at = round(x * sheet.unit)
            sheet.page[:, at : at + thick] = colour


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=2, help="pages of each writer")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="contributors or writers")
    parser.add_argument("--guess", action="store_true", help="read without transcript")
    parser.add_argument("--save", type=Path, help="folder for the pages")
    options = parser.parse_args()
    print(
        f"{'writer':12}{'paper':>9}{'seen':>8}{'letters':>8}{'used':>7}{'right':>8}{'kinds':>6}"
        f"{'size':>7}{'seconds':>8}"
    )
    sums: dict[str, list[float]] = defaultdict(list)
    for w, (writer, lines) in enumerate(lines_of(options.data / "unipen").items()):
        if options.only and not any(part in writer for part in options.only.split(",")):
            continue
        for number in range(options.pages):
            scan = scan_of(lines, writer, w, number, options.seed)
            if options.save:
                save(scan, options.save, f"{writer.replace(' ', '-')}-{number}")
            try:
                figures = read(scan, writer, options.guess)
            except ScanError as error:
                print(scan.label, str(error)[:110])
                figures = {}
            for key, values in figures.items():
                sums[key] += values
    print(
        "\nused letters right {:.1%}, letters used {:.0%} of a page, "
        "{:.1f} processor seconds a page (median), peak memory {:.0f} MB".format(
            *(float(np.mean(sums[k])) if sums[k] else float("nan") for k in ("right", "used")),
            float(np.median(sums["seconds"])),
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )
    )


@dataclass
class Scan:
    """A page of writing as a scanner or a phone sees it: ``label`` begins its line in the table."""

    truth: Truth
    view: Picture
    look: Look
    label: str


def scan_of(lines: list[Line], writer: str, index: int, number: int, seed: int) -> Scan:
    """Page ``number`` of a writer, who is the one at ``index``: papers, pens, scanners and phones take turns."""
    rng = np.random.default_rng([seed, index, number])
    chosen = [lines[i] for i in rng.permutation(len(lines))[:16]]
    pen = PENS[rng.integers(len(PENS))]
    paper = ["plain", "ruled", "squared"][(index + number) % 3]
    sheet, truth = page_of(chosen, writer.split()[0], pen, paper, rng)
    phone = bool((number + index // 3) % 2)
    look: Look = photographed(rng) if phone else scanned(rng)
    view = seen(sheet.inked(pen, rng), SIZE, look, rng)
    return Scan(truth, view, look, f"{writer:12}{paper:>9}{'phone' if phone else f'{look.dpi:.0f} dpi':>8}")


def save(scan: Scan, folder: Path, name: str) -> None:
    """Write a page and its transcript into a folder."""
    import cv2

    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / f"{name}.jpg"), scan.view.page[:, :, ::-1])
    (folder / f"{name}.txt").write_text(scan.truth.text)


def read(scan: Scan, writer: str, guess: bool) -> dict[str, list[float]]:
    """Reads a page and prints its line of the table; figures to add to those of the other pages."""
    truth, weights = scan.truth, load_weights()
    start = time.process_time()
    reading = reader.read(scan.view.page, None if guess else truth.text, writer, weights)
    seconds = time.process_time() - start
    boxes = {k: mapped(box, scan.view, reading.matrix) for k, box in truth.boxes.items()}
    bad = {id(sample) for sample, _ in reading.doubtful}
    used = [sample for sample in reading.samples if id(sample) not in bad]
    text = "".join(truth.text.split())
    right = read_right(used, boxes, text)
    scale = float(np.sqrt(abs(np.linalg.det(reading.matrix[:2, :2]))))
    leading = reading.rhythm.leading * reading.measures.x_height / scale / scan.look.dpi * 25.4 / truth.leading
    print(
        f"{scan.label}{len(text):8}{len(used):7}{share(right):>8}"
        f"{len({s.character for s in used}):6}{leading:7.2f}{seconds:8.1f}",
        flush=True,
    )
    return {
        "right": [float(value) for value in right],
        "used": [len(used) / len(text)],
        "seconds": [seconds],
    }


def read_right(used: list[GlyphSample], boxes: dict[int, np.ndarray], text: str) -> list[bool]:
    """Whether each sample that lies on letters of the text is the one that it lies on."""
    right = []
    for sample in used if boxes else []:
        over = [overlap(np.array(sample.box), box) for box in boxes.values()]
        best = int(np.argmax(over))
        if max(over) > 0.05:
            right.append(over[best] >= 0.5 and text[list(boxes)[best]] == sample.character)
    return right


def share(values: list[bool]) -> str:
    return f"{100 * np.mean(values):.1f} %" if values else "-"


def mapped(box: np.ndarray, view: Picture, matrix: np.ndarray) -> np.ndarray:
    """The box around a box's corners, from millimetres on paper to pixels of the page set upright."""
    seen_at = view.pixels(np.array([[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]]))
    moved = matrix @ np.column_stack([seen_at, np.ones(4)]).T
    points = moved[:2] / moved[2]
    return np.concatenate([points.min(axis=1), points.max(axis=1)])


def overlap(first: np.ndarray | None, second: np.ndarray) -> float:
    """Intersection over union."""
    if first is None:
        return 0.0
    low, high = np.maximum(first[:2], second[:2]), np.minimum(first[2:], second[2:])
    shared = float(np.prod(np.maximum(high - low, 0)))
    whole = float(np.prod(first[2:] - first[:2]) + np.prod(second[2:] - second[:2])) - shared
    return shared / max(whole, 1e-9)


if __name__ == "__main__":
    main()


def distance(read: str, true: str) -> int:
    """Characters to be changed, left out or put in to make one text of the other (Levenshtein)."""
    row = np.arange(len(true) + 1)
    codes = np.array([ord(c) for c in true])
    for i, character in enumerate(read, 1):
        least = np.minimum(row[:-1] + (codes != ord(character)), row[1:] + 1)
        following = np.concatenate([[i], least])
        row = np.minimum.accumulate(following - np.arange(len(following))) + np.arange(len(following))
    return int(row[-1])
