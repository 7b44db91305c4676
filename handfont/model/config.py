"""The model's shape: one dataclass, stored beside the weights it belongs to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from handfont import sdf
from handfont.charset import CHARACTERS
from handfont.errors import ModelError

WEIGHTS = Path(__file__).parent / "weights"
CURRENT = "hand-5"
"""The weights that are used, and that styles are enrolled with."""


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of the network. ``name`` identifies the weights: a style names the weights it was enrolled with."""

    name: str = "untrained"
    characters: str = CHARACTERS
    grid: int = sdf.GRID
    style: int = 24
    """Dimensions of the style latent z, one for a writer."""
    residual: int = 32
    """Dimensions of the residual latent u, one for a glyph."""
    modes: int = 4
    """Components of the residual prior p(u | z, c): the ways (allographs) a character may be written."""
    embedded: int = 64
    """Dimensions of the embedder's view of a glyph."""
    embedding: int = 48
    """Dimensions a character is told to the networks by."""
    features: int = 256
    encoder: tuple[int, int, int, int] = (32, 48, 96, 160)
    decoder: tuple[int, int, int] = (1024, 2, 320)
    """Width of its perceptron, its inner layers, and basis fields."""
    metrics: int = 4
    reader: tuple[int, int, int, int] = (24, 48, 80, 128)
    reader_features: int = 256
    proofreader: tuple[int, int] = (384, 256)
    """Widths of the proofreader's layers."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ModelConfig:
        names = {field.name for field in fields(cls)}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k in names}
        return cls(**values)


@lru_cache(maxsize=4)
def installed(name: str = CURRENT, folder: Path = WEIGHTS) -> ModelConfig:
    """The configuration of installed weights, read without loading them.

    Raises:
        ModelError: there are no such weights, or their configuration is damaged.
    """
    path = folder / f"{name}.json"
    try:
        return ModelConfig.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"the configuration {path} of the weights cannot be read ({error}); install handfont again"
                         ) from error
