"""What is known of hands at large: measured on the training writers, kept with the weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Population:
    """Tables over the character set (C rows).

    ``spread`` (C, U): variance of the residual latent within a writer's repetitions of a character.
    ``metric_mean``, ``metric_std`` (C, 4): log size, centre height, side bearings over writers, in x-heights.
    ``bottom`` (C,): usual height of the lowest point of the pen above the baseline.
    ``forms`` (C, 9): share of glyphs whose Euler number, parts less loops, is -4, -3 ... 4.
    """

    spread: NDArray[np.float32]
    metric_mean: NDArray[np.float32]
    metric_std: NDArray[np.float32]
    bottom: NDArray[np.float32]
    forms: NDArray[np.float32]

    def usual_form(self, characters: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray[np.float64]:
        """Share of real glyphs of characters (N, ...) that have these Euler numbers (N, ...)."""
        most = self.forms.shape[1] // 2
        return np.asarray(self.forms[characters, np.clip(number, -most, most) + most], np.float64)
