"""The shipped weights: loaded once a process, checked, never unpickled.

What writing needs (strokes, evidence, tables) is read as NumPy arrays; the networks, which only look at scans and
drawings, are loaded with torch when one of them is first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from handfont.core.charset import CHARACTERS
from handfont.errors import ModelError
from handfont.model.config import CURRENT, WEIGHTS, ModelConfig, installed
from handfont.model.evidence import Evidence
from handfont.model.joins import JoinPopulation
from handfont.model.population import Population
from handfont.model.strokes import StrokeModel

if TYPE_CHECKING:
    from handfont.model.embedder import Embedder
    from handfont.model.ink_aligner import InkAligner
    from handfont.model.networks import Networks
    from handfont.model.reader import Reader

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Weights:
    """A trained model.

    Attributes:
        strokes: the shapes of characters, and the hands they were learned from.
        evidence: what a glyph says of its writer's style.
        population: how large characters are and how high they are on the line.
        joins: which letters people join.
        networks: loads the reader, the embedder and the aligner of ink.
    """

    config: ModelConfig
    strokes: StrokeModel
    evidence: Evidence
    population: Population
    joins: JoinPopulation
    networks: Callable[[], Networks]

    @property
    def name(self) -> str:
        """Identifier of the weights, which the styles enrolled with them carry."""
        return self.config.name

    @cached_property
    def _loaded(self) -> Networks:
        return self.networks()

    @property
    def reader(self) -> Reader:
        """Which character a glyph is."""
        return self._loaded.reader

    @property
    def embedder(self) -> Embedder:
        """How a glyph looks to whoever asks for its writer."""
        return self._loaded.embedder

    @property
    def ink_aligner(self) -> InkAligner:
        """Which letter of its text each place of a line's ink is of."""
        return self._loaded.ink_aligner


def arrays_of(weights: Weights) -> Arrays:
    """Everything but the networks, by the names it has in the file; floats as half floats."""
    tables = {f"evidence.{field.name}": getattr(weights.evidence, field.name) for field in fields(Evidence)}
    tables |= {f"population.{field.name}": getattr(weights.population, field.name) for field in fields(Population)}
    tables |= {f"joins.{field.name}": getattr(weights.joins, field.name) for field in fields(JoinPopulation)}
    tables |= {f"strokes.{name}": array for name, array in weights.strokes.arrays().items()}
    return {
        name: np.ascontiguousarray(array.astype(np.float16) if array.dtype == np.float32 else array)
        for name, array in tables.items()
    }


@lru_cache(maxsize=2)
def load_weights(name: str = CURRENT, folder: Path = WEIGHTS) -> Weights:
    """The weights of the given name.

    Raises:
        ModelError: the files are missing or damaged.
    """
    config = installed(name, folder)
    path = folder / f"{name}.safetensors"
    if config.characters != CHARACTERS:
        raise ModelError(f"the weights '{name}' in {folder} are for another set of characters; install handfont again")
    try:
        with safe_open(path, "numpy") as file:
            tables = {
                key: _single(file.get_tensor(key))
                for key in file.keys()  # noqa: SIM118
                if not key.startswith(("reader.", "embedder.", "ink_aligner."))
            }
            forms = json.loads((file.metadata() or {})["forms"])
        own: dict[str, Arrays] = {"strokes": {}, "evidence": {}, "population": {}, "joins": {}}
        for key, value in tables.items():
            part, _, array = key.partition(".")
            own[part][array] = value
            if not np.isfinite(value).all():
                raise ValueError(f"{key} holds what is no number")
        weights = Weights(
            config,
            StrokeModel.of(forms, own["strokes"]),
            Evidence(**own["evidence"]),
            Population(**own["population"]),
            JoinPopulation(**own["joins"]),
            _Networks(path, config),
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelError(
            f"the weights '{name}' in {folder} cannot be read ({error}); install handfont again"
        ) from error
    return weights


def _single(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float16 else array


@dataclass(frozen=True)
class _Networks:
    path: Path
    config: ModelConfig

    def __call__(self) -> Networks:
        from handfont.model.networks import load_networks

        return load_networks(self.path, self.config)
