"""Templates as YAML, found in ``./templates``, the user's folder and the package's.

Every key there is::

    schema: handfont-template/1
    description: what it is for
    paper: A4                     # a name (A3 A4 A5 A6 B5 C5 C6 DL Letter Legal) or WIDTHxHEIGHT with units
    landscape: true               # turned on its side
    margins: {left: 24mm, right: 20mm, top: 24mm, bottom: 22mm}
    mirrored: true                # left and right margins change sides on even pages
    region: {left: 10mm, top: 8mm, width: 60mm, height: 80mm}   # where the text goes, instead of the margins
    columns: 2
    column-gap: 8mm
    size: 2.1mm                   # x-height; {min: 1.4mm, max: 3mm} fits the text to one page; without it the
                                  # writer's own, on ruled paper what suits the rules
    line-height: 7mm              # without it the writer's own; on ruled paper whole rules
    align: left                   # left, centre or right
    ink: navy                     # a colour by name or #rrggbb, without it the writer's
    inks: {strong: red, emphasis: '#8a2be2', heading: navy}   # of words set off, without them that of the text
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
    paper-photo: notepad.jpg      # a picture of ruled paper, whose rules are found and written on
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

from dataclasses import replace
from pathlib import Path
from typing import Any

from handfont.errors import OptionError
from handfont.layout import template_fields
from handfont.layout.content import Inks
from handfont.layout.page import Rule
from handfont.layout.page_setup import FitRange, PageNumbers, PageSetup, Ruling
from handfont.layout.template import Field, Template
from handfont.util import checked, paths, search_path
from handfont.util.checked import Limits
from handfont.util.fields import Fields

SCHEMA = "handfont-template/1"
"""The version of the format that is read."""
LIMITS = Limits(size=1_000_000, depth=10, values=50_000)
"""What a template file may hold."""
MAX_PAGES = 10**6
"""Pages that a template may allow, and the largest number of its first page."""
SIDES = ("left", "right", "top", "bottom")
"""Keys of margins."""
ALIGNS = ("left", "centre", "right")
"""How lines may be aligned."""
NUMBER_PLACES = tuple(f"{edge} {side}" for edge in ("bottom", "top") for side in ("left", "centre", "right"))
"""Where page numbers may be."""
_KNOWN = {
    "schema", "description", "paper", "landscape", "margins", "mirrored", "region", "columns", "column-gap", "size",
    "line-height", "align", "ink", "inks", "pen", "ruling", "rules", "background", "paper-photo",
    "page-numbers", "pages", "fields", "body",
}  # fmt: skip
_FIELD = {"about", "required", "default", "form", "place", "align", "space", "scale", "underline", "box", "size"}
_RULING = {"kind", "spacing", "first", "margin", "inset", "colour", "width"}


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
    values = Fields(data, lambda field, problem: OptionError(f"{path}: field '{field}' {problem}"))
    values.only(_KNOWN)
    setup = _setup(values, path.parent)
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
        raise OptionError(search_path.unknown("templates", name, "none"))
    return known[name]


def _setup(values: Fields, folder: Path) -> PageSetup:
    found: dict[str, Any] = {}
    plain = PageSetup()
    width, height = template_fields.paper(values, "paper") or (plain.width, plain.height)
    if values.flag("landscape", False):
        width, height = max(width, height), min(width, height)
    margins = values.inner("margins")
    margins.only(SIDES)
    for side in SIDES:
        if side in margins.data:
            found[f"margin_{side}"] = template_fields.length(margins, side)
    setup = PageSetup(width, height, **found)
    x_height, fit = _size(values)
    numbers = values.inner("page-numbers")
    numbers.only({"place", "form", "start"})
    return replace(
        setup,
        x_height=x_height,
        fit=fit,
        leading=template_fields.optional_length(values, "line-height", 1.0),
        region=template_fields.region(values, "region", height) if "region" in values.data else None,
        columns=values.whole("columns", 1, 6, 1),
        column_gap=template_fields.optional_length(values, "column-gap") or setup.column_gap,
        align=values.choice("align", ALIGNS, "left"),
        ruling=_ruling(values.inner("ruling")) if "ruling" in values.data else None,
        rules=_rules(values, height),
        background=template_fields.background(values, "background", folder),
        photo=template_fields.background(values, "paper-photo", folder),
        ink=template_fields.colour(values, "ink", None),
        inks=_inks(values.inner("inks")),
        pen=template_fields.optional_length(values, "pen", 0.05),
        page_numbers=PageNumbers(
            numbers.choice("place", NUMBER_PLACES, "bottom centre"),
            numbers.text("form", "{n}"),
            numbers.whole("start", 1, MAX_PAGES, 1),
        )
        if "page-numbers" in values.data
        else None,
        most_pages=values.whole("pages", 1, MAX_PAGES) if "pages" in values.data else None,
        mirrored=values.flag("mirrored", False),
    )


def _inks(inks: Fields) -> Inks:
    inks.only({"strong", "emphasis", "heading"})
    return Inks(*(template_fields.colour(inks, what, None) for what in ("strong", "emphasis", "heading")))


def _size(values: Fields) -> tuple[float | None, FitRange | None]:
    if not isinstance(values.data.get("size"), dict):
        return template_fields.optional_length(values, "size", 1.0), None
    size = values.inner("size")
    size.only({"min", "max"})
    fit = FitRange(max(template_fields.length(size, "min"), 1.0), template_fields.length(size, "max"))
    if fit.smallest > fit.largest:
        raise size.wrong("min", "is larger than max")
    return None, fit


def _ruling(ruling: Fields) -> Ruling:
    ruling.only(_RULING)
    spacing = template_fields.length(ruling, "spacing")
    if spacing < 4:
        raise ruling.wrong("spacing", "is too narrow to write on")
    standard = Ruling("lined", spacing)
    return Ruling(
        ruling.choice("kind", ("lined", "grid", "dotted"), None),
        spacing,
        template_fields.colour(ruling, "colour", standard.colour) or standard.colour,
        template_fields.optional_length(ruling, "width") or standard.width,
        template_fields.optional_length(ruling, "first"),
        template_fields.optional_length(ruling, "margin"),
        template_fields.optional_length(ruling, "inset") or 0.0,
    )


def _rules(values: Fields, height: float) -> tuple[Rule, ...]:
    found = []
    for rule in values.each("rules"):
        rule.only({"from", "to", "colour", "width"})
        (x0, y0), (x1, y1) = template_fields.point(rule, "from"), template_fields.point(rule, "to")
        found.append(
            Rule(
                x0,
                height - y0,
                x1,
                height - y1,
                template_fields.optional_length(rule, "width") or 0.5,
                template_fields.colour(rule, "colour", "#9a9a9a") or "#9a9a9a",
            )
        )
    return tuple(found)


def _field(values: Fields, name: str, setup: PageSetup) -> Field:
    values.only(_FIELD)
    boxed = "box" in values.data
    x_height, fit = _size(values)
    if not boxed and (x_height or fit):
        raise values.wrong("size", "is for a field with a box; use scale")
    form = values.text("form", "{}")
    if "{}" not in form:
        raise values.wrong("form", "must hold {}, where the value goes")
    return Field(
        name,
        values.text("about", ""),
        values.flag("required", False),
        values.text("default", ""),
        form,
        values.choice("place", ("before", "after"), "before"),
        values.choice("align", (*ALIGNS, "block"), "left"),
        values.number("space", 0, 20, 0.0),
        values.number("scale", 0.5, 4, 1.0),
        values.flag("underline", False),
        template_fields.region(values, "box", setup.height) if boxed else None,
        fit,
        x_height,
    )
