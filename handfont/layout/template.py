"""Templates: the sheet a document is written on, the fields that are filled in on it, and the text it has by itself.

:mod:`handfont.layout.template_yaml` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from handfont.errors import OptionError, parameter
from handfont.layout import plain_text as texts
from handfont.layout.content import Block, TextStyle
from handfont.layout.page_setup import FitRange, PageSetup, Region
from handfont.layout.typesetting import Panel
from handfont.options import Missing


@dataclass(frozen=True)
class Field:
    """Something a template has filled in: before or after the text, or in a ``region`` of its own.

    ``space`` lines are left free before it; ``scale`` is its size beside the text's; ``align`` may also be ``block``:
    lines that start alike, as far to the right as they fit.
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


class FilledFields(NamedTuple):
    """What fields write: blocks before and after the text, and panels in places of their own."""

    before: list[Block]
    after: list[Block]
    panels: list[Panel]


@dataclass(frozen=True)
class Template:
    """A sheet, its fields in the order they are written, and the text it has by itself."""

    name: str
    description: str
    setup: PageSetup
    fields: tuple[Field, ...] = ()
    body: str = ""

    def filled(self, values: Mapping[str, str], missing: Missing = Missing.ERROR) -> FilledFields:
        """What is written of the fields' values, by their names.

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
        return FilledFields(before, after, panels)


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
