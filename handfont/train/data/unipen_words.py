"""Single characters cut from the words of UNIPEN, for writers of whom the collection has no isolated ones.

A word's pen strokes, from left to right, are aligned with the letters of its text: a letter takes one to four
neighboring pieces of ink, and what is written joined is skipped as a whole. All alignments are weighed together
(forward-backward) by what the reader sees in the pieces and by how well sizes, places and gaps fit, and only pieces
that are one certain letter in nearly all the weight become characters. Cursive words therefore give few or none. Dots
above letters are left out of the alignment and given to the ``i`` and ``j`` of the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from handfont.core import sdf
from handfont.core.arrays import FloatArray
from handfont.core.charset import ASCII, INDEX, alike
from handfont.model import inference
from handfont.model.reader import Reader
from handfont.train.data import unipen
from handfont.train.data.stroke_word_alignment import fit
from handfont.train.data.stroke_words import PenWord, Stroke, Usual, box_of, ink_of, part, runs_of, sizes

READABLE = 0.5
"""Probability that the reader has to give a character, or one that looks alike, by its shape."""
MIN_CHARACTERS = 8
"""Writers with fewer different characters are left out, as are those with too few (:data:`unipen.MIN_RECORDS`)."""


def read(
    folder: Path, reader: Reader, words_per_writer: int = 45, limit: int | None = None
) -> Iterator[unipen.Trajectory]:
    """Characters cut from the words of training writers who wrote no isolated ones, cleaned and normalized.

    Args:
        folder: folder of the UNIPEN files.
        reader: reads single characters by their shape.
        words_per_writer: words of a writer that are looked at, at most.
        limit: number of writers, all if None (for tests).

    Raises:
        DataError: the folder lacks a UNIPEN file, or it is damaged.
    """
    isolated = unipen.read_records(folder, "train")
    usual = _usual(isolated)
    by_writer: dict[str, list[PenWord]] = defaultdict(list)
    for data in unipen.read_lines(folder / "words.train.jsonl.gz"):
        if data["w"] not in isolated and data["q"] != "BAD" and set(data["l"]) <= _PLAIN:
            word = _word(data)
            if word is not None:
                by_writer[data["w"]].append(word)
    for writer, words in sorted(by_writer.items())[:limit]:
        records = _cut(_chosen(words, words_per_writer), reader, usual)
        if len(records) < unipen.MIN_RECORDS:
            continue
        glyphs = list(unipen.normalise(writer, records, usual.height, usual.bottom))
        if len(glyphs) >= unipen.MIN_RECORDS and len({glyph.label for glyph in glyphs}) >= MIN_CHARACTERS:
            yield from glyphs


_PLAIN = set(ASCII) - {"\\"}  # a backslash may be one, or escape what follows


def _usual(isolated: dict[str, list[unipen.Record]]) -> Usual:
    height, bottom = unipen.expected(isolated)
    widths: dict[str, list[float]] = defaultdict(list)
    for records in isolated.values():
        if len(records) >= unipen.MIN_RECORDS:
            for record, scale in zip(records, unipen.scales(records, height), strict=True):
                widths[record.label].append(record.width / scale)
    return Usual(height, bottom, {c: float(np.median(widths[c])) if widths[c] else 0.9 for c in INDEX})


def _word(data: dict[str, Any]) -> PenWord | None:
    origin = np.asarray(data.get("o") or [0, 0], np.float64)
    strokes = [np.asarray(flat, np.float64).reshape(-1, 2) for flat in data["s"] if len(flat) >= 2]
    if not strokes or not data["l"] or len(strokes) > 8 * len(data["l"]):
        return None
    origin = origin - np.concatenate(strokes).min(axis=0)
    return PenWord(data["l"], data["c"], [(stroke + origin).astype(np.float32) for stroke in strokes])


def _chosen(words: list[PenWord], count: int) -> list[PenWord]:
    """The words, in their order, that show most different characters best: of those seen less, and written apart."""
    has = np.array([[c in word.text for c in ASCII] for word in words], float)
    apart = []
    for word in words:
        marks = sum(c in "ijtfxk" for c in word.text)
        apart.append(np.clip((len(word.strokes) - 0.7 * marks) / len(word.text), 0.05, 0.9))
    shown = np.zeros(len(ASCII))
    left = np.ones(len(words), bool)
    for _ in range(min(count, len(words))):
        gain = np.where(left, np.array(apart) * (has / (1 + shown)).sum(axis=1), -1.0)
        best = int(gain.argmax())
        left[best] = False
        shown += has[best] * apart[best]
    return [word for word, unused in zip(words, left, strict=True) if not unused]


def _cut(words: list[PenWord], reader: Reader, usual: Usual) -> list[unipen.Record]:
    """Records of the characters that are certain, in the order of the words."""
    _measure(words, usual)
    slant = _slant(words)
    shapes: list[list[Stroke]] = []
    for word in words:
        word.slant = slant
        part(word)
        for run in runs_of(word):
            word.runs[run] = len(word.runs)
            shapes.append(ink_of(word, run))
        boxes = [box_of(shape) for shape in shapes[len(shapes) - len(word.runs) :]]
        word.boxes = np.array(boxes).reshape(-1, 4)
    if not shapes:
        return []
    sizes = [sdf.MIN_SIZE * word.x_height for word in words for _ in word.runs]
    seen = _seen(shapes, sizes, reader)
    start = 0
    for word in words:
        word.seen = seen[start : start + len(word.runs)]
        start += len(word.runs)
        fit(word, usual)
    return [record for word in _in_their_case(words, usual) for record in _made(word)]


def _in_their_case(words: list[PenWord], usual: Usual) -> list[PenWord]:
    """The words, in capitals where they fit the ink better: some contributors wrote all texts down in small letters.

    Words too short or too joined to show it go with the writer's others; where nothing shows it, they are left out.
    """
    capital: list[PenWord | None] = []
    for word in words:
        apart = len(word.pieces) >= 0.5 * len(word.text) and not word.dots
        capital.append(replace(word, text=word.text.upper()) if apart and word.text != word.text.upper() else None)
    tested = [other for other in capital if other is not None]
    _measure(tested, usual)
    for other in tested:
        fit(other, usual)
    better = np.array(
        [other.total - word.total if other is not None else -np.inf for word, other in zip(words, capital, strict=True)]
    )
    shown = np.clip(better[np.isfinite(better)], -4.0, 4.0)
    habit = 0.75 * float(shown.mean()) if len(shown) else 0.0
    result = []
    for word, upper, gain in zip(words, capital, better, strict=True):
        if upper is None or gain + habit <= -1.0:
            result.append(word)
        elif gain + habit > 1.0:
            result.append(upper)
    return result


def _measure(words: list[PenWord], usual: Usual) -> None:
    """Sets a first guess of the words' x-heights and baselines."""
    guessed = sizes([box_of(word.strokes) for word in words], [word.text for word in words], usual)
    for word, (x_height, baseline) in zip(words, guessed, strict=True):
        word.x_height, word.baseline = x_height, baseline


