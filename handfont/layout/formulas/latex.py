"""LaTeX to formulas, by latex2mathml's MathML tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import unescape
from xml.etree.ElementTree import Element

from handfont.core.composites import WRITABLE
from handfont.core.readings import reading
from handfont.errors import TextError
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
from handfont.util.wording import shortened

MAX_CHARACTERS = 2000
"""Length of a formula."""
MAX_DEPTH = 12
"""Levels of nodes in nodes that can still be read when they are written."""
EM = 2.0
"""X-heights to a LaTeX em."""
_REFUSED = re.compile(r"\\(newcommand|renewcommand|providecommand|def|let|newenvironment|label|ref|tag|require)\b")
"""Commands that write nothing, or that define others."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(aligned|align|align\*|gathered|gather|gather\*|split|equation\*?)\}")
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
_NOT = (("\\not=", "\\neq "), ("\\not\\in ", "\\notin "), ("\\not\\subset ", "⊄ "), ("\\not\\equiv ", "≢ "))
_REASONS = {
    "MissingSuperScriptOrSubscriptError": "a ^ or _ has nothing after it",
    "DoubleSubscriptsError": "it has two subscripts after each other",
    "DoubleSuperscriptsError": "it has two superscripts after each other",
    "NoAvailableTokensError": "it ends too early, or a bracket is missing",
    "ExtraLeftOrMissingRightError": "a \\left has no \\right",
    "MissingEndError": "a \\begin has no \\end",
    "NumeratorNotFoundError": "a fraction has no numerator",
    "DenominatorNotFoundError": "a fraction has no denominator",
}
_WRITABLE = frozenset(WRITABLE)


def parse(latex: str, where: str, display: bool = False) -> Formula:
    """The formula that LaTeX means.

    Args:
        where: what messages call the text that it is in.

    Raises:
        TextError: it is no LaTeX, or has something that cannot be written by hand.
    """
    return _Reader(latex, where, display).formula()


