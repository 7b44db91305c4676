"""Reading YAML and JSON that others wrote: limits on size, depth, values and digits, so that no file takes all memory.

Whatever is wrong is an :class:`UnreadableError` whose message continues a sentence that begins with the file's name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

MAX_DIGITS = 100
"""Characters of a number; a double holds 309 digits, and no honest number here has a third of them."""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


class UnreadableError(ValueError):
    """Data is refused; the message continues a sentence: "is not readable YAML: ...".

    ``malformed`` is true where the text is not in the format at all, false where it is over a limit.
    """

    def __init__(self, message: str, malformed: bool = False) -> None:
        super().__init__(message)
        self.malformed = malformed


@dataclass(frozen=True)
class Limits:
    """What a file may hold: bytes (or characters) in all, lists in lists, and values in all."""

    size: int = 1_000_000
    depth: int = 20
    values: int = 200_000


DEFAULT = Limits()
"""For files that a person wrote."""


def read_bytes(path: Path, most: int) -> bytes:
    """Everything in a file, pipe or device, of which no more than ``most`` bytes are ever read.

    Raises:
        UnreadableError: there is more.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(most + 1)
        size = max(len(content), path.stat().st_size if path.is_file() else 0)
    if size > most:
        raise UnreadableError(f"is larger than {_amount(most)}B, which is the most that is read")
    return content


def read_text(path: Path, most: int) -> str:
    """The text of a UTF-8 file of at most ``most`` bytes.

    Raises:
        UnreadableError: it is larger, or not UTF-8.
        OSError: it cannot be read.
    """
    try:
        return read_bytes(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 text (byte {error.start})", malformed=True) from error


def load_yaml(text: str, limits: Limits = DEFAULT, plain: bool = False) -> Any:
    """What a YAML text says. Aliases are refused: they let a few lines become gigabytes.

    Args:
        plain: leave all scalars as the text that is in the file; otherwise numbers, dates and so on become values.

    Raises:
        UnreadableError: no YAML, or over a limit; a fault in the text is given with line and column.
    """
    if len(text) > limits.size:
        raise UnreadableError(f"has {len(text)} characters; at most {limits.size} are read")
    try:
        _check_events(yaml.parse(text, Loader=_BASE), limits)
        return yaml.load(text, Loader=_PlainLoader if plain else _Loader)
    except UnreadableError:
        raise
    except yaml.MarkedYAMLError as error:
        at = _place(text, error.problem_mark) if error.problem_mark else ""
        raise UnreadableError(f"is not readable YAML{at}: {error.problem}", malformed=True) from error
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableError(f"is not readable YAML: {reason}", malformed=True) from error


def load_json(text: str | bytes, limits: Limits = DEFAULT) -> Any:
    """What a JSON text says.

    Raises:
        UnreadableError: no JSON, or over a limit.
    """
    if len(text) > limits.size:
        raise UnreadableError(f"has {len(text)} characters; at most {limits.size} are read")
    try:
        text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        if text.count("[") + text.count("{") > limits.depth:
            _check_brackets(text, limits)
        if text.count(",") > limits.values:
            raise _too_many(limits)
        data = json.loads(text, parse_int=_whole, parse_float=_real, parse_constant=_not_finite)
        if "\\u" in text or not text.isascii():
            json.dumps(data, ensure_ascii=False).encode()
    except UnreadableError:
        raise
    except UnicodeEncodeError as error:
        raise _half_pair(error) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"is not readable JSON: {error}", malformed=True) from error
    return data


def _check_events(events: Iterator[yaml.Event], limits: Limits) -> None:
    """Refuse aliases, depth and number before anything is built: the composer of libyaml would overflow its stack."""
    depth = values = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            at = f" (line {event.start_mark.line + 1})" if event.start_mark else ""
            raise UnreadableError(f"has a YAML alias, *{event.anchor}{at}; write out what it means")
        if isinstance(event, yaml.ScalarEvent):
            values += 1
            _check_characters(event.value)
        elif isinstance(event, yaml.CollectionStartEvent):
            values += 1
            depth += 1
            if depth > limits.depth:
                raise _too_deep(limits)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if values > limits.values:
            raise _too_many(limits)


def _check_brackets(text: str, limits: Limits) -> None:
    depth = 0
    for found in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if found[0] in "[{" else -1
        if depth > limits.depth:
            raise _too_deep(limits)


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _half_pair(error) from error


def _whole(digits: str) -> int:
    _check_digits(digits)
    return int(digits)


def _real(digits: str) -> float:
    _check_digits(digits)
    value = float(digits)
    return value if math.isfinite(value) else _not_finite(digits)


def _not_finite(digits: str, at: str = "") -> NoReturn:
    raise UnreadableError(f"has the number {digits}{at}, which is not finite")


def _check_digits(digits: str, at: str = "") -> None:
    if len(digits) > MAX_DIGITS:
        raise UnreadableError(
            f"has a number of {len(digits)} digits{at} ({digits[:12]}...); at most {MAX_DIGITS} are read"
        )


def _too_deep(limits: Limits) -> UnreadableError:
    return UnreadableError(f"is nested more than {limits.depth} levels deep")


def _too_many(limits: Limits) -> UnreadableError:
    return UnreadableError(f"holds more than {limits.values} values")


def _half_pair(error: UnicodeEncodeError) -> UnreadableError:
    code = ord(error.object[error.start])
    return UnreadableError(f"has half of a surrogate pair (U+{code:04X}), which is no character")


def _place(text: str, mark: yaml.Mark) -> str:
    """Line and column of a fault; libyaml puts what is missing at the end on a line after the last."""
    lines = text.splitlines() or [""]
    if mark.line < len(lines):
        return f" at line {mark.line + 1}, column {mark.column + 1}"
    return f" at line {len(lines)}, column {len(lines[-1]) + 1}"


def _amount(size: int) -> str:
    return f"{size / 1e6:g} M" if size >= 1_000_000 else f"{size / 1e3:g} k"


_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""What yaml.safe_load uses, by libyaml where PyYAML was built with it: eight times faster."""
_PlainLoader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """The safe loader, with a limit on numbers."""


def _number(construct: Callable[[Any, yaml.ScalarNode], Any]) -> Callable[[Any, yaml.ScalarNode], Any]:
    def constructed(loader: Any, node: yaml.ScalarNode) -> Any:
        at = f" at line {node.start_mark.line + 1}" if node.start_mark else ""
        _check_digits(node.value, at)
        value = construct(loader, node)
        return value if math.isfinite(value) else _not_finite(node.value, at)

    return constructed


_Loader.add_constructor("tag:yaml.org,2002:int", _number(yaml.SafeLoader.construct_yaml_int))
_Loader.add_constructor("tag:yaml.org,2002:float", _number(yaml.SafeLoader.construct_yaml_float))
