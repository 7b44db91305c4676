"""The space between the nodes of a formula, by their kinds. Lengths are in x-heights."""

from __future__ import annotations

from handfont.layout.formulas.nodes import (
    BINARY,
    LARGE,
    OPENING,
    PUNCTUATION,
    RELATIONS,
    Accent,
    Fence,
    Grid,
    Node,
    Scripts,
    Symbol,
    Words,
)

RELATION, OPERATION, NEAR, COMMA, NAME = 0.75, 0.5, 0.16, 0.6, 0.5
"""Space around the signs of relations, of operations, and of signs before a number; after commas, and after names."""
WORD = 0.75
"""Space between words."""
COLUMN, LINE = 1.1, 0.5
"""Clear space between the columns and the rows of a matrix."""


def between(before: str, after: str, gap: float) -> float:
    """Space between nodes of two kinds; ``gap`` is that between letters."""
    if not before:
        return 0.0
    kinds = (before, after)
    if before == "sign":
        return NEAR
    if "relation" in kinds:
        return RELATION
    if "operation" in kinds or "sign" in kinds:
        return OPERATION
    if "words" in kinds:
        return WORD
    if before == "comma":
        return COMMA
    if "name" in kinds:
        return NAME if after not in ("fence",) else NEAR
    if "large" in kinds:
        return OPERATION
    return min(max(0.8 * gap, 0.16), 0.34)


def kind_of(node: Node) -> str:
    """What decides about the space around a node."""
    if isinstance(node, Scripts | Accent):
        return kind_of(node.base)
    if isinstance(node, Fence | Grid):
        return "fence"
    if isinstance(node, Words):
        return "words"
    if not isinstance(node, Symbol):
        return "inner"
    for kind, signs in (("relation", RELATIONS), ("operation", BINARY), ("comma", PUNCTUATION), ("large", LARGE)):
        if node.text in signs:
            return kind
    if node.text in OPENING:
        return "fence"
    return "name" if len(node.text) > 1 and node.text.replace(" ", "").isalpha() else "letter"
