"""Rendering, as one readable recipe: text and style -> fresh glyphs -> pages -> file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pyphen

from handfont.core import units
from handfont.errors import OptionError, TextError
from handfont.layout import plain_text as texts
from handfont.layout import template as templates
from handfont.layout import typesetting as layout
from handfont.layout.content import Content
from handfont.layout.page import Page
from handfont.layout.page_setup import PageSetup
from handfont.layout.template import Template
from handfont.output.document import Document, Pages
from handfont.output.metadata import DocumentInfo
from handfont.style.posterior import StylePosterior
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand

MARGINS = ("margin_left", "margin_right", "margin_top", "margin_bottom")


def render(
    text: str,
    style: str | Path | StylePosterior,
    *,
    template: str | Path = "plain",
    seed: int = 0,
    fields: Mapping[str, str] | None = None,
    markdown: bool = False,
    document: str = "",
    neatness: float = 1.0,
    ink: str | None = None,
    paper: str | None = None,
    margin: str | None = None,
    size: str | None = None,
    line_height: str | None = None,
    lang: str | None = None,
    missing: str = "error",
    title: str = "",
    where: str = "the text",
    hands: Callable[[StylePosterior, float], Hand] = Hand,
) -> Document:
    """Write ``text`` by hand.

    Args:
        text: empty, it is the template's own. It may begin with fields in YAML between two lines ``---``.
        style: the name of a style, the path of one, or a style itself.
        template: the sheet, by name or path.
        seed: the same seed writes the same document, another one writes it anew.
        fields: values of the template's fields; they count before those in the text.
        markdown: the text is Markdown.
        document: what tells documents of one seed apart, like the row of a mail merge.
        neatness: 0 (no variation at all) to 2 (twice the writer's own).
        ink: colour, by name or ``#rrggbb``, instead of the template's or the writer's.
        paper, margin, size, line_height: typed in place of the template's, with units; ``size`` is the x-height.
        lang: language like ``de`` or ``en_GB``: words are hyphenated where it helps.
        missing: what is done with characters that cannot be written: ``error``, ``skip`` or ``box``.
        where: what messages call the text; pictures are also looked for beside it.
        hands: makes the hand of a style and a neatness; whoever writes many documents in one style may keep hands.

    Raises:
        StyleError, TextError, OptionError: see their messages.
    """
    if not 0 <= neatness <= 2:
        raise OptionError(f"neatness {neatness:g} is out of range; use 0 to 2")
    if seed < 0:
        raise OptionError(f"the seed {seed} is negative; use 0 or more")
    sheet = templates.load(str(template))
    setup = changed(sheet, paper, margin, size, line_height)
    hyphenator = _hyphenator(lang)
    given, text, skipped = texts.front_matter(text, where)
    before, after, panels = sheet.filled({**given, **(fields or {})}, missing)
    body = _body(text or sheet.body, where, missing, skipped, markdown, bool(before or after or panels))
    known = style if isinstance(style, StylePosterior) else load_style(style)
    colour = units.colour(ink) if ink else setup.ink or known.pen.ink
    known = replace(known, pen=replace(known.pen, ink=colour))
    if setup.pen:
        known = replace(known, pen=replace(known.pen, width=layout.pen_width(setup, known)))
    hand = hands(known, neatness)

    def pages() -> Iterator[Page]:
        content = chain(before, _apart(body(), bool(before)), after)
        return layout.typeset(content, hand, setup, seed, document, hyphenator, panels, where)

    return Document(Pages(pages), colour, DocumentInfo(title=_title(title), language=lang or "en"), seed)


def _title(text: str) -> str:
    """A title that PDF and SVG can hold: of names of files, what is no character is left out."""
    return "".join(
        character if character.isprintable() else " " for character in text.encode("utf-8", "replace").decode()
    )


def changed(
    sheet: Template, paper: str | None, margin: str | None, size: str | None, line_height: str | None
) -> PageSetup:
    """A template's sheet, with what was typed in its place.

    Raises:
        OptionError: a length cannot be understood or is out of range, or the template does not leave the choice.
    """
    values: dict[str, Any] = {}
    if paper is not None:
        values["width"], values["height"] = units.paper(paper)
        if sheet.setup.region or sheet.setup.rules or any(field.region for field in sheet.fields):
            raise OptionError(
                f"the template '{sheet.name}' has its own paper, on which everything has its place; "
                "leave the paper as it is"
            )
        # Margins go with the sheet: those of a letter would leave little of a card.
        share = min(1.0, values["width"] / sheet.setup.width)
        values.update({name: share * getattr(sheet.setup, name) for name in MARGINS})
    if margin is not None:
        value = units.length(margin, "margin")
        if value < 0:
            raise OptionError(f"margin '{margin}' is negative")
        values.update(dict.fromkeys(MARGINS, value))
    for name, text, key in (("size", size, "x_height"), ("line height", line_height, "leading")):
        if text is not None:
            value = units.length(text, name)
            if value < 1:
                raise OptionError(f"{name} '{text}' is too small to write")
            values[key] = value
    if size is not None:
        values["fit"] = None
    return replace(sheet.setup, **values)


def _body(
    text: str, where: str, missing: str, skipped: int, markdown: bool, may_be_empty: bool
) -> Callable[[], Iterator[Content]]:
    """What gives the blocks of the text itself, any number of times; all that can be wrong with it is found at once."""
    cleaned = texts.clean(text, where, missing, skipped)
    if not markdown and texts.has_words(cleaned):
        return lambda: texts.blocks(cleaned)
    found: list[Content] = []
    if markdown:
        from handfont.layout import markdown as markdowns

        found = list(markdowns.blocks(cleaned, where, (Path(where).parent, Path())))
    if not found and not may_be_empty:
        raise TextError(f"{where} is empty; there is nothing to write")
    return lambda: iter(found)


def _apart(body: Iterator[Content], follows: bool) -> Iterator[Content]:
    """The text, with space before it where something stands above."""
    for number, block in enumerate(body):
        yield replace(block, before=max(block.before, 0.6)) if follows and number == 0 else block


def _hyphenator(lang: str | None) -> pyphen.Pyphen | None:
    if lang is None:
        return None
    known = pyphen.language_fallback(lang)
    if known is None:
        listed = ", ".join(sorted({name.split("_")[0] for name in pyphen.LANGUAGES}))
        raise OptionError(f"words of the language '{lang}' cannot be hyphenated; there are {listed}")
    return pyphen.Pyphen(lang=known)
