"""Rendering, as one readable recipe: text and style -> fresh glyphs -> pages -> file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pyphen

from handfont.core import units
from handfont.errors import OptionError, TextError, parameter
from handfont.layout import plain_text as texts
from handfont.layout import rich_text, template_yaml, text_files
from handfont.layout import typesetting as layout
from handfont.layout.content import Content
from handfont.layout.page import Page
from handfont.layout.page_setup import PageSetup
from handfont.layout.rich_text import RichText
from handfont.layout.template import Template
from handfont.layout.text_files import Text
from handfont.model.joins import ALWAYS
from handfont.options import Joined, RenderOptions
from handfont.output.document import Document, Pages
from handfont.output.metadata import DocumentInfo
from handfont.style.posterior import StylePosterior
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand

MARGINS = ("margin_left", "margin_right", "margin_top", "margin_bottom")


def render(
    text: Text,
    style: str | Path | StylePosterior,
    options: RenderOptions | None = None,
    *,
    document: str = "",
    title: str = "",
    where: str = "the text",
    hands: Callable[[StylePosterior, float], Hand] = Hand,
) -> Document:
    """Write ``text`` by hand.

    Args:
        text: empty, it is the template's own. It may begin with fields in YAML between two lines ``---``. Or a document
            of a word processor, as :func:`handfont.layout.text_files.read` reads it.
        style: the name of a style, the path of one, or a style itself.
        options: how it is written.
        document: name that distinguishes documents of one seed, like the rows of a mail merge.
        title: of the document.
        where: what messages call the text; pictures are also looked for beside it.
        hands: makes the hand of a style and a neatness; a cache serves who writes many documents in one style.

    Raises:
        StyleError, TextError, OptionError: see their messages.
    """
    options = options or RenderOptions()
    sheet = template_yaml.load(options.template)
    setup = page_setup(sheet, options)
    hyphenator = _hyphenator(options.lang)
    front = texts.front_matter("" if isinstance(text, RichText) else text, where)
    filled = sheet.filled({**front.fields, **options.fields}, options.missing)
    body: Callable[[], Iterator[Content]]
    if isinstance(text, RichText):
        body = partial(rich_text.blocks, text_files.check(text, where, options.missing, any(filled)))
    else:
        body = _body(front.rest or sheet.body, where, options, front.lines, any(filled))
    known = style if isinstance(style, StylePosterior) else load_style(style)
    colour = units.colour(options.ink) if options.ink else setup.ink or known.pen.ink
    known = replace(known, pen=replace(known.pen, ink=colour))
    if setup.pen:
        known = replace(known, pen=replace(known.pen, width=layout.pen_width(setup, known)))
    if (options.letter_spacing, options.word_spacing) != (1.0, 1.0):
        gaps = known.rhythm.letter_gap * options.letter_spacing, known.rhythm.word_gap * options.word_spacing
        known = replace(known, rhythm=replace(known.rhythm, letter_gap=gaps[0], word_gap=gaps[1]).parted())
    if options.joined is not Joined.AUTO:
        known = replace(known, joins=ALWAYS if options.joined is Joined.ALWAYS else None)
    hand = hands(known, options.neatness)

    def pages() -> Iterator[Page]:
        content = chain(filled.before, _apart(body(), bool(filled.before)), filled.after)
        return layout.typeset(content, hand, setup, options.seed, document, hyphenator, filled.panels, where)

    info = DocumentInfo(title=_title(title), language=options.lang or "en")
    return Document(Pages(pages), colour, info, options.seed)


def _title(text: str) -> str:
    """A title that PDF and SVG can hold: of names of files, what is no character is left out."""
    return "".join(
        character if character.isprintable() else " " for character in text.encode("utf-8", "replace").decode()
    )


def page_setup(sheet: Template, options: RenderOptions) -> PageSetup:
    """A template's page, with what the options put in its place.

    Raises:
        OptionError: the template does not leave the choice.
    """
    values: dict[str, Any] = {}
    if options.paper is not None:
        values["width"], values["height"] = units.paper(options.paper)
        if sheet.setup.region or sheet.setup.rules or any(field.region for field in sheet.fields):
            raise OptionError(
                f"the template '{sheet.name}' has its own paper, on which everything has its place; "
                "leave the paper as it is"
            )
        # Margins go with the sheet: those of a letter would leave little of a card.
        share = min(1.0, values["width"] / sheet.setup.width)
        values.update({name: share * getattr(sheet.setup, name) for name in MARGINS})
    if options.mirrored:
        if sheet.setup.region:
            raise OptionError(
                f"the template '{sheet.name}' gives the text a place of its own, without margins; leave out "
                f"{parameter('mirrored')}"
            )
        values["mirrored"] = True
    if options.margin is not None:
        values.update(dict.fromkeys(MARGINS, units.length(options.margin)))
    if options.size is not None:
        values.update(x_height=units.length(options.size), fit=None)
    if options.line_height is not None:
        values["leading"] = units.length(options.line_height)
    return replace(sheet.setup, **values)


def _body(
    text: str, where: str, options: RenderOptions, skipped: int, may_be_empty: bool
) -> Callable[[], Iterator[Content]]:
    """What gives the blocks of the text itself, any number of times; all that can be wrong with it is found at once."""
    cleaned = texts.clean(text, where, options.missing, skipped)
    if not options.markdown and texts.has_words(cleaned):
        return lambda: texts.blocks(cleaned)
    found: list[Content] = []
    if options.markdown:
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
    return pyphen.Pyphen(lang=pyphen.language_fallback(lang)) if lang else None
