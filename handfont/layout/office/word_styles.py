"""How documents of Word are set: styles, and those they are based on; lists and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from handfont.layout.content import TextStyle
from handfont.layout.office.gaps import ParagraphSpace
from handfont.layout.office.list_numbers import ListCounter, ListLevel
from handfont.layout.office.package import POINTS_TO_X_HEIGHT, monospaced

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FORMATS = {"decimal": "1", "decimalZero": "01", "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i",
            "upperRoman": "I", "bullet": None, "none": ""}  # fmt: skip
_ALIGNS = {"center": "centre", "right": "right", "end": "right"}


class ParagraphStyle:
    """What is known of how a paragraph is set."""

    def __init__(self, style: str, names: list[str], values: dict[str, Any]) -> None:
        self.quote = any(name in ("quote", "intense quote") for name in names)
        self.heading = next((level for level in map(_heading, names) if level), 0)
        outline = values.get("outlineLvl")
        if not self.heading and outline is not None and outline.isdigit() and int(outline) < 6:
            self.heading = int(outline) + 1
        self.align = _ALIGNS.get(values.get("jc") or "")
        self.indent = 0.0 if self.quote else max(_points(values.get("left")), 0.0) / POINTS_TO_X_HEIGHT
        self.first = _points(values.get("firstLine")) / POINTS_TO_X_HEIGHT
        before, after = _points(values.get("before")), _points(values.get("after"))
        self.space = ParagraphSpace(style, before, after, bool(values.get("contextual")))
        self.numbered: tuple[str, int] | None = values.get("numbered")
        # Lists of Word's own styles have a style for each level, and number one list for each of them.
        listed = next((name[-1] for name in names if name.startswith("list ") and name[-1] in "2345"), "")
        self.deeper = int(listed) - 1 if listed and self.numbered and self.numbered[1] == 0 else 0
        self.page_break = bool(values.get("page"))
        self.ends_section = bool(values.get("section"))


class WordStyles:
    """What styles say, and the ones they are based on."""

    def __init__(self, document: Any) -> None:
        root = document.styles.element
        self._styles = {style.get(f"{W}styleId"): style for style in root.iter(f"{W}style")}
        self._defaults = {
            style.get(f"{W}type"): style.get(f"{W}styleId")
            for style in root.iter(f"{W}style")
            if style.get(f"{W}default") in ("1", "true")
        }
        self._base_paragraph = root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr")
        self._runs: dict[tuple[str | None, str | None], dict[str, Any]] = {}

    def name_of(self, element: Any, kind: str) -> str | None:
        """The id of the style of a paragraph or run."""
        own = element.find(f"{W}{kind}Pr/{W}{kind}Style")
        default = self._defaults.get("paragraph") if kind == "p" else None
        return own.get(f"{W}val") if own is not None else default

    def _chain(self, name: str | None) -> Iterator[Any]:
        seen = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            style = self._styles[name]
            yield style
            based = style.find(f"{W}basedOn")
            name = based.get(f"{W}val") if based is not None else None

    def of_paragraph(self, element: Any) -> ParagraphStyle:
        """How a paragraph is set: by itself, or else by its style, or else by those that is based on."""
        own_name = self.name_of(element, "p")
        chain = list(self._chain(own_name))
        names = [
            (style.find(f"{W}name").get(f"{W}val") or "").lower()
            for style in chain
            if style.find(f"{W}name") is not None
        ]
        values: dict[str, Any] = {}
        own = element.find(f"{W}pPr")
        for properties in (own, *(style.find(f"{W}pPr") for style in chain), self._base_paragraph):
            if properties is not None:
                for key, value in _paragraph_values(properties):
                    values.setdefault(key, value)
        if own is not None and (section := own.find(f"{W}sectPr")) is not None:
            kind = section.find(f"{W}type")
            values["section"] = kind is None or kind.get(f"{W}val") != "continuous"
        numbered = values.get("numbered")
        if numbered and numbered[1] < 0:
            values["numbered"] = (numbered[0], 0)
        return ParagraphStyle(own_name or "", names, values)

    def of_run(
        self, run: Any, paragraph: str | None, base: TextStyle, heading: bool
    ) -> tuple[TextStyle | None, str, bool]:
        """The look of a run, ``superscript`` or ``subscript``, and whether it is in capitals; no look if hidden."""
        name = self.name_of(run, "r")
        key = (name, paragraph)
        if key not in self._runs:
            inherited: dict[str, Any] = {}
            for style in (*self._chain(name), *self._chain(paragraph)):
                properties = style.find(f"{W}rPr")
                for what, value in _run_values(properties) if properties is not None else ():
                    inherited.setdefault(what, value)
            self._runs[key] = inherited
        own = run.find(f"{W}rPr")
        values = {**self._runs[key], **(dict(_run_values(own)) if own is not None else {})}
        if values.get("vanish"):
            return None, "", False
        emphasis = bool(values.get("i") or values.get("u"))
        look = replace(
            base,
            strong=base.strong or (bool(values.get("b")) and not heading),
            underline=base.underline or emphasis,
            strike=bool(values.get("strike")),
            code=monospaced(values.get("font")),
        )
        return look, values.get("vertAlign") or "", bool(values.get("caps"))


def _paragraph_values(properties: Any) -> Iterator[tuple[str, Any]]:
    for element in properties:
        tag, value = tag_of(element), element.get(f"{W}val")
        if tag in ("jc", "outlineLvl"):
            yield tag, value
        elif tag == "ind":
            yield "left", element.get(f"{W}left") or element.get(f"{W}start")
            yield "firstLine", element.get(f"{W}firstLine")
        elif tag == "spacing":
            yield from ((side, element.get(f"{W}{side}")) for side in ("before", "after") if element.get(f"{W}{side}"))
        elif tag == "contextualSpacing":
            yield "contextual", _on(value)
        elif tag == "pageBreakBefore":
            yield "page", _on(value)
        elif tag == "numPr":
            number, level = element.find(f"{W}numId"), element.find(f"{W}ilvl")
            if number is not None:
                at = int(level.get(f"{W}val", "0")) if level is not None else -1
                yield "numbered", None if number.get(f"{W}val") == "0" else (number.get(f"{W}val"), at)


def _run_values(properties: Any) -> Iterator[tuple[str, Any]]:
    for element in properties:
        tag, value = tag_of(element), element.get(f"{W}val")
        if tag in ("b", "i", "vanish"):
            yield tag, _on(value)
        elif tag in ("strike", "dstrike"):
            yield "strike", _on(value)
        elif tag in ("caps", "smallCaps"):
            yield "caps", _on(value)
        elif tag == "u":
            yield tag, value not in (None, "none")
        elif tag == "vertAlign":
            yield tag, value
        elif tag == "position" and abs(number := _whole(value)) > 1:  # in half points, as LibreOffice writes it
            yield "vertAlign", "superscript" if number > 0 else "subscript"
        elif tag == "rFonts":
            yield "font", element.get(f"{W}ascii")


class WordLists:
    """The lists of a document, and where they are in counting."""

    def __init__(self, document: Any) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE

        self._counters: dict[str, ListCounter] = {}
        try:
            root = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
        except KeyError:
            return
        abstract = {one.get(f"{W}abstractNumId"): _levels(one) for one in root.iter(f"{W}abstractNum")}
        shared: dict[str, ListCounter] = {}
        for number in root.iter(f"{W}num"):
            name = number.find(f"{W}abstractNumId")
            kind = name.get(f"{W}val") if name is not None else ""
            levels = abstract.get(kind, {})
            overrides = number.findall(f"{W}lvlOverride")
            for override in overrides:
                at, start = int(override.get(f"{W}ilvl", "0")), override.find(f"{W}startOverride")
                if start is not None:
                    levels = {
                        **levels,
                        at: replace(levels.get(at, ListLevel("1")), start=int(start.get(f"{W}val", "1"))),
                    }
            own = ListCounter(levels)
            self._counters[number.get(f"{W}numId")] = own if overrides else shared.setdefault(kind, own)

    def item(self, numbered: tuple[str, int] | None) -> tuple[int, str | int | None] | None:
        """Depth and marker of a paragraph that is an item of a list."""
        if numbered is None or numbered[0] not in self._counters:
            return None
        depth = min(max(numbered[1], 0), 8)
        return depth, self._counters[numbered[0]].marker(depth)


def _levels(abstract: Any) -> dict[int, ListLevel]:
    found = {}
    for level in abstract.iter(f"{W}lvl"):
        values = {tag_of(part): part.get(f"{W}val") for part in level}
        kind = _FORMATS.get(values.get("numFmt") or "decimal", "1")
        start = values.get("start") or "1"
        text = values.get("lvlText") if values.get("lvlText") is not None else "%1."
        found[int(level.get(f"{W}ilvl", "0"))] = ListLevel(kind, text or "", int(start))
    return found


def _heading(name: str) -> int:
    """The level of a heading, by the name of its style in any language of Word's: those are stored in English."""
    if name == "title":
        return 1
    if name == "subtitle":
        return 3
    return int(name[-1]) if name.startswith("heading ") and name[-1].isdigit() else 0


def tag_of(element: Any) -> str:
    """The name of an element without its namespace; '' for comments."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _on(value: str | None) -> bool:
    return value not in ("0", "false", "off", "none")


def _whole(value: str | None) -> int:
    return int(value) if value and value.removeprefix("-").isdigit() else 0


def _points(twips: str | None) -> float:
    try:
        return float(twips or 0) / 20
    except ValueError:
        return 0.0
