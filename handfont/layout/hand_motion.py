"""How a hand wanders: slow correlated processes, the same for the same seed wherever a document is cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.random_streams import stream

WANDER_LENGTH = 9.0
"""X-heights along the line over which the baseline's drift changes."""
SIZE_LENGTH = 22.0
"""X-heights over which the size of letters drifts."""
MARGIN_LENGTH, SLOPE_LENGTH, LINE_SIZE_LENGTH = 4.0, 3.0, 6.0
"""Lines over which the left margin, the slope and the size of lines drift."""
TREND, TREND_LINES = (0.6, 0.7), 25.0
"""Mean and deviation, in those of the margin, of how far it moves in by that many lines down a column, and out above:
most hands drift to the right."""
MARGIN_LIMIT = 1.8
"""Distance of a line's start from the middle of the margin's range, in standard deviations, at most."""
LIMIT = 2.2
"""Largest deviation of any process, in standard deviations: a hand corrects itself."""
BLOCK = 256
"""Numbers that are drawn from one random stream."""


def normals(seed: int, document: str, what: str, first: int, count: int) -> DoubleArray:
    """Standard normal numbers of positions ``first`` to ``first + count``, whatever part is drawn at once."""
    drawn = _drawn(seed, document, what, first, count, lambda rng: rng.standard_normal(BLOCK))
    return np.asarray(np.clip(drawn, -LIMIT, LIMIT))


def uniforms(seed: int, document: str, what: str, first: int, count: int) -> DoubleArray:
    """The same, numbers from 0 to 1."""
    return _drawn(seed, document, what, first, count, lambda rng: rng.random(BLOCK))


def _drawn(
    seed: int, document: str, what: str, first: int, count: int, draw: Callable[[np.random.Generator], DoubleArray]
) -> DoubleArray:
    if count <= 0:
        return np.zeros(0)
    blocks = range(first // BLOCK, (first + count - 1) // BLOCK + 1)
    drawn = np.concatenate([draw(stream(seed, document, what, block)) for block in blocks])
    start = first - blocks[0] * BLOCK
    return np.asarray(drawn[start : start + count])


class Waves:
    """A smooth stationary process of about unit variance: sinusoids of incommensurable lengths, what a moving average
    of noise looks like, at any place.
    """

    def __init__(self, rng: np.random.Generator, length: float) -> None:
        self._pace = 2 * np.pi / (length * np.array([1.8, 3.4, 6.2, 10.6]))
        self._phases = rng.uniform(0, 2 * np.pi, 4)
        self._weights = rng.standard_normal(4)
        # Four weights with a large sum of squares would make one line stray twice as far as another.
        self._weights *= np.sqrt(2.0) / max(float(np.linalg.norm(self._weights)), 0.5)

    def at(self, x: DoubleArray) -> DoubleArray:
        """Values (N,) of the process at places ``x`` (N,), in the unit of its length."""
        return np.asarray(np.sin(x[:, None] * self._pace + self._phases) @ self._weights)


@dataclass(frozen=True)
class LineDrift:
    """Where a line starts, how it slopes and its size beside the others of its document, in standard deviations."""

    margin: float
    slope: float
    size: float


class Drift:
    """What changes slowly from line to line: neighboring lines are alike, and margins move one way down each column."""

    def __init__(self, seed: int, document: str) -> None:
        self._key = (seed, document)
        self._margin, self._slope, self._size = (
            Waves(stream(seed, document, "drift", what), length)
            for what, length in (("margin", MARGIN_LENGTH), ("slope", SLOPE_LENGTH), ("size", LINE_SIZE_LENGTH))
        )
        self._trend = float(np.clip(stream(seed, document, "trend").normal(*TREND), -LIMIT, LIMIT))

    def at(self, line: int, depth: int) -> LineDrift:
        """The drift of a line of the document that is the one numbered ``depth`` in its column, both from 0."""
        at = np.array([float(line)])
        margin, slope, size = (float(waves.at(at)[0]) for waves in (self._margin, self._slope, self._size))
        own_margin, own_slope = (float(normals(*self._key, what, line, 1)[0]) for what in ("margins", "slopes"))
        down = self._trend * (2 * min(depth / TREND_LINES, 1.0) - 1)
        return LineDrift(
            float(np.clip(0.6 * margin + 0.4 * own_margin + down, -MARGIN_LIMIT, MARGIN_LIMIT)),
            float(np.clip(0.85 * slope + 0.5 * own_slope, -LIMIT, LIMIT)),
            size,
        )


class LineMotion:
    """The motion of one line. Draws are in units of a standard deviation; the caller scales them by the style."""

    def __init__(self, seed: int, document: str, line: int) -> None:
        self._rng = stream(seed, document, "line", line)
        self._wander = Waves(self._rng, WANDER_LENGTH)
        self._size = Waves(self._rng, SIZE_LENGTH)

    def wander(self, x: DoubleArray) -> DoubleArray:
        """Smooth drift of the baseline at places ``x`` (x-heights along the line)."""
        return self._wander.at(x)

    def size(self, x: DoubleArray) -> DoubleArray:
        """Size of letters at places ``x`` beside that of the line: it drifts, so that neighbors are alike."""
        return 0.6 * self._size.at(x) + 0.5 * np.clip(self._rng.standard_normal(len(x)), -LIMIT, LIMIT)

    def letters(self, count: int) -> tuple[DoubleArray, DoubleArray]:
        """Bounce and turn of ``count`` letters, (count,) each; neighbors turn alike."""
        draws = np.clip(self._rng.standard_normal((2, count + 2)), -LIMIT, LIMIT)
        turn = (draws[1, :-2] + draws[1, 1:-1] + draws[1, 2:]) / np.sqrt(3)
        return draws[0, :count], turn

    def words(self, count: int) -> DoubleArray:
        """Relative widths of the gaps before ``count`` words; wider ones are more usual than narrower ones."""
        draws = np.clip(self._rng.standard_normal(count), -LIMIT, LIMIT)
        return np.where(draws < 0, 0.5 * draws, draws)
