"""Styles from the plain data of their YAML, checked field by field; every error names the file and the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from handfont.core.charset import describe
from handfont.core.gaussian import Gaussian
from handfont.errors import StyleError
from handfont.model.joins import JoinHabit
from handfont.style import offsets
from handfont.style.posterior import Geometry, Origin, Pen, Rhythm, StylePosterior, Variant
from handfont.util.fields import Fields

MAX_DIMENSIONS = 4096
"""Numbers of one vector: of a writer's style, or of a character's latent."""
MAX_COUNT = 10**6
"""Samples of a character, and numbers of forms."""
RHYTHM_LIMITS = {
    "letter_gap": (-1, 5),
    "word_gap": (0.1, 20),
    "leading": (1, 30),
    "wander": (0, 2),
    "bounce": (0, 2),
    "slope": (0, 20),
    "margin": (0, 20),
    "size": (0, 1),
    "turn": (0, 30),
    "lean": (0, 20),
}
"""Least and most of each number of a rhythm, in the units of :class:`handfont.style.posterior.Rhythm`."""
MAX_ODDS, MAX_SHIFT = 20.0, 5.0
"""Log odds of joining letters, and x-heights by which places of joins are moved, at most."""
_STYLE = {
    "schema", "name", "model", "origin", "pen", "x_height_mm", "rhythm", "writer", "characters", "geometry", "neatness",
    "joins",
}  # fmt: skip
_VARIANT = {"samples", "form", "height", "mean", "variance", "offsets"}


def style(data: dict[str, Any], where: str) -> StylePosterior:
    """A style from the data of its file, which ``where`` names in errors.

    Raises:
        StyleError: a field that is missing, unknown, of the wrong kind or out of range.
    """
    top = Fields(data, _error(where))
    top.only(_STYLE, {"name", "model", "pen", "rhythm", "writer", "characters"})
    return StylePosterior(
        name=top.text("name"),
        model=top.text("model"),
        writer=_gaussian(top.inner("writer")),
        characters=_characters(top.inner("characters")),
        pen=_pen(top.inner("pen")),
        x_height_mm=top.optional_number("x_height_mm", 0.2, 100),
        rhythm=_rhythm(top.inner("rhythm")),
        origin=_origin(top),
        geometry=_geometry(_part(top, "geometry")),
        neatness=top.number("neatness", 0, 2, 1.0),
        joins=_joins(top.inner("joins")) if top.data.get("joins") is not None else None,
    )


def origin(data: dict[str, Any], where: str) -> Origin:
    """Where a style comes from, by the data of its file; nothing else in it is checked."""
    return _origin(Fields(data, _error(where)))


def rhythm(data: Any, where: str) -> Rhythm:
    """A rhythm from plain data, in the limits of a style's; ``where`` names it in errors.

    Raises:
        StyleError: a field of the wrong kind, or out of range.
    """
    return _rhythm(Fields(data, _error(where), "rhythm"))


def _error(where: str) -> Callable[[str, str], StyleError]:
    return lambda field, problem: StyleError(f"{where}: field '{field}' {problem}")


def _part(top: Fields, field: str) -> Fields:
    """A mapping that may be missing or empty."""
    return Fields(top.data.get(field) or {}, top.error, top.full(field))


def _gaussian(writer: Fields) -> Gaussian:
    writer.only({"mean", "variance"}, {"mean", "variance"})
    mean = np.array(writer.numbers("mean", -1e6, 1e6, MAX_DIMENSIONS))
    variance = np.array(writer.numbers("variance", 1e-12, 1e6, MAX_DIMENSIONS))
    if len(mean) != len(variance):
        raise writer.error(writer.name, f"has {len(mean)} means but {len(variance)} variances")
    return Gaussian(mean, variance)


def _characters(characters: Fields) -> dict[str, tuple[Variant, ...]]:
    result: dict[str, tuple[Variant, ...]] = {}
    for character in _named(characters):
        named = Fields({describe(character): characters.data[character]}, characters.error, characters.name)
        result[character] = tuple(_variant(variant) for variant in named.each(describe(character)))
        if not result[character]:
            raise named.wrong(describe(character), "must be a list of variants")
    for part in ("mean", "variance"):
        dimensions = {len(getattr(v, part)) for variants in result.values() for v in variants}
        if len(dimensions) > 1:
            raise characters.error(characters.name, f"mixes fields '{part}' of {sorted(dimensions)} numbers")
    return result


def _variant(variant: Fields) -> Variant:
    variant.only(_VARIANT, _VARIANT)
    try:
        moved = offsets.from_text(variant.text("offsets"))
    except ValueError as error:
        raise variant.wrong("offsets", f"is damaged ({error})") from error
    return Variant(
        variant.whole("samples", 1, MAX_COUNT),
        variant.whole("form", 0, MAX_COUNT),
        np.array(variant.numbers("mean", -100, 100, MAX_DIMENSIONS)),
        np.array(variant.numbers("variance", 0, 100, MAX_DIMENSIONS)),
        variant.optional_number("height", -10, 10),
        moved,
    )


def _pen(pen: Fields) -> Pen:
    pen.only({"width", "variation", "ink", "ratio", "angle"}, {"width"})
    ink = pen.text("ink", Pen.ink)
    if len(ink) != 7 or ink[0] != "#" or any(c not in "0123456789abcdefABCDEF" for c in ink[1:]):
        raise pen.wrong("ink", f"must be a colour like '#1f2430', not {ink!r}")
    return Pen(
        pen.number("width", 0.005, 2),
        pen.number("variation", 0, 1, Pen.variation),
        ink,
        pen.number("ratio", 0.05, 1, Pen.ratio),
        pen.number("angle", -180, 180, Pen.angle),
    )


def _rhythm(rhythm: Fields) -> Rhythm:
    rhythm.only({*RHYTHM_LIMITS, "measured"})
    numbers = {field: rhythm.number(field, *limits) for field, limits in RHYTHM_LIMITS.items() if field in rhythm.data}
    return Rhythm(**numbers, measured=rhythm.flag("measured", False))


def _geometry(geometry: Fields) -> Geometry:
    geometry.only({"slant", "width"})
    return Geometry(geometry.number("slant", -45, 45, 0.0), geometry.number("width", 0.4, 2.5, 1.0))


def _joins(joins: Fields) -> JoinHabit:
    names = {field.name for field in fields(JoinHabit)}
    joins.only(names, {"pairs", "rate", "variance"})
    return JoinHabit(
        joins.whole("pairs", 1, MAX_COUNT),
        joins.number("rate", -MAX_ODDS, MAX_ODDS),
        joins.number("variance", 0, 1e6),
        _effects(_part(joins, "onward")),
        _effects(_part(joins, "back")),
        _shifts(_part(joins, "leaving")),
        _shifts(_part(joins, "entering")),
        joins.optional_number("level", -MAX_SHIFT, MAX_SHIFT),
    )


def _effects(effects: Fields) -> dict[str, float]:
    return {character: effects.number(character, -MAX_ODDS, MAX_ODDS) for character in _named(effects)}


def _shifts(shifts: Fields) -> dict[str, tuple[float, float]]:
    result = {}
    for character in _named(shifts):
        numbers = shifts.numbers(character, -MAX_SHIFT, MAX_SHIFT, 2)
        if len(numbers) != 2:
            raise shifts.wrong(character, "must be a list of two numbers")
        result[character] = (numbers[0], numbers[1])
    return result


def _named(mapping: Fields) -> list[str]:
    """The characters that fields are named by."""
    for character in mapping.data:
        if not isinstance(character, str) or len(character) != 1:
            raise mapping.wrong(str(character), "must be named by one character (digits in quotes)")
    return list(mapping.data)


def _origin(top: Fields) -> Origin:
    found = _part(top, "origin")
    found.only({"description", "licence", "sources"})
    return Origin(found.text("description", ""), found.text("licence", ""), found.texts("sources"))
