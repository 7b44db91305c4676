"""The words of a content, in parts short enough to be drawn at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from handfont.layout.content import Block, Content, StyledWord, TextStyle, TextTable

BATCH = 1500
"""Characters whose glyphs are drawn at a time, about."""


def letters(words: Sequence[StyledWord]) -> tuple[str, list[TextStyle | None]]:
    """The characters of words, and the look of each."""
    return (
        "".join(word.text for word in words),
        [word.look(i) if word.looks else None for word in words for i in range(len(word.text))],
    )


def words_of(block: Content) -> Iterator[StyledWord]:
    """The words of a block, its marker first, or of the cells of a table."""
    if isinstance(block, TextTable):
        yield from (word for row in block.rows for cell in row for word in cell)
    elif isinstance(block, Block):
        if isinstance(block.marker, StyledWord):
            yield block.marker
        for word in block.words:
            yield from _pieces(word)


def _pieces(word: StyledWord) -> Iterator[StyledWord]:
    """A word in parts short enough to be drawn at once."""
    if len(word.text) <= BATCH:
        yield word
        return
    for start in range(0, len(word.text), BATCH):
        text = word.text[start : start + BATCH]
        yield replace(
            word,
            text=text,
            spaces=0 if start else word.spaces,
            glued=False if start else word.glued,
            tab=word.tab and not start,
            soft=(),
            looks=_looks(word, start, start + len(text)),
        )


def _looks(word: StyledWord, start: int, stop: int) -> tuple[tuple[int, TextStyle], ...]:
    """The looks of a part of a word."""
    if not word.looks:
        return ()
    inside = tuple((at - start, look) for at, look in word.looks if start < at < stop)
    return ((0, word.look(start)), *inside)
