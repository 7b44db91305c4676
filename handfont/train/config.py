"""Everything that decides a training run, in one dataclass kept in the checkpoint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainConfig:
    """Losses are sums over a glyph, in nats; steps are batches of ``batch`` glyphs."""

    name: str = "hand-5"
    seed: int = 1
    batch: int = 192
    first_reader_steps: int = 2500
    """The first reader only cuts the words of UNIPEN into letters; the reader goes on from it."""
    reader_steps: int = 2500
    reader_rate: float = 3e-3
    embedder_steps: int = 1500
    steady_steps: int = 1500
    steady_rate: float = 1e-3
    """Batches, and their rate, in which the embedder learns to see spoiled glyphs as it sees clean ones."""
    steps: int = 6000
    prior_steps: int = 3000
    prior_rate: float = 5e-3
    """Batches, and their rate, that the residual's prior is fitted for, when all else is trained."""
    settle_steps: int = 430
    settle_rate: float = 4e-4
    """Batches, and their rate, of training on under the fitted prior and without the embedders' loss."""
    learning_rate: float = 1e-3
    warm_up: int = 300
    weight_decay: float = 0.01
    average: float = 0.999
    """Decay of the exponential average of the weights that is kept in the end."""
    kl_residual: float = 0.3
    kl_warm_up: int = 800
    reconstruction: float = 0.35
    metrics: float = 20.0
    features: float = 30.0
    recognise: float = 1.5
    likeness: float = 6.0
    drawn_share: float = 0.375
    """Share of each writer's glyphs that is decoded a second time with the residual drawn from its prior, and must be
    readable and the writer's."""
    wide: tuple[int, int, int] = (128, 64, 16)
    """Channels at 6 x 6, 12 x 12 and 24 x 24 of the decoder that is trained; the one that is kept is distilled from
    it."""
    distil_steps: int = 20000
    distil_batch: int = 256
    gpu_batch: int = 32
    """Batches of the distillation are so many times larger on a GPU, which is idle with small ones."""
    distil_rate: float = 2e-3
    proofreader_steps: int = 3000
    proofreader_rate: float = 3e-3
    checkpoint_seconds: float = 120.0
    report_every: int = 100
