"""Formulas of documents: MathML of OpenDocument texts, and OMML of Word, which becomes MathML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring

from handfont.layout.formulas.mathml import MathmlReader, UnwritableError
from handfont.layout.formulas.nodes import Formula

_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]{2,}|\S|\s+")
_COMBINING = {"\u0302": "^", "\u0303": "~", "\u0304": "¯", "\u0305": "¯", "\u0307": "˙", "\u0308": "¨", "\u20d7": "→",
              "\u030c": "ˇ", "\u0301": "´", "\u0300": "`", "\u20d6": "←"}  # fmt: skip
_FUNCTIONS = {
    *(
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "sinh",
        "cosh",
        "tanh",
        "arcsin",
        "arccos",
        "arctan",
        "log",
        "ln",
        "lg",
    ),
    *("exp", "lim", "max", "min", "sup", "inf", "det", "gcd", "dim", "ker", "deg", "arg", "mod"),
}


def from_mathml(content: bytes) -> Formula | None:
    """The formula of an OpenDocument's object; None if it cannot be written, or is no formula."""
    try:
        root = fromstring(content)
    except ParseError:
        return None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return _read(root, True) if root.tag == "math" else None


def from_omml(element: Any, display: bool) -> Formula | None:
    """The formula of an element ``m:oMath`` of lxml; None if it cannot be written."""
    root = Element("math")
    _children(element, root)
    return _read(root, display)


def _read(root: Element, display: bool) -> Formula | None:
    try:
        return MathmlReader(display).formula(root)
    except UnwritableError:
        return None


def _children(parent: Any, target: Element) -> None:
    for element in parent if parent is not None else ():
        _element(element, target)


def _element(element: Any, target: Element) -> None:
    tag = str(element.tag).removeprefix(_MATHS)
    if tag == "r":
        _tokens("".join(part.text or "" for part in element.iter(f"{_MATHS}t")), target)
    elif tag in _MAKERS:
        name, parts = _MAKERS[tag]
        _with_parts(element, SubElement(target, name), parts)
    elif tag in _OTHERS:
        _OTHERS[tag](element, target)
    elif not tag.endswith("Pr"):
        _children(element, target)


def _tokens(text: str, target: Element) -> None:
    for token in _TOKEN.findall(text):
        if token.isspace():
            continue
        parts = [token] if token in _FUNCTIONS or not token.isalpha() else list(token)
        for part in parts:
            kind = "mn" if part[0].isdigit() else "mi" if part[0].isalpha() else "mo"
            SubElement(target, kind).text = part


def _with_parts(element: Any, target: Element, parts: Iterable[str]) -> None:
    for part in parts:
        _children(element.find(f"{_MATHS}{part}"), SubElement(target, "mrow"))


def _property(element: Any, name: str, default: str = "") -> str:
    found = next(element.iter(f"{_MATHS}{name}"), None)
    value = found.get(f"{_MATHS}val") if found is not None else None
    return default if value is None else str(value)


def _written(element: Any) -> bool:
    """Whether anything is written in an element."""
    return element is not None and any((part.text or "").strip() for part in element.iter(f"{_MATHS}t"))


def _fraction(element: Any, target: Element) -> None:
    made = SubElement(target, "mfrac")
    if (
        _property(element.find(f"{_MATHS}fPr") if element.find(f"{_MATHS}fPr") is not None else element, "type")
        == "noBar"
    ):
        made.set("linethickness", "0")
    _with_parts(element, made, ("num", "den"))


def _root(element: Any, target: Element) -> None:
    plain = not _written(element.find(f"{_MATHS}deg"))
    _with_parts(element, SubElement(target, "msqrt" if plain else "mroot"), ("e",) if plain else ("e", "deg"))


def _large(element: Any, target: Element) -> None:
    own = element.find(f"{_MATHS}naryPr")
    sign = _property(own, "chr", "∫") if own is not None else "∫"
    parts = [
        p
        for p in ("sub", "sup")
        if any(True for part in element.findall(f"{_MATHS}{p}") for _ in part.iter(f"{_MATHS}t"))
    ]
    beside = _property(own, "limLoc", "subSup") == "subSup" if own is not None else True
    names = ("msub", "msup", "msubsup") if beside else ("munder", "mover", "munderover")
    made = target
    if parts:
        made = SubElement(target, names[2] if len(parts) == 2 else names[("sub", "sup").index(parts[0])])
    SubElement(made, "mo").text = sign
    _with_parts(element, made, parts)
    _children(element.find(f"{_MATHS}e"), SubElement(target, "mrow"))


def _delimited(element: Any, target: Element) -> None:
    own = element.find(f"{_MATHS}dPr")
    begin, end, apart = "(", ")", "|"
    if own is not None:
        begin, end, apart = (
            _property(own, f"{name}Chr", sign) for name, sign in zip(("beg", "end", "sep"), "()|", strict=True)
        )
    row = SubElement(target, "mrow")
    SubElement(row, "mo", {"form": "prefix", "fence": "true"}).text = begin
    for number, part in enumerate(element.findall(f"{_MATHS}e")):
        if number:
            SubElement(row, "mo").text = apart
        _children(part, SubElement(row, "mrow"))
    SubElement(row, "mo", {"form": "postfix", "fence": "true"}).text = end


def _accent(element: Any, target: Element) -> None:
    tag = str(element.tag).removeprefix(_MATHS)
    sign = _property(element, "chr", {"acc": "\u0302", "groupChr": "⏟"}.get(tag, "¯"))
    default = "bot" if tag == "groupChr" else "top"
    under = _property(element, "pos", default) == "bot"
    made = SubElement(target, "munder" if under else "mover")
    _with_parts(element, made, ("e",))
    SubElement(made, "mo").text = _COMBINING.get(sign, sign)


def _matrix(element: Any, target: Element) -> None:
    table = SubElement(target, "mtable")
    rows = element.findall(f"{_MATHS}mr")
    for row in rows or element.findall(f"{_MATHS}e"):
        line = SubElement(table, "mtr")
        for cell in row.findall(f"{_MATHS}e") if rows else (row,):
            _children(cell, SubElement(line, "mtd"))


_MAKERS = {
    "sSup": ("msup", ("e", "sup")),
    "sSub": ("msub", ("e", "sub")),
    "sSubSup": ("msubsup", ("e", "sub", "sup")),
    "limLow": ("munder", ("e", "lim")),
    "limUpp": ("mover", ("e", "lim")),
    "func": ("mrow", ("fName", "e")),
}
"""Elements whose parts are those of an element of MathML."""
_OTHERS = {
    "f": _fraction,
    "rad": _root,
    "nary": _large,
    "d": _delimited,
    "acc": _accent,
    "bar": _accent,
    "groupChr": _accent,
    "m": _matrix,
    "eqArr": _matrix,
}
