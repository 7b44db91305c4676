"""From rows to jobs: everything that can be known of a document before it is written, and everything that is wrong.

Nothing here loads the model: checking ten thousand rows takes seconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from functools import lru_cache
from typing import Any

import handfont
from handfont.batch.document_template import DocumentTemplate
from handfont.batch.file_names import DEFAULT_PATTERN, FileNames, make_file_name, name_pattern
from handfont.batch.tables.table import Table, TableRecord
from handfont.batch.text_template import TextTemplate, UnknownNameError, escaped, names_of
from handfont.errors import BatchError, HandfontError, OptionError, TextError, parameter
from handfont.layout import plain_text as texts
from handfont.layout import template_yaml, text_files
from handfont.layout.content import Figure
from handfont.layout.rich_text import RichText
from handfont.layout.template import Template
from handfont.layout.text_files import Text
from handfont.model.config import CURRENT, WEIGHTS
from handfont.options import FileOptions, Missing, RenderOptions
from handfont.style import store
from handfont.style.posterior import StylePosterior

OWN_COLUMNS = ("style", "template", "seed", "format")
"""Columns that, where they are filled, choose for their row what the command line chooses for all."""

MAX_OWN_COLUMN = 1000
"""Characters in such a column; names of templates may be paths."""


@dataclass(frozen=True)
class BatchRequest:
    """What is asked for: the style, and how documents are written, where no row says otherwise; the text with fields
    (None: the template's own ``body``) and what messages call it; and the pattern of names.
    """

    style: str | None = None
    text: Text | None = None
    text_name: str = "the text"
    pattern: str = DEFAULT_PATTERN
    options: RenderOptions = field(default_factory=RenderOptions)
    file_options: FileOptions = field(default_factory=FileOptions)


@dataclass(frozen=True)
class Job:
    """One document to write. ``style`` is a key of :attr:`Planner.styles`; ``key`` a digest of all that its bytes
    depend on.
    """

    number: int
    place: str
    name: str
    text: Text
    style: str
    options: RenderOptions
    file_options: FileOptions
    key: str


@dataclass(frozen=True)
class RejectedRow:
    """A row that cannot become a document, and why."""

    number: int
    place: str
    name: str
    problem: str


@dataclass(frozen=True)
class _Sheet:
    template: Template
    digest: str


class Planner:
    """Makes jobs of the rows of a table. ``styles`` are those that the rows seen so far need: read once, so that one
    that is deleted or changed during the run changes nothing.
    """

    def __init__(self, table: Table, order: BatchRequest) -> None:
        """Raises:
        OptionError, StyleError: what was asked for cannot be had for any row.
        """
        self.table, self.order = table, order
        self.styles: dict[str, StylePosterior] = {}
        self._keys: dict[str, str | HandfontError] = {}
        self._sheets: dict[str, _Sheet | HandfontError] = {}
        self._wordings: dict[str, TextTemplate | DocumentTemplate] = {}
        self._pattern = name_pattern(order.pattern)
        self._names = names_of(table.columns) if table.columns is not None else None
        columns = table.columns or ()
        if order.style:
            self._style(order.style)
        elif table.columns is not None and "style" not in columns:
            raise OptionError(f"no style is named; give {parameter('style')}, or the table a column 'style'")
        if order.text is not None:
            self._wording(order.text_name, order.text)
        sheet = self._sheet(order.options.template).template
        if order.text is None and not (sheet.body or sheet.fields) and "template" not in columns:
            raise OptionError(
                f"there is nothing to write: the template '{sheet.name}' has no 'body'; give the "
                f"letter's text with {parameter('text')}"
            )

    def plan(self, limit: int | None = None) -> Iterator[Job | RejectedRow]:
        """What becomes of each row, in order; every call goes through the table again.

        Raises:
            TableError: the table cannot be read on.
            OptionError: a name in the text is no column.
        """
        taken = FileNames()
        try:
            for row in self.table.rows():
                if limit is not None and row.number > limit:
                    return
                planned = self._planned(row)
                if isinstance(planned, Job):
                    owner = taken.take(planned.name, row.number)
                    if owner is not None:
                        problem = BatchError(
                            f"is to be called '{planned.name}', as row {owner} is (or its pages); put "
                            f"{{{{ row }}}} into the {parameter('name')} pattern"
                        )
                        planned = RejectedRow(row.number, row.place, planned.name, problem.message)
                yield planned
        finally:
            taken.close()

    def _planned(self, row: TableRecord) -> Job | RejectedRow:
        name = ""
        try:
            if row.problem:
                raise TextError(row.problem)
            known = self._names if self._names is not None else names_of(row.fields)
            fields: dict[str, Any] = {"row": row.number}
            fields |= {called: row.fields[column] for called, column in known.items() if column in row.fields}
            own = {column: _own(row.fields, column) for column in OWN_COLUMNS}
            name = make_file_name(self._pattern, fields, own["format"] or None)
            style = own["style"] or self.order.style
            if not style:
                raise OptionError(f"names no style, and {parameter('style')} gives none")
            common = self.order.options
            template, seed = own["template"] or common.template, _seed(own["seed"], common.seed)
            return self._job(row, name, fields, style, replace(common, template=template, seed=seed))
        except UnknownNameError as error:
            if self.table.columns is not None:  # then it is wrong in every row
                raise OptionError(error.message) from error
            return RejectedRow(row.number, row.place, name, error.message)
        except HandfontError as error:
            return RejectedRow(row.number, row.place, name, error.message)

    def _job(self, row: TableRecord, name: str, fields: dict[str, Any], style: str, options: RenderOptions) -> Job:
        key, sheet = self._style(style), self._sheet(options.template)
        if self.order.text is not None:
            text: Text = self._wording(self.order.text_name, self.order.text).filled(fields)
        else:
            own = sheet.template
            text = self._wording(f"the body of the template '{own.name}'", own.body).filled(fields)
        values = {
            one.name: str(fields[one.name])
            for one in sheet.template.fields
            if not isinstance(fields.get(one.name, []), (list, dict))
        }
        try:
            check_text(text, sheet.template, values, options.missing)
        except TextError as error:
            raise TextError(error.message + _culprits(row.fields)) from error
        options = replace(options, fields=values)
        return Job(
            row.number,
            row.place,
            name,
            text,
            key,
            options,
            self.order.file_options,
            digest(
                handfont.__version__, weights_digest(), key, sheet.digest, plain(text), name, *self._digested(options)
            ),
        )

    def _key(self, style: str, sheet: _Sheet, text: Text, name: str, options: RenderOptions) -> str:
        own = plain(text)
        return digest(handfont.__version__, weights_digest(), style, sheet.digest, own, name, *self._digested(options))

    def _digested(self, options: RenderOptions) -> tuple[int, Mapping[str, str], dict[str, Any]]:
        """All that the bytes of a document depend on, besides its text, style and template."""
        look = {one.name: getattr(options, one.name) for one in dataclass_fields(options)}
        del look["template"]  # it is digested by what it holds
        return look.pop("seed"), look.pop("fields"), {**look, "dpi": self.order.file_options.dpi}

    def _style(self, name: str) -> str:
        if name not in self._keys:
            try:
                path = store.find(name)
                style = store.load_style(path)
                key = digest(path.read_bytes().hex())
                self.styles[key] = style
                self._keys[name] = key
            except HandfontError as error:
                self._keys[name] = error
            except OSError as error:
                self._keys[name] = OptionError(f"the style '{name}' cannot be read: {error.strerror or error}")
        found = self._keys[name]
        if isinstance(found, HandfontError):
            raise found
        return found

    def _sheet(self, name: str) -> _Sheet:
        if name not in self._sheets:
            try:
                self._sheets[name] = _sheet(name)
            except HandfontError as error:
                self._sheets[name] = error
        found = self._sheets[name]
        if isinstance(found, HandfontError):
            raise found
        return found

    def _wording(self, where: str, source: Text) -> TextTemplate | DocumentTemplate:
        if where not in self._wordings:
            if isinstance(source, RichText):
                self._wordings[where] = DocumentTemplate(source, where)
            else:
                self._wordings[where] = TextTemplate(source, where, escaped if self.order.options.markdown else None)
        return self._wordings[where]


def plain(text: Text) -> str:
    """A text as a value that can be digested."""
    if isinstance(text, str):
        return text
    pictures = (line.path for part in text.parts for line in getattr(part, "lines", ()) if isinstance(line, Figure))
    return digest(repr(text), [hashlib.sha256(picture.read_bytes()).hexdigest() for picture in pictures])


def digest(*parts: object) -> str:
    """A digest of plain values."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def weights_digest() -> str:
    """Of the installed weights: other weights write other letters, whatever they are called."""
    return hashlib.sha256((WEIGHTS / f"{CURRENT}.safetensors").read_bytes()).hexdigest()


def _sheet(name: str) -> _Sheet:
    """The template, found to be one, with a digest of it and of its background."""
    template = template_yaml.load(name)
    try:
        content = template_yaml.find(name).read_bytes()
        if template.setup.background:
            content += template.setup.background.read_bytes()
    except OSError as error:
        raise OptionError(f"the template '{name}' cannot be read: {error.strerror or error}") from error
    return _Sheet(template, hashlib.sha256(content).hexdigest())


def check_text(
    text: Text, template: Template, values: Mapping[str, str], missing: Missing, where: str = "its text"
) -> None:
    """Whether the text and the template's fields can be written, as :func:`handfont.rendering.render` will ask."""
    if isinstance(text, RichText):
        text_files.check(text, where, missing, any(template.filled(values, missing)))
        return
    front = texts.front_matter(text, where)
    written = any(template.filled({**front.fields, **values}, missing))
    if front.rest.strip() or not written:
        texts.prepare(front.rest, where, missing)


def _seed(text: str, default: int) -> int:
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise OptionError(f"has the seed '{text}', which is no whole number of at least 0")
    return int(text)


def _own(fields: Mapping[str, Any], column: str) -> str:
    value = fields.get(column, "")
    if not isinstance(value, str) or len(value) > MAX_OWN_COLUMN:
        raise OptionError(
            f"has in its column '{column}' what cannot be a {column}; "
            f"write a text of at most {MAX_OWN_COLUMN} characters"
        )
    return value.strip()


def _culprits(fields: Mapping[str, Any]) -> str:
    found = [column for column, value in fields.items() if isinstance(value, str) and texts.unwritable(value)]
    return f" (in column '{found[0]}')" if found else ""
