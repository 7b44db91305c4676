"""How a text becomes pages and files: the same options for Python, the command line, batches and the studio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from handfont.core import units
from handfont.errors import OptionError, parameter

MAX_NEATNESS = 2.0
MIN_HEIGHT = 1.0
"""The least x-height and distance of lines, in points."""
MIN_DPI, MAX_DPI = 30, 1200
"""Resolutions of pictures of pages, in pixels an inch."""


class _Word(str, Enum):  # noqa: UP042 - mypy reads it as Python 3.10, which has no StrEnum
    """A choice that is written as its word."""

    def __str__(self) -> str:
        return str(self.value)


class Missing(_Word):
    """What is done with characters that the hand cannot write: an error, nothing in their place, a box; or emoji are
    drawn as signs that show about the same, as far as there are any, and boxes for the others.
    """

    ERROR = "error"
    DRAW = "draw"
    SKIP = "skip"
    BOX = "box"


class Joined(_Word):
    """Whether letters are joined: as the writer joins them, never, or all that people join."""

    AUTO = "auto"
    NEVER = "never"
    ALWAYS = "always"


class Look(_Word):
    """What a picture of a page looks like: as it is, or as if the sheet was scanned or photographed."""

    CLEAN = "clean"
    SCAN = "scan"
    PHOTO = "photo"


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """How a text becomes pages.

    Args:
        template: the sheet to write on, by name or path.
        seed: the same seed writes the same document; each seed writes a different one.
        fields: values of the template's fields; they take precedence over those at the head of the text.
        markdown: the text is Markdown.
        neatness: factor on the variation of the hand, 0 (none at all) to 2 (twice the writer's own).
        ink: color, by name or ``#rrggbb``, instead of the template's or the writer's.
        paper: size like ``A5`` or ``120mmx180mm`` instead of the template's.
        margin: all four margins, with unit.
        size: x-height of the writing, with unit.
        line_height: distance of baselines, with unit.
        lang: language like ``de`` or ``en_GB``, by whose rules words are hyphenated.
        missing: what is done with characters that the hand cannot write.
        joined: whether letters are joined: ``auto`` as the writer joins them, ``never`` or ``always``.

    Raises:
        OptionError: a value is out of range or cannot be understood.
    """

    template: str = "plain"
    seed: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    markdown: bool = False
    neatness: float = 1.0
    ink: str | None = None
    paper: str | None = None
    margin: str | None = None
    size: str | None = None
    line_height: str | None = None
    lang: str | None = None
    missing: Missing = Missing.ERROR
    joined: Joined = Joined.AUTO

    def __post_init__(self) -> None:
        """Check every value, so that a wrong one is found before any work."""
        object.__setattr__(self, "template", str(self.template))
        object.__setattr__(self, "missing", _choice("missing", self.missing, Missing))
        object.__setattr__(self, "joined", _choice("joined", self.joined, Joined))
        if not 0 <= self.neatness <= MAX_NEATNESS:
            raise OptionError(f"{parameter('neatness')} {self.neatness:g} is out of range; use 0 to {MAX_NEATNESS:g}")
        if self.seed < 0:
            raise OptionError(f"{parameter('seed')} {self.seed} is negative; use 0 or more")
        if self.ink is not None:
            units.colour(self.ink)
        if self.paper is not None:
            units.paper(self.paper)
        if self.margin is not None and units.length(self.margin, parameter("margin")) < 0:
            raise OptionError(f"{parameter('margin')} '{self.margin}' is negative")
        for name, text in (("size", self.size), ("line_height", self.line_height)):
            if text is not None and units.length(text, parameter(name)) < MIN_HEIGHT:
                raise OptionError(f"{parameter(name)} '{text}' is too small to write")
        if self.lang is not None:
            _check_language(self.lang)


@dataclass(frozen=True, kw_only=True)
class FileOptions:
    """How pages become a file.

    Args:
        dpi: resolution of PNG.
        look: of PNG.
        transparent: PNG without the white of the paper.
        montage: all pages in one PNG.
        strokes: SVG of the pen's open paths in the order of writing, for plotters.

    Raises:
        OptionError: a value is out of range, or two do not go together.
    """

    dpi: float = 200.0
    look: Look = Look.CLEAN
    transparent: bool = False
    montage: bool = False
    strokes: bool = False

    def __post_init__(self) -> None:
        """Check every value, so that a wrong one is found before any work."""
        object.__setattr__(self, "look", _choice("look", self.look, Look))
        if not MIN_DPI <= self.dpi <= MAX_DPI:
            raise OptionError(f"{parameter('dpi')} {self.dpi:g} is out of range; use {MIN_DPI} to {MAX_DPI}")
        if self.transparent and self.look is not Look.CLEAN:
            raise OptionError(
                f"{parameter('transparent')} shows no paper, so {parameter('look', self.look)} has nothing to show; "
                "leave one of them out"
            )

    def check(self, kind: str) -> None:
        """Find out whether a file of the format ``kind`` can be written so.

        Raises:
            OptionError: an option is set that is another format's.
        """
        if self.strokes and kind != "svg":
            raise OptionError(f"{parameter('strokes')} is for SVG; name the output .svg, or leave it out")
        if kind == "png":
            return
        for name, wanted in (
            (parameter("look", self.look), self.look is not Look.CLEAN),
            (parameter("transparent"), self.transparent),
            (parameter("montage"), self.montage),
        ):
            if wanted:
                raise OptionError(f"{name} is for PNG; name the output .png, or leave it out")


_Choice = TypeVar("_Choice", bound=_Word)


def _choice(name: str, value: str, kind: type[_Choice]) -> _Choice:
    try:
        return kind(value)
    except ValueError as error:
        raise OptionError(f"{parameter(name)} '{value}' is not known; use {', '.join(map(str, kind))}") from error


def _check_language(lang: str) -> None:
    import pyphen

    if pyphen.language_fallback(lang) is None:
        listed = ", ".join(sorted({name.split("_")[0] for name in pyphen.LANGUAGES}))
        raise OptionError(
            f"{parameter('lang')}: words of the language '{lang}' cannot be hyphenated; there are {listed}"
        )
