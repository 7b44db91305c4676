"""What the browser may ask: every request checked field by field, in limits, before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX, describe
from handfont.core.composites import WRITABLE
from handfont.core.forms import ALONE, Joins
from handfont.core.strokes import length
from handfont.options import MAX_NEATNESS, RenderOptions
from handfont.studio.errors import RequestError
from handfont.studio.shared_letters import SharedLetter
from handfont.util.fields import Fields

MAX_LETTERS = 400
"""Drawn letters that a style is made from."""
MAX_STROKES, MAX_POINTS = 200, 8000
"""Strokes, and points of all of them, of one drawn letter or line."""
MAX_PATH = 2000.0
"""Length of all strokes of one drawn letter or line, in x-heights."""
MAX_LINE = 200
"""Characters of a drawn line."""
MAX_COORDINATE = 400.0
"""Size of a point's coordinates, in x-heights."""
MAX_TEXT = 20_000
"""Characters of a text to be written."""
MAX_IDENTITY, MAX_REMARK = 40, 40
"""Characters of the identity of a letter that is shared, and of what is said of how it was read."""
MAX_NAME, MAX_FIELD = 64, 2000
"""Characters of names of styles, templates and colors, and of a field of a template."""
MAX_FIELDS = 30
"""Fields of a template that are filled in."""
MIN_SIZE = 0.8
"""Smallest x-height, in mm."""
DRAWS = ("average", "page", "letter")
"""The style that is written in: the mean of the posterior, one drawn from it, or one drawn for each letter."""


@dataclass(frozen=True)
class DrawnLetter:
    """A drawn letter and what it is; ``joins`` says how it was joined, ``after`` is the next letter of its word, empty
    where none is known.
    """

    strokes: list[FloatArray]
    pen: float
    character: str
    joins: Joins = ALONE
    after: str = ""


@dataclass(frozen=True)
class HandSource:
    """Whose hand: a ``name`` among the known styles, or the ``token`` of one that the browser holds."""

    name: str = ""
    token: str = ""


@dataclass(frozen=True)
class LetterRequest:
    """A letter to be looked at: how the hand of ``writing`` writes it where it is joined so."""

    writing: WritingRequest
    character: str
    joins: Joins


@dataclass(frozen=True)
class WritingRequest:
    """What is to be written, in which hand, and how."""

    hand: HandSource
    other: HandSource | None
    share: float
    text: str
    options: RenderOptions
    fresh: str
    slant: float
    weight: float
    width: float
    name: str


