"""The model's shape: one dataclass, stored beside the weights it belongs to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from handfont.core import sdf
from handfont.core.charset import CHARACTERS
from handfont.errors import ModelError

WEIGHTS = Path(__file__).parent / "weights"
"""Folder of the installed weights."""
CURRENT = "hand-6"
"""The weights that are used, and that styles are enrolled with."""


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of the model. ``name`` identifies the weights: a style names the weights it was enrolled with."""

    name: str = "untrained"
    characters: str = CHARACTERS
    grid: int = sdf.GRID
    """Samples along each side of the fields that the networks look at."""
    style: int = 24
    """Dimensions of the style latent z, one for a writer."""
    strokes: int = 32
    """Dimensions of the latent of a character's strokes."""
    directions: int = 12
    """Number of directions in which a writer's repetitions vary."""
    forms: str = ""
    """The character of each form of strokes, by its number."""
    embedded: int = 64
    """Dimensions of the embedder's view of a glyph."""
    metrics: int = 4
    """Numbers that say where a glyph is on its line, see :class:`handfont.core.glyph.Metrics`."""
    reader: tuple[int, int, int, int] = (24, 48, 80, 128)
    """Channels of the reader's and the embedder's maps, each of half the resolution of the one before."""
    reader_features: int = 256
    """Features that the reader classifies by."""

    def to_json(self) -> str:
        """The configuration as the text of the file beside the weights."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ModelConfig:
        """The configuration of a parsed file; keys of no field, as of older weights, are ignored."""
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
        raise ModelError(
            f"the configuration {path} of the weights cannot be read ({error}); install handfont again"
        ) from error
