"""What a page says, as far as a machine can read it: a beam search over the pieces of each word, helped by word lists.

The lists only help: a word that is in none can still be read. What comes out is then aligned like any transcript, and
only letters that are sure are used.
"""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from importlib.resources import files

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.charset import ASCII, INDEX, alike
from handfont.model.population import Population
from handfont.scan.freeform.runs import Runs
from handfont.scan.freeform.segments import SegmentedInk

LANGUAGES = ("en", "de", "es", "fr")
"""Languages whose words help to read."""
COMMON = 25000
"""Words of each language that help, the most common ones."""
BEAM = 40
"""Readings of a word's beginning that are followed up."""
CHOICES = 5
"""Readings of a run that are followed up."""
STRANGE = -3.0
"""Log weight of leaving the words of the lists."""
NO_WORD = -2.0
"""Log weight of ending as no word of the lists."""
MARKS = ".,;:!?'\"()-"
"""Punctuation, which is no part of a word of the lists."""

Beam = list[tuple[float, str, bool]]


@lru_cache(maxsize=1)
def words() -> tuple[frozenset[str], frozenset[str]]:
    """Common words of the languages, in small letters, and all their beginnings."""
    lists = files("spellchecker") / "resources"
    found: set[str] = set()
    for language in LANGUAGES:
        counts = json.loads(gzip.decompress((lists / f"{language}.json.gz").read_bytes()))
        found.update(sorted(counts, key=lambda word: (-counts[word], word))[:COMMON])
    return frozenset(found), frozenset(word[:k] for word in found for k in range(1, len(word) + 1))


def text_of(inked: SegmentedInk, runs: Runs, seen: FloatArray, population: Population) -> str:
    """The text of a page, a line of it for each line, words parted where gaps are wide."""
    weight = _weights(runs, seen, population)
    starts: dict[int, list[int]] = {}
    for r, first in enumerate(runs.first):
        starts.setdefault(int(first), []).append(r)
    gap = inked.gaps() / inked.x_height
    wide = _wide(gap)
    lines: list[list[str]] = []
    start = 0
    for j in range(1, len(gap) + 1):
        if j < len(gap) and not np.isnan(gap[j]) and gap[j] < wide:
            continue
        if np.isnan(gap[start]) or not lines:
            lines.append([])
        lines[-1].append(_word(start, j, starts, runs, weight))
        start = j
    return "\n".join(" ".join(line) for line in lines)


def sense(text: str) -> float:
    """Share of a text's characters that belong to known words of three letters and more."""
    bare = [word.strip(MARKS).lower() for word in text.split()]
    return sum(len(word) for word in bare if len(word) > 2 and word in words()[0]) / max(1, len("".join(bare)))


def _wide(gap: DoubleArray) -> float:
    """The gap from which on words are parted: between the two kinds of gaps of the page, if there are two."""
    known = np.sort(gap[np.isfinite(gap) & (gap > 0)])
    if len(known) < 10:
        return 0.9
    low, high = float(np.percentile(known, 40)), float(np.percentile(known, 95))
    for _ in range(20):
        split = (low + high) / 2
        low, high = float(np.median(known[known <= split])), float(np.median(known[known > split]))
    return float(np.clip((low + high) / 2, 0.55, 1.8))


def _weights(runs: Runs, seen: FloatArray, population: Population) -> DoubleArray:
    """Log weight (R, 94) of each run as each printable ASCII character: by its shape, its size and its place."""
    rows = np.array([INDEX[c] for c in ASCII])
    look = (seen @ alike().astype(np.float32))[:, rows]
    usual, spread = population.metric_mean[rows], population.metric_std[rows]
    size = (np.log(runs.size)[:, None] - usual[:, 0]) / np.hypot(spread[:, 0], 0.15)
    place = (runs.centre[:, None] - usual[:, 1]) / np.hypot(spread[:, 1], 0.2)
    misfit = np.minimum(size**2, 12) + np.minimum(place**2, 12) + np.minimum((runs.inner / 0.2) ** 2, 12)[:, None]
    weight = np.log(look + 1e-3) - 0.3 * misfit
    common = np.array([0.0 if c.islower() else -0.8 if c.isupper() else -1.2 if c in MARKS else -1.6 for c in ASCII])
    dotted = np.array([c in 'ij:;!?%="' for c in ASCII])
    # A reading has to pay for all the ink that it takes: else few wide letters would always be likelier.
    weight = weight * np.maximum(runs.count, 1)[:, None] + common
    weight[np.ix_((runs.mark >= 0) & (runs.count > 0), ~dotted)] -= 3.0
    return np.asarray(weight, np.float64)


def _word(start: int, stop: int, starts: dict[int, list[int]], runs: Runs, weight: DoubleArray) -> str:
    """The best reading of the bodies from ``start`` to ``stop``."""
    known, beginnings = words()
    at: dict[int, Beam] = {start: [(0.0, "", False)]}
    for j in range(start, stop):
        beam = sorted(at.pop(j, []), reverse=True)[:BEAM]
        for r in starts.get(j, []) if beam else []:
            count = int(runs.count[r])
            if not count or j + count > stop:
                continue
            for c in np.argsort(weight[r])[::-1][:CHOICES]:
                character = ASCII[c]
                for score, text, strange in beam:
                    longer = text + character
                    bare = longer.strip(MARKS).lower()
                    lost = strange or bool(bare and bare not in beginnings and not bare.isdigit())
                    total = score + float(weight[r, c]) + (STRANGE if lost and not strange else 0.0)
                    total += -4.0 if text and character.isupper() and text[-1].islower() else 0.0
                    at.setdefault(j + count, []).append((total, longer, lost))
    ends = at.get(stop, [])
    if not ends:
        return ""
    return max(
        (score + (0.0 if text.strip(MARKS).lower() in known or text.isdigit() else NO_WORD), text)
        for score, text, _ in ends
    )[1]
