"""Markdown as a hand writes it: headings larger and underlined, emphasis underlined, strong words with a heavier pen,
code in letters of one pitch, lists, quotes, rules, tables, pictures, and formulas in LaTeX between dollar signs. What
is no Markdown is text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.dollarmath import dollarmath_plugin

from handfont.errors import TextError
from handfont.layout import plain_text as texts
from handfont.layout.block_measures import HEADINGS, ITEM, LIST_INDENT, MAX_INDENTS, PARAGRAPH
from handfont.layout.content import PLAIN, Block, Content, Divider, Figure, StyledWord, TextStyle, TextTable
from handfont.layout.formulas import latex
from handfont.layout.pitch import PITCH
from handfont.layout.styled_words import Inline, formula_pieces, words_of
from handfont.util import paths, pictures

FORMULA = 0.35
"""Space in lines before a formula with lines of its own."""
NESTING = 60
"""Text with blocks in blocks deeper than about this is no Markdown."""
MAX_UNBROKEN_CODE = 12
"""Lines of code that stay on one page."""
MAX_CHARACTERS = 1_000_000
"""Length of a text in Markdown."""
MAX_BRACKETS = 5000
"""Opening brackets of a text up to which links are looked for."""


@dataclass(frozen=True)
class _Place:
    """Where blocks are: indent in x-heights, depth of lists and quotes."""

    indent: float = 0.0
    lists: int = 0
    quotes: int = 0


def blocks(text: str, where: str = "the text", folders: Sequence[Path] = (Path(),)) -> Iterator[Content]:
    """Blocks of a clean text in Markdown (see :func:`handfont.layout.plain_text.clean`); a form feed starts a page.

    Args:
        folders: where pictures are looked for.

    Raises:
        TextError: a picture is missing or no image, or the text is too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise TextError(f"{where} has {len(text)} characters; Markdown may have {MAX_CHARACTERS}, plain text more")
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}).enable(["table", "strikethrough"])
    if "$" in text:
        # As Pandoc does: no space after the first dollar sign nor before the last, no digit after it.
        dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    if text.count("[") > MAX_BRACKETS:
        # The parser looks for the end of a link from every bracket on.
        parser.disable(["link", "image", "reference"])
    for number, page in enumerate(text.split("\f")):
        tokens = parser.parse(page)
        if any(token.level >= NESTING - 4 for token in tokens):
            # The parser leaves out what is nested deeper.
            found: Iterator[Content] = texts.blocks(page)
        else:
            found = _BlockParser(where, folders).children(SyntaxTreeNode(tokens), _Place())
        first = True
        for block in found:
            if first:
                block = replace(block, page_break=number > 0, before=0.0)
            first = False
            yield block


