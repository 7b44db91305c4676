"""Everything that decides a training run, in one dataclass kept in the checkpoint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainConfig:
    """Losses are sums over a glyph, in nats; steps are batches of ``batch`` glyphs."""

    name: str = "hand-1"
    seed: int = 1
    batch: int = 192
    recogniser_steps: int = 1500
    steps: int = 6800
    learning_rate: float = 1.5e-3
    warm_up: int = 300
    weight_decay: float = 0.01
    average: float = 0.999
    """Decay of the exponential average of the weights that is kept in the end."""
    kl_style: float = 0.3
    kl_residual: float = 0.3
    kl_warm_up: int = 800
    reconstruction: float = 0.35
    metrics: float = 20.0
    classify: float = 2.0
    recognise: float = 1.5
    recognise_share: float = 0.33
    """Share of a batch that is decoded a second time with the residual drawn from its prior, and must be readable."""
    checkpoint_seconds: float = 120.0
    report_every: int = 100
