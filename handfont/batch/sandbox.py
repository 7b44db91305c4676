"""Jinja in a sandbox with a budget: whatever a template says, it ends soon and takes little memory.

Every value that a template can make is weighed, and refused where it is too large; every operation costs what it reads
and makes, before it is done where its result could be large. So the steps of :mod:`.sandbox_limits` bound time and
memory, by the same count on every machine, without a process or a clock to watch.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from handfont.batch.sandbox_limits import (
    CALLABLE,
    CHARACTERS_PER_STEP,
    FILTER_CHECKS,
    MAX_CHARACTERS,
    MAX_STEPS,
    MAX_WEIGHT,
    OPERATOR_CHECKS,
    PLAIN,
    LimitError,
    Series,
    bounded_range,
    check_text,
    printable,
    weight_of,
)
from handfont.batch.sandbox_tree import ChargingTransformer, check_tree

FILTERS = ("abs", "batch", "capitalize", "count", "default", "d", "dictsort", "first", "float", "groupby", "int",
           "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace",
           "reverse", "round", "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim", "unique",
           "upper", "wordcount")  # fmt: skip
"""Filters of jinja2 that cannot make much of little, or are checked before they do (see ``FILTER_CHECKS``)."""
METHODS = {"lower", "upper", "title", "capitalize", "strip", "lstrip", "rstrip", "split", "startswith", "endswith",
           "removeprefix", "removesuffix", "items", "keys", "values", "get"}  # fmt: skip
"""Methods of texts, lists and mappings that templates may call."""


class Budgeted(ImmutableSandboxedEnvironment):
    """The environment of one template; :attr:`steps` counts for one document."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, finalize: Callable[[Any], Any]) -> None:
        @jinja2.pass_context  # so that jinja2 does not work out values when it compiles, outside of the budget
        def finished(context: Context, value: Any) -> Any:
            self.charge(1 + self.weight(value))
            return finalize(printable(value))

        super().__init__(
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            finalize=finished,
            optimized=False,
            cache_size=0,
        )
        self.steps = 0
        self.filters = {name: self._guarded(self.filters[name], FILTER_CHECKS.get(name)) for name in FILTERS}
        self.filters |= {
            "counted": self._counted,
            "charged": self.charge,
            "weighed": self._weighed,
            "checked": self.checked,
            "concatenated": self._concatenated,
        }
        self.tests = {name: self._guarded(test, None) for name, test in dict[str, Any](self.tests).items()}
        self.globals = {"range": bounded_range}

    def add_filter(self, name: str, function: Callable[[Any], Any]) -> None:
        """Offer one more filter."""
        self.filters[name] = self._guarded(function, check_text)

    def charge(self, amount: int = 1) -> None:
        """Count steps.

        Raises:
            LimitError: there are too many.
        """
        self.steps += amount
        if self.steps > MAX_STEPS:
            raise LimitError(f"it takes more than {MAX_STEPS} steps")

    def weight(self, value: Any) -> int:
        """Steps that it takes to read a value from end to end.

        Raises:
            LimitError: it is too large, or nothing to work with, such as a macro.
        """
        kind = type(value)
        if kind is str and len(value) <= MAX_CHARACTERS:
            return len(value) // CHARACTERS_PER_STEP
        return weight_of(value)

    def checked(self, value: Any) -> Any:
        """A value that was made, with what comes piece by piece taken as a whole."""
        if isinstance(value, range):
            return value
        if not isinstance(value, PLAIN) and isinstance(value, Iterable) and not isinstance(value, CALLABLE):
            pieces = Series()
            for total, piece in enumerate(value):
                self.charge(1 + self.weight(piece))
                if total > MAX_WEIGHT:
                    raise LimitError(f"a list has more than {MAX_WEIGHT} elements")
                pieces.append(piece)
            value = pieces
        self.charge(1 + self.weight(value))
        return value

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 (as in jinja2)
        """Call a function of the template; its arguments and result are paid for."""
        values = [value for value in (*args, *kwargs.values()) if not isinstance(value, CALLABLE)]
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, (str, list, dict)):
            values.append(owner)
        __self.charge(1 + sum(map(__self.weight, values)))
        return __self.checked(super().call(__context, __obj, *args, **kwargs))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Work out an operator; its operands and result are paid for."""
        self.charge(1 + self.weight(left) + self.weight(right))
        if operator in OPERATOR_CHECKS:
            OPERATOR_CHECKS[operator](left, right)
        return self.checked(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> None:
        """Not even the sandboxed form of str.format is offered: its widths have no bounds."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute of a value."""
        # Values are text, lists and mappings; of their methods only harmless ones are reached.
        if isinstance(obj, PLAIN):
            return attr in METHODS
        return isinstance(obj, LoopContext) and super().is_safe_attribute(obj, attr, value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > MAX_CHARACTERS:
            raise LimitError(f"it has more than {MAX_CHARACTERS} characters")
        tree = super()._parse(source, name, filename)
        check_tree(tree)
        ChargingTransformer().visit(tree)
        tree.set_environment(self)
        return tree

    def _guarded(self, function: Callable[..., Any], check: Callable[..., None] | None) -> Callable[..., Any]:
        """A filter or test that pays for what it reads and makes."""
        extra = 1 if hasattr(function, "jinja_pass_arg") else 0  # the context, or the environment, comes first

        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.charge(1 + sum(map(self.weight, (*args[extra:], *kwargs.values()))))
            if check is not None:
                check(*args[extra:], **kwargs)
            return self.checked(function(*args, **kwargs))

        return guarded

    def _counted(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self.charge()
            yield value

    def _weighed(self, value: Any) -> Any:
        self.charge(self.weight(value))
        return value

    def _concatenated(self, values: list[Any]) -> str:
        pieces = []
        length = 0
        for value in values:
            self.charge(1 + self.weight(value))
            pieces.append(str(printable(value)))
            length += len(pieces[-1])
            if length > MAX_CHARACTERS:
                raise LimitError(f"a value has more than {MAX_CHARACTERS} characters")
        return "".join(pieces)
