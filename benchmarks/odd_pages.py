"""Pages of writing that are not as they should be, given to the reader as ``handfont enroll`` gives them: what is read
of each, how much of it is wrong, and what is said.

    python benchmarks/odd_pages.py --data DATA [--only CASES] [--writers 0 1] [--save DIR]

The words are those of writers of UNIPEN's ``joined.dev``, who were never trained on. ``used`` are letters that would go
into a style, ``wrong`` those of them that are not the letter that they lie on.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import joined_pages
import numpy as np
from joined_pages import MARGIN, Truth, page_of, right, used_of
from paper import Look, Picture, Sheet, seen
from PIL import Image, ImageDraw, ImageFont
from writing import SIZE

from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.scan import reader
from handfont.train.data.word_paths import WordPath

SCANNER = Look(dpi=200, noise=2.0, desk=(250, 250, 250))
GERMAN = (
    "Gestern haben wir lange im Garten gesessen und über die Reise gesprochen. Im Herbst wollen wir mit dem Zug nach "
    "Süden fahren, wenn das Wetter gut bleibt. Die Kinder freuen sich schon sehr auf das Meer.\n"
) * 2
GREEK = "ο ήλιος λάμπει πάνω από τη θάλασσα και τα παιδιά παίζουν\nστην άμμο μέχρι να έρθει το βράδυ και να φύγουν όλοι"
CYRILLIC = "в саду за старым домом растут высокие яблони и груши\nдети играют там каждый день пока не наступит вечер"
LATIN = (
    "the quick brown fox jumps over a lazy dog while seven\nwizards make toxic brew for the jovial queen and her son"
)

Page = tuple[Picture, str | None, Truth]
"""How a page is seen, the transcript that is given with it, and what is truly written."""


class Writers:
    """Words of the writer of a page, and of another one."""

    def __init__(self, words: list[list[WordPath]], index: int) -> None:
        self.own, self.other = words[index % len(words)], words[(index + 1) % len(words)]
        self.index = index

    def sheet(self, other: bool = False, seed: int = 0) -> tuple[Sheet, Truth]:
        """A page on plain paper."""
        rng = np.random.default_rng([seed, self.index, other])
        return page_of(self.other if other else self.own, "plain", rng)

    def seen(self, sheet: Sheet, look: Look = SCANNER) -> Picture:
        """A page as a scanner has it."""
        rng = np.random.default_rng(self.index)
        return seen(sheet.inked(sheet.pen, rng), SIZE, look, rng)  # type: ignore[attr-defined]


def plain(who: Writers) -> Page:
    sheet, truth = who.sheet()
    return who.seen(sheet), truth.text, truth


def looked(**changes: object) -> Callable[[Writers], Page]:
    """A page seen otherwise."""

    def page(who: Writers) -> Page:
        sheet, truth = who.sheet()
        return who.seen(sheet, replace(SCANNER, **changes)), truth.text, truth  # type: ignore[arg-type]

    return page


def worded(change: Callable[[list[str], Writers], list[str] | str | None]) -> Callable[[Writers], Page]:
    """A page whose transcript is changed."""

    def page(who: Writers) -> Page:
        view, _, truth = plain(who)
        text = change(truth.text.split(), who)
        return view, text if text is None or isinstance(text, str) else " ".join(text), truth

    return page


def toned(factor: float, base: float = 0.0) -> Callable[[Writers], Page]:
    """A page of other light: darker, or pale."""

    def page(who: Writers) -> Page:
        view, text, truth = plain(who)
        return replace(view, page=(view.page * factor + base).astype(np.uint8)), text, truth

    return page


def cut_off(left: float, top: float, right: float, bottom: float) -> Callable[[Writers], Page]:
    """A page of which shares are missing at its sides."""

    def page(who: Writers) -> Page:
        view, text, truth = plain(who)
        height, width = view.page.shape[:2]
        x, y = round(left * width), round(top * height)
        part = view.page[y : round((1 - bottom) * height), x : round((1 - right) * width)]
        moved = np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1.0]]) @ view.matrix
        return replace(view, page=np.ascontiguousarray(part), matrix=moved), text, truth

    return page


def two_writers(who: Writers) -> Page:
    """The upper half by one writer, the lower half by another."""
    (upper, first), (lower, second) = who.sheet(), who.sheet(other=True)
    at, letters = halfway(first)
    start, skipped = halfway(second)
    unit = upper.unit
    upper.ink[round(at * unit) :] = 0
    below = lower.ink[round(start * unit) :]
    rows = min(len(below), len(upper.ink) - round(at * unit))
    upper.ink[round(at * unit) : round(at * unit) + rows] = below[:rows]
    shift = np.array([0, at - start, 0, at - start])
    lines = first.text.split("\n"), second.text.split("\n")
    truth = Truth(
        "\n".join([*lines[0][: len(lines[0]) // 2], *lines[1][len(lines[1]) // 2 :]]),
        first.characters[:letters] + second.characters[skipped:],
        first.boxes[:letters] + [None if box is None else box + shift for box in second.boxes[skipped:]],
    )
    return who.seen(upper), truth.text, truth


def halfway(truth: Truth) -> tuple[float, int]:
    """Where the second half of a page's lines begins, in millimetres, and at which letter."""
    lines = truth.text.split("\n")
    letters = sum(len("".join(line.split())) for line in lines[: len(lines) // 2])
    above = [box[3] for box in truth.boxes[:letters] if box is not None][-25:]
    below = [box[1] for box in truth.boxes[letters:] if box is not None][:25]
    return float(np.median(above) + np.median(below)) / 2, letters


def lined_up(factor: float) -> Callable[[Writers], Page]:
    """Lines so close that letters of one reach into the next."""

    def page(who: Writers) -> Page:
        sheet, truth = who.sheet()
        lines = truth.text.split("\n")
        ends = np.cumsum([0, *(len("".join(line.split())) for line in lines)])
        feet = [
            float(np.median([box[3] for box in truth.boxes[a:b] if box is not None]))
            for a, b in pairwise(ends.tolist())
        ]
        closer, unit = Sheet(SIZE), sheet.unit
        boxes: list[np.ndarray | None] = []
        reach = 0.48 * float(np.median(np.diff(feet)))
        for k, foot in enumerate(feet):
            up = (1 - factor) * (foot - feet[0])
            low, high = foot - 1.6 * reach, foot + 0.4 * reach * 2
            a, b = max(0, round(low * unit)), round(high * unit)
            to = a - round(up * unit)
            closer.ink[to : to + b - a] = np.maximum(closer.ink[to : to + b - a], sheet.ink[a:b])
            boxes += [
                None if box is None else box - np.array([0, up, 0, up]) for box in truth.boxes[ends[k] : ends[k + 1]]
            ]
        closer.pen = sheet.pen  # type: ignore[attr-defined]
        return who.seen(closer), truth.text, replace(truth, boxes=boxes)

    return page


def crossed_out(who: Writers) -> Page:
    """Every eighth word struck through, and left out of the transcript."""
    sheet, truth = who.sheet()
    words, at, text = truth.text.split(), 0, []
    boxes = list(truth.boxes)
    for number, word in enumerate(words):
        own = [box for box in truth.boxes[at : at + len(word)] if box is not None]
        if number % 8 == 3 and own:
            x0, y0, x1, y1 = np.concatenate([np.min(own, axis=0)[:2], np.max(own, axis=0)[2:]])
            rows = np.linspace(y0 + 0.3 * (y1 - y0), y1 - 0.2 * (y1 - y0), 3)
            stroke = np.array([[x0 - 1, rows[0]], [x1 + 1, rows[0] + 0.5], [x0, rows[1]], [x1, rows[2]]], np.float32)
            sheet.write([stroke], sheet.pen)  # type: ignore[attr-defined]
            boxes[at : at + len(word)] = [None] * len(word)
        else:
            text.append(word)
        at += len(word)
    return who.seen(sheet), " ".join(text), replace(truth, boxes=boxes)


def sketched(who: Writers) -> Page:
    """A signature below the writing and a house beside it, that no transcript names."""
    sheet, truth = who.sheet()
    foot = max(float(box[3]) for box in truth.boxes if box is not None)
    t = np.linspace(0, 9 * np.pi, 400)
    name = np.stack([60 + 2.4 * t + 7 * np.sin(t), foot + 16 + 6 * np.cos(1.3 * t) * np.exp(-t / 30)], axis=1)
    house = np.array([[150, 25], [150, 10], [160, 2], [170, 10], [170, 25], [150, 25], [170, 10], [150, 10], [170, 25]])
    strokes = [name.astype(np.float32), (house + np.array([20, foot])).astype(np.float32)]
    sheet.write(strokes, sheet.pen)  # type: ignore[attr-defined]
    return who.seen(sheet), truth.text, truth


def blank(who: Writers) -> Page:
    sheet, truth = who.sheet()
    sheet.ink[:] = 0
    return who.seen(sheet), truth.text, Truth(characters=[" "], boxes=[None])


def typeset(text: str, font: str | None, given: str | None, size: float = 7.0) -> Callable[[Writers], Page]:
    """A page of a font, of ``fonts`` or a printer's, with a transcript or none."""

    def page(who: Writers) -> Page:
        sheet, _ = who.sheet()
        sheet.ink[:] = 0
        picture = Image.fromarray(sheet.page)
        pen = ImageDraw.Draw(picture)
        unit = sheet.unit
        face = (
            ImageFont.load_default(size * unit) if font is None else ImageFont.truetype(str(FONTS / font), size * unit)
        )
        truth = Truth(text)
        for row, line in enumerate((text + "\n" + text).split("\n")):
            x, y = MARGIN * unit, (MARGIN + 12 * row) * unit
            pen.text((x, y), line, fill=(25, 30, 70), font=face, anchor="ls")
            for number, character in enumerate(line):
                if character == " ":
                    continue
                a, b = (face.getlength(line[: number + more]) for more in (0, 1))
                box = face.getbbox(character, anchor="ls")
                truth.characters.append(character)
                truth.boxes.append(np.array([x + a, y + box[1], x + b, y + box[3]]) / unit)
        sheet.page = np.asarray(picture)
        return who.seen(sheet), given and given + "\n" + given, truth

    return page


FONTS = Path()
"""Folder of the fonts that pages of other scripts are drawn with."""

CASES: dict[str, Callable[[Writers], Page]] = {
    "as it should be": plain,
    "text of another page": worded(lambda words, who: who.sheet(other=True, seed=9)[1].text),
    "text in German": worded(lambda words, who: GERMAN),
    "words left out": worded(lambda words, who: [w for k, w in enumerate(words) if k % 6 != 2]),
    "words added": worded(
        lambda words, who: [x for k, w in enumerate(words) for x in ([w, "extra"][: 1 + (k % 6 == 2)])]
    ),
    "half of the text": worded(lambda words, who: words[: len(words) // 2]),
    "text twice": worded(lambda words, who: words * 2),
    "words shuffled": worded(lambda words, who: np.random.default_rng(1).permutation(words).tolist()),
    "no text": worded(lambda words, who: None),
    "two writers": two_writers,
    "crossed out": crossed_out,
    "sketches": sketched,
    "lines touch": lined_up(0.7),
    "lines cross": lined_up(0.5),
    "on its side": looked(quarter=1),
    "upside down": looked(quarter=2),
    "turned by 6 degrees": looked(turn=6.0),
    "turned by 20 degrees": looked(turn=20.0),
    "dark": toned(0.25),
    "very dark": toned(0.06),
    "pale": toned(0.12, 215),
    "cut at the left": cut_off(0.2, 0, 0, 0),
    "cut at the right": cut_off(0, 0, 0.3, 0),
    "cut through a line": cut_off(0, 0.135, 0, 0.6),
    "72 dpi": looked(dpi=72.0),
    "50 dpi": looked(dpi=50.0),
    "blank": blank,
    "print, its text": typeset(LATIN, None, LATIN),
    "print, no text": typeset(LATIN, None, None),
    "print, other text": typeset(LATIN, None, GERMAN),
    "Greek": typeset(GREEK, "mansalva.ttf", GREEK),
    "Cyrillic": typeset(CYRILLIC, "bad-script.ttf", CYRILLIC),
    "Cyrillic, no text": typeset(CYRILLIC, "bad-script.ttf", None),
    "Cyrillic, Latin text": typeset(CYRILLIC, "bad-script.ttf", LATIN),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/ and fonts/")
    parser.add_argument("--only", nargs="+", choices=list(CASES), default=list(CASES), metavar="CASE")
    parser.add_argument("--writers", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--save", type=Path, help="folder for the pages")
    options = parser.parse_args()
    global FONTS
    FONTS = options.data / "fonts"
    weights = load_weights()
    words = list(joined_pages.writers_of(options.data / "unipen", None)["exact"].values())
    print(f"{'page':22}{'writer':>7}{'letters':>8}{'used':>6}{'wrong':>7}{'seconds':>9}  said")
    for name in options.only:
        for index in options.writers[: 1 if CASES[name].__qualname__.startswith(("typeset", "blank")) else None]:
            view, text, truth = CASES[name](Writers(words, index))
            letters = len(truth.characters)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "page.png"
                cv2.imwrite(str(path), view.page[:, :, ::-1])
                if text is not None:
                    path.with_suffix(".txt").write_text(text, encoding="utf-8")
                if options.save:
                    options.save.mkdir(parents=True, exist_ok=True)
                    cv2.imwrite(str(options.save / f"{name.replace(' ', '-')}-{index}.png"), view.page[:, :, ::-1])
                start = time.process_time()
                try:
                    (reading,) = reader.read(path, weights)
                except ScanError as error:
                    reading = error
            took = time.process_time() - start
            if isinstance(reading, ScanError):
                print(
                    f"{name:22}{index:7}{letters:8}{'-':>6}{'-':>7}{took:9.1f}  refused: {reading.message}", flush=True
                )
                continue
            samples = used_of(reading)
            used, wrong = len(samples), int((~right(samples, truth, view, reading.matrix)).sum())
            said = " ".join(reading.notes)
            print(f"{name:22}{index:7}{letters:8}{used:6}{wrong:7}{took:9.1f}  {reading.kind}: {said}", flush=True)


if __name__ == "__main__":
    main()
