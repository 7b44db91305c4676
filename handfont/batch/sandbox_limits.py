"""What the values of a template weigh, and what is too large to be made."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro, Undefined

MAX_CHARACTERS = 200_000
"""Characters that a document, a value in it, or a template may have: some sixty pages."""
MAX_STEPS = 200_000
"""Steps that one document may take: rounds of loops, calls, elements and hundreds of characters read or made."""
MAX_WEIGHT = 50_000
"""Weight of the largest list or mapping, in elements and hundreds of characters, those of lists inside it included."""
MAX_NUMBER = 10**18
"""The largest whole number that a template can make."""
MAX_LIST_DEPTH = 20
"""Lists inside each other."""
CHARACTERS_PER_STEP = 100
"""Characters that cost one step."""
PLAIN = (str, int, float, list, tuple, dict, range, type(None), Undefined)
"""What a template can work with; only such values can be in lists, printed, or given to a filter."""
CALLABLE = (Macro, LoopContext)
"""What a macro can be given besides those."""


class LimitError(SecurityError):
    """A template wants more than it may have; the message continues "is refused: "."""


class Series(list[Any]):
    """What a filter gave piece by piece: a list that is not meant to be printed."""


def weight_of(value: Any, depth: int = 0) -> int:
    """Steps that it takes to read a value, inside of ``depth`` lists, from end to end.

    Raises:
        LimitError: it is too large, or nothing to work with, such as a macro.
    """
    if isinstance(value, str):
        if len(value) > MAX_CHARACTERS:
            raise LimitError(f"a value has more than {MAX_CHARACTERS} characters")
        return len(value) // CHARACTERS_PER_STEP
    if isinstance(value, range):
        return len(value)
    if isinstance(value, (list, tuple, dict)):
        return _weight_of_elements(value, depth)
    _check_plain(value)
    return 0


def _check_plain(value: Any) -> None:
    """Refuse what is neither nothing nor a number of ordinary size."""
    if value is None or isinstance(value, (bool, Undefined)):
        return
    if not isinstance(value, (int, float)):
        raise LimitError(f"it uses {_called(value)} as if it were text, a number or a list")
    if not math.isfinite(value) or (isinstance(value, int) and abs(value) > MAX_NUMBER):
        raise LimitError("a number is too large")


def _weight_of_elements(value: Any, depth: int) -> int:
    if depth >= MAX_LIST_DEPTH:
        raise LimitError(f"more than {MAX_LIST_DEPTH} lists are inside each other")
    total = 0
    for element in value:
        total += 1 + weight_of(element, depth + 1)
        if isinstance(value, dict):
            total += weight_of(value[element], depth + 1)
        if total > MAX_WEIGHT:
            raise LimitError(f"a list has more than {MAX_WEIGHT} elements")
    return total


def printable(value: Any) -> Any:
    """A value that reads as text; null is nothing, as in a table."""
    if isinstance(value, (Series, range)):
        raise LimitError("it prints a series; put its parts together with | join(', ')")
    return "" if value is None else value


def _called(value: Any) -> str:
    if isinstance(value, Macro):
        return f"the macro '{value.name}' (call it with parentheses)"
    if callable(value) and not isinstance(value, LoopContext):
        name = getattr(value, "__name__", type(value).__name__).lstrip("_")
        return f"the function '{name}' (call it with parentheses)"
    return f"a {type(value).__name__}"


def bounded_range(*bounds: int) -> range:
    """The range of these bounds, as ``range`` in a template gives it."""
    found = range(*bounds)
    if len(found) > MAX_STEPS:
        raise LimitError("a range is too long")
    return found


def _check_count(value: Any, count: Any = 0, *_: Any, **options: Any) -> None:
    """Refuse ``slice`` and ``batch`` into too many parts, which they would fill up."""
    asked = options.get("slices", options.get("linecount", count))
    if isinstance(asked, (int, float)) and not 0 < asked <= 10_000:
        raise LimitError(f"a list is parted into {asked}; use 1 to 10000")


def _check_precision(value: Any, precision: Any = 0, *_: Any, **options: Any) -> None:
    asked = options.get("precision", precision)
    if isinstance(asked, (int, float)) and abs(asked) > 15:
        raise LimitError(f"a number is rounded to {asked} digits; use -15 to 15")


def _check_replacement(value: Any, *texts: Any, **options: Any) -> None:
    old, new = (*texts, options.get("old", ""), options.get("new", ""))[:2] if len(texts) < 2 else texts[:2]
    if "old" in options and texts:
        new = texts[0]
    whole, old, new = str(value), str(old), str(new)
    found = whole.count(old)
    if len(whole) + found * max(0, len(new) - len(old)) > MAX_CHARACTERS:
        raise LimitError(f"a value has more than {MAX_CHARACTERS} characters")


def _check_join(value: Any, separator: Any = "", *_: Any, **options: Any) -> None:
    between = str(options.get("d", separator))
    count = len(value) if isinstance(value, (str, list, tuple, dict, range)) else 0
    if count * len(between) > MAX_CHARACTERS:
        raise LimitError(f"a value has more than {MAX_CHARACTERS} characters")


def _check_digits(value: Any, *_: Any, **__: Any) -> None:
    if isinstance(value, str) and len(value) > 1000:
        raise LimitError("a number is too large")


def _check_sum(value: Any, attribute: Any = None, start: Any = 0, **_: Any) -> None:
    if not isinstance(start, (int, float)):
        raise LimitError("only numbers have a sum")


def check_text(value: Any, *_: Any, **__: Any) -> None:
    """Refuse what cannot be printed."""
    printable(value)


FILTER_CHECKS: Mapping[str, Callable[..., None]] = {
    "slice": _check_count,
    "batch": _check_count,
    "round": _check_precision,
    "replace": _check_replacement,
    "join": _check_join,
    "int": _check_digits,
    "float": _check_digits,
    "sum": _check_sum,
    "string": check_text,
}
"""What is checked before a filter is run whose result could be much larger than what it is given."""


def _check_sequences(left: Any, right: Any) -> None:
    if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) > MAX_CHARACTERS:
        raise LimitError(f"a value has more than {MAX_CHARACTERS} characters")


def _check_repetition(left: Any, right: Any) -> None:
    if any(hasattr(value, "__len__") for value in (left, right)):
        size, count = (left, right) if hasattr(left, "__len__") else (right, left)
        most = MAX_CHARACTERS if isinstance(size, str) else MAX_WEIGHT
        if not isinstance(count, int) or len(size) * max(0, count) > most:
            raise LimitError("a repetition is too long")


def _check_power(left: Any, right: Any) -> None:
    if abs(right) * math.log2(abs(left) + 2) > 1000:
        raise LimitError("a power is too large")


def _check_format(left: Any, right: Any) -> None:
    if not isinstance(left, str):
        return
    if re.search(r"\*|\d{4,}", left):
        raise LimitError("a format is too wide")
    values = right.values() if isinstance(right, dict) else right if isinstance(right, tuple) else (right,)
    widest = 1000 + max((len(str(value)) for value in values), default=0)
    if len(left) + left.count("%") * widest > 10 * MAX_CHARACTERS:
        raise LimitError("a format is too long")


OPERATOR_CHECKS: Mapping[str, Callable[[Any, Any], None]] = {
    "+": _check_sequences,
    "*": _check_repetition,
    "**": _check_power,
    "%": _check_format,
}
