"""Attributes in Markdown, as Pandoc has them: ``[words]{ink=red}``, ``[a note]{.aside}``, and a line before a block."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, lheading, paragraph
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin

from handfont.core import units

_INK = re.compile(r"\{[^{}\n]*\bink=[^{}\n]*\}")
_ANY = re.compile(r"\{[^{}\n]*(?:\bink=|\.aside\b)[^{}\n]*\}")
RULE = "span"
"""The parser's name for words in brackets that attributes follow."""


def enable(parser: MarkdownIt, text: str) -> None:
    """Have attributes read, in texts that have any: braces are text elsewhere."""
    if _ANY.search(text):
        attrs_plugin(parser, spans=True)
        attrs_block_plugin(parser)
        parser.block.ruler.before("attr", "braces", _braces)


def _braces(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule of the parser: lines in braces that give no ink are text, which the rule for attributes leaves out."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip()
    if silent or not line.startswith("{") or _INK.fullmatch(line):
        return False
    return lheading(state, start, end, silent) or paragraph(state, start, end, silent)


def ink(node: SyntaxTreeNode) -> str | None:
    """The ink that a node is given, as ``#rrggbb``.

    Raises:
        OptionError: it is no color.
    """
    value = node.attrs.get("ink")
    return None if value is None else units.colour(str(value))


def is_note(node: SyntaxTreeNode) -> bool:
    """Whether a node is written in the margin."""
    return node.type == RULE and "aside" in str(node.attrs.get("class", "")).split()


def problem(text: str) -> str:
    """What is wrong with attributes that the parser took for text, as the end of a sentence; empty without any."""
    if not (found := _ANY.search(text)):
        return ""
    return (
        f"{found[0]} is written as it is; an ink follows words in brackets, like [words]{{ink=red}}, or is a line "
        'before a block, and a value is in quotes, like {ink="#8a2be2"}; a note is [words]{.aside}'
    )