def _slant(words: list[PenWord]) -> float:
    """Median lean of the steep ink of a writer, x over y."""
    steps = np.concatenate([np.diff(stroke, axis=0) for word in words for stroke in word.strokes])
    steep = steps[np.abs(steps[:, 1]) > 1.2 * np.abs(steps[:, 0])]
    if not len(steep):
        return 0.0
    lean, length = steep[:, 0] / steep[:, 1], np.abs(steep[:, 1])
    order = np.argsort(lean, kind="stable")
    half = int(np.searchsorted(np.cumsum(length[order]), length.sum() / 2))
    return float(lean[order[min(half, len(order) - 1)]])


def _seen(shapes: list[list[Stroke]], sizes: list[float], reader: Reader) -> FloatArray:
    """What the reader sees: probabilities (N, C) of each character or those that look alike."""
    fields = []
    for strokes, size in zip(shapes, sizes, strict=True):
        box = box_of(strokes)
        side = max(box[2] - box[0], box[3] - box[1], size)
        # Fewer points cost less; a hundredth of a letter is a third of a sample.
        coarse = [
            np.asarray(
                cv2.approxPolyDP((s - box[:2].astype(np.float32))[:, None], 0.008 * side, False)[:, 0], np.float32
            )
            for s in strokes
        ]
        fields.append(sdf.from_strokes(coarse, size).field)
    return np.asarray(inference.read(reader, np.stack(fields)) @ alike().astype(np.float32), np.float32)


def _made(word: PenWord) -> Iterator[unipen.Record]:
    for i, run in word.certain:
        label = word.text[i]
        strokes = ink_of(word, run)
        lost = label in "ij" and (len(strokes) < 2 or (word.dots and run[2] < 0))  # its dot
        if lost or word.seen[word.runs[run], INDEX[label]] < READABLE:
            continue
        left, low, right, high = box_of(strokes)
        yield unipen.Record(
            label,
            word.contributor,
            [s - np.array([left, 0], np.float32) for s in strokes],
            float(left),
            0.0,
            float(low),
            float(right - left),
            float(high - low),
            True,
        )
