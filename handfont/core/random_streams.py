"""Random streams that depend on nothing but what they are named after.

``stream(seed, "letter.txt", "glyph", 17)`` is the same in every process, on every platform and for any number of
workers: the key is hashed with SHA-256, never with Python's per-process ``hash``.
"""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, *key: str | int) -> np.random.Generator:
    """An independent generator for a seed and a position in the work."""
    text = "\x1f".join([str(seed), *(f"{type(part).__name__}:{part}" for part in key)])
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(int.from_bytes(digest, "big"))))