class _BlockParser:
    """Turns nodes of the syntax tree into blocks."""

    def __init__(self, where: str, folders: Sequence[Path]) -> None:
        self.where, self.folders = where, folders

    def children(self, node: SyntaxTreeNode, place: _Place) -> Iterator[Content]:
        for child in node.children:
            yield from self.block(child, place)

    def block(self, node: SyntaxTreeNode, place: _Place) -> Iterator[Content]:
        kind = node.type
        if kind == "paragraph":
            yield from self._paragraph(node, place, PARAGRAPH)
        elif kind == "heading":
            yield from self._heading(node, place)
        elif kind in ("bullet_list", "ordered_list"):
            yield from self._list(node, place)
        elif kind == "blockquote":
            # The indent of a quote comes from its depth.
            yield from self.children(node, replace(place, quotes=min(place.quotes + 1, MAX_INDENTS)))
        elif kind == "hr":
            yield Divider(before=0.3)
        elif kind in ("fence", "code_block"):
            yield from self._code(node, place)
        elif kind == "table":
            yield self._table(node)
        elif kind == "math_block":
            yield replace(self._display(node.content), before=FORMULA, indent=place.indent, quote=place.quotes)
        else:
            yield from self.children(node, place)

    def _paragraph(self, node: SyntaxTreeNode, place: _Place, before: float) -> Iterator[Content]:
        yield from self._lines(self._inline(node.children[0], PLAIN), place, before)

    def _lines(self, inline: list[Inline | Figure | Block], place: _Place, before: float) -> Iterator[Content]:
        """Blocks of the forced lines of a paragraph."""
        count = len(inline)
        for index, part in enumerate(inline):
            space = before if index == 0 else 0.0
            if isinstance(part, Figure):
                yield replace(part, before=space)
                continue
            if isinstance(part, Block):
                yield replace(part, before=max(space, FORMULA), indent=place.indent, quote=place.quotes)
                continue
            words = words_of(part)
            if words:
                yield Block(words, 2 if index == count - 1 else 1, space, indent=place.indent, quote=place.quotes)

    def _heading(self, node: SyntaxTreeNode, place: _Place) -> Iterator[Content]:
        scale, before = HEADINGS.get(int(node.tag[1]), (1.0, 0.7))
        for block in self._lines(self._inline(node.children[0], TextStyle(underline=True)), place, before):
            yield replace(block, scale=scale, keep=True) if isinstance(block, Block) else block

    def _list(self, node: SyntaxTreeNode, place: _Place) -> Iterator[Content]:
        ordered = node.type == "ordered_list"
        start = int(node.attrs.get("start", 1) or 0) if ordered else 0
        inside = replace(
            place, indent=place.indent + (LIST_INDENT if place.lists < MAX_INDENTS else 0.0), lists=place.lists + 1
        )
        for number, item in enumerate(node.children):
            tight = any(child.type == "paragraph" and child.hidden for child in item.children) or not item.children
            marker: StyledWord | int = StyledWord(f"{start + number}.", 0) if ordered else place.lists
            begun = False
            for block in self.children(item, inside):
                before = block.before
                if tight or not begun:
                    close = ITEM if tight else 0.35
                    # A list within a list follows closely; a list after a paragraph is set off a little.
                    before = close if number or begun or place.lists else max(close, 0.35)
                if isinstance(block, Block):
                    ends = 1 if tight and block.ends == 2 else block.ends
                    block = replace(block, ends=ends, marker=block.marker if begun else marker)
                yield replace(block, before=before)
                begun = True
            if not begun:
                shown = StyledWord(f"{start + number}.", 0) if ordered else StyledWord("-", 0)
                yield Block((shown,), 1, ITEM, indent=place.indent)

    def _code(self, node: SyntaxTreeNode, place: _Place) -> Iterator[Content]:
        rows = node.content.rstrip("\n").split("\n")
        blank = PARAGRAPH
        found: list[Block] = []
        for row in rows:
            words = tuple(replace(word, looks=((0, TextStyle(code=True)),)) for word in texts.words(row))
            if not words:
                blank += 1.0
                continue
            found.append(
                Block(
                    words,
                    1,
                    blank,
                    indent=place.indent + LIST_INDENT / 2,
                    first=PITCH * words[0].spaces,
                    quote=place.quotes,
                )
            )
            blank = 0.0
        together = len(found) <= MAX_UNBROKEN_CODE
        for index, block in enumerate(found):
            last = index == len(found) - 1
            yield replace(block, ends=2 if last else 1, keep=together and not last)

    def _table(self, node: SyntaxTreeNode) -> TextTable:
        rows, aligns = [], []
        for part in node.children:
            for row in part.children:
                head = part.type == "thead"
                cells = []
                for cell in row.children:
                    inline = self._inline(cell.children[0], TextStyle(strong=head)) if cell.children else []
                    cells.append(tuple(word for line in inline for word in _cell_words(line)))
                    if head:
                        style = str(cell.attrs.get("style", ""))
                        aligns.append("right" if "right" in style else "centre" if "center" in style else "left")
                rows.append(tuple(cells[: len(aligns)] + [()] * (len(aligns) - len(cells))))
        return TextTable(tuple(rows), tuple(aligns), before=0.6)

    def _inline(self, node: SyntaxTreeNode, look: TextStyle) -> list[Inline | Figure | Block]:
        """The pieces of each forced line, and the figures between them."""
        lines: list[Inline | Figure | Block] = [[]]
        self._walk(node, look, lines)
        return [line for line in lines if line]

    def _walk(self, node: SyntaxTreeNode, look: TextStyle, lines: list[Inline | Figure | Block]) -> None:
        for child in node.children:
            if child.type == "image":
                lines += [self._figure(str(child.attrs.get("src", "")), child.content), []]
                continue
            if child.type == "math_inline_double":
                lines += [self._display(child.content), []]
                continue
            if child.type == "hardbreak":
                lines.append([])
                continue
            line = lines[-1]
            assert isinstance(line, list)
            if child.type == "softbreak":
                line.append((" ", look))
            elif child.type == "code_inline":
                line.append((child.content, replace(look, code=True)))
            elif child.type == "math_inline":
                line += formula_pieces(latex.parse(child.content, self.where), look)
            elif child.children:
                self._walk(child, _changed(look, child.type), lines)
            else:
                line.append((child.content, look))

    def _display(self, source: str) -> Block:
        """A formula with lines of its own."""
        return Block(words_of(formula_pieces(latex.parse(source, self.where, display=True), PLAIN)), 2, align="centre")

    def _figure(self, source: str, text: str) -> Figure:
        from urllib.parse import unquote

        name = unquote(source)
        if "://" in name:
            raise TextError(f"{self.where}: the picture {name} is not a file; save it beside the text")
        found = [paths.problem(folder / name) for folder in self.folders] if name else ["does not exist"]
        if all(found):
            reason = next((reason for reason in found if reason != "does not exist"), found[0])
            raise TextError(f"{self.where}: the picture '{name}' {reason}")
        path = self.folders[found.index("")] / name
        try:
            pictures.check(path)
        except pictures.PictureError as error:
            raise TextError(f"{self.where}: the picture {path} {error}") from error
        return Figure(path, text)


def _changed(look: TextStyle, kind: str) -> TextStyle:
    """A look within another one."""
    return replace(
        look,
        underline=look.underline or kind == "em",
        strong=look.strong or kind == "strong",
        strike=look.strike or kind == "s",
    )


def _cell_words(line: Inline | Figure | Block) -> tuple[StyledWord, ...]:
    if isinstance(line, Figure):
        return ()
    return line.words if isinstance(line, Block) else words_of(line)
