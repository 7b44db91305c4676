"""Text with fields: jinja2 in its sandbox, strict about names, and bounded in time and size whatever a template says.

What is in the table is text and nothing else: braces in a cell are never run, and in Markdown a cell's stars and
hashes are written as they are (``{{ note | markdown }}`` lets one be Markdown).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined

from handfont.batch.sandbox import Budgeted
from handfont.batch.sandbox_limits import MAX_CHARACTERS
from handfont.errors import OptionError, TextError

MAX_EXCESSES_IN_A_ROW = 10
"""Documents one after the other that are refused for their size before the template is."""
MAX_EXCESSES = 100
"""Documents in all that are refused for their size before the template is."""
MAX_COMPARED = 200
"""Columns, and characters of their names, that an unknown name is compared with."""
MAX_LISTED = 30
"""Columns that a message lists."""
MAX_MESSAGE = 200
"""Characters of what jinja2 or Python says that are repeated."""
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$^=:&])")
"""Characters with a meaning in Markdown."""


class _Raw(str):
    """A value that is Markdown already."""


class UnknownNameError(TextError):
    """A template uses a name that its row does not have."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


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
        found |= {
            name: owners[0] for name, owners in claimed.items() if name and name not in found and len(owners) == 1
        }
    return found


def _joined(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_")


class TextTemplate:
    """A text with fields, parsed once and filled in for each row."""

    def __init__(
        self, source: str, where: str, finalize: Callable[[Any], Any] | None = None, limit: int = MAX_CHARACTERS
    ) -> None:
        """``finalize`` is applied to every value that is put in.

        Raises:
            OptionError: it is not a template.
        """
        self.where, self.limit = where, limit
        self._excesses = self._excesses_in_all = 0
        self._environment = Budgeted(finalize or (lambda value: value))
        self._environment.add_filter("markdown", lambda value: _Raw(value))
        try:
            self._template = self._environment.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise OptionError(f"{where} cannot be understood at line {error.lineno}: {_brief(error)}") from error
        except SecurityError as error:
            raise OptionError(f"{where} is refused: {_brief(error)}") from error
        except RecursionError as error:
            raise OptionError(f"{where} cannot be understood: it is nested too deeply") from error
        except (SyntaxError, ValueError, OverflowError, MemoryError) as error:  # of Python, which it is compiled to
            raise OptionError(f"{where} cannot be understood: {_brief(error)}") from error

    def filled(self, fields: Mapping[str, Any]) -> str:
        """The text with a row's fields.

        Raises:
            UnknownNameError: it uses a name that is no field.
            TextError: it cannot be filled in, or comes out too long.
            OptionError: it has been refused so often that it is no fault of the rows.
        """
        self._environment.steps = 0
        try:
            text = "".join(self._pieces(fields))
            text.encode()
        except jinja2.UndefinedError as error:
            raise self._undefined(error, fields) from error
        except SecurityError as error:
            raise self._refused(error) from error
        except TextError:
            raise
        except UnicodeEncodeError as error:
            raise TextError(f"{self.where} holds half a character (U+{ord(error.object[error.start]):04X})") from error
        except RecursionError as error:
            raise TextError(f"{self.where} cannot be filled in: it is nested too deeply") from error
        except Exception as error:  # its expressions are a program by others: any of Python's errors may come of them
            raise TextError(f"{self.where} cannot be filled in: {_brief(error)}") from error
        self._excesses = 0
        return text

    def _pieces(self, fields: Mapping[str, Any]) -> Iterator[str]:
        length = 0
        for piece in self._template.generate(fields):
            length += len(piece)
            if length > self.limit:
                raise TextError(f"{self.where} comes out longer than {self.limit} characters")
            yield piece

    def _undefined(self, error: jinja2.UndefinedError, fields: Mapping[str, Any]) -> TextError:
        name = (re.findall(r"'([^']*)' is undefined", str(error)) or [""])[0]
        if not name:
            return TextError(f"{self.where} cannot be filled in: {_brief(error)}")
        names = [field for field in islice(fields, MAX_COMPARED) if len(field) < MAX_COMPARED]
        close = get_close_matches(name[:MAX_COMPARED], names, n=1, cutoff=0.5)
        listed = ", ".join(names[:MAX_LISTED]) + (", ..." if len(fields) > MAX_LISTED else "")
        hint = f", did you mean '{close[0]}'?" if close else f"; there are: {listed or 'none'}"
        return UnknownNameError(name, f"{self.where} uses '{name[:MAX_COMPARED]}', which is no column{hint}")

    def _refused(self, error: SecurityError) -> TextError | OptionError:
        message = f"{self.where} is refused: {_brief(error)}"
        self._excesses += 1
        self._excesses_in_all += 1
        if self._excesses >= MAX_EXCESSES_IN_A_ROW or self._excesses_in_all >= MAX_EXCESSES:
            return OptionError(f"{message}, in {self._excesses_in_all} rows so far")
        return TextError(message)


def _brief(error: Exception) -> str:
    """What an error says, in one line of bounded length."""
    return " ".join(str(error).split())[:MAX_MESSAGE] or type(error).__name__


def escaped(value: Any) -> Any:
    """A value as Markdown that reads as the value does."""
    if isinstance(value, (_Raw, Undefined)):
        return value
    return MARKDOWN.sub(r"\\\1", str(value)) if not isinstance(value, (int, float)) else value
