"""Rendering, as one readable recipe: text and style -> fresh glyphs -> pages -> file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from handfont.document import Document, Pages
from handfont.errors import OptionError
from handfont.hand import Hand
from handfont.layout import page as layout
from handfont.layout import template as templates
from handfont.layout import text as texts
from handfont.layout import units
from handfont.layout.page import PageSetup
from handfont.output.info import DocumentInfo
from handfont.style.posterior import StylePosterior
from handfont.style.store import load_style


def page_setup(
    template: str, paper: str | None, margin: str | None, size: str | None, line_height: str | None
) -> PageSetup:
    """The sheet: a template, with what was typed in its place.

    Raises:
        OptionError: the template is unknown, or a length cannot be understood or is out of range.
    """
    values: dict[str, float] = {}
    if paper is not None:
        values["width"], values["height"] = units.paper(paper)
    if margin is not None:
        value = units.length(margin, "margin")
        if value < 0:
            raise OptionError(f"margin '{margin}' is negative")
        values.update(dict.fromkeys(("margin_left", "margin_right", "margin_top", "margin_bottom"), value))
    for name, text, key in (("size", size, "x_height"), ("line height", line_height, "leading")):
        if text is not None:
            value = units.length(text, name)
            if value < 1:
                raise OptionError(f"{name} '{text}' is too small to write")
            values[key] = value
    return replace(templates.load(template), **values)


def render(
    text: str, style: str | Path | StylePosterior, seed: int = 0, setup: PageSetup | None = None,
    neatness: float = 1.0, ink: str | None = None, title: str = "", document: str = "", where: str = "the text",
) -> Document:
    """Write ``text`` by hand.

    Args:
        style: the name of a style, the path of one, or a style itself.
        seed: the same seed writes the same document, another one writes it anew.
        neatness: 0 (no variation at all) to 2 (twice the writer's own).
        ink: colour ``#rrggbb`` instead of the writer's.
        document: what tells documents of one seed apart, like the row of a mail merge.
        where: what messages call the text.

    Raises:
        StyleError, TextError, OptionError: see their messages.
    """
    if not 0 <= neatness <= 2:
        raise OptionError(f"neatness {neatness:g} is out of range; use 0 to 2")
    if seed < 0:
        raise OptionError(f"the seed {seed} is negative; use 0 or more")
    lines = texts.prepare(text, where)
    known = style if isinstance(style, StylePosterior) else load_style(style)
    if ink:
        known = replace(known, pen=replace(known.pen, ink=_colour(ink)))
    hand, sheet = Hand(known, neatness), setup or PageSetup()
    pages = Pages(lambda: layout.typeset(lines, hand, sheet, seed, document))
    return Document(pages, known.pen.ink, DocumentInfo(title=title), seed)


def _colour(text: str) -> str:
    from reportlab.lib.colors import toColor

    try:
        red, green, blue = (round(part * 255) for part in toColor(text).rgb())
    except (ValueError, AttributeError) as error:
        raise OptionError(f"'{text}' is not a colour; write a name like navy or a value like #1f2430") from error
    return f"#{red:02x}{green:02x}{blue:02x}"
