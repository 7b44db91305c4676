"""How well pages of joined and of print writing are read: words of UNIPEN writers never trained on, set on lines, and
seen as scanners and phones see them, with the place of every letter known.

    python benchmarks/joined_pages.py --data DIR [--paths FILE] [--guess] [--wrong DIR]

Words of ``joined.dev`` have exact letters. Those of other dev writers are cut by the aligner of pen paths (``--paths``,
as ``benchmarks/alignment.py`` trains it): for them its cuts stand for the truth, and words it is not sure of are left
out. These cuts are wrong now and then, and in exact ones dots and bars are with the wrong letter now and then:
``--wrong`` saves a picture of each letter that counts as wrong (red: as it was cut; green: as it should be).
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from paper import PENS, Look, Picture, Sheet, photographed, scanned, seen
from PIL import Image, ImageDraw
from safetensors.torch import load_file
from writing import SIZE, distance, mapped, overlap, rule

from handfont.core.arrays import BoolArray, ByteArray, DoubleArray
from handfont.core.glyph import GlyphSample
from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.scan.freeform import reader
from handfont.scan.page_reading import PageReading
from handfont.train.data import word_paths
from handfont.train.data.word_paths import WordPath, on_line
from handfont.train.pen_marks import MarkPlaces
from handfont.train.trajectory_aligner import TrajectoryAligner, align, labeled

MARGIN = 20.0
LETTERS = 300
"""Letters of a page, about."""
JOINED, PRINT = 0.6, 0.1
"""Share of the pairs in words that a writer joins, at least and at most."""
WORDS = 30
"""Words that a writer has, at least."""


@dataclass
class Truth:
    """What a page says, and of each letter (spaces left out) its character and its box in millimeters."""

    text: str = ""
    characters: list[str] = field(default_factory=list)
    boxes: list[np.ndarray | None] = field(default_factory=list)
    lines: int = 0
    x_height: float = 0.0
    joined: list[bool] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Share of the pairs of letters in words that are joined."""
        return sum(self.joined) / max(len(self.joined) - len(self.text.split()), 1)


def writers_of(folder: Path, paths: Path | None) -> dict[str, dict[str, list[WordPath]]]:
    """Words of dev writers by kind and writer; only those of exact letters without ``paths``."""
    known = list(word_paths.read_joined(folder, "dev"))
    exact = {word.writer for word in known}
    found = [] if paths is None else found_letters(folder, paths, exact)
    known = [with_marks(word) for word in known]
    kinds: dict[str, dict[str, list[WordPath]]] = defaultdict(dict)
    for writer, words in by_writer([*known, *found], WORDS).items():
        rate = float(np.mean([j for word in words for j in word.joined or ()]))
        if writer in exact:
            kinds["exact"][writer] = words
        elif rate >= JOINED:
            kinds["joined"][writer] = words
        elif rate <= PRINT:
            kinds["print"][writer] = words
    return kinds


def by_writer(words: Iterable[WordPath], fewest: int) -> dict[str, list[WordPath]]:
    """The simple words of each writer, by name, of those that have ``fewest`` at least."""
    found: dict[str, list[WordPath]] = defaultdict(list)
    for word in words:
        if simple(word.text):
            found[word.writer].append(word)
    return {writer: own for writer, own in sorted(found.items()) if len(own) >= fewest}


def simple(text: str) -> bool:
    """Whether a word has letters of ASCII and usual punctuation only, more than one."""
    return text.isascii() and len(text) > 1 and all(c.isalpha() or c in ".,'-!?" for c in text)


def found_letters(folder: Path, paths: Path, exact: set[str]) -> list[WordPath]:
    """Words of the other dev writers, cut by the aligner of pen paths."""
    others = [word for word in word_paths.read_transcribed(folder, "dev") if word.writer not in exact]
    return cutting(folder, paths)(others)


def cutting(folder: Path, paths: Path) -> Callable[[list[WordPath]], list[WordPath]]:
    """What cuts words by the aligner of pen paths, and leaves out those whose letters it does not find."""
    places = MarkPlaces.measure(list(word_paths.read_joined(folder, "train")))
    network = TrajectoryAligner()
    network.load_state_dict(load_file(paths))

    def cut(words: list[WordPath]) -> list[WordPath]:
        return [word for word in map(labeled, align(network, words, places)) if word is not None and whole(word)]

    return cut


