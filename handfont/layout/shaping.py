"""From words to boxes: fresh glyphs, set side by side. Lengths are in x-heights of the text's own size."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from handfont.core import optical_spacing
from handfont.core.arrays import BoolArray, DoubleArray
from handfont.core.composites import WRITABLE
from handfont.core.forms import ALONE, Joins
from handfont.core.glyph import Glyph
from handfont.core.random_streams import stream
from handfont.core.strokes import StrokeGlyph
from handfont.layout import pen_strokes, pitch
from handfont.layout.content import Block, Content, StyledWord, TextStyle
from handfont.layout.hand_motion import normals, uniforms
from handfont.layout.pitch import PITCH
from handfont.layout.word_parts import BATCH, letters, words_of
from handfont.util.parallel import run_ahead

if TYPE_CHECKING:
    from handfont.synthesis.hand import Hand

LETTER_VARIATION = 0.25
"""Standard deviation of gaps between letters, in the mean gap. Lines of UNIPEN writers spread by 0.27 to 0.67 of
it more than evenly spaced letters of theirs; more than this looks careless."""
JOIN_VARIATION = 0.12
"""Standard deviation of the length of joins beside that of the letters' own ends, in x-heights. The distance between
letters of a pair varies by 0.35 in UNIPEN writers' words, by 0.17 where only letters vary; more looks careless."""
HEAVIER = 1.5
"""Width of the pen of strong words, in that of the usual one."""
FORMULA_GAP = 0.85
"""X-heights between two pieces of a formula."""
POOL = 64
"""Hyphens that are drawn at a time."""


@dataclass
class ShapedWord:
    """A word with glyphs: their origins from the first one's, and the ends of their ink, (N,) each; ``gap`` is the
    clear space between it and the word before, by its spaces.
    """

    word: StyledWord
    glyphs: list[Glyph]
    origins: DoubleArray
    left_edges: DoubleArray
    right_edges: DoubleArray
    gap: float

    @cached_property
    def _ends(self) -> tuple[float, float]:
        return float(self.left_edges.min()), float(self.right_edges.max())

    def left(self, start: int = 0, stop: int | None = None) -> float:
        """Where the ink of some of the glyphs begins, from the word's origin."""
        whole = start == 0 and (stop is None or stop == len(self.glyphs))
        return self._ends[0] if whole else float(self.left_edges[start:stop].min())

    def right(self, start: int = 0, stop: int | None = None) -> float:
        """Where the ink of some of the glyphs ends, from the word's origin."""
        whole = start == 0 and (stop is None or stop == len(self.glyphs))
        return self._ends[1] if whole else float(self.right_edges[start:stop].max())

    def width(self, start: int = 0, stop: int | None = None) -> float:
        """Length of the ink of some of the glyphs, from its left to its right end."""
        return self.right(start, stop) - self.left(start, stop)

    @property
    def code(self) -> bool:
        """Whether the word is program code, whose letters have one width."""
        return bool(self.word.looks) and self.word.look(0).code


@dataclass
class Shaped:
    """A block whose words have become boxes; a table's are in order of its cells. ``last`` unless more words of the
    same block follow in the next one; ``begins`` unless it is such a next one.
    """

    block: Content
    boxes: list[ShapedWord]
    marker: ShapedWord | None = None
    begins: bool = True
    last: bool = True


class _Part(NamedTuple):
    """Words of a block, and whether it begins and ends with them."""

    block: Content
    words: list[StyledWord]
    begins: bool
    last: bool


