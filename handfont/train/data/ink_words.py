"""Photographed words of DHSD as pieces of ink: binarized, parted into bodies and the dots above them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import BoolArray, ByteArray, DoubleArray
from handfont.core.charset import INDEX, X_HEIGHT_LETTERS
from handfont.errors import DataError

SCALE = 5
"""Enlargement of the pictures: strokes are one to three pixels wide there, and their gray shows the edge."""
BORDER = 12
"""Paper added around the enlarged picture, in its pixels."""
FAINT = 30
"""Gray levels between paper and the edge of the ink below which strokes have gaps that are not the writer's."""

UMLAUTS = dict(zip("äöüÄÖÜ", "aouAOU", strict=True))
"""Umlauts, and their base letters."""


@dataclass
class InkWord:
    """A photographed word: its text, and what is known of its ink so far."""

    file: Path
    letters: str  # without spaces, umlauts as their base letters
    marks: list[int]  # dots that each letter needs
    spaced: BoolArray  # whether a space is before the letter
    writer: str
    x_height: float = 0.0
    line: tuple[float, float] = (0.0, 0.0)  # baseline's row = slope * column + offset
    bodies: list[list[int]] = field(default_factory=list)  # components of each piece, left to right
    boxes: DoubleArray = field(default_factory=lambda: np.zeros((0, 4)))  # the pieces' boxes
    dots: list[int] = field(default_factory=list)
    components: DoubleArray = field(default_factory=lambda: np.zeros((0, 4)))
    certain: list[tuple[int, int]] = field(default_factory=list)  # (letter, piece) of the last round


def word_of(folder: Path, row: dict[str, str]) -> InkWord:
    """The word of a row of ``data.csv``."""
    text = row["text"].strip()
    at = [i for i, c in enumerate(text) if c != " "]
    letters = "".join(UMLAUTS.get(text[i], text[i]) for i in at)
    marks = [2 if text[i] in UMLAUTS else 1 if text[i] in "ij" else 0 for i in at]
    spaced = np.array([i > 0 and text[i - 1] == " " for i in at], bool)
    return InkWord(folder / row["file"], letters, marks, spaced, row["writer"])


def darkness_of(file: Path) -> ByteArray:
    """(height, width) gray levels by which a picture is darker than its paper.

    Raises:
        DataError: the file is no picture.
    """
    grey = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise DataError(f"{file} cannot be read as a picture")
    paper = cv2.GaussianBlur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)), (0, 0), 6)
    return np.asarray(cv2.subtract(paper, grey), np.uint8)


def ink_of(file: Path) -> tuple[NDArray[np.uint16], DoubleArray]:
    """Numbered components of a picture's ink, enlarged, and their boxes (the background's number is 0, its box too)."""
    large = cv2.resize(darkness_of(file), None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_CUBIC)
    level, _ = cv2.threshold(large, 0, 255, cv2.THRESH_OTSU)
    # Otsu's level halves ink and paper; thin strokes never get as dark as thick ones, hence a little lower.
    mask = cv2.copyMakeBorder(
        (large > 0.85 * level).astype(np.uint8), BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=0
    )
    if level < FAINT:
        mask[:] = 0
    numbers = np.zeros(mask.shape, np.uint16)
    x0, y0, width, height = cv2.boundingRect(mask)
    part = np.s_[y0 : y0 + height, x0 : x0 + width]  # numbering the empty paper would take most of the time
    if not width:
        return numbers, np.zeros((1, 5))
    _, numbers[part], stats, _ = cv2.connectedComponentsWithStats(mask[part], connectivity=8, ltype=cv2.CV_16U)
    x, y, w, h, area = stats.T.astype(float)
    return numbers, np.stack([x + x0, y + y0, x + x0 + w, y + y0 + h, area], axis=1)


def segment(word: InkWord) -> bool:
    """Fills in the word's pieces and dots and a first x-height and baseline; false if there is too little ink."""
    _, boxes = ink_of(word.file)
    if len(boxes) < 4:
        return False
    left, top, right, bottom, area = boxes.T
    width, height = right - left, bottom - top
    tall = float(np.quantile(height[1:], 0.8))
    ruled = (np.maximum(width / height, height / width) > 6) & (
        (np.minimum(left, top) <= BORDER) | (bottom >= 64 * SCALE + BORDER) | (right >= 256 * SCALE + BORDER)
    )
    speck = area < max(16.0, 0.004 * tall * tall)
    parts = [i for i in range(1, len(boxes)) if not (ruled[i] or speck[i])]
    word.components = boxes[:, :4]
    high = [i for i in parts if height[i] > 0.3 * tall]
    if len(high) < 3:
        return False
    # The x-height at which the pieces' heights have the distribution that the text's letters should have.
    usual = usual_boxes()
    expected = np.sort([usual[c][1] - usual[c][2] for c in word.letters if c not in "-."])
    at = np.linspace(0.2, 0.9, 8)
    word.x_height = float(np.median(np.quantile(height[high], at) / np.quantile(expected, at)))
    word.line = (0.0, float(np.median(bottom[high])))
    raised = word.line[1] - 0.85 * word.x_height
    word.dots = [i for i in parts if bottom[i] < raised and max(height[i], width[i]) < 0.75 * word.x_height]
    pieces: list[list[int]] = []
    for i in sorted(set(parts) - set(word.dots), key=lambda i: (left[i] + right[i], i)):
        if pieces:
            last = pieces[-1]
            start, end = min(left[last]), max(right[last])
            if min(end, right[i]) - max(start, left[i]) > 0.6 * min(end - start, width[i]):
                last.append(i)
                continue
        pieces.append([i])
    word.bodies = pieces
    word.boxes = np.array([union(boxes[piece, :4]) for piece in pieces])
    return len(pieces) * 3 >= len(word.letters)


def union(boxes: DoubleArray) -> DoubleArray:
    """The box around boxes."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def usual_boxes() -> dict[str, DoubleArray]:
    """Usual (width, top, bottom) of letters without their dots, in x-heights above the baseline: first guesses."""
    usual = dict.fromkeys(INDEX, (1.2, 1.75, 0.0))
    for letters, values in (
        (X_HEIGHT_LETTERS, (0.9, 1.0, 0.0)),
        ("bdhkß", (0.85, 1.8, 0.0)),
        ("gpqy", (0.85, 1.0, -0.8)),
        ("0123456789J", (0.8, 1.75, 0.0)),
        ("MW", (1.6, 1.75, 0.0)),
        ("()", (0.35, 1.8, -0.2)),
        ("m", (1.5, 1.0, 0.0)),
        ("w", (1.3, 1.0, 0.0)),
        ("r", (0.65, 1.0, 0.0)),
        ("lI", (0.3, 1.8, 0.0)),
        ("t", (0.75, 1.6, 0.0)),
        ("f", (0.75, 1.8, -0.1)),
        ("i", (0.2, 1.0, 0.0)),
        ("j", (0.45, 1.0, -0.8)),
        ("-", (0.7, 0.6, 0.4)),
        (".", (0.2, 0.2, 0.0)),
    ):
        usual.update(dict.fromkeys(letters, values))
    return {c: np.array(values) for c, values in usual.items()}
