"""Text with fields: jinja2 in its sandbox, strict about names, and bounded in time and size whatever a template says.

What stands in the table is text and nothing else: braces in a cell are never run, and in Markdown a cell's stars and
hashes are written as they stand (``{{ note | markdown }}`` lets one be Markdown).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from handfont.errors import OptionError, TextError

LONGEST = 200_000
"""Characters that one document may have: some sixty pages."""
STEPS = 200_000
"""Rounds of loops and calls that one document may take."""
FILTERS = ("abs", "batch", "capitalize", "count", "default", "d", "dictsort", "first", "float", "groupby", "int",
           "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace",
           "reverse", "round", "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim", "unique",
           "upper", "wordcount")
"""Filters of jinja2 that cannot make much of little (as center, indent or format could)."""
METHODS = {"lower", "upper", "title", "capitalize", "strip", "lstrip", "rstrip", "split", "startswith", "endswith",
           "removeprefix", "removesuffix", "items", "keys", "values", "get"}
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$^=:&])")


class _Raw(str):
    """A value that is Markdown already."""


class UnknownNameError(TextError):
    """A template uses a name that its row does not have."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%", "+"})
    steps = 0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None)
        return tree

    def charge(self, amount: int = 1) -> None:
        self.steps += amount
        if self.steps > STEPS:
            raise SecurityError(f"it takes more than {STEPS} steps")

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 (as in jinja2)
        __self.charge(1 + sum(len(value) // 100 for value in (*args, *kwargs.values()) if isinstance(value, str)))
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        self.charge()
        if operator == "%" and isinstance(left, str) and re.search(r"\*|\d{4,}", left):
            raise SecurityError("a format is too wide")
        if operator == "**" and (abs(left) > 1e6 or abs(right) > 64):
            raise SecurityError("a power is too large")
        if operator == "*" and any(hasattr(value, "__len__") for value in (left, right)):
            size, count = (left, right) if hasattr(left, "__len__") else (right, left)
            if len(size) * max(0, count) > LONGEST:
                raise SecurityError("a repetition is too long")
        value = super().call_binop(context, operator, left, right)
        if hasattr(value, "__len__") and len(value) > LONGEST:
            raise SecurityError(f"a value has more than {LONGEST} characters")
        return value

    def wrap_str_format(self, value: Any) -> None:
        """Not even the sandboxed form of str.format is offered: its widths know no bounds."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # Values are text, lists and mappings; of their methods only harmless ones are reached.
        if isinstance(obj, (str, list, dict, int, float)):
            return attr in METHODS
        return super().is_safe_attribute(obj, attr, value)


def _environment(finalize: Callable[[Any], Any]) -> _Environment:
    environment = _Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True,
                               finalize=finalize)
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.filters["markdown"] = _Raw

    def counted(values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            environment.charge()
            yield value

    def span(*bounds: int) -> range:
        found = range(*bounds)
        if len(found) > STEPS:
            raise SecurityError("a range is too long")
        return found

    environment.filters["counted"] = counted
    environment.globals = {"range": span}
    return environment


def names_of(columns: Iterable[str]) -> dict[str, str]:
    """What a template may call each column: its name, that with ``_`` for what a name cannot have, and that in lower
    case, where no other column is called so: ``Last Name`` is also ``last_name``.
    """
    listed = list(columns)
    found = {column: column for column in listed}
    for form in (_joined, lambda name: _joined(name).lower()):
        claimed: dict[str, list[str]] = {}
        for column in listed:
            claimed.setdefault(form(column), []).append(column)
        found |= {name: owners[0] for name, owners in claimed.items()
                  if name and name not in found and len(owners) == 1}
    return found


def _joined(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_")


class Wording:
    """A text with fields, parsed once and filled in for each row."""

    def __init__(
        self, source: str, where: str, finalize: Callable[[Any], Any] | None = None, limit: int = LONGEST
    ) -> None:
        """``finalize`` is applied to every value that is put in.

        Raises:
            OptionError: it is not a template.
        """
        self.where, self.limit = where, limit
        self._environment = _environment(lambda value: finalize(value) if finalize else value)
        try:
            self._template = self._environment.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise OptionError(f"{where} cannot be understood at line {error.lineno}: {error.message}") from error
        except (RecursionError, ValueError, OverflowError, MemoryError) as error:
            raise OptionError(f"{where} cannot be understood: {error}") from error

    def filled(self, fields: Mapping[str, Any]) -> str:
        """The text with a row's fields.

        Raises:
            UnknownNameError: it uses a name that is no field.
            TextError: it cannot be filled in, or comes out too long.
        """
        self._environment.steps = 0
        pieces: list[str] = []
        length = 0
        try:
            for piece in self._template.generate(fields):
                pieces.append(piece)
                length += len(piece)
                if length > self.limit:
                    raise TextError(f"{self.where} comes out longer than {self.limit} characters")
        except jinja2.UndefinedError as error:
            name = (re.findall(r"'([^']*)' is undefined", str(error)) or [""])[0]
            if not name:
                raise TextError(f"{self.where} cannot be filled in: {error}") from error
            close = get_close_matches(name, list(fields), n=1, cutoff=0.5)
            hint = f", did you mean '{close[0]}'?" if close else f"; there are: {', '.join(map(str, fields)) or 'none'}"
            raise UnknownNameError(name, f"{self.where} uses '{name}', which is no column{hint}") from error
        except SecurityError as error:
            raise TextError(f"{self.where} is refused: {error}") from error
        except TextError:
            raise
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, MemoryError,
                RecursionError) as error:
            raise TextError(f"{self.where} cannot be filled in: {error or type(error).__name__}") from error
        return "".join(pieces)


def escaped(value: Any) -> Any:
    """A value as Markdown that reads as the value does."""
    if isinstance(value, (_Raw, Undefined)):
        return value
    return MARKDOWN.sub(r"\\\1", str(value)) if not isinstance(value, (int, float)) else value
