"""Profiles of G-code: how a machine is told to move, lift and lower its pen.

They are sections ``gwrite`` of vpype's configuration files, with the keys that its plug-in vpype-gcode has, so that
profiles made for it serve here: ``document_start``, ``layer_start``, ``line_start``, ``segment_first``, ``segment``,
``segment_last``, ``line_end``, ``line_join``, ``layer_end``, ``layer_join`` and ``document_end`` are texts in which
``{x:.3f}`` and the like are filled in. Further keys are ``bed``, ``feed`` and ``slowest_feed``, with ``{feed}``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from handfont.core import units
from handfont.core.units import POINTS
from handfont.errors import HandfontError, OptionError, parameter
from handfont.util.files import reason

DEFAULT = "grbl"
"""The profile where none is named."""
SHIPPED = Path(__file__).with_name("profiles.toml")
"""The profiles that handfont has."""
UNITS = {**POINTS, "px": 0.75}
"""Points to each unit that profiles may count in; vpype's pixels are 96 an inch."""
MAX_BYTES = 1_000_000
"""Size of a configuration file, at most."""
TEMPLATES = (
    "document_start",
    "document_end",
    "layer_start",
    "layer_end",
    "layer_join",
    "line_start",
    "line_end",
    "line_join",
    "segment_first",
    "segment",
    "segment_last",
)
"""Keys that are texts to be filled in."""
FLAGS = ("invert_x", "invert_y", "horizontal_flip", "vertical_flip")
"""Keys that are true or false."""
NUMBERS = MappingProxyType(
    {"offset_x": 0.0, "offset_y": 0.0, "scale_x": 1.0, "scale_y": 1.0, "feed": 2400.0, "slowest_feed": 600.0}
)
"""Keys that are numbers, with what they are where they are left out."""


@dataclass(frozen=True)
class Profile:
    """A profile of G-code.

    Attributes:
        name: by which it is chosen.
        info: how the machine is set up, for who uses it.
        templates: texts to be filled in, by their keys.
        unit: points to one of its units.
        flags, numbers: the other keys, all of them.
        bed: travel of the machine in millimeters, if it is known.
        defaults: values of fields that nothing else has a value for.
    """

    name: str
    info: str
    templates: Mapping[str, str]
    unit: float
    flags: Mapping[str, bool]
    numbers: Mapping[str, float]
    bed: tuple[float, float] | None
    defaults: Mapping[str, Any]


def load(name: str | None, config: str | None) -> Profile:
    """A profile by its name: handfont's own, those of ``~/.vpype.toml``, which vpype reads, too, and of another file.

    Raises:
        OptionError: there is none of that name, it is wrong, or the file cannot be read.
    """
    found: dict[str, Any] = dict(_sections(SHIPPED))
    with suppress(RuntimeError):  # there are users without a home
        if (own := Path.home() / ".vpype.toml").exists():
            found |= _sections(own)
    if config is not None:
        found |= _sections(Path(config))
    default = found.pop("default_profile", DEFAULT)
    name = name or str(default)
    if not isinstance(found.get(name), dict):
        raise OptionError(f"{parameter('device')} '{name}' is no profile of G-code; use {', '.join(found)}")
    try:
        return _checked(name, found[name])
    except (ValueError, HandfontError) as error:
        message = error.message if isinstance(error, HandfontError) else str(error)
        raise OptionError(f"the profile of G-code '{name}' is wrong: {message}") from error


def read_config(path: Path) -> dict[str, Any]:
    """A configuration file of vpype.

    Raises:
        OptionError: it cannot be read, or is no TOML.
    """
    name = parameter("plotter_config")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise OptionError(f"{name}: cannot read {path}: {reason(error)}") from error
    if len(content) > MAX_BYTES:
        raise OptionError(f"{name}: {path} is larger than {MAX_BYTES // 10**6} MB")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise OptionError(f"{name}: {path} is no TOML: {error}") from error


def _sections(path: Path) -> Mapping[str, Any]:
    sections = read_config(path).get("gwrite", {})
    if not isinstance(sections, dict):
        raise OptionError(f"{parameter('plotter_config')}: 'gwrite' in {path} is no table of profiles")
    return sections


def _checked(name: str, values: Mapping[str, Any]) -> Profile:
    templates = {key: values[key] for key in TEMPLATES if key in values}
    for key, template in templates.items():
        if not isinstance(template, str):
            raise ValueError(f"'{key}' is no text")
    if "segment" not in templates:
        raise ValueError("it has no 'segment'")
    info = values.get("info", "")
    if not isinstance(info, str):
        raise ValueError("'info' is no text")
    flags = {key: values.get(key, False) for key in FLAGS}
    for key, flag in flags.items():
        if not isinstance(flag, bool):
            raise ValueError(f"'{key}' is neither true nor false")
    numbers = {key: _number(key, values.get(key, usual)) for key, usual in NUMBERS.items()}
    if not 0 < numbers["slowest_feed"] <= numbers["feed"]:
        raise ValueError("'slowest_feed' must be more than 0 and no more than 'feed'")
    unit, bed, defaults = values.get("unit", "mm"), values.get("bed"), values.get("default_values", {})
    if unit not in UNITS:
        raise ValueError(f"'unit' must be one of {', '.join(UNITS)}")
    if not isinstance(defaults, dict):
        raise ValueError("'default_values' is no table")
    return Profile(name, info, templates, UNITS[unit], flags, numbers, None if bed is None else _bed(bed), defaults)


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= 1e6:
        raise ValueError(f"'{key}' is no number that a plotter can use")
    return float(value)


def _bed(bed: Any) -> tuple[float, float]:
    if not isinstance(bed, list) or len(bed) != 2 or not all(isinstance(side, str) for side in bed):
        raise ValueError('\'bed\' must be two lengths like ["300mm", "218mm"]')
    width, height = (units.length(side, "bed") / POINTS["mm"] for side in bed)
    return width, height
