"""What is known of hands at large: measured on the training writers, stored with the weights."""

from __future__ import annotations

from dataclasses import dataclass

from handfont.core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Population:
    """Tables over the character set (C rows).

    Attributes:
        metric_mean, metric_std: (C, 4) log size, center height, side bearings over writers, in x-heights.
        bottom: (C,) usual height of the lowest point of the pen above the baseline, in x-heights.
    """

    metric_mean: FloatArray
    metric_std: FloatArray
    bottom: FloatArray