def whole(word: WordPath) -> bool:
    """Whether all letters of a word are known."""
    return set(word.letter.tolist()) >= set(range(len(word.text)))


def with_marks(word: WordPath) -> WordPath:
    """A word whose late bars and dots of no letter are given to the nearest one that has such: the collection leaves
    many out.
    """
    letter = word.letter.copy()
    marked = [index for index, c in enumerate(word.text) if c in "ijtfxAEFHT'" and (letter == index).any()]
    for number in np.unique(word.stroke[letter == word_paths.UNKNOWN]):
        own = word.stroke == number
        if marked and (letter[own] == word_paths.UNKNOWN).all():
            middle = word.points[own, 0].mean()
            letter[own] = min(marked, key=lambda i: abs(word.points[letter == i, 0].mean() - middle))
    return replace(word, letter=letter)


def page_of(words: list[WordPath], paper: str, rng: np.random.Generator) -> tuple[Sheet, Truth]:
    """Words of one writer on the lines of a page."""
    truth = Truth(x_height=rng.uniform(1.9, 2.8))
    leading = rng.uniform(2.9, 4.4) * truth.x_height
    pen = PENS[rng.integers(len(PENS))]
    pen = replace(pen, width=min(pen.width, 0.24 * truth.x_height))
    sheet = Sheet(SIZE)
    rule(sheet, paper, leading, rng)
    x, row, left = MARGIN, MARGIN + leading, 0.0
    slope = rng.normal(0, 0.004)
    for k in rng.permutation(len(words)).tolist() * 4:
        word = on_line(words[k])
        points = word.points.astype(np.float64) * truth.x_height
        wide = float(np.ptp(points[:, 0]))
        if wide > SIZE[0] - 2 * MARGIN:
            continue
        if x + wide > SIZE[0] - MARGIN:
            if len(truth.characters) > LETTERS or row + leading > SIZE[1] - MARGIN:
                break
            x, row, slope = MARGIN + rng.normal(0, 1.0), row + leading, rng.normal(0, 0.004)
            truth.text += "\n"
            truth.lines += 1
        elif truth.text:
            truth.text += " "
        left = x - points[:, 0].min()
        placed = np.column_stack([points[:, 0] + left, row - points[:, 1] + slope * x + rng.normal(0, 0.06)])
        sheet.write([placed[word.stroke == n].astype(np.float32) for n in np.unique(word.stroke)], pen)
        for index, character in enumerate(word.text):
            own = placed[word.letter == index]
            truth.characters.append(character)
            half = pen.width / 2
            truth.boxes.append(np.concatenate([own.min(axis=0) - half, own.max(axis=0) + half]) if len(own) else None)
        truth.joined += [*(word.joined or (False,) * (len(word.text) - 1)), False]
        truth.text += word.text
        x += wide + truth.x_height * rng.uniform(0.9, 1.6)
    truth.lines += 1
    sheet.pen = pen  # type: ignore
    return sheet, truth


def scan_of(words: list[WordPath], index: int, seed: int) -> tuple[Picture, Truth, Look, str]:
    """A page of a writer, who is the one at ``index``: papers, pens, scanners and phones take turns."""
    rng = np.random.default_rng([seed, index])
    paper = ["plain", "ruled", "squared"][index % 3]
    sheet, truth = page_of(words, paper, rng)
    look: Look = photographed(rng) if index % 2 else scanned(rng)
    if look.cut:
        look = replace(look, cut=0.0)
    view = seen(sheet.inked(sheet.pen, rng), SIZE, look, rng)
    return view, truth, look, f"{paper:8}{'phone' if index % 2 else f'{look.dpi:.0f} dpi':>8}"


def right(samples: Sequence[GlyphSample], truth: Truth, view: Picture, matrix: DoubleArray | None) -> BoolArray:
    """Which samples (N,) are the letter that they lie on; ``matrix`` from the scan to the page as it was read."""
    boxes = boxes_of(truth, view, matrix)
    found = []
    for sample in samples:
        over = [0.0 if box is None else overlap(np.array(sample.box), box) for box in boxes]
        best = int(np.argmax(over))
        found.append(over[best] >= 0.5 and truth.characters[best] == sample.character)
    return np.array(found, bool)


