"""Templates: the sheet a document is written on, as YAML, found in ``./templates``, the user's folder, the package's.

    schema: handfont-template/1
    description: what it is for
    paper: A4                       # A4, A5, A6, Letter or WIDTHxHEIGHT with units
    margins: {left: 24mm, right: 20mm, top: 24mm, bottom: 22mm}
    size: 2.1mm                     # x-height; without it the writer's own
    line-height: 7mm                # without it the writer's own
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from handfont import places
from handfont.errors import OptionError
from handfont.layout.page import PageSetup
from handfont.layout.units import length, paper

SCHEMA = "handfont-template/1"
FIELDS = {"schema", "description", "paper", "margins", "size", "line-height"}
SIDES = ("left", "right", "top", "bottom")


def load(name: str) -> PageSetup:
    """The sheet of a template, by name or path.

    Raises:
        OptionError: unknown, or not a template; the message names the field.
    """
    path = _find(name)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise OptionError(f"the template {path} cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise OptionError(f"{path} is not a template: its field 'schema' must be {SCHEMA}")
    unknown = sorted(str(key) for key in data if key not in FIELDS)
    if unknown:
        raise OptionError(f"{path}: field '{unknown[0]}' is not known; there are {', '.join(sorted(FIELDS))}")
    return _setup(data, path)


def _find(name: str) -> Path:
    if places.is_path(name):
        path = Path(name)
        if not path.is_file():
            raise OptionError(f"the template file {name} does not exist")
        return path
    known = places.known("templates")
    if name not in known:
        raise OptionError(f"there is no template '{name}'; known templates: {', '.join(known) or 'none'}")
    return known[name]


def _setup(data: dict[str, Any], path: Path) -> PageSetup:
    def measure(value: Any, field: str) -> float:
        if not isinstance(value, str):
            raise OptionError(f"{path}: field '{field}' must be a length like 24mm")
        try:
            points = length(value, f"field '{field}'")
        except OptionError as error:
            raise OptionError(f"{path}: {error.message}") from error
        if points < 0:
            raise OptionError(f"{path}: field '{field}' is negative")
        return points

    values: dict[str, float] = {}
    if "paper" in data:
        try:
            values["width"], values["height"] = paper(str(data["paper"]))
        except OptionError as error:
            raise OptionError(f"{path}: field 'paper': {error.message}") from error
    margins = data.get("margins", {})
    if not isinstance(margins, dict) or set(margins) - set(SIDES):
        raise OptionError(f"{path}: field 'margins' must give lengths for {', '.join(SIDES)}")
    for side, value in margins.items():
        values[f"margin_{side}"] = measure(value, f"margins.{side}")
    for field, key in (("size", "x_height"), ("line-height", "leading")):
        if field in data:
            values[key] = measure(data[field], field)
    return PageSetup(**values)
