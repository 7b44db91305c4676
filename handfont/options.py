"""How a text becomes pages and files: the same options for Python, the command line, batches and the studio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from handfont.core import units
from handfont.errors import OptionError, parameter

MAX_NEATNESS = 2.0
SPACING = (0.5, 3.0)
"""Least and largest factor of gaps between letters, and between words."""
MIN_HEIGHT = 1.0
"""The least x-height and distance of lines, in points."""
MIN_DPI, MAX_DPI = 30, 1200
"""Resolutions of pictures of pages, in pixels an inch."""
MIN_DURATION, MAX_DURATION = 0.5, 3600.0
"""Seconds in which an animated page may be written."""
MIN_FPS, MAX_FPS, MAX_GIF_FPS = 1, 60, 50
"""Frames a second; browsers slow down a GIF of more."""
MIN_FRAME, MAX_FRAME = 64, 4096
"""Width of frames, in pixels."""
FORMATS = ("pdf", "png", "svg")
"""Formats of pages; batches write these."""
PLOTTER_FORMATS = ("gcode", "hpgl")
"""Formats of plotters."""
FILM_FORMATS = ("gif", "mp4")
"""Formats of films."""


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
        letter_spacing, word_spacing: factors of the gaps between letters that are not joined, and between words.
        mirrored: left and right margins change sides on even pages, for sheets written on both sides.
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
    letter_spacing: float = 1.0
    word_spacing: float = 1.0
    mirrored: bool = False
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
        _check_spacing("letter_spacing", self.letter_spacing)
        _check_spacing("word_spacing", self.word_spacing)
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
        ruling: plotters also draw the printed rules of the sheet, each color in a layer of its own.
        optimize: plotters draw lines, and the strokes of a letter, in the direction that moves the raised pen least.
        forward: with ``optimize``, no line is drawn backwards: letters are drawn in the order of reading.
        preview: a plotter's SVG also shows how the raised pen moves.
        device: the plotter: an AxiDraw model for SVG, a profile for G-code, a device of vpype's configuration for HPGL.
        plotter_config: vpype configuration (TOML) with further devices and profiles.
        animate: SVG in which the page is written as if by a pen.
        duration: of an animated page, like ``20s`` or ``1.5min``, instead of the time that the pen takes.
        fps: frames a second of GIF and MP4.
        frame_width: width of GIF and MP4 in pixels.

    Raises:
        OptionError: a value is out of range, or two do not go together.
    """

    dpi: float = 200.0
    look: Look = Look.CLEAN
    transparent: bool = False
    montage: bool = False
    strokes: bool = False
    ruling: bool = False
    optimize: bool = False
    forward: bool = False
    preview: bool = False
    device: str | None = None
    plotter_config: str | None = None
    animate: bool = False
    duration: str | None = None
    fps: float = 15.0
    frame_width: int = 720

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
        if self.duration is not None and not MIN_DURATION <= units.seconds(self.duration) <= MAX_DURATION:
            raise OptionError(
                f"{parameter('duration')} '{self.duration}' is out of range; use {MIN_DURATION:g}s to "
                f"{MAX_DURATION / 60:g}min"
            )
        if not MIN_FPS <= self.fps <= MAX_FPS:
            raise OptionError(f"{parameter('fps')} {self.fps:g} is out of range; use {MIN_FPS} to {MAX_FPS}")
        if not MIN_FRAME <= self.frame_width <= MAX_FRAME:
            raise OptionError(
                f"{parameter('frame_width')} {self.frame_width} is out of range; use {MIN_FRAME} to {MAX_FRAME}"
            )
        if self.strokes and self.animate:
            raise OptionError(
                f"{parameter('strokes')} is for plotters, which cannot draw what {parameter('animate')} shows; leave "
                "one of them out"
            )
        if self.forward and not self.optimize:
            raise OptionError(
                f"all is drawn forwards without {parameter('optimize')}; add it, or leave {parameter('forward')} out"
            )

    def check(self, kind: str) -> None:
        """Find out whether a file of the format ``kind`` can be written so.

        Raises:
            OptionError: an option is set that is another format's.
        """
        plotted = kind in PLOTTER_FORMATS or (kind == "svg" and self.strokes)
        moving = kind in FILM_FORMATS or (kind == "svg" and self.animate)
        strokes, animate = parameter("strokes"), parameter("animate")
        png = "PNG; name the output .png"
        plotters = f"plotters; name the output .gcode or .hpgl, or .svg with {strokes}"
        films = "films; name the output .gif or .mp4"
        for name, wanted, fits, purpose in (
            (strokes, self.strokes, plotted, "SVG; name the output .svg"),
            (animate, self.animate, moving, "SVG, GIF and MP4; name the output .svg, .gif or .mp4"),
            (parameter("look", self.look), self.look is not Look.CLEAN, kind == "png", png),
            (parameter("transparent"), self.transparent, kind == "png", png),
            (parameter("montage"), self.montage, kind == "png", png),
            (parameter("ruling"), self.ruling, plotted, plotters),
            (parameter("optimize"), self.optimize, plotted, plotters),
            (parameter("preview"), self.preview, plotted and kind == "svg", f"SVG with {strokes}; add that"),
            (parameter("device"), self.device is not None, plotted, plotters),
            (
                parameter("plotter_config"),
                self.plotter_config is not None,
                kind in PLOTTER_FORMATS,
                "G-code and HPGL; name the output .gcode or .hpgl",
            ),
            (parameter("duration"), self.duration is not None, moving, f"{films}, or .svg with {animate}"),
            (parameter("fps"), self.fps != FileOptions.fps, kind in FILM_FORMATS, films),
            (parameter("frame_width"), self.frame_width != FileOptions.frame_width, kind in FILM_FORMATS, films),
        ):
            if wanted and not fits:
                raise OptionError(f"{name} is for {purpose}, or leave it out")
        if kind == "gif" and self.fps > MAX_GIF_FPS:
            raise OptionError(f"GIF shows no more than {MAX_GIF_FPS} frames a second; use a lower {parameter('fps')}")


_Choice = TypeVar("_Choice", bound=_Word)


def _choice(name: str, value: str, kind: type[_Choice]) -> _Choice:
    try:
        return kind(value)
    except ValueError as error:
        raise OptionError(f"{parameter(name)} '{value}' is not known; use {', '.join(map(str, kind))}") from error


def _check_spacing(name: str, factor: float) -> None:
    low, high = SPACING
    if not low <= factor <= high:
        raise OptionError(
            f"{parameter(name)} {factor:g} is out of range; use {low:g} to {high:g}, 1 is the writer's own"
        )


def _check_language(lang: str) -> None:
    import pyphen

    if pyphen.language_fallback(lang) is None:
        listed = ", ".join(sorted({name.split("_")[0] for name in pyphen.LANGUAGES}))
        raise OptionError(
            f"{parameter('lang')}: words of the language '{lang}' cannot be hyphenated; there are {listed}"
        )
