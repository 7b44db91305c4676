"""Styles as YAML: readable, one fact a line so that differences show, validated field by field, and exact.

Numbers are stored with the digits they have (``repr`` of a float), so a style read back equals the one written; the
offsets of strokes are packed into a short word.
"""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from handfont.core.charset import describe
from handfont.core.gaussian import Gaussian
from handfont.errors import StyleError
from handfont.style import offsets
from handfont.style.posterior import Geometry, Origin, Pen, Rhythm, StylePosterior, Variant
from handfont.util import checked
from handfont.util.checked import Limits
from handfont.util.files import atomic

SCHEMA = "handfont-style/2"
FIELDS = "handfont-style/1"
"""The schema of styles that held letters as fields."""
LIMITS = Limits(size=8_000_000, depth=20, values=500_000)
"""No honest style comes near these: the largest that comes with handfont has 80 kB and 6,100 values."""
STYLE_DIMENSIONS_MAX = 4096


class _Vector(list[float]):
    """A list to be written on one line."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    _Vector, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)


def _text(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
    # Plain scalars would turn the rarer line ends (NEL, LS, PS) into spaces; quotes escape them.
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=None if data.isprintable() else '"')


_Dumper.add_representer(str, _text)


def _vector(array: np.ndarray) -> _Vector:
    return _Vector(float(value) for value in array)


def rounded(gaussian: Gaussian) -> Gaussian:
    """A Gaussian at the precision styles keep: means to 1e-4, variances to four significant digits."""
    variance = np.array([float(f"{value:.4g}") for value in gaussian.variance])
    return Gaussian(np.round(gaussian.mean, 4) + 0.0, variance)


def dumps(style: StylePosterior) -> str:
    """The YAML text of a style."""
    plain: dict[str, Any] = {
        "schema": SCHEMA,
        "name": style.name,
        "model": style.model,
        "origin": {
            "description": style.origin.description,
            "licence": style.origin.licence,
            "sources": list(style.origin.sources),
        },
        "pen": {
            f.name: getattr(style.pen, f.name)
            for f in fields(Pen)
            if f.name not in ("ratio", "angle") or style.pen.ratio != 1
        },
        "x_height_mm": style.x_height_mm,
        "rhythm": {f.name: getattr(style.rhythm, f.name) for f in fields(Rhythm)},
        "writer": {"mean": _vector(style.writer.mean), "variance": _vector(style.writer.variance)},
        "characters": {
            character: [
                {
                    "samples": v.samples,
                    "form": v.form,
                    "height": v.height,
                    "mean": _vector(v.mean),
                    "variance": _vector(v.variance),
                    "offsets": offsets.to_text(v.offsets),
                }
                for v in variants
            ]
            for character, variants in sorted(style.characters.items())
        },
    }
    # Only adjusted styles have these: others stay readable for versions of handfont that know nothing of them.
    if style.geometry != Geometry():
        plain["geometry"] = {"slant": style.geometry.slant, "width": style.geometry.width}
    if style.neatness != 1:
        plain["neatness"] = style.neatness
    head = f"# A hand, as handfont knows it: {style.samples} glyphs of {len(style.characters)} characters.\n"
    return head + yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def save(style: StylePosterior, path: Path) -> None:
    """Write a style; the file appears whole or not at all, and outlives a power failure."""
    text = dumps(style)
    with atomic(path, durable=True) as temporary:
        temporary.write_text(text, encoding="utf-8")


def load(path: Path) -> StylePosterior:
    """Read a style.

    Raises:
        StyleError: unreadable, no YAML, not a style, or a field that is missing, of the wrong kind or out of range.
    """
    return loads(_text_of(path), str(path))


def load_origin(path: Path) -> Origin:
    """Where a style comes from, also one that an older handfont wrote.

    Raises:
        StyleError: it is no style of this or an older handfont.
    """
    data = _plain(_text_of(path), str(path))
    if data["schema"] not in (SCHEMA, FIELDS):
        raise StyleError(_other_schema(data["schema"], str(path)))
    return _StyleParser(str(path)).origin(data.get("origin") or {})


def _text_of(path: Path) -> str:
    try:
        return checked.read_text(path, LIMITS.size)
    except checked.UnreadableError as error:
        raise StyleError(f"{path} is not a style: it {error}") from error
    except OSError as error:
        raise StyleError(f"cannot read the style {path}: {error.strerror or error}") from error


def _plain(text: str, where: str) -> dict[str, Any]:
    """The fields of a style's YAML text, not checked yet."""
    try:
        data = checked.load_yaml(text, LIMITS)
    except checked.UnreadableError as error:
        raise StyleError(f"{where} {error}") from error
    if not isinstance(data, dict) or "schema" not in data:
        raise StyleError(f"{where} is not a handfont style: it has no field 'schema'")
    return data


