"""Slips of the pen: now and then a word is begun wrongly, crossed out, and written right after it.

The slips are those that writers make when their attention is elsewhere (Ellis 1979, Slips of the pen): a letter is left
out, doubled or taken for one like it, two letters change places, or the next word comes too early. They are noticed
soon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from handfont.core.random_streams import stream
from handfont.layout.content import Block, Content, StyledWord
from handfont.layout.hand_motion import uniforms

SHORTEST, LONGEST = 3, 14
"""Letters of a word that is begun wrongly."""
AFTER = ".,;:!?)…"
"""What may follow a word's letters."""
NOTICED = 0.45
"""Chance that the writer goes on by one more letter after the wrong one, and by one more again."""
LIKE = {"a": "o", "b": "d", "c": "s", "d": "b", "e": "i", "f": "t", "g": "y", "h": "n", "i": "e", "l": "t", "m": "n",
        "n": "m", "o": "a", "p": "q", "q": "p", "r": "n", "s": "c", "t": "l", "u": "n", "v": "u", "w": "v",
        "y": "g"}  # fmt: skip
"""Letters that are written in place of others, being moved like them."""
MOST_EARLY = 4
"""Letters of the next word that come too early."""


def with_slips(content: Iterable[Content], share: float, seed: int, document: str) -> Iterator[Content]:
    """The content with some of its words begun wrongly before them.

    Headings, code, formulas, tables, words with digits or signs in them and the first word of a paragraph have none,
    and no two words in a row.

    Args:
        share: of the words that may have one.
    """
    if not share:
        yield from content
        return
    position = 0
    for block in content:
        if isinstance(block, Block) and not block.keep and block.scale == 1.0:
            chances = uniforms(seed, document, "slips", position, len(block.words))
            chosen = np.flatnonzero(chances < share).tolist()
            if chosen:
                yield replace(block, words=tuple(_words(block.words, chosen, position, seed, document)))
                position += len(block.words)
                continue
            position += len(block.words)
        yield block


def _words(
    words: tuple[StyledWord, ...], chosen: list[int], position: int, seed: int, document: str
) -> Iterator[StyledWord]:
    last = -1
    wanted = set(chosen)
    for index, word in enumerate(words):
        if index in wanted and index > max(last + 1, 0) and _may_slip(word):
            following = words[index + 1] if index + 1 < len(words) else None
            rng = stream(seed, document, "slip", position + index)
            text = slip(_letters(word), _letters(following) if following else "", rng)
            if text:
                last = index
                yield replace(word, text=text, looks=((0, replace(word.look(0), slip=True)),), soft=())
        yield word


def _may_slip(word: StyledWord) -> bool:
    letters = _letters(word)
    plain = all(not (look.code or look.strike or look.formula) for _, look in word.looks)
    readable = letters.isalpha() and not letters[1:].isupper() and SHORTEST <= len(letters) <= LONGEST
    return word.spaces == 1 and not word.glued and not word.tab and readable and plain


def _letters(word: StyledWord) -> str:
    return word.text.rstrip(AFTER)


def slip(word: str, following: str, rng: np.random.Generator) -> str:
    """The wrong beginning of a word, up to where the writer notices; empty if none comes to mind.

    Args:
        word: letters, as they are meant.
        following: the word after it; may be empty.
    """
    kinds: list[Callable[[str, str, int], tuple[str, int]]] = [_left_out, _doubled, _swapped, _mistaken, _early]
    for kind in rng.permutation(len(kinds)).tolist():
        at = int(rng.integers(1, len(word) - 1))
        written, wrong = kinds[kind](word, following, at)
        stop = wrong + 1 + int(rng.geometric(1 - NOTICED)) - 1
        found = written[:stop]
        if len(found) > 1 and not word.startswith(found):
            return found
    return ""


def _left_out(word: str, following: str, at: int) -> tuple[str, int]:
    return word[:at] + word[at + 1 :], at


def _doubled(word: str, following: str, at: int) -> tuple[str, int]:
    return word[: at + 1] + word[at:], at + 1


def _swapped(word: str, following: str, at: int) -> tuple[str, int]:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :], at + 1


def _mistaken(word: str, following: str, at: int) -> tuple[str, int]:
    return word[:at] + LIKE.get(word[at], "") + word[at + 1 :], at


def _early(word: str, following: str, at: int) -> tuple[str, int]:
    written = following[:MOST_EARLY] if following.isalpha() and following.islower() else ""
    return written, min(at, 2)
