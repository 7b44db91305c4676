"""What the browser may ask: every request checked field by field, in limits, before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX, describe
from handfont.options import MAX_NEATNESS, RenderOptions
from handfont.studio.errors import RequestError

MOST_LETTERS, MOST_STROKES, MOST_POINTS = 400, 200, 8000
FARTHEST = 400.0
"""Coordinates at most, in x-heights."""
LONGEST = 20_000
"""Characters of a text."""
FRESH = ("average", "page", "letter")
"""The style that is drawn in: the mean, one drawn from the posterior, or one drawn anew for each letter."""


@dataclass(frozen=True)
class DrawnLetter:
    """A drawn letter and what it is; ``character`` is empty where it is to be read."""

    strokes: list[FloatArray]
    pen: float
    character: str


@dataclass(frozen=True)
class HandSource:
    """Whose hand: a ``name`` among the known styles, or the ``token`` of one that the browser holds."""

    name: str = ""
    token: str = ""


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


class RequestParser:
    """Takes the plain data of a request apart."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict):
            raise RequestError("the request is not an object")
        self.data = data

    def number(self, key: str, low: float, high: float, default: float) -> float:
        """A field that must be a number between two limits, both allowed."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise RequestError(f"'{key}' must be a number")
        if not low <= value <= high:  # nor is what is no number at all
            raise RequestError(f"'{key}' must lie between {low:g} and {high:g}")
        return value

    def text(self, key: str, most: int, default: str = "") -> str:
        """A field that must be a text of at most so many characters."""
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise RequestError(f"'{key}' must be text")
        if len(value) > most:
            raise RequestError(
                f"'{key}' has {len(value):,} characters; at most {most:,} can be written here, "
                "'handfont render' writes longer ones"
            )
        return value

    def strokes(self) -> list[FloatArray]:
        """At least one stroke, each of at least one point."""
        value = self.data.get("strokes")
        if not isinstance(value, list) or not value or not all(isinstance(stroke, list) and stroke for stroke in value):
            raise RequestError("nothing was drawn; write a letter first")
        if len(value) > MOST_STROKES or sum(map(len, value)) > MOST_POINTS:
            raise RequestError("that is too much for one letter or line; undo some of it")
        try:
            found = [np.array(stroke, np.float32) for stroke in value]
        except (ValueError, TypeError, OverflowError) as error:
            raise RequestError("a stroke is not a list of points") from error
        for stroke in found:
            if stroke.ndim != 2 or stroke.shape[1] != 2 or not (np.abs(stroke) < FARTHEST).all():
                raise RequestError("a stroke is not a list of points")
        return found

    def typed(self) -> str:
        """What a line is to say, without its spaces."""
        typed = "".join(self.text("typed", MOST_STROKES).split())
        for character in typed:
            _check_learnable(character)
        return typed

    def letter(self, known: bool) -> DrawnLetter:
        """One drawn letter; ``known`` if it must say which character it is."""
        character = self.text("character", 1)
        if known and not character:
            raise RequestError("a letter has no character")
        if character:
            _check_learnable(character)
        return DrawnLetter(self.strokes(), self.number("pen", 0.01, 1.0, 0.12), character)

    def letters(self) -> list[DrawnLetter]:
        """All drawn letters, each with its character; there is at least one."""
        value = self.data.get("letters")
        if not isinstance(value, list) or not value:
            raise RequestError("nothing was drawn; write a letter first")
        if len(value) > MOST_LETTERS:
            raise RequestError(f"{len(value)} letters are too many; {MOST_LETTERS} are enough for any hand")
        return [RequestParser(letter).letter(known=True) for letter in value]

    def source(self, key: str) -> HandSource:
        """A field that names a style, or holds the token of one."""
        asked = RequestParser(self.data.get(key))
        found = HandSource(asked.text("name", 64), asked.text("token", 64))
        if bool(found.name) == bool(found.token):
            raise RequestError(f"'{key}' names no style")
        return found

    def writing(self) -> WritingRequest:
        """The whole request for a page or a file."""
        fields = self.data.get("fields", {})
        if not isinstance(fields, dict) or len(fields) > 30:
            raise RequestError("'fields' must be an object")
        fresh = self.text("fresh", 10, "average")
        if fresh not in FRESH:
            raise RequestError(f"'fresh' must be one of {', '.join(FRESH)}")
        size = self.number("size", 0, 20, 0)
        if 0 < size < 0.8:
            raise RequestError("'size' must be at least 0.8 mm")
        options = RenderOptions(
            template=self.text("template", 64, "plain"),
            fields={name: RequestParser(fields).text(name, 2000) for name in fields},
            seed=int(self.number("seed", 0, 2**31 - 1, 0)),
            neatness=self.number("neatness", 0, MAX_NEATNESS, 1),
            size=f"{size:g}mm" if size else None,
            ink=self.text("ink", 30) or None,
        )
        return WritingRequest(
            hand=self.source("hand"),
            other=self.source("other") if self.data.get("other") is not None else None,
            share=self.number("share", 0, 1, 0),
            text=self.text("text", LONGEST),
            options=options,
            fresh=fresh,
            slant=self.number("slant", -30, 30, 0),
            weight=self.number("weight", 0.3, 3, 1),
            width=self.number("width", 0.5, 2, 1),
            name=self.text("name", 64, "mine"),
        )


def _check_learnable(character: str) -> None:
    if character not in INDEX:
        raise RequestError(
            f"{describe(character)} cannot be learnt by itself; letters with accents are made of their parts"
        )