class _Reader:
    def __init__(self, latex: str, where: str, display: bool) -> None:
        self.latex, self.where, self.display = " ".join(latex.split()), where, display

    def formula(self) -> Formula:
        from latex2mathml.converter import convert_to_element

        if len(self.latex) > MAX_CHARACTERS:
            raise self.refused(f"has {len(self.latex)} characters; at most {MAX_CHARACTERS} are written")
        if found := _REFUSED.search(self.latex):
            raise self.refused(f"has \\{found[1]}, which cannot be written by hand; leave it out")
        source = _ENVIRONMENT.sub(" ", self.latex)
        for command, same in _NOT:
            source = source.replace(command, same)
        if source.count("{") > source.count("\\{") and not _balanced(source):
            raise self.refused("cannot be understood: its braces { } do not match")
        try:
            root = convert_to_element(source, display="block" if self.display else "inline")
        except RecursionError as error:
            raise self.refused("is nested too deeply") from error
        except Exception as error:  # the parser raises what Python does where LaTeX is none
            reason = _REASONS.get(type(error).__name__, "it is no LaTeX")
            raise self.refused(f"cannot be understood: {reason}") from error
        for element in root.iter():
            element.text = unescape(element.text or "")
        node = self.row(list(root), 0)
        if not any(texts_of(node)):
            raise self.refused("is empty; write something between the dollar signs, or \\$ for a dollar sign")
        return Formula(node, self.display)

    def refused(self, what: str) -> TextError:
        return TextError(f"{self.where}: the formula ${shortened(self.latex)}$ {what}")

    def row(self, elements: Sequence[Element], depth: int) -> Node:
        """Elements side by side: lines and columns where they are parted so, brackets with what is between them."""
        if depth > MAX_DEPTH:
            raise self.refused(f"is nested more than {MAX_DEPTH} levels deep")
        elements = _flat(elements)
        if any(_ends_line(element) for element in elements):
            return self.lines(elements, depth)
        items = [node for element in elements for node in self.nodes(element, depth)]
        items = _fenced(items)
        return items[0] if len(items) == 1 else Row(tuple(items))

    def lines(self, elements: Sequence[Element], depth: int) -> Node:
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
        cells = tuple(tuple(self.row(cell, depth + 1) for cell in row) + (Row(()),) * (wide - len(row)) for row in rows)
        aligns = tuple("right" if i % 2 == 0 else "left" for i in range(wide)) if wide > 1 else ("centre",)
        return Grid(cells, aligns)

    def nodes(self, element: Element, depth: int) -> list[Node]:
        """What an element is: nothing, a node, or several."""
        tag, parts = element.tag, list(element)
        if tag in ("mi", "mo", "mn"):
            return self.symbols(element.text or "")
        if tag == "mtext":
            return [Words(self.written(element.text or ""))]
        if tag == "mspace":
            width = EM * float(re.sub(r"[^\d.-]", "", element.get("width", "0")) or 0)
            return [Space(width)] if width else []
        if tag in ("mrow", "mstyle", "mpadded", "math", "mtd"):
            return self.group(parts, depth)
        make = {"mfrac": self.fraction, "msqrt": self.root, "mroot": self.root, "mtable": self.grid}.get(tag)
        if make is not None:
            return [make(element, parts, depth)]
        if tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
            return [self.scripts(tag, parts, depth)]
        raise self.refused(f"has {_TAGS.get(tag, tag)}, which cannot be written by hand; leave it out")

    def symbols(self, text: str) -> list[Node]:
        if text[1:] in _NAMES and text.startswith("\\"):
            text = text[1:]
        if text.startswith("\\") and len(text) > 1:
            raise self.refused(f"has {text}, which cannot be written by hand; leave it out, or write it in words")
        if text == "&" and "\\&" not in self.latex:
            raise self.refused("has an & outside of a matrix; leave it out")
        written = self.written(text)
        return [Symbol(written)] if written else []

    def written(self, text: str) -> str:
        """Characters as the hand writes them."""
        found = ""
        for character in text.replace("\u00a0", " "):
            same = _SAME.get(character, character)
            if not set(same) <= _WRITABLE | {" "}:
                read = reading(same)
                if read is None:
                    raise self.refused(f"has '{same}', which this hand cannot write; leave it out")
                same = read
            found += same
        return found

    def group(self, parts: list[Element], depth: int) -> list[Node]:
        first = parts[0] if parts else None
        if first is not None and first.tag == "mo" and first.get("form") == "prefix" and first.get("fence"):
            last = parts[-1] if parts[-1].get("form") == "postfix" else None
            inside = parts[1:-1] if last is not None else parts[1:]
            left, right = (self.written(one.text or "") if one is not None else "" for one in (first, last))
            return [Fence(left, right, self.row(inside, depth + 1))]
        node = self.row(parts, depth + 1)
        return list(node.items) if isinstance(node, Row) and len(node.items) != 1 else [node]

    def one(self, element: Element, depth: int) -> Node:
        nodes = self.nodes(element, depth + 1)
        return nodes[0] if len(nodes) == 1 else Row(tuple(nodes))

    def fraction(self, element: Element, parts: list[Element], depth: int) -> Node:
        if len(parts) != 2:
            raise self.refused("cannot be understood: a fraction has no denominator")
        above, below = (self.one(part, depth) for part in parts)
        return Fraction(above, below, element.get("linethickness") != "0")

    def root(self, element: Element, parts: list[Element], depth: int) -> Node:
        if not parts:
            raise self.refused("cannot be understood: a root has nothing under it")
        degree = self.one(parts[1], depth) if element.tag == "mroot" else None
        return Root(self.one(parts[0], depth), degree)

    def grid(self, element: Element, parts: list[Element], depth: int) -> Node:
        rows = [[self.one(cell, depth) for cell in row] for row in parts]
        wide = max(map(len, rows), default=0)
        if not wide:
            raise self.refused("has a matrix without cells")
        first = next(iter(parts), None)
        aligns = [cell.get("columnalign", "center") for cell in (first if first is not None else [])]
        aligns += ["center"] * (wide - len(aligns))
        cells = tuple((*row, *(Row(()),) * (wide - len(row))) for row in rows)
        return Grid(cells, tuple("centre" if align == "center" else align for align in aligns))

    def scripts(self, tag: str, parts: list[Element], depth: int) -> Node:
        if len(parts) < 2:
            raise self.refused("cannot be understood: a ^ or _ has nothing after it")
        over = tag in ("munder", "mover", "munderover")
        accent = _accent(parts[1]) if tag in ("munder", "mover") else None
        if accent:
            return Accent(self.one(parts[0], depth), accent, tag == "munder")
        base, *rest = (self.one(part, depth) for part in parts)
        below = rest[0] if tag not in ("msup", "mover") else None
        above = rest[-1] if tag not in ("msub", "munder") else None
        if above == Symbol("∘"):
            above = Symbol("°")
        if isinstance(base, Symbol) and base.text not in INTEGRALS:
            over |= base.text in LIMITS or (self.display and base.text in LARGE)
        return Scripts(base, below, above, over)


def _balanced(source: str) -> bool:
    depth = 0
    for token in re.findall(r"\\.|[{}]", source):
        depth += (token == "{") - (token == "}")
        if depth < 0:
            return False
    return depth == 0


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
