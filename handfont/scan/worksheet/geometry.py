"""The geometry of handfont's own writing sheet: what is printed where. One source for drawing and for reading it.

Lengths are millimeters from the upper left corner of the paper, y down. A page has six square markers (AprilTag 36h11)
in its side margins, whose numbers say which page of which sheet it is, so that it is understood with any of them cut
off; boxes in columns, each with a guide for the baseline and one for the x-height, its character printed under it; and
on the last page lines of a text to copy, for the rhythm of the hand. A sheet of characters chosen by the user carries
them in a QR code.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.charset import ASCII, INDEX, describe
from handfont.core.composites import WRITABLE, MarkPosition, parts
from handfont.core.drawn_signs import DRAWN
from handfont.errors import OptionError, parameter

VERSION = 0
"""Of the geometry and the order of characters; goes into the markers. A change of either is a new version."""
VERSIONS = 2
"""Versions that there is room for in the numbers of markers."""
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height of the papers."""
KINDS = ("ascii", "latin", "custom")
"""Sets of characters: the first two are known by their name, the last one is in the QR code."""
MAX_PAGES = 8
"""Pages of a sheet that there is room for in the numbers of markers."""

COLUMNS = 12
"""Boxes in a row."""
PITCH_X, PITCH_Y = 15.0, 18.5
"""From one box to the next, and from one row of boxes or line to the next."""
BOX_WIDTH, BOX_HEIGHT = 14.0, 14.0
"""Sides of a box."""
BASELINE, X_HEIGHT = 9.6, 3.4
"""Of the guides in a box: from its top to the baseline; from there up to the x-height line."""
TOP = 34.0
"""Top of the first row of boxes."""
FOOT = 18.0
"""Paper below the last row, at least."""
MARKER, MARKER_INSET = 9.0, 4.5
"""Side of a marker's black square, and its distance from the paper's edges."""
CODE, CODE_TOP = 22.0, 7.0
"""Side and top of the QR code, which ends at the right edge of the boxes."""
LINES_GAP = 7.0
"""Between the boxes and the first line to copy."""
LINE_BASELINE, LINE_TOP = 13.4, 4.6
"""Of a line to copy, from the top of its row: the rule to write on, and where the writing begins under its text."""

LINES = (
    "Dear Anna, thank you for your kind letter.",
    "We had a quiet week, just rain and books.",
    "Come and visit us on Sunday, if you like.",
    "The train at half past six is the best one,",
    "and Tom will wait for you with the horse",
    "and a box of plums. Many good wishes!",
)
"""The text to copy: ordinary words, most letters, at the size of ordinary writing."""
FEWEST_LINES = 3
"""Lines of it that the last page has room for; otherwise there is one more page."""

_FREQUENT = "etaoinsrhldu"
"""Letters that are asked for more often than others."""
_COMMON_SIGNS = ".,'-!?"
"""Signs that are asked for more often than others."""
_LATIN = "äöüéèêëàâáãåñíîïóôõúûøæœßðþýčšžěřőğıÄÖÜÉÅØÆŒ¡¿–—…•€£§°“”‘’„«»"
"""What the ``latin`` sheet asks for beyond ASCII: marks over several letters; others can be composed."""


@dataclass(frozen=True)
class WorksheetBox:
    """A box for one character; ``left`` and ``top`` of its border."""

    character: str
    left: float
    top: float


@dataclass(frozen=True)
class CopyLine:
    """A line to copy: its text, printed at the top of its row, and the row's top and sides."""

    text: str
    left: float
    top: float
    right: float


@dataclass(frozen=True)
class FormPage:
    """One page: ``number`` from 0."""

    number: int
    boxes: tuple[WorksheetBox, ...]
    lines: tuple[CopyLine, ...]


@dataclass(frozen=True)
class Form:
    """A whole sheet. ``characters`` are those asked for, each once."""

    paper: str
    kind: str
    characters: str
    pages: tuple[FormPage, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the paper."""
        return PAPERS[self.paper]

    @property
    def left(self) -> float:
        """Left edge of the columns of boxes."""
        return (self.size[0] - COLUMNS * PITCH_X) / 2

    def code_box(self) -> tuple[float, float]:
        """Left and top of the QR code."""
        return self.left + COLUMNS * PITCH_X - CODE, CODE_TOP

    def markers(self) -> DoubleArray:
        """Corners (6, 4, 2) of the markers, from the upper left clockwise; left ones first, from the top."""
        return _markers(self.paper)


@dataclass(frozen=True)
class PageCode:
    """What the number of one marker says: which sheet, which page, and which of its markers it is."""

    version: int
    paper: str
    kind: str
    page: int
    position: int

    @property
    def number(self) -> int:
        """The marker's number in its dictionary."""
        index = self.version * len(PAPERS) + list(PAPERS).index(self.paper)
        return ((index * len(KINDS) + KINDS.index(self.kind)) * MAX_PAGES + self.page) * 6 + self.position

    @classmethod
    def of(cls, number: int) -> PageCode | None:
        """The meaning of a marker's number; None where it has none."""
        rest, position = divmod(number, 6)
        rest, page = divmod(rest, MAX_PAGES)
        rest, kind = divmod(rest, len(KINDS))
        version, paper = divmod(rest, len(PAPERS))
        return cls(version, list(PAPERS)[paper], KINDS[kind], page, position) if version < VERSIONS else None


def dictionary() -> cv2.aruco.Dictionary:
    """The markers."""
    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)


