"""Formulas set as people write them: each node becomes a box of strokes, those it holds first.

Lengths are in x-heights. What has no letter is drawn with the pen: fraction bars, roots, braces, arrows over letters.
"""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from handfont.core.strokes import StrokeGlyph
from handfont.layout.formulas.boxes import Box, together
from handfont.layout.formulas.nodes import (
    INTEGRALS,
    LARGE,
    Accent,
    Fence,
    Fraction,
    Grid,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Symbol,
    Words,
    texts_of,
)
from handfont.layout.formulas.pen import FormulaPen
from handfont.layout.formulas.spacing import COLUMN, LINE, NEAR, RELATION, WORD, between, kind_of

SCRIPT, SMALLER = 0.66, 0.82
"""Size of scripts, and of scripts of scripts beside that."""
INLINE = 0.78
"""Size of what is in a fraction on a line of text, or within another fraction."""
SUM, SUM_INLINE, INTEGRAL = 1.4, 1.1, 1.2
"""Size of sums, of those on a line of text, and of integrals in formulas with their own lines."""
RAISED, HANGING = 0.9, 0.65
"""A superscript's baseline is so high above that of small letters, and so far below the top of tall ones."""
LOWERED = 0.5
"""A subscript's baseline is so far below that of letters."""
CLEAR = 0.22
"""Between a fraction's bar and what is over and under it, and between other things over each other."""
OVER = 0.25
"""Superscripts begin no farther to the left of the right end of what they belong to."""
BESIDE = 0.1
"""Between a node and its scripts."""
OVERHANG = 0.2
"""A fraction's bar is longer than what it parts by so much on either side."""
GROWS = 1.12
"""Brackets are drawn out where what they hold is so much taller than they are."""
SMALLEST_SIGN = {"×": 0.75, "÷": 0.7, "*": 0.5}
"""Least height of some signs that are written small in words."""

Gap = float


