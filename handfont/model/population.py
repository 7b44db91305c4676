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
    """

    spread: NDArray[np.float32]
    metric_mean: NDArray[np.float32]
    metric_std: NDArray[np.float32]
    bottom: NDArray[np.float32]
