"""Styles as YAML: readable, one fact a line so that differences show, and exact.

Numbers are stored with the digits they have (``repr`` of a float), so a style read back equals the one written; the
offsets of strokes are packed into a short word. :mod:`handfont.style.parsing` checks what is read, field by field.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from handfont.core.gaussian import Gaussian
from handfont.errors import StyleError
from handfont.model.joins import JoinHabit
from handfont.style import offsets, parsing
from handfont.style.posterior import Geometry, Origin, Pen, Rhythm, StylePosterior
from handfont.util import checked
from handfont.util.checked import Limits
from handfont.util.files import atomic
from handfont.util.wording import shortened

SCHEMA = "handfont-style/2"
"""The version of the format that is written and read."""
FIELDS = "handfont-style/1"
"""The schema of styles that held letters as fields."""
LIMITS = Limits(size=8_000_000, depth=20, values=500_000)
"""No honest style comes near these: the largest that comes with handfont has 80 kB and 6,100 values."""


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
    """A Gaussian at the precision of style files: means to 1e-4, variances to four significant digits."""
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
    # Only some styles have these: others stay readable for versions of handfont that know nothing of them.
    if style.geometry != Geometry():
        plain["geometry"] = {"slant": style.geometry.slant, "width": style.geometry.width}
    if style.neatness != 1:
        plain["neatness"] = style.neatness
    if style.joins is not None:
        plain["joins"] = {f.name: getattr(style.joins, f.name) for f in fields(JoinHabit)} | {
            name: {c: _Vector(shift) for c, shift in getattr(style.joins, name).items()}
            for name in ("leaving", "entering")
        }
        if style.joins.level is None:
            del plain["joins"]["level"]
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
    return parsing.origin(data, str(path))


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
    return f"{where} has the schema {shortened(repr(schema))}; this version of handfont reads {SCHEMA!r}"


def loads(text: str, where: str = "style") -> StylePosterior:
    """A style from its YAML text; ``where`` names it in errors."""
    data = _plain(text, where)
    if data["schema"] == FIELDS:
        raise StyleError(
            f"{where} is of an older handfont, which stored letters as shapes and not as strokes; make it "
            "again from the samples beside it with 'handfont enroll --add --name NAME', or from its scans"
        )
    if data["schema"] != SCHEMA:
        raise StyleError(_other_schema(data["schema"], where))
    return parsing.style(data, where)
