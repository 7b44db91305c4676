"""How OpenDocument texts are set: styles, and those they are based on; lists and their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from handfont.core.units import POINTS
from handfont.layout.content import TextStyle
from handfont.layout.office.gaps import ParagraphSpace
from handfont.layout.office.list_numbers import FORMATS, ListLevel
from handfont.layout.office.package import POINTS_TO_X_HEIGHT, monospaced

_ALIGNS = {"center": "centre", "right": "right", "end": "right"}
_LENGTH = re.compile(r"(-?[\d.]+)\s*(mm|cm|in|pt|px|pc)")
_UNITS = {**POINTS, "pt": 1.0, "px": 0.75, "pc": 12.0}


class OpenStyles:
    """What the styles of a document say."""

    def __init__(self, document: Any) -> None:
        self._styles: dict[tuple[str, str], Any] = {}
        self._fonts: dict[str, str] = {}
        self._lists: dict[str, Any] = {}
        for part in ("styles.xml", "content.xml"):
            root = document.get_part(part).root
            for style in root.get_elements("//style:style"):
                self._styles[_own(style, "style:family"), _own(style, "style:name")] = style
            for face in root.get_elements("//style:font-face"):
                self._fonts[_own(face, "style:name")] = _own(face, "svg:font-family") or _own(face, "style:name")
            for lists in root.get_elements("//text:list-style"):
                self._lists[_own(lists, "style:name")] = lists
        self._looks: dict[tuple[str, str, TextStyle], tuple[TextStyle | None, str, bool]] = {}

    def _chain(self, family: str, name: str) -> Iterator[Any]:
        seen = set()
        while (family, name) in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[family, name]
            name = _own(self._styles[family, name], "style:parent-style-name")

    def names(self, name: str) -> list[str]:
        """The names of a paragraph's style, and of those it is based on, as people see them, in lower case."""
        return [
            (_own(style, "style:display-name") or _own(style, "style:name")).replace("_20_", " ").lower()
            for style in self._chain("paragraph", name)
        ]

    def properties(self, family: str, name: str, kind: str) -> dict[str, str]:
        """What a style says of ``text`` or ``paragraph``, by attribute; the nearest style wins."""
        found: dict[str, str] = {}
        for style in self._chain(family, name):
            for properties in style.get_elements(f"style:{kind}-properties"):
                for attribute, value in properties.attributes.items():
                    found.setdefault(str(attribute), str(value))
        return found

    def look(self, family: str, name: str, base: TextStyle, heading: bool) -> tuple[TextStyle | None, str, bool]:
        """The look of a style on top of another one, ``super`` or ``sub``, and whether it is in capitals; no look if
        it is hidden.
        """
        key = (family, name, base)
        if key not in self._looks:
            self._looks[key] = self._look(self.properties(family, name, "text"), base, heading)
        return self._looks[key]

    def _look(self, values: dict[str, str], base: TextStyle, heading: bool) -> tuple[TextStyle | None, str, bool]:
        if values.get("text:display") == "none":
            return None, "", False
        font = values.get("style:font-name", "")
        underlined = values.get("style:text-underline-style", "none") != "none"
        look = replace(
            base,
            strong=base.strong
            or (values.get("fo:font-weight") in ("bold", "600", "700", "800", "900") and not heading),
            underline=base.underline or underlined or values.get("fo:font-style") in ("italic", "oblique"),
            strike=base.strike or values.get("style:text-line-through-style", "none") != "none",
            code=base.code or monospaced(self._fonts.get(font, font)) or monospaced(values.get("fo:font-family")),
        )
        shift = values.get("style:text-position", "").split(" ")[0]
        shift = (
            "super" if shift.startswith(("super", "3", "4", "5")) else "sub" if shift.startswith(("sub", "-")) else ""
        )
        return look, shift, values.get("fo:text-transform") == "uppercase" or "fo:font-variant" in values

    def paragraph(self, name: str) -> dict[str, Any]:
        """How a paragraph is set: ``align``, ``indent`` and ``first`` in x-heights, ``space`` around it, page
        breaks ``before`` and ``after``.
        """
        values = self.properties("paragraph", name, "paragraph")
        return {
            "align": _ALIGNS.get(values.get("fo:text-align", "")),
            "indent": max(points(values.get("fo:margin-left")), 0.0) / POINTS_TO_X_HEIGHT,
            "first": max(points(values.get("fo:text-indent")), 0.0) / POINTS_TO_X_HEIGHT,
            "space": ParagraphSpace(
                self._named(name),
                points(values.get("fo:margin-top")),
                points(values.get("fo:margin-bottom")),
                "true" in (values.get("style:contextual-spacing"), values.get("loext:contextual-spacing")),
            ),
            "before": values.get("fo:break-before") == "page" or "style:master-page-name" in values,
            "after": values.get("fo:break-after") == "page",
        }

    def _named(self, name: str) -> str:
        """A style that people chose: not one that is made for a single paragraph."""
        chain = [_own(style, "style:name") for style in self._chain("paragraph", name)]
        return next((one for one in chain if not re.fullmatch(r"P\d+", one)), name)

    def levels(self, name: str) -> dict[int, ListLevel]:
        """The levels of a list's style."""
        found: dict[int, ListLevel] = {}
        style = self._lists.get(name)
        for level in style.children if style is not None else ():
            depth = int(_own(level, "text:level") or 1) - 1
            if level.tag == "text:list-level-style-number":
                kind = _own(level, "style:num-format")
                shown = int(_own(level, "text:display-levels") or 1)
                numbers = ".".join(f"%{at + 1}" for at in range(max(depth + 1 - shown, 0), depth + 1))
                text = _own(level, "style:num-prefix") + numbers + (_own(level, "style:num-suffix"))
                start = int(_own(level, "text:start-value") or 1)
                found[depth] = ListLevel(kind if kind in FORMATS else "1" if kind else "", text, start)
            else:
                found[depth] = ListLevel(None)
        return found


def points(length: str | None) -> float:
    """A length like ``1.25cm`` in points; 0 where there is none."""
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def _own(element: Any, name: str) -> str:
    return str(element.get_attribute(name) or "")
