"""What a formula consists of, whatever language it was written in, and before it has a size.

Nodes can be compared and pickled. A formula on a line is one or several pieces (:class:`Formula`), between which the
line may be broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

PLACEHOLDER = "\ue000"
"""The character of a word in whose place a formula is drawn."""
RELATIONS = frozenset("=<>≤≥≠≈≡≢∼~≃≅∝∈∉∋⊂⊃⊆⊇⊄⊈⊊→←↔⇒⇐⇔↦⟼↪⇀⤳⇌≪≫⊥⟂∥∤⊢⊨⊧≺≻≐≜:")
BINARY = frozenset("+−–±∓×÷·⋅∗*∘∪∩∧∨⊕⊗⊙∖⧵\\-")
PUNCTUATION = frozenset(",;")
LARGE = frozenset("∑∏∐∫∬∭∮⋃⋂⨁⨂⋁⋀")
"""Operators that are written larger than letters; the integrals have their limits beside them."""
INTEGRALS = frozenset("∫∬∭∮")
OPENING, CLOSING = "([{⟨⌊⌈", ")]}⟩⌋⌉"
LIMITS = frozenset(("lim", "max", "min", "sup", "inf", "lim sup", "lim inf", "arg max", "arg min"))
"""Functions that have what belongs to them written below."""


@dataclass(frozen=True)
class Symbol:
    """A letter, a number, a sign, or the name of a function: characters that stand side by side."""

    text: str


@dataclass(frozen=True)
class Words:
    """Plain words in a formula, with the spaces around them."""

    text: str


@dataclass(frozen=True)
class Space:
    """Empty space ``width`` x-heights wide."""

    width: float


@dataclass(frozen=True)
class Row:
    """Nodes side by side."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Fraction:
    """One node over another, with a ``bar`` between them or, as in a binomial coefficient, without."""

    above: Node
    below: Node
    bar: bool = True


@dataclass(frozen=True)
class Root:
    """A root; ``degree`` None is a square root."""

    body: Node
    degree: Node | None = None


@dataclass(frozen=True)
class Scripts:
    """What is written small at the right of a node, or, if they are ``limits``, over and under it."""

    base: Node
    below: Node | None
    above: Node | None
    limits: bool = False


@dataclass(frozen=True)
class Accent:
    """A sign as wide as a node, over it or ``under`` it: ``ˆ ˜ ˙ ¨ – → ⏞ ⏟``."""

    base: Node
    sign: str
    under: bool = False


@dataclass(frozen=True)
class Fence:
    """Brackets that grow with what is between them; '' for none on one side."""

    left: str
    right: str
    body: Node


@dataclass(frozen=True)
class Grid:
    """Rows of cells; each column is set ``left``, ``right`` or to its ``centre``."""

    rows: tuple[tuple[Node, ...], ...]
    aligns: tuple[str, ...]


Node = Symbol | Words | Space | Row | Fraction | Root | Scripts | Accent | Fence | Grid


@dataclass(frozen=True)
class Formula:
    """A formula, or a piece of one. ``display``: it has lines of its own, so that fractions and sums may be large;
    ``continued``: another piece of the same formula comes before it.
    """

    node: Node
    display: bool = False
    continued: bool = False

    @cached_property
    def text(self) -> str:
        """The formula as readable text, for search and copy."""
        from handfont.layout.formulas.reading import readable

        return readable(self.node)


def children(node: Node) -> Iterator[Node]:
    """The nodes that a node holds."""
    if isinstance(node, Row):
        yield from node.items
    elif isinstance(node, Fraction):
        yield from (node.above, node.below)
    elif isinstance(node, Root):
        yield from (part for part in (node.degree, node.body) if part is not None)
    elif isinstance(node, Scripts):
        yield from (part for part in (node.base, node.below, node.above) if part is not None)
    elif isinstance(node, Accent | Fence):
        yield node.base if isinstance(node, Accent) else node.body
    elif isinstance(node, Grid):
        yield from (cell for row in node.rows for cell in row)


def texts_of(node: Node) -> Iterator[str]:
    """All that is written in letters and signs, in order."""
    if isinstance(node, Symbol):
        yield node.text
    elif isinstance(node, Words):
        yield from node.text.split()
    elif isinstance(node, Fence):
        yield from (sign for sign in (node.left, node.right) if sign)
    for part in children(node):
        yield from texts_of(part)


def count(node: Node) -> int:
    """How many symbols a node holds."""
    return 1 if isinstance(node, Symbol | Words) else sum(map(count, children(node)))


SHORT = 9
"""Symbols up to which a formula is not broken ..."""
LONG = 16
"""... and pieces of more than these may also be broken at plus and minus signs."""


def pieces(formula: Formula) -> list[Formula]:
    """A formula in the parts that may stand on lines of their own: each but the first begins with the sign of a
    relation, or, where they are long, of an operation.
    """
    node = formula.node
    if not isinstance(node, Row) or count(node) <= SHORT:
        return [formula]
    parts = _parted(node.items, RELATIONS)
    found = [own for part in parts for own in (_parted(part, BINARY) if sum(map(count, part)) > LONG else [part])]
    return [
        Formula(Row(part) if len(part) > 1 else part[0], formula.display, index > 0) for index, part in enumerate(found)
    ]


def _parted(items: tuple[Node, ...], signs: frozenset[str]) -> list[tuple[Node, ...]]:
    found: list[list[Node]] = [[]]
    for index, item in enumerate(items):
        begins = isinstance(item, Symbol) and item.text in signs and 0 < index < len(items) - 1
        before = items[index - 1] if index else None
        unary = isinstance(before, Symbol) and before.text in RELATIONS | BINARY
        if begins and found[-1] and not unary:
            found.append([])
        found[-1].append(item)
    return [tuple(part) for part in found]
