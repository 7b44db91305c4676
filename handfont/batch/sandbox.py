"""Jinja in a sandbox with a budget: whatever a template says, it ends soon and takes little memory.

Every value that a template can make is weighed, and refused where it is too large; every operation costs what it reads
and makes, before it is done where its result could be large. So time and memory are bounded by :data:`STEPS`, by the
same count on every machine, without a process or a clock to watch.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

LONGEST = 200_000
"""Characters that a document, a value in it, or a template may have: some sixty pages."""
STEPS = 200_000
"""Steps that one document may take: rounds of loops, calls, elements and hundreds of characters read or made."""
HEAVIEST = 50_000
"""Weight of the largest list or mapping, in elements and hundreds of characters, those of lists inside it included."""
NUMBER_MAX = 10**18
DEPTH_MAX, LOOPS_MAX, NODES_MAX = 60, 10, 20_000
"""Of a template: expressions and blocks inside each other, loops inside each other, and expressions in all."""
LIST_DEPTH_MAX = 20
PER_STEP = 100
"""Characters that cost one step."""
FILTERS = ("abs", "batch", "capitalize", "count", "default", "d", "dictsort", "first", "float", "groupby", "int",
           "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace",
           "reverse", "round", "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim", "unique",
           "upper", "wordcount")  # fmt: skip
"""Filters of jinja2 that cannot make much of little, or are checked before they do (see :data:`_CHECKS`)."""
METHODS = {"lower", "upper", "title", "capitalize", "strip", "lstrip", "rstrip", "split", "startswith", "endswith",
           "removeprefix", "removesuffix", "items", "keys", "values", "get"}  # fmt: skip
FOREIGN = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


class LimitError(SecurityError):
    """A template wants more than it may have; the message continues "is refused: "."""


class Series(list[Any]):
    """What a filter gave piece by piece: a list that is not meant to be printed."""


class Budgeted(ImmutableSandboxedEnvironment):
    """The environment of one template; :attr:`steps` counts for one document."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, finalize: Callable[[Any], Any]) -> None:
        @jinja2.pass_context  # which also keeps jinja2 from working out values when it compiles, outside of the budget
        def finished(context: Context, value: Any) -> Any:
            self.charge(1 + self.weight(value))
            return finalize(_printable(value))

        super().__init__(
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            finalize=finished,
            optimized=False,
            cache_size=0,
        )
        self.steps = 0
        self.filters = {name: self._guarded(self.filters[name], _CHECKS.get(name)) for name in FILTERS}
        self.filters |= {
            "counted": self._counted,
            "charged": self.charge,
            "weighed": self._weighed,
            "checked": self.checked,
            "concatenated": self._concatenated,
        }
        self.tests = {name: self._guarded(test, None) for name, test in dict[str, Any](self.tests).items()}
        self.globals = {"range": _range}

    def add_filter(self, name: str, function: Callable[[Any], Any]) -> None:
        """Offer one more filter."""
        self.filters[name] = self._guarded(function, _check_text)

    def charge(self, amount: int = 1) -> None:
        """Count steps.

        Raises:
            LimitError: there are too many.
        """
        self.steps += amount
        if self.steps > STEPS:
            raise LimitError(f"it takes more than {STEPS} steps")

    def weight(self, value: Any) -> int:
        """Steps that it takes to read a value from end to end.

        Raises:
            LimitError: it is too large, or nothing to work with, such as a macro.
        """
        kind = type(value)
        if kind is str and len(value) <= LONGEST:
            return len(value) // PER_STEP
        return _weight(value, 0)

    def checked(self, value: Any) -> Any:
        """A value that was made, with what comes piece by piece taken as a whole."""
        if isinstance(value, range):
            return value
        if not isinstance(value, _PLAIN) and isinstance(value, Iterable) and not isinstance(value, _SPECIAL):
            pieces = Series()
            for total, piece in enumerate(value):
                self.charge(1 + self.weight(piece))
                if total > HEAVIEST:
                    raise LimitError(f"a list has more than {HEAVIEST} elements")
                pieces.append(piece)
            value = pieces
        self.charge(1 + self.weight(value))
        return value

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 (as in jinja2)
        values = [value for value in (*args, *kwargs.values()) if not isinstance(value, _SPECIAL)]
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, (str, list, dict)):
            values.append(owner)
        __self.charge(1 + sum(map(__self.weight, values)))
        return __self.checked(super().call(__context, __obj, *args, **kwargs))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        self.charge(1 + self.weight(left) + self.weight(right))
        if operator in _OPERATOR_CHECKS:
            _OPERATOR_CHECKS[operator](left, right)
        return self.checked(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> None:
        """Not even the sandboxed form of str.format is offered: its widths have no bounds."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # Values are text, lists and mappings; of their methods only harmless ones are reached.
        if isinstance(obj, _PLAIN):
            return attr in METHODS
        return isinstance(obj, LoopContext) and super().is_safe_attribute(obj, attr, value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > LONGEST:
            raise LimitError(f"it has more than {LONGEST} characters")
        tree = super()._parse(source, name, filename)
        _check_tree(tree)
        _Charging().visit(tree)
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
            pieces.append(str(_printable(value)))
            length += len(pieces[-1])
            if length > LONGEST:
                raise LimitError(f"a value has more than {LONGEST} characters")
        return "".join(pieces)


class _Charging(NodeTransformer):
    """Puts what is no call, filter or operator under the budget, too: literals, comparisons, slices, loops, text."""

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802 (as jinja2 calls it)
        return _through(self.generic_visit(node), "checked")

    visit_Dict = visit_List  # noqa: N815

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return node if node.ctx == "store" else _through(node, "checked")

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _through(nodes.List(node.nodes, lineno=node.lineno), "concatenated")

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _through(node.expr, "weighed")
        for operand in node.ops:
            operand.expr = _through(operand.expr, "weighed")
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _through(node.node, "weighed")
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.iter = _through(node.iter, "counted")
        return _paid(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        return _paid(self.generic_visit(node))

    visit_CallBlock = visit_Macro  # noqa: N815


def _through(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _paid(node: Any) -> nodes.Node:
    """A body that may run many times, with its text paid for each time."""
    length = sum(len(text.data) for text in node.find_all(nodes.TemplateData))
    if length >= PER_STEP:
        cost = nodes.Const(length // PER_STEP, lineno=node.lineno)
        node.body = [nodes.ExprStmt(_through(cost, "charged"), lineno=node.lineno), *node.body]
    return node


def _check_tree(tree: nodes.Template) -> None:
    """Refuse what would overflow the stack of whatever works on the tree, and what takes long to compile."""
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 0)]
    count = 0
    while waiting:
        node, depth, loops = waiting.pop()
        count += 1
        if isinstance(node, FOREIGN):
            raise LimitError("it wants another template, and there is none beside it")
        loops += isinstance(node, nodes.For)
        if depth > DEPTH_MAX or loops > LOOPS_MAX:
            what = f"{LOOPS_MAX} loops" if loops > LOOPS_MAX else f"{DEPTH_MAX} blocks or expressions"
            raise LimitError(f"it has more than {what} inside each other")
        if count > NODES_MAX:
            raise LimitError(f"it has more than {NODES_MAX} expressions")
        waiting += [(child, depth + 1, loops) for child in node.iter_child_nodes()]


def _weight(value: Any, depth: int) -> int:
    """As :meth:`Budgeted.weight`, of a value inside of ``depth`` lists."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise LimitError(f"a value has more than {LONGEST} characters")
        return len(value) // PER_STEP
    if value is None or isinstance(value, (bool, Undefined)):
        return 0
    if isinstance(value, (int, float)):
        if not math.isfinite(value) or (isinstance(value, int) and abs(value) > NUMBER_MAX):
            raise LimitError("a number is too large")
        return 0
    if isinstance(value, range):
        return len(value)
    if not isinstance(value, (list, tuple, dict)):
        raise LimitError(f"it uses {_called(value)} as if it were text, a number or a list")
    if depth >= LIST_DEPTH_MAX:
        raise LimitError(f"more than {LIST_DEPTH_MAX} lists are inside each other")
    total = 0
    for element in value:
        total += 1 + _weight(element, depth + 1)
        if isinstance(value, dict):
            total += _weight(value[element], depth + 1)
        if total > HEAVIEST:
            raise LimitError(f"a list has more than {HEAVIEST} elements")
    return total


def _printable(value: Any) -> Any:
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


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > STEPS:
        raise LimitError("a range is too long")
    return found


def _check_count(value: Any, count: Any = 0, *_: Any, **options: Any) -> None:
    """Of slice and batch: they fill up what is missing."""
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
    if len(whole) + found * max(0, len(new) - len(old)) > LONGEST:
        raise LimitError(f"a value has more than {LONGEST} characters")


def _check_join(value: Any, separator: Any = "", *_: Any, **options: Any) -> None:
    between = str(options.get("d", separator))
    count = len(value) if isinstance(value, (str, list, tuple, dict, range)) else 0
    if count * len(between) > LONGEST:
        raise LimitError(f"a value has more than {LONGEST} characters")


def _check_digits(value: Any, *_: Any, **__: Any) -> None:
    if isinstance(value, str) and len(value) > 1000:
        raise LimitError("a number is too large")


def _check_sum(value: Any, attribute: Any = None, start: Any = 0, **_: Any) -> None:
    if not isinstance(start, (int, float)):
        raise LimitError("only numbers have a sum")


def _check_text(value: Any, *_: Any, **__: Any) -> None:
    _printable(value)


_CHECKS: Mapping[str, Callable[..., None]] = {
    "slice": _check_count,
    "batch": _check_count,
    "round": _check_precision,
    "replace": _check_replacement,
    "join": _check_join,
    "int": _check_digits,
    "float": _check_digits,
    "sum": _check_sum,
    "string": _check_text,
}
"""What is checked before a filter is run whose result could be much larger than what it is given."""


def _check_sequences(left: Any, right: Any) -> None:
    if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) > LONGEST:
        raise LimitError(f"a value has more than {LONGEST} characters")


def _check_repetition(left: Any, right: Any) -> None:
    if any(hasattr(value, "__len__") for value in (left, right)):
        size, count = (left, right) if hasattr(left, "__len__") else (right, left)
        most = LONGEST if isinstance(size, str) else HEAVIEST
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
    if len(left) + left.count("%") * widest > 10 * LONGEST:
        raise LimitError("a format is too long")


_OPERATOR_CHECKS: Mapping[str, Callable[[Any, Any], None]] = {
    "+": _check_sequences,
    "*": _check_repetition,
    "**": _check_power,
    "%": _check_format,
}
_PLAIN = (str, int, float, list, tuple, dict, range, type(None), Undefined)
"""What a template can work with; only such values can be in lists, printed, or given to a filter."""
_SPECIAL = (Macro, LoopContext)
"""What can be handed to a macro, besides."""