class GlyphShaper:
    """Draws the glyphs of a document in order."""

    def __init__(self, hand: Hand, seed: int, document: str = "") -> None:
        self.hand, self.seed, self.document = hand, seed, document
        self.motion = f"{document}\x1f{hand.style.name}"  # hands move unlike each other over the same text and seed
        self._written = {False: 0, True: 0}
        self._drawn = self._spaced = 0
        self._pools: dict[str, list[Glyph]] = {}
        self._hyphens = 0

    def shape(self, content: Iterator[Content]) -> Generator[Shaped, None, None]:
        """Boxes of blocks; glyphs of several short blocks, or of a part of a long one, are drawn at once, some such
        parts side by side while earlier ones are set.
        """
        drawn = run_ahead(self._task(parts) for parts in self._parts(content))
        with closing(drawn):
            for parts, glyphs in drawn:
                yield from self._shaped(parts, glyphs)

    def _task(self, parts: list[_Part]) -> Callable[[], tuple[list[_Part], list[Glyph]]]:
        draw = self._drawing(_all_words(parts))
        return lambda: (parts, draw())

    def _parts(self, content: Iterator[Content]) -> Iterator[list[_Part]]:
        waiting: list[_Part] = []
        size = 0
        for block in content:
            words = list(words_of(block))
            begins = True
            part: list[StyledWord] = []
            for word in words:
                part.append(word)
                size += len(word.text)
                if size >= BATCH and isinstance(block, Block) and word is not words[-1]:
                    yield [*waiting, _Part(block, part, begins, False)]
                    waiting, size, part, begins = [], 0, [], False
            waiting.append(_Part(block, part, begins, True))
            if size >= BATCH:
                yield waiting
                waiting, size = [], 0
        yield waiting

    def _shaped(self, parts: list[_Part], glyphs: list[Glyph]) -> list[Shaped]:
        result = []
        boxes = iter(self._boxes(_all_words(parts), glyphs))
        for block, words, begins, last in parts:
            found = [next(boxes) for _ in words]
            marker = None
            if isinstance(block, Block) and isinstance(block.marker, StyledWord) and begins:
                marker, found = found[0], found[1:]
            result.append(Shaped(block, found, marker, begins, last))
        return result

    def boxes(self, words: Sequence[StyledWord]) -> list[ShapedWord]:
        """Boxes of words in order."""
        return self._boxes(words, self._drawing(words)())

    def _boxes(self, words: Sequence[StyledWord], glyphs: list[Glyph]) -> list[ShapedWord]:
        if not words:
            return []
        text, looks = letters(words)
        code = np.array([look is not None and look.code for look in looks], bool)
        glyphs = pitch.narrowed(glyphs, code)
        left = np.stack([glyph.left_edge for glyph in glyphs])
        right = np.stack([glyph.right_edge for glyph in glyphs])
        jitter = normals(self.seed, self.motion, "gaps", self._spaced, len(text))[1:]
        self._spaced += len(text)
        rhythm, neatness = self.hand.style.rhythm, self.hand.neatness
        gaps = rhythm.letter_gap * (1 + neatness * LETTER_VARIATION * jitter)
        lefts, rights = np.nanmin(left, axis=1).astype(np.float64), np.nanmax(right, axis=1).astype(np.float64)
        apart = optical_spacing.distances(left, right, gaps, optical_spacing.set_apart(text, gaps), self.slant)
        apart = pitch.distances(apart, lefts, rights, code)
        for i, glyph in enumerate(glyphs):
            following = glyphs[i + 1].joined if i + 1 < len(glyphs) else None
            if glyph.joined is not None and glyph.joined.joins.right and following is not None:
                apart[i] = glyph.joined.left - following.entered + JOIN_VARIATION * neatness * jitter[i]
        lefts, rights = pitch.cells(lefts, rights, code)
        result = []
        start = 0
        for word in words:
            stop = start + len(word.text)
            origins = np.zeros(stop - start)
            np.cumsum(apart[start : stop - 1], out=origins[1:])
            gap = rhythm.word_gap * max(word.spaces, 1)
            if word.spaces == 0 and start:
                # Nothing is between the two: they are as near as letters.
                gap = float(apart[start - 1] + lefts[start] - rights[start - 1])
            elif start and code[start - 1] and code[start]:
                gap = PITCH * word.spaces
            elif word.looks and (formula := word.look(0).formula) and formula.continued:
                gap = FORMULA_GAP
            result.append(
                ShapedWord(
                    word, glyphs[start:stop], origins, origins + lefts[start:stop], origins + rights[start:stop], gap
                )
            )
            start = stop
        return result

    def hyphen(self) -> Glyph:
        """The next hyphen that the text does not have."""
        self._hyphens += 1
        return self._pooled("hyphens", self._hyphens - 1)

    def number(self, number: int, form: str) -> list[ShapedWord]:
        """A page's number as it is written, whatever else is on the page."""
        apart = GlyphShaper(self.hand, self.seed, f"{self.document}\x1fpage {number}")
        return apart.boxes([StyledWord(part) for part in form.replace("{n}", str(number)).split()])

    def _pooled(self, name: str, index: int) -> Glyph:
        pool = self._pools.setdefault(name, [])
        if index % POOL == 0:
            pool[:] = self.hand.write("-" * POOL, self.seed, f"{self.document}\x1f{name}", index)
        return pool[index % POOL]

    def _drawing(self, words: Sequence[StyledWord]) -> Callable[[], list[Glyph]]:
        """What draws fresh glyphs of all letters of words, in any thread; words must be asked for in their order."""
        text, looks = letters(words)
        strong = np.array([look is not None and look.strong for look in looks], bool)
        known = np.array([character in _WRITABLE for character in text], bool)
        drawn, written = self._drawn, dict(self._written)
        self._drawn += len(text)
        plain = known & np.array([look is None or not look.code for look in looks], bool)
        beside = plain[:-1] & plain[1:] & (strong[:-1] == strong[1:])
        beside[np.cumsum([len(word.text) for word in words[:-1]], dtype=np.int64) - 1] = False
        for heavy in (False, True):
            self._written[heavy] += int((known & (strong == heavy)).sum())

        def draw() -> list[Glyph]:
            result: list[Glyph | None] = [None] * len(text)
            joins = self._joins(text, beside, drawn)
            for heavy in (False, True):
                chosen = np.flatnonzero(known & (strong == heavy))
                if not len(chosen):
                    continue
                hand = self._strong if heavy else self.hand
                document = f"{self.document}\x1fstrong" if heavy else self.document
                part, own = "".join(text[i] for i in chosen), [joins[i] for i in chosen]
                some = hand.write(part, self.seed, document, written[heavy], own)
                for index, glyph in zip(chosen, some, strict=True):
                    result[index] = glyph
            return [glyph or self._other(text[i], looks[i], drawn + i) for i, glyph in enumerate(result)]

        return draw

    def _joins(self, text: str, beside: BoolArray, first: int) -> list[Joins]:
        """How each character is joined; the first one has the number ``first`` in the document."""
        if self.hand.style.joins is None:
            return [ALONE] * len(text)
        from handfont.synthesis import joining  # and the weights, which checking a text must not wait for

        chance = uniforms(self.seed, self.motion, "joins", first, len(text))
        return joining.joins_of(text, beside, self.hand.style, self.hand.weights, chance)

    @cached_property
    def slant(self) -> float:
        """Slant of what the hand draws, x per y."""
        geometry = self.hand.style.geometry
        return round(geometry.width * self.hand.slant + float(np.tan(np.radians(geometry.slant))), 3)

    @cached_property
    def _strong(self) -> Hand:
        from handfont.synthesis.hand import Hand

        style = self.hand.style
        pen = replace(style.pen, width=min(style.pen.width * HEAVIER, max(0.3, style.pen.width)))
        # The hand's neatness is the style's already.
        return Hand(replace(style, pen=pen, neatness=1.0), self.hand.neatness, self.hand.weights)

    def _other(self, character: str, look: TextStyle | None, position: int) -> Glyph:
        """What is drawn in place of a character that cannot be written: its formula, or a box."""
        if look is None or look.formula is None:
            return self._box(character, position)
        from handfont.layout.formulas import drawing  # and numba, which checking a text must not wait for

        hand = self._strong if look.strong else self.hand
        return drawing.draw(look.formula, GlyphShaper(hand, self.seed, f"{self.document}\x1fformula {position}"))

    def _box(self, character: str, position: int) -> Glyph:
        """A box in place of a character that cannot be written."""
        from handfont.core.inking import ink  # and numba, which checking a text must not wait for

        nib = self.hand.nib
        sides = pen_strokes.box(0.9, 1.5, nib.width, stream(self.seed, self.document, "box", position))
        inked = ink([StrokeGlyph(character, sides)], nib)
        return Glyph(character, sides, inked.outlines[0], nib.width, inked.left[0], inked.right[0])


_WRITABLE = frozenset(WRITABLE)


def _all_words(parts: list[_Part]) -> list[StyledWord]:
    return [word for part in parts for word in part.words]
