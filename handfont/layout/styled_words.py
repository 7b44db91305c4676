"""Words of lines whose parts have looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handfont.layout import plain_text as texts
from handfont.layout.content import PLAIN, StyledWord, TextStyle
from handfont.layout.formulas.nodes import PLACEHOLDER, Formula, pieces

Inline = list[tuple[str, TextStyle]]
"""Parts of a line, and the look of each."""


def formula_pieces(formula: Formula, look: TextStyle) -> Inline:
    """A formula in the parts that a line may be broken between."""
    found: Inline = []
    for piece in pieces(formula):
        found += [(" ", look)] if found else []
        found.append((PLACEHOLDER, replace(look, formula=piece)))
    return found


def words_of(line_parts: Sequence[tuple[str, TextStyle]]) -> tuple[StyledWord, ...]:
    """Words of a line whose parts have looks."""
    drop = {ord(character): None for character in texts.INVISIBLE + texts.SOFT_HYPHEN}
    parts = [(part.translate(drop).replace("\n", " "), look) for part, look in line_parts]
    line = "".join(part for part, _ in parts)
    looks = [look for part, look in parts for _ in part]
    found, at = [], 0
    for word in texts.words(line):
        at = line.index(word.text, at)
        own = looks[at : at + len(word.text)]
        changes = tuple((i, look) for i, look in enumerate(own) if i == 0 or look != own[i - 1])
        plain = all(look == PLAIN for look in own)
        found.append(word if plain else replace(word, looks=changes))
        at += len(word.text)
    if found:
        found[0] = replace(found[0], spaces=0)
    return tuple(found)
