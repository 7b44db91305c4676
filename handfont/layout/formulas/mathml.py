"""MathML's trees to formulas: what latex2mathml makes of LaTeX, and what OpenDocument texts hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import unescape
from xml.etree.ElementTree import Element

from handfont.core.composites import WRITABLE
from handfont.core.readings import reading
from handfont.layout.formulas.nodes import (
    CLOSING,
    INTEGRALS,
    LARGE,
    LIMITS,
    OPENING,
    Accent,
    Fence,
    Formula,
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

MAX_DEPTH = 12
"""Levels of nodes in nodes that can still be read when they are written."""
EM = 2.0
"""X-heights to a LaTeX em."""
_ACCENTS = {
    **{sign: sign for sign in "ˆ˜˙¨→←⏞⏟ˇ˘´`˚"}, **dict.fromkeys("¯―‾_\u0332", "–"), "^": "ˆ", "~": "˜", "\u20d7": "→",
}  # fmt: skip
"""Signs over and under nodes, by MathML's characters for them."""
_SAME = {
    "\u2212": "–", "\u2223": "|", "\u2061": "", "\u2062": "", "\u2063": ",", "\u22c6": "*", "\u2217": "*",
    "\u22c5": "·", "\u2032": "'", "\u2033": "''", "\u2034": "'''", "\u2035": "'",
}  # fmt: skip
"""Characters of MathML that are written as others."""
_NAMES = {
    *("arg", "argmax", "argmin", "sgn", "sign", "rank", "tr", "Tr", "diag", "span", "lcm", "var", "Var", "cov", "Cov"),
    *("erf", "grad", "curl", "rot", "sech", "csch", "coth", "arccot"),
}
"""Names of functions that are no commands of LaTeX, but are used as such."""
_TAGS = {"menclose": "\\boxed or \\cancel", "mphantom": "\\phantom", "mprescripts": "scripts before a symbol"}
_WRITABLE = frozenset(WRITABLE)


class UnwritableError(Exception):
    """What a formula has that cannot be written; the message continues a sentence: "the formula x ..."."""


