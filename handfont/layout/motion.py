"""How a hand wanders: slow correlated processes, the same for the same seed wherever a document is cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handfont.streams import stream

Array = NDArray[np.float64]

WANDER_LENGTH = 9.0
"""X-heights along the line over which the baseline's drift changes."""
BOUNCE_LIMIT = 2.2
"""Single letters stray from the baseline at most so many standard deviations: a hand corrects itself."""


class LineMotion:
    """The motion of one line. Draws are in units of a standard deviation; the caller scales them by the style."""

    def __init__(self, seed: int, document: str, line: int) -> None:
        self._rng = stream(seed, document, "line", line)
        self.slope = float(np.clip(self._rng.standard_normal(), -2, 2))
        self.margin = float(abs(np.clip(self._rng.standard_normal(), -2, 2)))
        self._phases = self._rng.uniform(0, 2 * np.pi, 4)
        self._weights = self._rng.standard_normal(4)

    def wander(self, x: Array) -> Array:
        """Smooth drift of unit variance at places ``x`` (x-heights along the line), zero at the start of the line.

        A few sinusoids of incommensurable lengths: what a moving average of noise looks like, at any place.
        """
        lengths = WANDER_LENGTH * np.array([0.9, 1.7, 3.1, 5.3])
        angle = x[:, None] * (2 * np.pi / lengths) / 2 + self._phases
        waves = (np.sin(angle) * self._weights).sum(axis=1) - (np.sin(self._phases) * self._weights).sum()
        return np.asarray(waves / np.sqrt(2.0))

    def letters(self, count: int) -> tuple[Array, Array, Array]:
        """Bounce, turn and size of ``count`` letters, (count,) each."""
        draws = np.clip(self._rng.standard_normal((3, count)), -BOUNCE_LIMIT, BOUNCE_LIMIT)
        # Size drifts: neighbouring letters are alike, the end of a line may be smaller than its start.
        size = np.convolve(np.pad(draws[2], 4, mode="edge"), np.full(9, 1 / 3.0), mode="valid") if count else draws[2]
        return draws[0], draws[1], size

    def words(self, count: int) -> Array:
        """Relative widths of the gaps before ``count`` words."""
        return np.clip(self._rng.standard_normal(count), -2, 2)
