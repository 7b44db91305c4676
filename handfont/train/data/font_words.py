"""Words of fonts as pen paths whose letters and joins are known exactly: each face is a writer.

Letters are joined where their ink meets, in faces whose letters may be joined; dots of i and j, accents, and bars of t
and f are written after the letters that are joined, as people do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from handfont.core.arrays import DoubleArray, IntArray
from handfont.train.data import fonts
from handfont.train.data.face_joins import Meeting, in_order, meeting
from handfont.train.data.faces import Face, PlacedGlyph
from handfont.train.data.outline_fonts import OutlineFace
from handfont.train.data.single_stroke_fonts import SingleStrokeFace
from handfont.train.data.word_paths import LONGEST, NONE, WordPath, evenly, marks

FOLDERS = ("fonts_joined", "fonts")
"""Where fonts lie in the data folder, each with its ``fonts.csv``."""
JOINING_STYLES = ("cursive", "semi-cursive")
"""Styles whose letters may be joined; in others they touch by chance."""
JOINING = 0.2
"""So do they in faces that join less than this share of their letters."""
HIGHEST, HIGHEST_OF_CAPITALS = 1.4, 0.6
"""Height over the baseline up to which letters are joined to the next one, in x-heights: capitals only by strokes that
leave them near the baseline, as their bars touch small letters by chance."""
CONNECTED = 1.5
"""Factor by which glyphs that join letters may be farther from them than others: they were cut off from them."""
CAPITAL, NUMBER = 0.15, 0.03
"""Shares of the words that get a capital first, and that are replaced by a number."""
TRIES = 12
"""Words tried for one that a face can write, at most."""
FEWEST = 0.5
"""Faces that can write less than this share of the words asked for are left out: they would repeat them."""
DOT, DOT_ROW = 1.0, 1.05
"""Strokes of small letters that are no larger and begin no lower, in x-heights, are dots and accents."""
BAR_ROWS, BAR_SLOPE = (0.5, 3.0), 0.35
"""Heights of the bars of t and f, in x-heights, and how steep they are at most."""
LATE = 0.3
"""Share of the words whose marks are written after the whole word."""
SPACING, STANDING = 0.07, 0.03
"""Deviations of the places of letters, along the line and upwards, that are not joined to the one before, in
x-heights."""


def font_words(folder: Path, texts: Sequence[str], each: int, seed: int, limit: int | None = None) -> list[WordPath]:
    """Words written with all listed fonts, or with the first ``limit`` of each list.

    Args:
        folder: data folder; without ``fonts_joined/`` or ``fonts/`` there are fewer words, or none.
        texts: words to write, of ASCII; those of other characters are passed over.
        each: words of each face, about: faces that lack letters write fewer, and those that lack many write none.
        seed: of the choice of words.

    Raises:
        DataError: the list of the fonts or a font is missing or damaged.
    """
    words = []
    for name in FOLDERS:
        if not (folder / name).is_dir():
            continue
        for path, style in fonts.licensed_fonts(folder / name)[:limit]:
            face: Face = SingleStrokeFace(path, style) if path.suffix == ".svg" else OutlineFace(path, style)
            words += _words(face, texts, each, seed)
    return words


def written(face: Face, text: str, rng: np.random.Generator, joining: bool = True) -> WordPath | None:
    """A word, with places of letters and the order of marks at random; None if the face has no strokes for one of its
    letters, or if it has too many points.

    Args:
        text: characters that the face has.
        joining: whether letters that meet are joined.
    """
    placed = face.write(text)
    if placed is None:
        return None
    glyphs = [glyph for glyph in (_parted(glyph, text) for glyph in placed) if glyph.body]
    meetings = [_meeting(one, other, text, face) if joining else None for one, other in pairwise(glyphs)]
    pen = _Pen()
    waiting: list[_Glyph] = []
    at_the_end, shift = rng.random() < LATE, np.zeros(2)
    for glyph, before, after in zip(glyphs, [None, *meetings], [*meetings, None], strict=True):
        if before is None:
            shift = np.array([shift[0] + rng.normal(0, SPACING), rng.normal(0, STANDING)])
        glyph = glyph.moved(shift)
        pen.write(glyph, before, after)
        waiting.append(glyph)
        if after is None and not at_the_end:
            waiting = pen.finish(waiting)
    pen.finish(waiting)
    return pen.word(f"font:{face.name}", text, _joined(glyphs, meetings, len(text)))


@dataclass(frozen=True, eq=False)
class _Glyph:
    letter: int
    body: list[DoubleArray]
    late: list[DoubleArray]

    def moved(self, shift: DoubleArray) -> _Glyph:
        return replace(self, body=[s + shift for s in self.body], late=[s + shift for s in self.late])


class _Pen:
    """Strokes in the order of writing, each with the letter of each of its points."""

    def __init__(self) -> None:
        self._strokes: list[DoubleArray] = []
        self._letters: list[IntArray] = []
        self._late: list[bool] = []
        self._open = False

    def write(self, glyph: _Glyph, before: Meeting | None, after: Meeting | None) -> None:
        """The body of a glyph; goes on with the last stroke if its end and the glyph's first one's are where they
        meet.
        """
        entry, exit_ = before and before.entry, after and after.exit
        for number, stroke in enumerate(in_order(glyph.body, entry, exit_)):
            letters = np.full(len(stroke), glyph.letter)
            if number == 0 and entry is not None and before is not None and before.exit is not None and self._open:
                self._strokes[-1] = np.concatenate([self._strokes[-1], stroke])
                self._letters[-1] = np.concatenate([self._letters[-1], letters])
            else:
                self._add(stroke, letters, False)
        self._open = exit_ is not None and (entry is None or entry.stroke != exit_.stroke or len(glyph.body) == 1)

    def finish(self, glyphs: list[_Glyph]) -> list[_Glyph]:
        """The late strokes of glyphs; returns that none are left."""
        for glyph in glyphs:
            for stroke in glyph.late:
                self._add(stroke, np.full(len(stroke), glyph.letter), True)
        return []

    def word(self, writer: str, text: str, joined: tuple[bool, ...]) -> WordPath | None:
        """The word written so far; None if it has too many points."""
        even = [evenly(stroke) for stroke in self._strokes]
        paths = [path for path, _ in even]
        lengths = [len(path) for path in paths]
        if sum(lengths) > LONGEST:
            return None
        late = marks(paths) & np.array(self._late)
        letters = [own[source] for own, (_, source) in zip(self._letters, even, strict=True)]
        return WordPath(
            writer, text, np.concatenate(paths).astype(np.float32), np.repeat(np.arange(len(paths)), lengths),
            np.concatenate(letters), np.repeat(late, lengths), joined,
        )  # fmt: skip

    def _add(self, stroke: DoubleArray, letters: IntArray, late: bool) -> None:
        self._strokes.append(stroke)
        self._letters.append(letters)
        self._late.append(late)


def _words(face: Face, texts: Sequence[str], each: int, seed: int) -> list[WordPath]:
    """Words of a face, none of them joined unless many are."""
    joining = face.style in JOINING_STYLES
    words = _tried(face, texts, each, seed, joining)
    pairs = [joined for word in words for joined in word.joined or ()]
    if joining and sum(pairs) < JOINING * len(pairs):
        words = _tried(face, texts, each, seed, False)
    return words if len(words) >= FEWEST * each else []


def _tried(face: Face, texts: Sequence[str], each: int, seed: int, joining: bool) -> list[WordPath]:
    rng = np.random.default_rng([seed, *face.name.encode()])
    words = []
    for _ in range(each):
        for _ in range(TRIES):
            text = _text(face, texts, rng)
            if text and face.characters >= set(text) and (word := written(face, text, rng, joining)) is not None:
                words.append(word)
                break
    return words


def _text(face: Face, texts: Sequence[str], rng: np.random.Generator) -> str:
    """One of the texts, perhaps with a capital first, all in capitals if the face has no other letters, or a number."""
    text = texts[int(rng.integers(len(texts)))]
    if rng.random() < NUMBER:
        return str(rng.integers(10 ** rng.integers(1, 5)))
    if face.style == "caps-print":
        return text.upper()
    return text[0].upper() + text[1:] if rng.random() < CAPITAL else text


def _parted(glyph: PlacedGlyph, text: str) -> _Glyph:
    """A glyph with its dots, accents and bars apart from its body."""
    character = "" if glyph.letter == NONE else text[glyph.letter]
    late = [_is_late(stroke, character) for stroke in glyph.strokes]
    if all(late):
        late = [False] * len(late)
    parts = list(zip(glyph.strokes, late, strict=True))
    return _Glyph(glyph.letter, [s for s, own in parts if not own], [s for s, own in parts if own])


def _is_late(stroke: DoubleArray, character: str) -> bool:
    if not character.islower():
        return False
    low, high = stroke.min(axis=0), stroke.max(axis=0)
    width, height = high - low
    dot = low[1] > DOT_ROW and max(width, height) < DOT
    level = BAR_ROWS[0] < low[1] and high[1] < BAR_ROWS[1] and height < BAR_SLOPE * width
    return bool(dot or (character in "tf" and level))


def _meeting(one: _Glyph, other: _Glyph, text: str, face: Face) -> Meeting | None:
    before, after = ("" if glyph.letter == NONE else text[glyph.letter] for glyph in (one, other))
    if not (before + after).isalpha() or after.isupper():
        return None
    touching = face.touching * (1.0 if before and after else CONNECTED)
    return meeting(one.body, other.body, touching, HIGHEST_OF_CAPITALS if before.isupper() else HIGHEST)


def _joined(glyphs: Sequence[_Glyph], meetings: Sequence[Meeting | None], length: int) -> tuple[bool, ...]:
    """(length - 1,) which letters meet the next one, perhaps by glyphs between them."""
    apart = {0}
    letter = 0
    for glyph, before in zip(glyphs[1:], meetings, strict=True):
        if before is None and glyph.letter != letter:
            apart.add(letter + 1)
        letter = max(letter, glyph.letter)
    return tuple(letter not in apart for letter in range(1, length))