class MathmlReader:
    """Reads one formula. ``plain``: an ampersand is a character of it."""

    def __init__(self, display: bool, plain: bool = False) -> None:
        self.display, self.plain = display, plain

    def formula(self, root: Element) -> Formula:
        """The formula that an element ``math`` holds.

        Raises:
            UnwritableError: it has something that cannot be written by hand.
        """
        for element in root.iter():
            element.text = (
                unescape(element.text or "").strip() if element.tag != "mtext" else unescape(element.text or "")
            )
        node = self._row(list(root), 0)
        if not any(texts_of(node)):
            raise UnwritableError("is empty; write something between the dollar signs, or \\$ for a dollar sign")
        return Formula(node, self.display)

    def _row(self, elements: Sequence[Element], depth: int) -> Node:
        """Elements side by side: lines and columns where they are parted so, brackets with what is between them."""
        if depth > MAX_DEPTH:
            raise UnwritableError(f"is nested more than {MAX_DEPTH} levels deep")
        elements = _flat(elements)
        if any(_ends_line(element) for element in elements):
            return self._lines(elements, depth)
        items = [node for element in elements for node in self._nodes(element, depth)]
        items = _fenced(items)
        return items[0] if len(items) == 1 else Row(tuple(items))

    def _lines(self, elements: Sequence[Element], depth: int) -> Node:
        rows: list[list[list[Element]]] = [[[]]]
        for element in elements:
            if _ends_line(element):
                rows.append([[]])
            elif element.tag in ("mi", "mo") and element.text == "&":
                rows[-1].append([])
            else:
                rows[-1][-1].append(element)
        rows = [row for row in rows if any(row)]
        wide = max(map(len, rows), default=0)
        if not wide:
            return Row(())
        cells = tuple(
            tuple(self._row(cell, depth + 1) for cell in row) + (Row(()),) * (wide - len(row)) for row in rows
        )
        aligns = tuple("right" if i % 2 == 0 else "left" for i in range(wide)) if wide > 1 else ("centre",)
        return Grid(cells, aligns)

    def _nodes(self, element: Element, depth: int) -> list[Node]:
        """What an element is: nothing, a node, or several."""
        tag, parts = element.tag, list(element)
        if tag in ("mi", "mo", "mn"):
            return self._symbols(element.text or "")
        if tag == "mtext":
            return [Words(self._written(element.text or ""))]
        if tag == "mspace":
            width = EM * float(re.sub(r"[^\d.-]", "", element.get("width", "0")) or 0)
            return [Space(width)] if width else []
        if tag in ("mrow", "mstyle", "mpadded", "math", "mtd"):
            return self._group(parts, depth)
        if tag == "semantics":  # what follows the first part says the same in another language
            return self._group(parts[:1], depth)
        make = {"mfrac": self._fraction, "msqrt": self._root, "mroot": self._root, "mtable": self._grid}.get(tag)
        if make is not None:
            return [make(element, parts, depth)]
        if tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
            return [self._scripts(tag, parts, depth)]
        raise UnwritableError(f"has {_TAGS.get(tag, tag)}, which cannot be written by hand; leave it out")

    def _symbols(self, text: str) -> list[Node]:
        if text[1:] in _NAMES and text.startswith("\\"):
            text = text[1:]
        if text.startswith("\\") and len(text) > 1:
            raise UnwritableError(f"has {text}, which cannot be written by hand; leave it out, or write it in words")
        if text == "&" and not self.plain:
            raise UnwritableError("has an & outside of a matrix; leave it out")
        written = self._written(text)
        return [Symbol(written)] if written else []

    def _written(self, text: str) -> str:
        """Characters as the hand writes them."""
        found = ""
        for character in text.replace("\u00a0", " "):
            same = _SAME.get(character, character)
            if not set(same) <= _WRITABLE | {" "}:
                read = reading(same)
                if read is None:
                    raise UnwritableError(f"has '{same}', which this hand cannot write; leave it out")
                same = read
            found += same
        return found

    def _group(self, parts: list[Element], depth: int) -> list[Node]:
        first = parts[0] if parts else None
        if first is not None and first.tag == "mo" and first.get("form") == "prefix" and first.get("fence"):
            last = parts[-1] if parts[-1].get("form") == "postfix" else None
            inside = parts[1:-1] if last is not None else parts[1:]
            left, right = (self._written(one.text or "") if one is not None else "" for one in (first, last))
            return [Fence(left, right, self._row(inside, depth + 1))]
        node = self._row(parts, depth + 1)
        return list(node.items) if isinstance(node, Row) and len(node.items) != 1 else [node]

    def _one(self, element: Element, depth: int) -> Node:
        nodes = self._nodes(element, depth + 1)
        return nodes[0] if len(nodes) == 1 else Row(tuple(nodes))

    def _fraction(self, element: Element, parts: list[Element], depth: int) -> Node:
        if len(parts) != 2:
            raise UnwritableError("cannot be understood: a fraction has no denominator")
        above, below = (self._one(part, depth) for part in parts)
        return Fraction(above, below, element.get("linethickness") != "0")

    def _root(self, element: Element, parts: list[Element], depth: int) -> Node:
        if not parts:
            raise UnwritableError("cannot be understood: a root has nothing under it")
        degree = self._one(parts[1], depth) if element.tag == "mroot" else None
        return Root(self._one(parts[0], depth), degree)

    def _grid(self, element: Element, parts: list[Element], depth: int) -> Node:
        rows = [[self._one(cell, depth) for cell in row] for row in parts]
        wide = max(map(len, rows), default=0)
        if not wide:
            raise UnwritableError("has a matrix without cells")
        first = next(iter(parts), None)
        aligns = [cell.get("columnalign", "center") for cell in (first if first is not None else [])]
        aligns += ["center"] * (wide - len(aligns))
        cells = tuple((*row, *(Row(()),) * (wide - len(row))) for row in rows)
        return Grid(cells, tuple("centre" if align == "center" else align for align in aligns))

    def _scripts(self, tag: str, parts: list[Element], depth: int) -> Node:
        if len(parts) < 2:
            raise UnwritableError("cannot be understood: a ^ or _ has nothing after it")
        over = tag in ("munder", "mover", "munderover")
        accent = _accent(parts[1]) if tag in ("munder", "mover") else None
        if accent:
            return Accent(self._one(parts[0], depth), accent, tag == "munder")
        base, *rest = (self._one(part, depth) for part in parts)
        below = rest[0] if tag not in ("msup", "mover") else None
        above = rest[-1] if tag not in ("msub", "munder") else None
        if above == Symbol("∘"):
            above = Symbol("°")
        if isinstance(base, Symbol) and base.text not in INTEGRALS:
            over |= base.text in LIMITS or (self.display and base.text in LARGE)
        return Scripts(base, below, above, over)


def _flat(elements: Iterable[Element]) -> list[Element]:
    """Elements without groups around all of them."""
    found = list(elements)
    while len(found) == 1 and found[0].tag in ("mrow", "math") and not any(one.get("fence") for one in found[0]):
        found = list(found[0])
    return found


def _ends_line(element: Element) -> bool:
    return element.tag == "mspace" and element.get("linebreak") == "newline"


def _accent(element: Element) -> str | None:
    return _ACCENTS.get(element.text or "") if element.tag == "mo" and not len(element) else None


def _fenced(items: list[Node]) -> list[Node]:
    """Nodes with brackets that belong together, and what is between them, as one; scripts of a closing bracket are
    those of all of it.
    """
    bars = [i for i, item in enumerate(items) if _sign(item) in ("|", "‖", "∥")]
    opens = set(bars[::2]) if len(bars) % 2 == 0 else set()
    closes = set(bars[1::2]) if len(bars) % 2 == 0 else set()
    found: list[Node] = []
    begun: list[int] = []
    for index, item in enumerate(items):
        sign = _sign(item)
        if sign and (sign in OPENING or index in opens):
            begun.append(len(found))
            found.append(item)
        elif sign and (sign in CLOSING or index in closes) and begun:
            start = begun.pop()
            inside = found[start + 1 :]
            body = inside[0] if len(inside) == 1 else Row(tuple(inside))
            fence = Fence(_sign(found[start]), sign, body)
            found[start:] = [replace(item, base=fence) if isinstance(item, Scripts) else fence]
        else:
            found.append(item)
    return found


def _sign(item: Node) -> str:
    """The bracket that a node is, or that its scripts belong to; '' if none."""
    symbol = item.base if isinstance(item, Scripts) and not item.limits else item
    text = symbol.text if isinstance(symbol, Symbol) else ""
    return text if len(text) == 1 and text in OPENING + CLOSING + "|‖∥" else ""
