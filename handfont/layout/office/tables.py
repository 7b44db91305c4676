"""Tables of documents of word processors, whatever their format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from handfont.layout.content import PLAIN, Figure, TextStyle
from handfont.layout.rich_text import Pieces, RichTable


def even_table(rows: Sequence[Sequence[Pieces]], aligns: Sequence[str], page_break: bool) -> RichTable:
    """A table whose rows are all as long as the longest one; columns of no known alignment are set to the left."""
    count = max(map(len, rows), default=0)
    padded = tuple((*row, *[()] * (count - len(row))) for row in rows)
    return RichTable(padded, tuple([*aligns, *["left"] * count][:count]), page_break)


def add_lines(pieces: list[tuple[str, TextStyle]], lines: Iterable[Figure | Pieces], left_out: Counter[str]) -> None:
    """Add lines of a paragraph to what a cell says, with a space before each but the first; pictures are counted."""
    for line in lines:
        if isinstance(line, Figure):
            left_out["picture in a table"] += 1
        elif line:
            pieces += [*([(" ", PLAIN)] if pieces else []), *line]
