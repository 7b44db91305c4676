"""Formulas as a line of text, about as one reads them: ``x = (–b ± √(b² – 4ac))/(2a)``."""

from __future__ import annotations

from collections.abc import Mapping

from handfont.layout.formulas.nodes import (
    BINARY,
    LARGE,
    PUNCTUATION,
    RELATIONS,
    Accent,
    Fence,
    Fraction,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Symbol,
    Words,
)

UNARY = frozenset("+–±∓")
"""Signs that a number may begin with."""
_PLAIN = "0123456789+-–=()niabcdefghjklmoprstuvwxyz"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_SUPERSCRIPTS = str.maketrans(dict(zip(_PLAIN, _RAISED, strict=True)))
_SUBSCRIPTS = str.maketrans("0123456789+-–=()aeoxhklmnpstijruv", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ")
_ACCENTS = {"ˆ": "\u0302", "˜": "\u0303", "˙": "\u0307", "¨": "\u0308", "–": "\u0304", "→": "\u20d7"}
_ROOTS = {"3": "∛", "4": "∜"}


def readable(node: Node) -> str:
    """A node as text."""
    return _text(node).strip()


def _text(node: Node) -> str:
    if isinstance(node, Symbol | Words):
        return node.text
    if isinstance(node, Space):
        return " "
    if isinstance(node, Row):
        return _row(node)
    if isinstance(node, Fraction):
        over = f"{_grouped(node.above)}/{_grouped(node.below)}"
        return over if node.bar else f"{_text(node.above)} over {_text(node.below)}"
    if isinstance(node, Root):
        degree = _text(node.degree) if node.degree else ""
        return f"{_ROOTS.get(degree, '√' + _small(degree, _SUPERSCRIPTS, ''))}{_grouped(node.body)}"
    if isinstance(node, Scripts):
        below = _small(_text(node.below), _SUBSCRIPTS, "_") if node.below else ""
        above = _small(_text(node.above), _SUPERSCRIPTS, "^") if node.above else ""
        return _grouped(node.base) + below + above
    if isinstance(node, Accent):
        text = _text(node.base)
        return text + _ACCENTS.get(node.sign, "") if len(text) == 1 and not node.under else text
    if isinstance(node, Fence):
        return f"{node.left}{_text(node.body)}{node.right}"
    beside = "" if node.aligns[:2] == ("right", "left") else ", "
    return "; ".join(beside.join(_text(cell) for cell in row).strip() for row in node.rows)


def _row(node: Row) -> str:
    found = ""
    for index, item in enumerate(node.items):
        text = _text(item)
        if isinstance(item, Symbol):
            unary = item.text in UNARY and (not index or found[-1:] in tuple(" (["))
            sign = item.text in RELATIONS or (item.text in BINARY and not unary)
            text = f" {text} " if sign else f"{text} " if item.text in PUNCTUATION or _name(item) else text
            if _name(item) and found and not found.endswith((" ", "(")):
                text = " " + text
        elif (
            isinstance(item, Scripts)
            and isinstance(item.base, Symbol)
            and (_name(item.base) or item.base.text in LARGE)
        ):
            text += " "
        found += text
    return " ".join(found.split())


def _kind_apart(node: Node) -> bool:
    """Whether there is a space after a node with its scripts."""
    return isinstance(node, Symbol) and (_name(node) or node.text in LARGE)


def _name(item: Symbol) -> bool:
    return len(item.text) > 1 and item.text.isalpha()


def _grouped(node: Node) -> str:
    text = _text(node).strip()
    single = len(text) < 2 or isinstance(node, Fence | Symbol | Scripts | Accent) or text.isdigit()
    return text if single else f"({text})"


def _small(text: str, table: Mapping[int, int | str], sign: str) -> str:
    """Text in small characters where there are such for all of it, else after a sign."""
    text = text.strip()
    if all(ord(character) in table for character in text):
        return text.translate(table)
    if set(text) <= set("'°"):
        return text
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"
