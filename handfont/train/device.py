"""Where training runs and in what precision."""

from __future__ import annotations

import torch


def choose(name: str | None) -> torch.device:
    """The named device, or the GPU if there is one, else the processor."""
    if name:
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device) -> torch.autocast:
    """bfloat16 where it pays: several times faster than float32 on recent processors and GPUs."""
    return torch.autocast(device.type, dtype=torch.bfloat16)
