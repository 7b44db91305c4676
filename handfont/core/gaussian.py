"""Arithmetic of diagonal Gaussians: what "enrolling more scans" means.

The product of Gaussians is closed, commutative and associative: precisions add, means are averaged by precision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from handfont.core.arrays import DoubleArray


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A diagonal Gaussian: mean and variance of shape (D,)."""

    mean: DoubleArray
    variance: DoubleArray

    def __post_init__(self) -> None:
        if self.mean.shape != self.variance.shape or self.mean.ndim != 1:
            raise ValueError(f"mean {self.mean.shape} and variance {self.variance.shape} must be equal vectors")
        if not (np.isfinite(self.mean).all() and np.isfinite(self.variance).all() and (self.variance > 0).all()):
            raise ValueError("means must be finite and variances finite and positive")

    @classmethod
    def standard(cls, dimensions: int) -> Gaussian:
        """The Gaussian of mean 0 and variance 1 in every dimension."""
        return cls(np.zeros(dimensions), np.ones(dimensions))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Gaussian)
            and np.array_equal(self.mean, other.mean)
            and np.array_equal(self.variance, other.variance)
        )

    def close_to(self, other: Gaussian, tolerance: float = 1e-9) -> bool:
        """Whether means and variances are equal up to a relative and absolute ``tolerance``."""
        return bool(
            np.allclose(self.mean, other.mean, rtol=tolerance, atol=tolerance)
            and np.allclose(self.variance, other.variance, rtol=tolerance, atol=tolerance)
        )

    def sample(self, rng: np.random.Generator, temperature: float = 1.0) -> DoubleArray:
        """One draw; ``temperature`` scales the standard deviation."""
        return np.asarray(self.mean + temperature * np.sqrt(self.variance) * rng.standard_normal(len(self.mean)))


def product(factors: Iterable[Gaussian]) -> Gaussian:
    """The normalized product: precisions add, order does not matter, every factor narrows.

    Raises:
        ValueError: no factors.
    """
    listed = list(factors)
    if not listed:
        raise ValueError("a product needs at least one Gaussian")
    precision = np.sum([1 / factor.variance for factor in listed], axis=0)
    weighted = np.sum([factor.mean / factor.variance for factor in listed], axis=0)
    return Gaussian(weighted / precision, 1 / precision)