class FormulaSetter:
    """Sets one formula.

    Args:
        written: what the hand wrote for each of :func:`texts_of` the formula.
        pen: width of its strokes.
        slant: of the hand, x per y.
        gap: clear space between letters.
        rng: for what is drawn without letters.
    """

    def __init__(
        self,
        node: Node,
        written: Sequence[Box],
        pen: float,
        slant: float,
        gap: float,
        axis: float,
        rng: np.random.Generator,
    ) -> None:
        self.pen, self.half, self.slant, self.gap, self.axis = FormulaPen(pen, rng), pen / 2, slant, gap, axis
        self._texts: dict[str, deque[Box]] = defaultdict(deque)
        for text, box in zip(texts_of(node), written, strict=True):
            self._texts[text].append(box)
        self._set: dict[type, Callable[[Any, int, bool], Box]] = {
            Symbol: self._symbol,
            Words: self._words,
            Space: lambda node, depth, display: Box((), self.half, max(node.width, 0.0)),
            Row: self._row,
            Fraction: self._fraction,
            Root: self._root,
            Scripts: self._scripts,
            Accent: self._accent,
            Fence: self._fence,
            Grid: self._grid,
        }

    def box(self, node: Node, depth: int = 0, display: bool = False) -> Box:
        """A node's box, its left end wherever; ``depth`` counts scripts, ``display`` is for formulas on own lines."""
        return self._set[type(node)](node, depth, display)

    def _text(self, text: str) -> Box:
        return self._texts[text].popleft()

    def _symbol(self, node: Symbol, depth: int, display: bool) -> Box:
        box = self._text(node.text)
        if node.text in LARGE:
            size = SUM_INLINE if not display else INTEGRAL if node.text in INTEGRALS else SUM
            box = box.scaled(size)
            return box.moved(0.0, self.axis - box.middle)
        least = SMALLEST_SIGN.get(node.text, 0.0)
        if box.height - self.pen.width < least:
            box = box.scaled(least / max(box.height - self.pen.width, 0.1))
            return box.moved(0.0, self.axis - box.middle)
        return box

    def _words(self, node: Words, depth: int, display: bool) -> Box:
        x = WORD * (len(node.text) - len(node.text.lstrip()))
        boxes = [Box((), self.half, x)]
        for word in node.text.split():
            box = self._text(word)
            boxes.append(box.moved(x - box.left))
            x += box.width + WORD
        whole = together(boxes, self.half)
        return Box(whole.parts, self.half, x) if not whole.parts else whole

    def _row(self, node: Row, depth: int, display: bool) -> Box:
        x = 0.0
        boxes = []
        space, before = 0.0, ""
        for index, item in enumerate(node.items):
            box = self.box(item, depth, display)
            if isinstance(item, Space):
                space += item.width
                continue
            kind = kind_of(item)
            if kind == "operation" and before in ("", "relation", "operation", "comma"):
                kind = "sign"
            gap = (between(before, kind, self.gap) if index else 0.0) + space
            boxes.append(box.moved(x + gap - box.left))
            x += gap + box.width
            space, before = 0.0, kind
        return together(boxes, self.half) if boxes else Box((), self.half, max(space, 0.0))

    def _fraction(self, node: Fraction, depth: int, display: bool) -> Box:
        size = 1.0 if display else INLINE
        above, below = (self.box(part, depth, False).scaled(size) for part in (node.above, node.below))
        wide = max(above.width, below.width)
        clear = CLEAR * (1.0 if node.bar else 0.7)
        above = above.moved((wide - above.width) / 2 - above.left, self.axis + clear + self.half - above.bottom)
        below = below.moved((wide - below.width) / 2 - below.left, self.axis - clear - self.half - below.top)
        if not node.bar:
            return together([above, below], self.half)
        bar = self.pen.line(-OVERHANG, self.axis, wide + OVERHANG, self.axis)
        return together([above, bar, below], self.half)

    def _root(self, node: Root, depth: int, display: bool) -> Box:
        body = self.box(node.body, depth, display)
        low, high = min(body.bottom, -0.02), max(body.top, 1.0) + CLEAR + self.half
        tall = high - low
        corners = np.array([(-0.05, low + 0.42 * tall), (0.14, low + 0.5 * tall), (0.42, low), (0.42, high)])
        corners[:, 0] += self.slant * (corners[:, 1] - low)
        corners[3, 0] += 0.16 + 0.07 * tall
        corners[1:3] += self.pen.rng.normal(0, 0.03, (2, 2))
        start = float(corners[3, 0])
        # The stem leaves what is under the bar clear where it leans.
        body = body.moved(start + 0.14 - body.left)
        bar = self.pen.line(start, high, body.right + 0.18, high).parts[0].strokes[0]
        sides = [np.linspace(a, b, 8)[:-1] for a, b in itertools.pairwise([*corners[:3], bar[0]])]
        sign = np.concatenate([*sides, bar]).astype(np.float32)
        boxes = [Box((StrokeGlyph("√", (sign,)),), self.half), body]
        if node.degree is not None:
            degree = self.box(node.degree, depth + 1, False).scaled(0.6)
            x = float(corners[1, 0]) + 0.02
            boxes.insert(0, degree.moved(x - degree.right, float(corners[1, 1]) + 0.2 - degree.bottom))
        return together(boxes, self.half)

    def _scripts(self, node: Scripts, depth: int, display: bool) -> Box:
        base = self.box(node.base, depth, display)
        size = SCRIPT if depth == 0 else SMALLER
        above, below = (
            self.box(part, depth + 1, False).scaled(size) if part is not None else None
            for part in (node.above, node.below)
        )
        if node.limits:
            return self._limits(base, above, below)
        boxes = [base]
        high = low = None
        if above is not None:
            if _primes(node.above):
                high = above.scaled(1.3)
                high = high.moved(0.0, base.top + 0.1 - high.top)
            else:
                up = max(RAISED, base.top - HANGING)
                high = above.moved(0.0, max(up, up + 0.55 - (up + above.bottom)))
            x = max(base.right_between(high.bottom - 0.6, max(high.top, base.top)), base.right - OVER)
            boxes.append(high.moved(x + BESIDE - high.left))
        if below is not None:
            down = max(LOWERED, -base.bottom - 0.2)
            low = below.moved(0.0, -down)
            if high is not None and low.top > high.bottom - 0.12:
                low = low.moved(0.0, high.bottom - 0.12 - low.top)
            x = base.right_between(min(low.bottom, base.bottom), low.top + 0.5)
            boxes.append(low.moved(x + BESIDE - low.left))
        return together(boxes, self.half)

    def _limits(self, base: Box, above: Box | None, below: Box | None) -> Box:
        boxes = [base]
        middle = (base.left + base.right) / 2
        for box, side in ((above, 1), (below, -1)):
            if box is None:
                continue
            y = base.top + CLEAR - box.bottom if side > 0 else base.bottom - CLEAR - box.top
            lean = self.slant * side * (base.height + box.height) / 2
            boxes.append(box.moved(middle - (box.left + box.right) / 2 + lean, y))
        return together(boxes, self.half)

    def _accent(self, node: Accent, depth: int, display: bool) -> Box:
        base = self.box(node.base, depth, display)
        y = base.bottom - CLEAR if node.under else base.top + CLEAR
        middle = (base.left + base.right) / 2 + self.slant * (y - base.middle)
        return together([base, self.pen.sign(node.sign, middle, y, base.width)], self.half)

    def _fence(self, node: Fence, depth: int, display: bool) -> Box:
        body = self.box(node.body, depth, display)
        boxes = []
        if node.left:
            bracket = self._bracket(node.left, body)
            boxes.append(bracket.moved(body.left - NEAR - bracket.right))
        boxes.append(body)
        if node.right:
            bracket = self._bracket(node.right, body)
            boxes.append(bracket.moved(body.right + NEAR - bracket.left))
        return together(boxes, self.half)

    def _bracket(self, sign: str, body: Box) -> Box:
        box = self._text(sign)
        reach = max(body.top - self.axis, self.axis - body.bottom) + 0.12
        if 2 * reach <= GROWS * box.height:
            # Some hands write one of the two higher than the other.
            middle = float(np.clip(box.middle, self.axis + 0.05, self.axis + 0.35))
            return box.moved(0.0, middle - box.middle)
        grown = 2 * reach / box.height
        box = box.scaled(min(grown**0.35, 1.5), grown)
        return box.moved(0.0, self.axis - box.middle)

    def _grid(self, node: Grid, depth: int, display: bool) -> Box:
        cells = [[self.box(cell, depth, display) for cell in row] for row in node.rows]
        widths = [max(box.width for box in column) for column in zip(*cells, strict=True)]
        # The parts of lines that are set at a sign of relation are as near to it as in one line.
        aligned = node.aligns[:2] == ("right", "left")
        lefts = [0.0]
        for index, width in enumerate(widths[:-1]):
            lefts.append(lefts[-1] + width + (RELATION if aligned and index % 2 == 0 else COLUMN))
        baselines = [0.0]
        for above, below in itertools.pairwise(cells):
            drop = LINE - min(0.0, *(box.bottom for box in above)) + max(1.0, *(box.top for box in below))
            baselines.append(baselines[-1] - drop)
        placed = []
        for row, y in zip(cells, baselines, strict=True):
            for box, left, width, align in zip(row, lefts, widths, node.aligns, strict=True):
                free = {"left": 0.0, "right": 1.0}.get(align, 0.5) * (width - box.width)
                placed.append(box.moved(left + free - box.left, y))
        whole = together(placed, self.half)
        return whole.moved(0.0, self.axis - whole.middle)


def _primes(node: Node | None) -> bool:
    return isinstance(node, Symbol) and set(node.text) <= set("'°")
