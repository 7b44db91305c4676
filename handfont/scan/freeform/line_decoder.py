"""The likeliest text of a line: tokens pass along its columns through words of the lists, letters of words in none, and
signs between words (Young, Russell and Thornton 1989); those far behind the best one are given up.

All is counted in whole numbers, :data:`UNIT` to one of a log weight, so that sums do not depend on their order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from handfont.core.arrays import IntArray
from handfont.util.jit import compiled

UNIT = 64
"""Whole numbers to one of a log weight."""
NEVER = -(10**9)
"""Weight of what cannot be."""
SAME = -2
"""Stands for a record where a sign goes on."""


class Grammar(NamedTuple):
    """What may follow what, and its weight; characters are those of the network.

    A word's style is 0 for small letters, 1 for a capital and small letters, 2 for capitals.

    Attributes:
        nodes: (3, M) character of each node of the tree of words, in each style.
        children: (M + 1,) the first child of each node; those of the next one follow.
        ahead: (M,) the greatest weight of the words at and below each node; of node 0, the root, nothing.
        words: (M,) weight of the word that ends at each node, or NEVER.
        letters: (2, 27) small and capital letters of words in no list; the first is none.
        spelling: (27 ** 3, 27) weight of a letter after three others, 0 for none.
        styles: (3,) weight of words of each style.
        strange: () weight of a word in no list.
        narrow: (W + 1,) weight of a letter of as many columns; wider ones have the last one's.
        signs: (G,) characters between words, the last one the space.
        after: (G + 1, G) weight of a sign after each other sign, and after a word.
        before: (G,) weight of a word after each sign.
        beam: () how far behind the best token others may be.
    """

    nodes: IntArray
    children: IntArray
    ahead: IntArray
    words: IntArray
    letters: IntArray
    spelling: IntArray
    styles: IntArray
    strange: int
    narrow: IntArray
    signs: IntArray
    after: IntArray
    before: IntArray
    beam: int


class Trace(NamedTuple):
    """How a line was read: a word of the lists is a node of the tree times three and its style, another character -1
    less its code.
    """

    what: IntArray
    total: int


class _Tokens(NamedTuple):
    """The best token in each place: three times a node of the tree and a word's style, or, behind those, three times
    three letters of a word in no list and its style.

    Attributes:
        score: weight of its way so far.
        came: record of what it read before.
        entered: column at which it came to its place.
        stamp: column at which it was there last.
        active: places with a token.
    """

    score: IntArray
    came: IntArray
    entered: IntArray
    stamp: IntArray
    active: IntArray


class _Signs(NamedTuple):
    """Tokens on the signs between words: weight, record, and weight if the sign ends."""

    score: IntArray
    came: IntArray
    ended: IntArray


def decoded(scores: IntArray, grammar: Grammar) -> Trace:
    """The likeliest text of a line that begins and ends with a space, from the scores (3, N, C) of its columns."""
    what, before, last, total = _pass(scores, _codes(grammar), grammar)
    order = []
    while last >= 0:
        order.append(last)
        last = int(before[last])
    return Trace(what[order[::-1]], int(total))


def _codes(grammar: Grammar) -> IntArray:
    """Character of each place of tokens."""
    small, capital = grammar.letters
    rows = len(grammar.spelling) // 27
    free = np.stack([np.tile(small, rows), np.tile(small, rows), np.tile(capital, rows)])
    free[1, :27] = capital
    return np.concatenate([grammar.nodes.T.ravel(), free.T.ravel()])


@compiled
def _tokens(places: int) -> _Tokens:
    return _Tokens(
        np.empty(places, np.int64), np.empty(places, np.int64), np.empty(places, np.int64),
        np.full(places, -1), np.empty(places, np.int64),
    )  # fmt: skip


@compiled
def _offer(tokens: _Tokens, count: int, t: int, at: int, value: int, came: int, entered: int) -> int:
    """Let a token into a place unless a better one is there; the count of places that have one."""
    if tokens.stamp[at] != t:
        tokens.stamp[at] = t
        tokens.active[count] = at
        count += 1
    elif tokens.score[at] >= value:
        return count
    tokens.score[at] = value
    tokens.came[at] = came
    tokens.entered[at] = entered
    return count


@compiled
def _go_on(
    old: _Tokens, new: _Tokens, count: int, t: int, least: int, scores: IntArray, codes: IntArray, grammar: Grammar
) -> tuple[int, int, int]:
    """Tokens stay or go on in their words; the count of new ones, and weight and place of the best that ends a word."""
    free, square = 3 * len(grammar.ahead), len(grammar.spelling) // 27
    widest = len(grammar.narrow) - 1
    made, out, ending = 0, NEVER, -1
    for n in range(count):
        s = old.active[n]
        value, came, style = old.score[s], old.came[s], s % 3
        if value < least:
            continue
        made = _offer(new, made, t, s, value, came, old.entered[s])
        ended = value + scores[2, t - 1, codes[s]] + grammar.narrow[min(t - old.entered[s], widest)]
        if s < free:
            m = s // 3
            ended -= grammar.ahead[m]
            last = grammar.words[m]
            for child in range(grammar.children[m], grammar.children[m + 1]):
                at = 3 * child + style
                moved = ended + grammar.ahead[child] + scores[1, t, codes[at]]
                if moved > least:
                    made = _offer(new, made, t, at, moved, came, t)
        else:
            k = (s - free) // 3
            last = grammar.spelling[k, 0]
            for c in range(1, 27):
                at = free + 3 * (k % square * 27 + c) + style
                moved = ended + grammar.spelling[k, c] + scores[1, t, codes[at]]
                if moved > least:
                    made = _offer(new, made, t, at, moved, came, t)
        if last > NEVER and ended + last > out:
            out, ending = ended + last, s
    return made, out, ending


@compiled
def _begin(
    signs: _Signs, new: _Tokens, made: int, t: int, least: int, scores: IntArray, codes: IntArray, grammar: Grammar
) -> int:
    """Words begin after signs; the count of new tokens."""
    best, came = NEVER, -1
    for g in range(len(grammar.signs)):
        if signs.ended[g] + grammar.before[g] > best:
            best, came = signs.ended[g] + grammar.before[g], signs.came[g]
    free = 3 * len(grammar.ahead)
    for style in range(3):
        value = best + grammar.styles[style]
        for child in range(grammar.children[0], grammar.children[1]):
            at = 3 * child + style
            moved = value + grammar.ahead[child] + scores[1, t, codes[at]]
            if moved > least:
                made = _offer(new, made, t, at, moved, came, t)
        for c in range(1, 27):
            at = free + 3 * c + style
            moved = value + grammar.strange + grammar.spelling[0, c] + scores[1, t, codes[at]]
            if moved > least:
                made = _offer(new, made, t, at, moved, came, t)
    return made


@compiled
def _recorded(records: IntArray, what: int, before: int) -> IntArray:
    """Records (2, room) with one more, their count in the last column."""
    count = records[0, -1]
    if count == records.shape[1] - 1:
        larger = np.empty((2, 2 * records.shape[1]), np.int64)
        larger[:, :count] = records[:, :count]
        records = larger
    records[0, count], records[1, count] = what, before
    records[0, -1] = count + 1
    return records


@compiled
def _sign(
    signs: _Signs, old: _Tokens, out: int, ending: int, t: int, scores: IntArray, records: IntArray, grammar: Grammar
) -> IntArray:
    """Signs go on, or follow words and signs; the records with theirs."""
    size = len(grammar.signs)
    before = signs.came.copy()
    word = -1
    if ending >= 0:
        word = old.came[ending]
        if ending < 3 * len(grammar.ahead):
            records = _recorded(records, ending, word)
            word = records[0, -1] - 1
    for g in range(size):
        begins = scores[1, t, grammar.signs[g]]
        value, came = signs.score[g], SAME
        for h in range(size):
            if signs.ended[h] + grammar.after[h, g] + begins > value:
                value, came = signs.ended[h] + grammar.after[h, g] + begins, before[h]
        if out + grammar.after[size, g] + begins > value:
            value, came = out + grammar.after[size, g] + begins, word
        if came != SAME:
            records = _recorded(records, -1 - grammar.signs[g], came)
            signs.came[g] = records[0, -1] - 1
        signs.score[g] = value + scores[0, t, grammar.signs[g]]
    return records


@compiled
def _pass(scores: IntArray, codes: IntArray, grammar: Grammar) -> tuple[IntArray, IntArray, int, int]:
    """What was read by each record, the one before it, the last one, and the weight of all."""
    free, size = 3 * len(grammar.ahead), len(grammar.signs)
    old, new = _tokens(len(codes)), _tokens(len(codes))
    signs = _Signs(np.full(size, NEVER), np.full(size, -1), np.full(size, NEVER))
    best = scores[0, 0, grammar.signs[size - 1]]
    signs.score[size - 1] = best
    records = np.zeros((2, 4096), np.int64)
    count = 0
    for t in range(1, scores.shape[1]):
        least = best - grammar.beam
        for g in range(size):
            signs.ended[g] = signs.score[g] + scores[2, t - 1, grammar.signs[g]]
        made, out, ending = _go_on(old, new, count, t, least, scores, codes, grammar)
        made = _begin(signs, new, made, t, least, scores, codes, grammar)
        records = _sign(signs, old, out, ending, t, scores, records, grammar)
        best = signs.score.max()
        for n in range(made):
            s = new.active[n]
            new.score[s] += scores[0, t, codes[s]]
            best = max(best, new.score[s])
        for n in range(made):
            s = new.active[n]
            if s >= free and new.entered[s] == t and new.score[s] >= best - grammar.beam:
                records = _recorded(records, -1 - codes[s], new.came[s])
                new.came[s] = records[0, -1] - 1
        old, new, count = new, old, made
    return records[0], records[1], signs.came[size - 1], signs.score[size - 1]