@lru_cache(maxsize=len(PAPERS))
def _markers(paper: str) -> DoubleArray:
    width, height = PAPERS[paper]
    far = MARKER_INSET + MARKER
    square = np.array([[0, 0], [MARKER, 0], [MARKER, MARKER], [0, MARKER]])
    corners = [
        square + np.array([x, y])
        for x in (MARKER_INSET, width - far)
        for y in (MARKER_INSET + 3, (height - MARKER) / 2, height - far - 3)
    ]
    return np.array(corners)


def characters_of(charset: str) -> tuple[str, str]:
    """Kind and characters of a charset: ``ascii``, ``latin``, or the characters themselves.

    Raises:
        OptionError: none, or one that no hand can write.
    """
    if charset.lower() == "ascii":
        return "ascii", ASCII
    if charset.lower() == "latin":
        return "latin", ASCII + _LATIN
    chosen = "".join(dict.fromkeys(character for character in charset if not character.isspace()))
    if not chosen:
        raise OptionError(f"{parameter('charset')} has no characters; write ascii, latin, or the characters themselves")
    for position, character in enumerate(charset, 1):
        if not character.isspace() and character not in WRITABLE:
            raise OptionError(
                f"{parameter('charset')} has {describe(character)} as its character {position}, which handfont cannot "
                "write; leave it out"
            )
        if not character.isspace() and not readable(character):
            raise OptionError(
                f"{parameter('charset')} has {describe(character)} as its character {position}, which handfont "
                + ("draws the same for everybody; leave it out" if character in DRAWN else _COMPOSED)
            )
    return "custom", chosen


_COMPOSED = "composes of other characters; put those on the sheet instead"


def readable(character: str) -> bool:
    """Whether a sample of a character can be learned from: as it is, or as a letter and the mark over it."""
    recipe = parts(character)
    accented = recipe is not None and len(recipe) == 2 and recipe[1].place is MarkPosition.ABOVE
    return character in INDEX or (accented and recipe is not None and recipe[0].character in INDEX)


@lru_cache(maxsize=16)
def form(paper: str, kind: str, characters: str) -> Form:
    """The sheet for characters of a kind.

    Raises:
        OptionError: an unknown paper, or more characters than fit.
    """
    if paper not in PAPERS:
        raise OptionError(f"{parameter('paper')} '{paper}' is not a size of writing sheets; use {' or '.join(PAPERS)}")
    wanted = _in_order(kind, characters)
    width, height = PAPERS[paper]
    rows = int((height - TOP - FOOT) // PITCH_Y)
    left = (width - COLUMNS * PITCH_X) / 2
    filled = -(-len(wanted) // COLUMNS)
    full, rest = divmod(filled, rows)
    count = full + 1 if rest <= rows - FEWEST_LINES else full + 2
    if count > MAX_PAGES:
        raise OptionError(
            f"{parameter('charset')} has {len(characters)} characters, too many for the {MAX_PAGES} pages that a "
            "sheet may have; print several sheets"
        )
    boxes: list[list[WorksheetBox]] = [[] for _ in range(count)]
    for index, character in enumerate(wanted):
        page, row = divmod(index // COLUMNS, rows)
        x = left + index % COLUMNS * PITCH_X + (PITCH_X - BOX_WIDTH) / 2
        boxes[page].append(WorksheetBox(character, x, TOP + row * PITCH_Y))
    first = -(-len(boxes[-1]) // COLUMNS)
    lines = tuple(
        CopyLine(text, left, TOP + LINES_GAP + (first + number) * PITCH_Y, left + COLUMNS * PITCH_X)
        for number, text in enumerate(LINES[: rows - first])
    )
    pages = tuple(
        FormPage(number, tuple(inside), lines if number == count - 1 else ()) for number, inside in enumerate(boxes)
    )
    return Form(paper, kind, characters, pages)


def _in_order(kind: str, characters: str) -> list[str]:
    """Every box's character: group by group, and in a group pass after pass, so that no letter is written thrice in a
    row, which makes for copies that are all alike.
    """
    groups = [
        [c for c in characters if c.islower()],
        [c for c in characters if c.isupper()],
        [c for c in characters if c.isdigit()],
    ]
    grouped = {c for group in groups for c in group}
    groups.append([c for c in characters if c not in grouped])
    return [c for group in groups for turn in range(5) for c in group if _copies(kind, c) > turn]


def _copies(kind: str, character: str) -> int:
    """How many boxes a character has: the more, the more often it is written."""
    if kind == "custom":
        return 5 if character in _FREQUENT else 3
    if character not in ASCII:
        return 1
    fewer = kind == "latin"
    if character.islower():
        return (5 if character in _FREQUENT else 4) - fewer
    return 3 if character.isdigit() else 2 if character.isupper() or character in _COMMON_SIGNS else 1


def packed(characters: str) -> str:
    """Characters as the text of a QR code: capitals, digits and ``:`` only, which it holds most densely."""
    return f"HF{VERSION}:" + base64.b32encode(zlib.compress(characters.encode("utf-8"), 9)).decode().rstrip("=")


def unpacked(code: str) -> str | None:
    """The characters of a QR code; None where it is not one of ours."""
    head, _, body = code.partition(":")
    if head != f"HF{VERSION}":
        return None
    try:
        text = zlib.decompress(base64.b32decode(body + "=" * (-len(body) % 8))).decode("utf-8")
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        return None
    return text if text and all(readable(character) for character in text) else None