class RequestParser(Fields):
    """Takes the plain data of a request apart."""

    def __init__(self, data: Any) -> None:
        super().__init__(data, _error)

    def short_text(self, key: str, most: int, default: str = "") -> str:
        """A field that must be a text of at most ``most`` characters."""
        value = self.text(key, default)
        if len(value) > most:
            raise RequestError(
                f"'{key}' has {len(value):,} characters; at most {most:,} can be written here, "
                "'handfont render' writes longer ones"
            )
        return value

    def strokes(self) -> list[FloatArray]:
        """At least one stroke, each of at least one point (x, y)."""
        return _strokes(self.data.get("strokes"), 2)

    def typed(self) -> str:
        """What a line is to say, its words parted by single spaces."""
        words = self.short_text("typed", MAX_LINE).split()
        for character in "".join(words):
            _check_learnable(character)
        return " ".join(words)

    def joins(self) -> Joins:
        """Whether a letter is joined to the one before it and to the next; it is not, if that is not said."""
        value = self.data.get("joins", [False, False])
        if not isinstance(value, list) or [type(side) for side in value] != [bool, bool]:
            raise RequestError("'joins' must be two of true and false")
        return Joins(*value)

    def letter(self) -> DrawnLetter:
        """One drawn letter and its character."""
        character, after = self.short_text("character", 1), self.short_text("after", 1)
        if not character:
            raise RequestError("a letter has no character")
        _check_learnable(character)
        if after:
            _check_learnable(after)
        return DrawnLetter(self.strokes(), self.number("pen", 0.01, 1.0, 0.12), character, self.joins(), after)

    def letters(self) -> list[DrawnLetter]:
        """All drawn letters, each with its character; there is at least one."""
        value = self.data.get("letters")
        if not isinstance(value, list) or not value:
            raise RequestError("nothing was drawn; write a letter first")
        if len(value) > MAX_LETTERS:
            raise RequestError(f"{len(value)} letters are too many; {MAX_LETTERS} are enough for any hand")
        return [RequestParser(letter).letter() for letter in value]

    def shared(self) -> list[SharedLetter]:
        """Letters that a browser shares with others."""
        value = self.data.get("letters")
        if not isinstance(value, list) or len(value) > MAX_LETTERS:
            raise RequestError(f"'letters' must be a list of at most {MAX_LETTERS}")
        return [RequestParser(letter)._shared_letter() for letter in value]

    def _shared_letter(self) -> SharedLetter:
        identity = self.short_text("identity", MAX_IDENTITY)
        if not identity:
            raise RequestError("a letter that is shared has no identity")
        revision = self.whole("revision", 1, 2**31 - 1)
        if self.data.get("data") is None:
            return SharedLetter(identity, revision, None)
        held = RequestParser(self.data["data"])
        data = {
            "strokes": [np.round(stroke.astype(float), 3).tolist() for stroke in _strokes(held.data.get("strokes"), 3)],
            "character": held.short_text("character", 1),
            "sure": held.short_text("sure", MAX_REMARK),
            "corrected": held.flag("corrected", False),
            "joins": list(held.joins()),
            "next": held.short_text("next", MAX_IDENTITY),
        }
        return SharedLetter(identity, revision, data)

    def inspected(self) -> LetterRequest:
        """A letter to be looked at."""
        character = self.short_text("character", 1)
        if not character or character not in WRITABLE:
            raise RequestError(f"{describe(character) if character else 'nothing'} cannot be written as a letter")
        return LetterRequest(self.writing(), character, self.joins())

    def source(self, key: str) -> HandSource:
        """A field that names a style, or holds the token of one."""
        asked = RequestParser(self.data.get(key))
        found = HandSource(asked.short_text("name", MAX_NAME), asked.short_text("token", MAX_NAME))
        if bool(found.name) == bool(found.token):
            raise RequestError(f"'{key}' names no style")
        return found

    def writing(self) -> WritingRequest:
        """The whole request for a page or a file."""
        fields = RequestParser(self.data.get("fields", {}))
        if len(fields.data) > MAX_FIELDS:
            raise RequestError(f"'fields' has more than {MAX_FIELDS} fields")
        size = self.number("size", 0, 20, 0)
        if 0 < size < MIN_SIZE:
            raise RequestError(f"'size' must be at least {MIN_SIZE} mm")
        options = RenderOptions(
            template=self.short_text("template", MAX_NAME, "plain"),
            fields={name: fields.short_text(name, MAX_FIELD) for name in fields.data},
            seed=int(self.number("seed", 0, 2**31 - 1, 0)),
            neatness=self.number("neatness", 0, MAX_NEATNESS, 1),
            size=f"{size:g}mm" if size else None,
            ink=self.short_text("ink", MAX_NAME) or None,
        )
        return WritingRequest(
            hand=self.source("hand"),
            other=self.source("other") if self.data.get("other") is not None else None,
            share=self.number("share", 0, 1, 0),
            text=self.short_text("text", MAX_TEXT),
            options=options,
            fresh=self.choice("fresh", DRAWS, "average"),
            slant=self.number("slant", -30, 30, 0),
            weight=self.number("weight", 0.3, 3, 1),
            width=self.number("width", 0.5, 2, 1),
            name=self.short_text("name", MAX_NAME, "mine"),
        )


def _strokes(value: Any, columns: int) -> list[FloatArray]:
    """Strokes, each (points, columns)."""
    if not isinstance(value, list) or not value or not all(isinstance(stroke, list) and stroke for stroke in value):
        raise RequestError("nothing was drawn; write a letter first")
    if len(value) > MAX_STROKES or sum(map(len, value)) > MAX_POINTS:
        raise RequestError("that is too much for one letter or line; undo some of it")
    try:
        found = [np.array(stroke, np.float32) for stroke in value]
    except (ValueError, TypeError, OverflowError) as error:
        raise RequestError("a stroke is not a list of points") from error
    for stroke in found:
        if stroke.ndim != 2 or stroke.shape[1] != columns or not (np.abs(stroke) < MAX_COORDINATE).all():
            raise RequestError("a stroke is not a list of points")
    if sum(length(stroke[:, :2]) for stroke in found) > MAX_PATH:
        raise RequestError("that is too much for one letter or line; undo some of it")
    return found


def _error(key: str, problem: str) -> RequestError:
    return RequestError(f"'{key}' {problem}" if key else f"the request {problem}")


def _check_learnable(character: str) -> None:
    if character not in INDEX:
        raise RequestError(
            f"{describe(character)} cannot be learnt by itself; letters with accents are made of their parts"
        )
