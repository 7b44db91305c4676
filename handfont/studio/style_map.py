"""How certain a style is: every latent with its deviation, and a map of the known styles around the writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.gaussian import Gaussian
from handfont.style.posterior import StylePosterior


@dataclass(frozen=True)
class Map:
    """A plane through the space of styles: ``axes`` (2, Z), orthonormal, along which the known styles differ most."""

    axes: DoubleArray
    known: dict[str, tuple[float, float]]

    @classmethod
    def of(cls, styles: dict[str, StylePosterior]) -> Map:
        """The map on which these styles differ most."""
        means = np.stack([style.writer.mean for style in styles.values()])
        _, _, directions = np.linalg.svd(means - means.mean(axis=0), full_matrices=True)
        axes = directions[:2] * np.where(directions[:2].sum(axis=1) < 0, -1, 1)[:, None]
        return cls(axes, {name: _pair(axes @ style.writer.mean) for name, style in styles.items()})

    def place(self, writer: Gaussian) -> dict[str, Any]:
        """Where a writer is on the map: the middle, and the ellipse of one standard deviation (radii, turn)."""
        covariance = (self.axes * writer.variance) @ self.axes.T
        values, vectors = np.linalg.eigh(covariance)
        return {
            "at": _pair(self.axes @ writer.mean),
            "radii": _pair(np.sqrt(values[::-1])),
            "turn": round(float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))), 2),
        }

    def plain(self, writer: Gaussian) -> dict[str, Any]:
        """All that the page shows of a posterior."""
        return {
            "mean": np.round(writer.mean, 3).tolist(),
            "deviation": np.round(np.sqrt(writer.variance), 4).tolist(),
            "known": round(float(np.clip(1 - writer.variance.mean(), 0, 1)), 4),
            **self.place(writer),
        }


def _pair(values: DoubleArray) -> tuple[float, float]:
    return round(float(values[0]), 3), round(float(values[1]), 3)
