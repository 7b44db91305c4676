"""The syntax tree of a template: refused where it is too deep, and changed so that every operation is paid for."""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from handfont.batch.sandbox_limits import CHARACTERS_PER_STEP, LimitError

MAX_DEPTH = 60
"""Expressions and blocks of a template inside each other."""
MAX_LOOPS = 10
"""Loops inside each other."""
MAX_NODES = 20_000
"""Expressions and blocks of a template in all."""
OTHER_FILES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
"""Statements that read other templates."""


class ChargingTransformer(NodeTransformer):
    """Puts what is no call, filter or operator under the budget, too: literals, comparisons, slices, loops, text."""

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802 (as jinja2 calls it)
        """Check a list or mapping that is written out."""
        return _through(self.generic_visit(node), "checked")

    visit_Dict = visit_List  # noqa: N815

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        """Check a tuple that is read, not assigned to."""
        self.generic_visit(node)
        return node if node.ctx == "store" else _through(node, "checked")

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """Put texts together within the budget."""
        self.generic_visit(node)
        return _through(nodes.List(node.nodes, lineno=node.lineno), "concatenated")

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """Weigh what is compared."""
        self.generic_visit(node)
        node.expr = _through(node.expr, "weighed")
        for operand in node.ops:
            operand.expr = _through(operand.expr, "weighed")
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """Weigh what a slice is taken of."""
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _through(node.node, "weighed")
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        """Count the rounds of a loop, and pay for the text in it."""
        self.generic_visit(node)
        node.iter = _through(node.iter, "counted")
        return _paid(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        """Pay for the text of a macro each time it is called."""
        return _paid(self.generic_visit(node))

    visit_CallBlock = visit_Macro  # noqa: N815


def _through(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _paid(node: Any) -> nodes.Node:
    """A body that may run many times, with its text paid for each time."""
    length = sum(len(text.data) for text in node.find_all(nodes.TemplateData))
    if length >= CHARACTERS_PER_STEP:
        cost = nodes.Const(length // CHARACTERS_PER_STEP, lineno=node.lineno)
        node.body = [nodes.ExprStmt(_through(cost, "charged"), lineno=node.lineno), *node.body]
    return node


def check_tree(tree: nodes.Template) -> None:
    """Refuse what would overflow the stack of whatever works on the tree, and what takes long to compile."""
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 0)]
    count = 0
    while waiting:
        node, depth, loops = waiting.pop()
        count += 1
        if isinstance(node, OTHER_FILES):
            raise LimitError("it wants another template, and there is none beside it")
        loops += isinstance(node, nodes.For)
        if depth > MAX_DEPTH or loops > MAX_LOOPS:
            what = f"{MAX_LOOPS} loops" if loops > MAX_LOOPS else f"{MAX_DEPTH} blocks or expressions"
            raise LimitError(f"it has more than {what} inside each other")
        if count > MAX_NODES:
            raise LimitError(f"it has more than {MAX_NODES} expressions")
        waiting += [(child, depth + 1, loops) for child in node.iter_child_nodes()]
