"""Forms of several boxed tables, filled in by hand, as scanned and photographed pages, truth known: is each table
found, and each character read where it stands?

Writers of the held-out part of UNIPEN fill in forms of several layouts.

    python benchmarks/forms.py --data DATA --pages 12 [--guess] [--save DIR]
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from paper import PENS, Look, Pen, Picture, Sheet, photographed, scanned, seen
from PIL import Image, ImageDraw, ImageFont
from sheets import Writer, writers

from handfont.core.charset import INDEX
from handfont.errors import ScanError
from handfont.model.loading import Weights, load_weights
from handfont.scan.grid import label_file
from handfont.scan.grid import reader as grid

SIZE = (210.0, 297.0)
CAPITALS, SMALL, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"
RULE = 0.3
"""Width of printed rules, in millimetres."""


@dataclass(frozen=True)
class Table:
    """A printed table: its characters, columns, upper left corner, sides of a box and gaps between boxes in
    millimetres, and where each box's character is printed: ``corner`` or ``foot`` of the box, a box of its own
    ``above`` it, or nowhere.
    """

    text: str
    columns: int
    left: float
    top: float
    wide: float
    tall: float
    gap: tuple[float, float] = (0.0, 0.0)
    printed: str = ""
    heading: str = ""

    @property
    def rows(self) -> int:
        return -(-len(self.text) // self.columns)

    def box(self, number: int) -> np.ndarray:
        """Left, top, right and bottom of a box, in millimetres."""
        row, column = divmod(number, self.columns)
        above = 5.0 if self.printed == "above" else 0.0
        left = self.left + column * (self.wide + self.gap[0])
        top = self.top + row * (self.tall + above + self.gap[1]) + above
        return np.array([left, top, left + self.wide, top + self.tall])


FORMS: dict[str, tuple[Table, ...]] = {
    "three": (
        Table(CAPITALS, 13, 15, 40, 13, 14, heading="Capital letters"),
        Table(SMALL, 9, 15, 90, 13, 14, heading="Small letters"),
        Table(DIGITS, 10, 15, 155, 13, 14, heading="Digits"),
    ),
    "sizes": (
        Table(CAPITALS, 9, 20, 45, 18, 18, heading="CAPITAL LETTERS"),
        Table(SMALL, 13, 20, 120, 12, 14, heading="small letters"),
        Table(DIGITS, 5, 20, 175, 14, 12, heading="0 to 9"),
    ),
    "beside": (
        Table(CAPITALS, 6, 12, 40, 14, 15, heading="A - Z"),
        Table(SMALL, 6, 112, 40, 14, 15, heading="a - z"),
        Table(DIGITS, 10, 12, 150, 15, 15, heading="Numbers"),
    ),
    "corner": (
        Table(CAPITALS, 9, 15, 40, 19, 20, printed="corner", heading="Write each letter in its box"),
        Table(SMALL, 9, 15, 120, 19, 20, printed="corner"),
        Table(DIGITS, 10, 15, 200, 17, 20, printed="corner", heading="Digits"),
    ),
    "above": (
        Table(CAPITALS, 13, 15, 35, 13, 15, printed="above", heading="Capital letters"),
        Table(SMALL, 13, 15, 95, 13, 15, printed="above", heading="Small letters"),
        Table(DIGITS, 10, 15, 155, 13, 15, printed="above", heading="Digits"),
    ),
    "apart": (
        Table(CAPITALS, 9, 15, 40, 14, 16, gap=(4, 4), heading="Capital letters"),
        Table(SMALL, 9, 15, 115, 14, 16, gap=(4, 4), heading="Small letters"),
        Table(DIGITS, 10, 15, 190, 14, 16, gap=(4, 4), heading="Digits"),
    ),
    "four": (
        Table(CAPITALS, 10, 20, 30, 14, 14, heading="1. Capitals"),
        Table(SMALL, 10, 20, 90, 14, 14, heading="2. Small letters"),
        Table(DIGITS, 10, 20, 150, 14, 14, heading="3. Digits"),
        Table(".,;:!?", 6, 20, 180, 14, 14, heading="4. Signs"),
    ),
    "foot": (
        Table(CAPITALS, 10, 15, 40, 17, 20, printed="foot", heading="Upper case"),
        Table(SMALL, 10, 15, 115, 17, 20, printed="foot", heading="Lower case"),
        Table(DIGITS, 5, 15, 190, 17, 20, printed="foot", heading="Digits"),
    ),
}


@dataclass
class Truth:
    """What is written: the rows of all tables, and of each character its box in millimetres."""

    text: str = ""
    characters: list[str] = field(default_factory=list)
    boxes: list[np.ndarray] = field(default_factory=list)


def printed(form: tuple[Table, ...], unit: float) -> np.ndarray:
    """The empty form, (height, width, 3), of ``unit`` pixels to a millimetre."""
    page = Image.new("RGB", (round(SIZE[0] * unit), round(SIZE[1] * unit)), "white")
    pen = ImageDraw.Draw(page)
    title, small = (ImageFont.load_default(size=height * unit) for height in (5.0, 3.2))
    pen.text((15 * unit, 15 * unit), "My handwriting", fill="black", font=title)
    for table in form:
        above = 5.0 if table.printed == "above" else 0.0
        if table.heading:
            pen.text((table.left * unit, (table.top - 8) * unit), table.heading, fill="black", font=title)
        for number in range(table.rows * table.columns):
            box = table.box(number)
            pen.rectangle([*(box * unit)], outline="black", width=round(RULE * unit))
            character = table.text[number] if number < len(table.text) else ""
            if table.printed == "corner":
                pen.text(((box[0] + 1) * unit, (box[1] + 0.5) * unit), character, fill=(90, 90, 90), font=small)
            elif table.printed == "foot":
                at = (box[0] + box[2]) / 2 * unit, (box[3] - 2.4) * unit
                pen.text(at, character, fill=(90, 90, 90), font=small, anchor="mm")
            elif above:
                pen.rectangle(
                    [box[0] * unit, (box[1] - above) * unit, box[2] * unit, box[1] * unit],
                    outline="black",
                    width=round(RULE * unit),
                )
                at = (box[0] + box[2]) / 2 * unit, (box[1] - above / 2) * unit
                pen.text(at, character, fill="black", font=small, anchor="mm")
    return np.asarray(page)


def fill(
    form: tuple[Table, ...], writer: Writer, pen: Pen, weights: Weights, rng: np.random.Generator
) -> tuple[Sheet, Truth]:
    """A form that a writer filled in; characters that the writer has not written stay empty."""
    sheet = Sheet(SIZE)
    sheet.page = printed(form, sheet.unit).copy()
    truth = Truth()
    for table in form:
        room = 0.72 if table.printed == "foot" else 1.0
        x_height = min(table.tall * room, 1.2 * table.wide) * rng.uniform(0.22, 0.28)
        rows = []
        for number in range(table.rows * table.columns):
            character = table.text[number] if number < len(table.text) else " "
            glyphs = writer.get(character)
            if not glyphs or rng.random() < 0.02:
                rows.append(" ")
                continue
            rows.append(character)
            glyph = glyphs[int(rng.integers(len(glyphs)))]
            box = table.box(number)
            lift = 0.0 if glyph.baseline else float(weights.population.bottom[INDEX[character]])
            points = np.concatenate(glyph.strokes)
            middle = (points[:, 0].min() + points[:, 0].max()) / 2
            lower = box[1] + (0.68 * room + (0.06 if table.printed == "corner" else 0)) * table.tall
            at = np.array([(box[0] + box[2]) / 2, lower]) + rng.normal(0, (0.5, 0.3))
            strokes = [(stroke - (middle, -lift)) * (x_height, -x_height) + at for stroke in glyph.strokes]
            every = np.concatenate(strokes)
            inside = box + np.array([1, 1, -1, -1]) * (pen.width + 0.3)
            if every.min() < 0 or (every < inside[:2]).any() or (every > inside[2:]).any():
                shrunk = min((inside[2:] - inside[:2]) / np.maximum(np.ptp(every, axis=0), 0.1))
                centre = (every.min(axis=0) + every.max(axis=0)) / 2
                scale = min(1.0, float(shrunk))
                low = (every.min(axis=0) - centre) * scale
                high = (every.max(axis=0) - centre) * scale
                target = np.clip(centre, inside[:2] - low, inside[2:] - high)
                strokes = [(stroke - centre) * scale + target for stroke in strokes]
            sheet.write([stroke.astype(np.float32) for stroke in strokes], pen)
            truth.characters.append(character)
            every = np.concatenate(strokes)
            truth.boxes.append(np.concatenate([every.min(axis=0), every.max(axis=0)]))
        text = "".join(rows)
        for row in range(table.rows):
            truth.text += text[row * table.columns : (row + 1) * table.columns].rstrip() + "\n"
        truth.text += "\n"
    truth.text = truth.text.rstrip("\n") + "\n"
    return sheet, truth


def scan_of(
    name: str, writer: Writer, weights: Weights, rng: np.random.Generator, photo: bool
) -> tuple[Picture, Truth, Look]:
    """A filled form as it is seen."""
    pen = PENS[int(rng.integers(len(PENS)))]
    sheet, truth = fill(FORMS[name], writer, pen, weights, rng)
    look = replace(photographed(rng) if photo else scanned(rng), cut=0.0)
    return seen(sheet.inked(pen, rng), SIZE, look, rng), truth, look


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=2 * len(FORMS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=list(FORMS), default=list(FORMS))
    parser.add_argument("--guess", action="store_true", help="read without label file")
    parser.add_argument("--save", type=Path, help="folder for the pages")
    options = parser.parse_args()
    weights, hands = load_weights(), writers(options.data)
    names = sorted(hands)
    sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(3))
    print(f"{'form':8}{'seen':>8}{'written':>9}{'used':>6}{'wrong':>6}{'seconds':>9}")
    for index in range(options.pages):
        name = options.only[index // 2 % len(options.only)]
        rng = np.random.default_rng([options.seed, index])
        view, truth, look = scan_of(name, hands[names[(index * 7) % len(names)]], weights, rng, bool(index % 2))
        label = f"{name:8}{'phone' if index % 2 else f'{look.dpi:.0f} dpi':>8}{len(truth.characters):9}"
        if options.save:
            options.save.mkdir(parents=True, exist_ok=True)
            Image.fromarray(view.page).save(options.save / f"{index}-{name}.jpg", quality=92)
            (options.save / f"{index}-{name}.txt").write_text(truth.text)
        start = time.process_time()
        try:
            found = grid.find(view.page, name)
            if found is None:
                raise ScanError("no tables found")
            rows = None if options.guess else label_file.rows(truth.text, Path("form.txt"))
            reading = grid.read(found, rows, Path("form.txt"), name, weights)
        except ScanError as error:
            sums[name] += (len(truth.characters), 0, 0)
            print(f"{label} {error.message}", flush=True)
            continue
        bad = {id(sample) for sample, _ in reading.doubtful}
        used = [sample for sample in reading.samples if id(sample) not in bad]
        turns = next((k for k in range(4) if np.array_equal(np.rot90(view.page, k), reading.page)), 0)
        boxes = [upright(box, view, turns) for box in truth.boxes]
        wrong = 0
        for sample in used:
            inside = [k for k, box in enumerate(boxes) if holds(sample.box, box)]
            wrong += not any(truth.characters[k] == sample.character for k in inside)
        sums[name] += (len(truth.characters), len(used), wrong)
        print(f"{label}{len(used):6}{wrong:6}{time.process_time() - start:9.1f}", flush=True)
    print()
    for name, (written, used, wrong) in sums.items():
        print(f"{name:8} used {100 * used / max(written, 1):.1f} %, wrong {100 * wrong / max(used, 1):.2f} %")


def upright(box: np.ndarray, view: Picture, turns: int) -> np.ndarray:
    """A box in millimetres as one in pixels of the page turned by quarters against the clock."""
    corners = np.array([[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]])
    points = view.pixels(corners)
    height, width = view.page.shape[:2]
    for _ in range(turns):
        points = np.stack([points[:, 1], width - points[:, 0]], axis=1)
        height, width = width, height
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def holds(cell: tuple[int, int, int, int], box: np.ndarray) -> bool:
    """Whether a letter's middle is in a cell."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return cell[0] < x < cell[2] and cell[1] < y < cell[3]


if __name__ == "__main__":
    main()