def _other_schema(schema: Any, where: str) -> str:
    return f"{where} has the schema {_shown(schema)}; this version of handfont reads {SCHEMA!r}"


def loads(text: str, where: str = "style") -> StylePosterior:
    """A style from its YAML text; ``where`` names it in errors."""
    data = _plain(text, where)
    if data["schema"] == FIELDS:
        raise StyleError(
            f"{where} is of an older handfont, which kept letters as shapes and not as strokes; make it "
            "again from the samples beside it with 'handfont enroll --add --name NAME', or from its scans"
        )
    if data["schema"] != SCHEMA:
        raise StyleError(_other_schema(data["schema"], where))
    return _StyleParser(where).style(data)


class _StyleParser:
    """Takes the plain data of a style apart, checking as it goes; every failure names file and field."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, field: str, problem: str) -> StyleError:
        return StyleError(f"{self.where}: field '{field}' {problem}")

    def mapping(self, value: Any, field: str, allowed: set[str], required: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fail(field, "must be a mapping")
        for key in value:
            if key not in allowed:
                raise self.fail(f"{field}.{key}".lstrip("."), "is not known; remove it or check its spelling")
        for key in sorted(required):
            if key not in value:
                raise self.fail(f"{field}.{key}".lstrip("."), "is missing")
        return value

    def number(self, value: Any, field: str, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.fail(field, f"must be a number, not {_shown(value)}")
        if not low <= value <= high:
            raise self.fail(field, f"must lie between {low:g} and {high:g}, not be {value:g}")
        return float(value)

    def text(self, value: Any, field: str) -> str:
        if not isinstance(value, str):
            raise self.fail(field, f"must be text, not {_shown(value)}")
        return value

    def gaussian(self, value: dict[str, Any], field: str) -> Gaussian:
        arrays = []
        for part, low in (("mean", -1e6), ("variance", 1e-12)):
            listed = value.get(part)
            if not isinstance(listed, list) or not 1 <= len(listed) <= STYLE_DIMENSIONS_MAX:
                raise self.fail(f"{field}.{part}", "must be a list of numbers")
            arrays.append(np.array([self.number(v, f"{field}.{part}[{i}]", low, 1e6) for i, v in enumerate(listed)]))
        if len(arrays[0]) != len(arrays[1]):
            raise self.fail(field, f"has {len(arrays[0])} means but {len(arrays[1])} variances")
        return Gaussian(arrays[0], arrays[1])

    def style(self, data: dict[str, Any]) -> StylePosterior:
        top = {"schema", "name", "model", "origin", "pen", "x_height_mm", "rhythm", "writer", "characters", "geometry",
               "neatness"}  # fmt: skip
        self.mapping(data, "", top, {"name", "model", "pen", "rhythm", "writer", "characters"})
        writer = self.mapping(data["writer"], "writer", {"mean", "variance"}, {"mean", "variance"})
        x_height = data.get("x_height_mm")
        return StylePosterior(
            name=self.text(data["name"], "name"),
            model=self.text(data["model"], "model"),
            writer=self.gaussian(writer, "writer"),
            characters=self.characters(data["characters"]),
            pen=self.pen(data["pen"]),
            x_height_mm=None if x_height is None else self.number(x_height, "x_height_mm", 0.2, 100),
            rhythm=self.rhythm(data["rhythm"]),
            origin=self.origin(data.get("origin") or {}),
            geometry=self.geometry(data.get("geometry") or {}),
            neatness=self.number(data.get("neatness", 1.0), "neatness", 0, 2),
        )

    def characters(self, value: Any) -> dict[str, tuple[Variant, ...]]:
        if not isinstance(value, dict):
            raise self.fail("characters", "must be a mapping")
        result: dict[str, tuple[Variant, ...]] = {}
        for character, variants in value.items():
            if not isinstance(character, str) or len(character) != 1:
                raise self.fail(f"characters.{character}", "must be named by one character (digits in quotes)")
            field = f"characters.{describe(character)}"
            if not isinstance(variants, list) or not variants:
                raise self.fail(field, "must be a list of variants")
            result[character] = tuple(self.variant(v, f"{field}[{i}]") for i, v in enumerate(variants))
        for part in ("mean", "variance"):
            dimensions = {len(getattr(v, part)) for variants in result.values() for v in variants}
            if len(dimensions) > 1:
                raise self.fail("characters", f"mixes fields '{part}' of {sorted(dimensions)} numbers")
        return result

    def variant(self, value: Any, field: str) -> Variant:
        names = {"samples", "form", "height", "mean", "variance", "offsets"}
        self.mapping(value, field, names, names)
        height = value["height"]
        try:
            moved = offsets.from_text(self.text(value["offsets"], f"{field}.offsets"))
        except ValueError as error:
            raise self.fail(f"{field}.offsets", f"is damaged ({error})") from error
        return Variant(
            self.whole(value["samples"], f"{field}.samples", 1, 10**6),
            self.whole(value["form"], f"{field}.form", 0, 10**6),
            self.numbers(value["mean"], f"{field}.mean", -100),
            self.numbers(value["variance"], f"{field}.variance", 0),
            None if height is None else self.number(height, f"{field}.height", -10, 10),
            moved,
        )

    def whole(self, value: Any, field: str, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(field, f"must be a whole number of at least {low}")
        return value

    def numbers(self, value: Any, field: str, low: float) -> np.ndarray:
        if not isinstance(value, list) or not 1 <= len(value) <= STYLE_DIMENSIONS_MAX:
            raise self.fail(field, "must be a list of numbers")
        return np.array([self.number(v, f"{field}[{i}]", low, 100) for i, v in enumerate(value)])

    def pen(self, value: Any) -> Pen:
        self.mapping(value, "pen", {"width", "variation", "ink", "ratio", "angle"}, {"width"})
        ink = self.text(value.get("ink", Pen.ink), "pen.ink")
        if len(ink) != 7 or ink[0] != "#" or any(c not in "0123456789abcdefABCDEF" for c in ink[1:]):
            raise self.fail("pen.ink", f"must be a colour like '#1f2430', not {ink!r}")
        return Pen(
            self.number(value["width"], "pen.width", 0.005, 2),
            self.number(value.get("variation", Pen.variation), "pen.variation", 0, 1),
            ink,
            self.number(value.get("ratio", Pen.ratio), "pen.ratio", 0.05, 1),
            self.number(value.get("angle", Pen.angle), "pen.angle", -180, 180),
        )

    def rhythm(self, value: Any) -> Rhythm:
        limits = {"letter_gap": (-1, 5), "word_gap": (0.1, 20), "leading": (1, 30), "wander": (0, 2), "bounce": (0, 2),
                  "slope": (0, 20), "margin": (0, 20), "size": (0, 1), "turn": (0, 30), "lean": (0, 20)}  # fmt: skip
        self.mapping(value, "rhythm", {*limits, "measured"}, set())
        measured = value.get("measured", False)
        if not isinstance(measured, bool):
            raise self.fail("rhythm.measured", "must be true or false")
        numbers = {key: self.number(value[key], f"rhythm.{key}", *limits[key]) for key in limits if key in value}
        return Rhythm(**numbers, measured=measured)

    def geometry(self, value: Any) -> Geometry:
        self.mapping(value, "geometry", {"slant", "width"}, set())
        return Geometry(
            self.number(value.get("slant", 0.0), "geometry.slant", -45, 45),
            self.number(value.get("width", 1.0), "geometry.width", 0.4, 2.5),
        )

    def origin(self, value: Any) -> Origin:
        self.mapping(value, "origin", {"description", "licence", "sources"}, set())
        sources = value.get("sources", [])
        if not isinstance(sources, list):
            raise self.fail("origin.sources", "must be a list")
        return Origin(
            self.text(value.get("description", ""), "origin.description"),
            self.text(value.get("licence", ""), "origin.licence"),
            tuple(self.text(s, f"origin.sources[{i}]") for i, s in enumerate(sources)),
        )


def rhythm(data: Any, where: str) -> Rhythm:
    """A rhythm from plain data, in the limits of a style's; ``where`` names it in errors.

    Raises:
        StyleError: a field of the wrong kind, or out of range.
    """
    return _StyleParser(where).rhythm(data)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