def boxes_of(truth: Truth, view: Picture, matrix: DoubleArray | None) -> list[DoubleArray | None]:
    """The boxes of letters in pixels of the page as it was read."""
    return [None if box is None else mapped(box, view, matrix) for box in truth.boxes]


def used_of(reading: PageReading) -> list[GlyphSample]:
    """The samples that are used."""
    bad = {id(sample) for sample, _ in reading.doubtful}
    return [sample for sample in reading.samples if id(sample) not in bad]


def save_wrong(folder: Path, name: str, samples: Sequence[GlyphSample], page: ByteArray, truth: Truth,
               boxes: Sequence[DoubleArray | None]) -> None:  # fmt: skip
    """A picture of each sample: where it was cut (red), and the letters that it touches (green)."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(samples):
        x0, y0, x1, y1 = sample.box
        around = y1 - y0
        left, top = max(0, x0 - around), max(0, y0 - around)
        part = Image.fromarray(page[top : y1 + around, left : x1 + around]).convert("RGB")
        draw = ImageDraw.Draw(part)
        for box, character in zip(boxes, truth.characters, strict=True):
            if box is not None and overlap(np.array(sample.box), box) > 0.01:
                a, b, c, d = (box - [left, top, left, top]).tolist()
                draw.rectangle((a, b, c, d), outline="green")
                draw.text((a, b), character, fill="green")
        draw.rectangle((x0 - left, y0 - top, x1 - left, y1 - top), outline="red")
        draw.text((2, 2), sample.character, fill="red")
        part.resize((part.width * 200 // part.height, 200)).save(folder / f"{name}-{number}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument(
        "--paths", type=Path, help="weights of the aligner of pen paths; else only writers of exact letters"
    )
    parser.add_argument("--kinds", default="exact,joined,print")
    parser.add_argument("--most", type=int, default=8, help="writers of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--guess", action="store_true", help="read without transcript")
    parser.add_argument("--wrong", type=Path, help="folder for pictures of letters that count as wrong")
    options = parser.parse_args()
    weights = load_weights()
    kinds = writers_of(options.data / "unipen", options.paths)
    for kind in options.kinds.split(","):
        print(
            f"{kind:10}{'paper':8}{'seen':>8}{'letters':>8}{'kept':>7}{'wrong':>7}{'seconds':>9}{'joined':>9}{'truly':>9}"
        )
        sums = []
        for index, (writer, words) in enumerate(list(kinds[kind].items())[: options.most]):
            view, truth, _, label = scan_of(words, index, options.seed)
            start = time.process_time()
            letters = len(truth.characters)
            try:
                reading = reader.read(view.page, None if options.guess else truth.text, writer, weights)
            except ScanError as error:
                print(f"{writer[:9]:10}{label}{letters:8} {error}")
                sums.append((letters, 0, 0, 1.0))
                continue
            seconds = time.process_time() - start
            samples = used_of(reading)
            good = right(samples, truth, view, reading.matrix)
            used, wrong = len(samples), int((~good).sum())
            if options.wrong:
                bad = [sample for sample, fine in zip(samples, good, strict=True) if not fine]
                boxes = boxes_of(truth, view, reading.matrix)
                save_wrong(options.wrong, f"{kind}-{writer[:9]}", bad, reading.page, truth, boxes)
            errors = distance(reading.text, " ".join(truth.text.split())) / len(truth.text) if options.guess else 0.0
            sums.append((letters, used, wrong, errors))
            print(
                f"{writer[:9]:10}{label}{letters:8}{100 * used / letters:6.0f}%{100 * wrong / max(used, 1):6.1f}%"
                f"{seconds:9.1f}{100 * np.mean([pair.joined for pair in reading.pairs] or [0.0]):8.0f}%"
                f"{100 * truth.rate:8.0f}%" + (f"  {100 * errors:.0f}% misread" * options.guess),
                flush=True,
            )
        letters, used, wrong, errors = np.array(sums, float).T
        print(
            f"{kind}: kept {100 * used.sum() / letters.sum():.1f} %, "
            f"wrong {100 * wrong.sum() / max(used.sum(), 1):.2f} %"
            + (f", characters misread {100 * errors.mean():.1f} %" if options.guess else "")
        )


if __name__ == "__main__":
    main()
