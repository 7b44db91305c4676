"""Templates: the sheet a document is written on, as YAML, found in ``./templates``, the user's folder, the package's.

schema: handfont-template/1
description: what it is for
paper: A4                     # a name (A3 A4 A5 A6 B5 C5 C6 DL Letter Legal) or WIDTHxHEIGHT with units
landscape: true               # turned on its side
margins: {left: 24mm, right: 20mm, top: 24mm, bottom: 22mm}
region: {left: 10mm, top: 8mm, width: 60mm, height: 80mm}   # where the text goes, instead of the margins
columns: 2
column-gap: 8mm
size: 2.1mm                   # x-height; {min: 1.4mm, max: 3mm} fits the text to one page; without it the
                              # writer's own, on ruled paper what suits the rules
line-height: 7mm              # without it the writer's own; on ruled paper whole rules
align: left                   # left, centre or right
ink: navy                     # a colour by name or #rrggbb, without it the writer's
pen: 0.5mm                    # width of the strokes, without it the writer's
ruling:                       # lined, grid or dotted; text sits on the rules
  kind: lined
  spacing: 8mm
  first: 30mm                 # the first rule from the top edge
  margin: 25mm                # a vertical line from the left edge
  inset: 5mm                  # free of rules along the edges
  colour: '#b9c9dd'
  width: 0.2mm
rules:                        # more printed lines: from and to are [from left, from top]
- {from: [80mm, 10mm], to: [80mm, 90mm], colour: '#b0b0b0', width: 0.2mm}
background: letterhead.pdf    # an image or a PDF (its first page) that fills the sheet, beside this file
page-numbers: {place: bottom centre, form: '{n}', start: 2}
pages: 1                      # more are an error
fields:                       # what is filled in with --field name=value
  address:
    about: the recipient
    required: true
    default: ''
    form: 'To {}'             # written in place of the value alone
    place: before             # before or after the text, with align, space (lines), scale and underline
    box: {left: 80mm, top: 40mm, width: 60mm, height: 35mm}   # or in a place of its own, with size and align
body: |                       # the text, when none is given; plain, a batch may fill it in
  Thank you!
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from handfont.errors import OptionError, parameter
from handfont.layout import plain_text as texts
from handfont.layout.content import Block, TextStyle
from handfont.layout.page import Rule
from handfont.layout.page_setup import FitRange, PageNumbers, PageSetup, Region, Ruling
from handfont.layout.template_fields import Values
from handfont.layout.typesetting import Panel
from handfont.options import Missing
from handfont.util import checked, paths, search_path
from handfont.util.checked import Limits

SCHEMA = "handfont-template/1"
LIMITS = Limits(size=1_000_000, depth=10, values=50_000)
"""What a template file may hold."""
SIDES = ("left", "right", "top", "bottom")
ALIGNS = ("left", "centre", "right")
NUMBER_PLACES = tuple(f"{edge} {side}" for edge in ("bottom", "top") for side in ("left", "centre", "right"))
_KNOWN = {
    "schema", "description", "paper", "landscape", "margins", "region", "columns", "column-gap", "size", "line-height",
    "align", "ink", "pen", "ruling", "rules", "background", "page-numbers", "pages", "fields", "body",
}  # fmt: skip
_FIELD = {"about", "required", "default", "form", "place", "align", "space", "scale", "underline", "box", "size"}
_RULING = {"kind", "spacing", "first", "margin", "inset", "colour", "width"}


@dataclass(frozen=True)
class Field:
    """Something a template has filled in: before or after the text, or in a ``region`` of its own.

    ``space`` lines stand before it; ``scale`` is its size beside the text's; ``align`` may also be ``block``: lines
    that start alike, as far to the right as they fit.
    """

    name: str
    about: str = ""
    required: bool = False
    default: str = ""
    form: str = "{}"
    place: str = "before"
    align: str = "left"
    space: float = 0.0
    scale: float = 1.0
    underline: bool = False
    region: Region | None = None
    fit: FitRange | None = None
    x_height: float | None = None


@dataclass(frozen=True)
class Template:
    """A sheet, its fields in the order they are written, and the text it has by itself."""

    name: str
    description: str
    setup: PageSetup
    fields: tuple[Field, ...] = ()
    body: str = ""

    def filled(
        self, values: Mapping[str, str], missing: Missing = Missing.ERROR
    ) -> tuple[list[Block], list[Block], list[Panel]]:
        """What is written before and after the text, and in places of its own.

        Raises:
            OptionError: a field is unknown or missing; the message names those there are.
            TextError: characters that cannot be written.
        """
        known = [field.name for field in self.fields]
        listed = f"its fields are {', '.join(known)}" if known else "it has none"
        for name in values:
            if name not in known:
                raise OptionError(f"the template '{self.name}' has no field '{name}'; {listed}")
        before: list[Block] = []
        after: list[Block] = []
        panels: list[Panel] = []
        for field in self.fields:
            value = values.get(field.name) or field.default
            if not value.strip():
                if field.required:
                    raise OptionError(
                        f"the template '{self.name}' needs the field '{field.name}' ({field.about}); "
                        f"give it with {parameter('field', f'{field.name}=...')} ; {listed}"
                    )
                continue
            written = _written(field, value, missing)
            if field.region:
                panels.append(Panel(field.name, tuple(written), field.region, field.align, field.fit, field.x_height))
            else:
                side = before if field.place == "before" else after
                if side and written:
                    side[-1] = replace(side[-1], ends=1 + round(min(field.space, 1)))
                side += written
        return before, after, panels


def _written(field: Field, value: str, missing: Missing) -> list[Block]:
    where = f"the field '{field.name}'"
    text = texts.clean(field.form.replace("{}", value.strip("\n")), where, missing)
    look = ((0, TextStyle(underline=True)),) if field.underline else ()
    found: list[Block] = []
    for block in texts.blocks(text):
        words = tuple(replace(word, looks=look) for word in block.words)
        found.append(
            replace(
                block,
                words=words,
                scale=field.scale,
                align=None if field.region else field.align,
                before=block.before if found else field.space,
                keep=field.place == "before",
            )
        )
    if field.place == "after" and not field.region:
        found = [replace(block, keep=True) for block in found[:-1]] + found[-1:]
    return found


def load(name: str) -> Template:
    """A template, by name or path.

    Raises:
        OptionError: unknown, or not a template; the message names the field.
    """
    path = find(name)
    try:
        data = checked.load_yaml(checked.read_text(path, LIMITS.size), LIMITS)
    except checked.UnreadableError as error:
        raise OptionError(f"the template {path} {error}") from error
    except OSError as error:
        raise OptionError(f"the template {path} cannot be read: {error.strerror or error}") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise OptionError(f"{path} is not a template: its field 'schema' must be {SCHEMA}")
    values = Values(path, data)
    values.only(_KNOWN)
    setup = _setup(values)
    fields = values.inner("fields")
    listed = tuple(_field(fields.inner(str(key)), str(key), setup) for key in fields.data)
    return Template(path.stem, values.text("description", ""), setup, listed, values.text("body", ""))


def find(name: str) -> Path:
    """The file of a template, by name or path."""
    if search_path.is_path(name):
        path = Path(name)
        if problem := paths.problem(path):
            raise OptionError(f"the template file {name} {problem}")
        return path
    known = search_path.known("templates")
    if name not in known:
        raise OptionError(
            f"there is no template '{name}'; known templates: {', '.join(known) or 'none'}; they were "
            f"looked for in {search_path.looked_in('templates')}"
        )
    return known[name]


def _setup(values: Values) -> PageSetup:
    found: dict[str, Any] = {}
    plain = PageSetup()
    width, height = values.paper("paper") or (plain.width, plain.height)
    if values.flag("landscape", False):
        width, height = max(width, height), min(width, height)
    margins = values.inner("margins")
    margins.only(set(SIDES), f"must give lengths for {', '.join(SIDES)}")
    for side in SIDES:
        if side in margins.data:
            found[f"margin_{side}"] = margins.length(side)
    setup = PageSetup(width, height, **found)
    x_height, fit = _size(values)
    numbers = values.inner("page-numbers")
    numbers.only({"place", "form", "start"})
    return replace(
        setup,
        x_height=x_height,
        fit=fit,
        leading=values.optional("line-height", 1.0),
        region=values.region("region", height) if "region" in values.data else None,
        columns=values.whole("columns", 1, 1, 6),
        column_gap=values.optional("column-gap") or setup.column_gap,
        align=values.choice("align", ALIGNS, "left"),
        ruling=_ruling(values.inner("ruling")) if "ruling" in values.data else None,
        rules=_rules(values, height),
        background=values.background("background"),
        ink=values.colour("ink", None),
        pen=values.optional("pen", 0.05),
        page_numbers=PageNumbers(
            numbers.choice("place", NUMBER_PLACES, "bottom centre"),
            numbers.text("form", "{n}"),
            numbers.whole("start", 1, 1, 10**6),
        )
        if "page-numbers" in values.data
        else None,
        most_pages=values.whole("pages", 1, 1, 10**6) if "pages" in values.data else None,
    )


def _size(values: Values) -> tuple[float | None, FitRange | None]:
    if not isinstance(values.data.get("size"), dict):
        return values.optional("size", 1.0), None
    size = values.inner("size")
    size.only({"min", "max"}, "must be a length, or give the lengths min and max")
    fit = FitRange(max(size.length("min"), 1.0), size.length("max"))
    if fit.smallest > fit.largest:
        raise size.wrong("min", "is larger than max")
    return None, fit


def _ruling(ruling: Values) -> Ruling:
    ruling.only(_RULING)
    spacing = ruling.length("spacing")
    if spacing < 4:
        raise ruling.wrong("spacing", "is too narrow to write on")
    standard = Ruling("lined", spacing)
    return Ruling(
        ruling.choice("kind", ("lined", "grid", "dotted"), None),
        spacing,
        ruling.colour("colour", standard.colour) or standard.colour,
        ruling.optional("width") or standard.width,
        ruling.optional("first"),
        ruling.optional("margin"),
        ruling.optional("inset") or 0.0,
    )


def _rules(values: Values, height: float) -> tuple[Rule, ...]:
    found = []
    for rule in values.each("rules"):
        rule.only({"from", "to", "colour", "width"})
        (x0, y0), (x1, y1) = rule.point("from"), rule.point("to")
        found.append(
            Rule(
                x0,
                height - y0,
                x1,
                height - y1,
                rule.optional("width") or 0.5,
                rule.colour("colour", "#9a9a9a") or "#9a9a9a",
            )
        )
    return tuple(found)


def _field(values: Values, name: str, setup: PageSetup) -> Field:
    values.only(_FIELD)
    boxed = "box" in values.data
    x_height, fit = _size(values)
    if not boxed and (x_height or fit):
        raise values.wrong("size", "is for a field with a box; use scale")
    form = values.text("form", "{}")
    if "{}" not in form:
        raise values.wrong("form", "must hold {}, which stands for the value")
    return Field(
        name,
        values.text("about", ""),
        values.flag("required", False),
        values.text("default", ""),
        form,
        values.choice("place", ("before", "after"), "before"),
        values.choice("align", (*ALIGNS, "block"), "left"),
        values.number("space", 0.0, 0.0, 20.0),
        values.number("scale", 1.0, 0.5, 4.0),
        values.flag("underline", False),
        values.region("box", setup.height) if boxed else None,
        fit,
        x_height,
    )
