"""Whether two people wrote a page, one the upper lines and one those below.

Letters of one character are compared above and below each line, as the embedder sees them: the squared distance of
their means over what their scatter about those lets expect of it (an analysis of variance) is about 1 if one person
wrote them, whatever that hand is like, and several times as much if two did.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handfont.core.arrays import BoolArray, FloatArray, IntArray
from handfont.core.charset import INDEX
from handfont.core.glyph import GlyphSample
from handfont.model import inference
from handfont.model.embedder import Embedder

FEW = 2
"""Letters of a character above and below that are compared, at least."""
CHARACTERS = 5
"""Characters that are compared, at least."""
DIFFERENT = 2.6
"""Ratio of variances, as a mean over characters, from which on two people wrote them. Pages by one person have up to
2.5 (``benchmarks/two_hands.py``)."""


def second_hand(samples: Sequence[GlyphSample], lines: IntArray, embedder: Embedder) -> int | None:
    """The line at which another person goes on writing, of the ``lines`` (N,) on which samples are; None if one person
    wrote all.
    """
    if len(samples) < 2 * FEW * CHARACTERS:
        return None
    characters = np.array([INDEX[sample.character] for sample in samples])
    seen = inference.embedded(embedder, np.stack([sample.shape for sample in samples]), characters)
    found = {start: value for start, value in ratios(seen, characters, lines).items() if value > DIFFERENT}
    return max(found, key=lambda start: found[start]) if found else None


def ratios(seen: FloatArray, characters: IntArray, lines: IntArray) -> dict[int, float]:
    """For each line but the first how much more letters differ above and from there on than among themselves.

    Args:
        seen: (N, E) what the embedder sees of each letter.
        characters, lines: (N,) what it is, and its line. Lines with too few letters above or below are left out.
    """
    found = {}
    for start in np.unique(lines)[1:].tolist():
        own = [
            value
            for c in np.unique(characters)
            if (value := _ratio(seen[characters == c], lines[characters == c] < start))
        ]
        if len(own) >= CHARACTERS:
            found[start] = float(inference.rounded(np.array(own).mean(keepdims=True))[0])
    return found


def _ratio(seen: FloatArray, above: BoolArray) -> float:
    """That of one character, N letters of which some stand above; 0 if there are too few."""
    parts = [seen[side].astype(np.float64) for side in (above, ~above)]
    if min(map(len, parts)) < FEW:
        return 0.0
    means = [own.mean(axis=0) for own in parts]
    scatter = sum(float(((own - mean) ** 2).sum()) for own, mean in zip(parts, means, strict=True)) / (len(seen) - 2)
    expected = scatter * sum(1 / len(own) for own in parts)
    return float(((means[0] - means[1]) ** 2).sum()) / max(expected, 1e-9)
