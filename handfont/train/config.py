"""Everything that decides a training run, in one dataclass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainConfig:
    """Steps are batches of ``batch`` glyphs; rates are those of the optimiser at its peak."""

    name: str = "hand-6"
    seed: int = 1
    batch: int = 192
    first_reader_steps: int = 2500
    """The first reader only cuts the words of UNIPEN into letters; the reader goes on from it."""
    reader_steps: int = 2500
    reader_rate: float = 3e-3
    embedder_steps: int = 1500
    steady_steps: int = 1500
    aligner_steps: int = 1800
    aligner_batch: int = 32
    """Batches in which the aligner of pen paths learns, and words in each."""
    ink_aligner_steps: int = 4100
    ink_aligner_batch: int = 16
    """Batches in which the aligner of ink learns, and drawn lines in each."""
    steady_rate: float = 1e-3
    """Batches, and their rate, in which the embedder learns to see spoiled glyphs as it sees clean ones."""
