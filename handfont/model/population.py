"""What is known of hands at large: measured on the training writers, stored with the weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Population:
    """Tables over the character set (C rows).

    Attributes:
        metric_mean, metric_std: (C, 4) log size, centre height, side bearings over writers, in x-heights.
        bottom: (C,) usual height of the lowest point of the pen above the baseline, in x-heights.
    """

    metric_mean: NDArray[np.float32]
    metric_std: NDArray[np.float32]
    bottom: NDArray[np.float32]
