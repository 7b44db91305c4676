"""What a writer's strokes differ from those of the model's latent, as a short word in the style's file."""

from __future__ import annotations

import base64
import binascii
import zlib

import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import FloatArray
from handfont.core.forms import POINTS

STEP = 1 / 400
"""Offsets are whole numbers of such steps, in x-heights: a fortieth of a thin pen."""


def as_stored(offsets: FloatArray) -> FloatArray:
    """Offsets (POINTS, 2) as they are once stored and read back, in x-heights."""
    return _in_heights(_steps(offsets))


def to_text(offsets: FloatArray) -> str:
    """The word for offsets (POINTS, 2)."""
    return base64.b64encode(zlib.compress(_steps(offsets).tobytes(), 9)).decode("ascii")


def _steps(offsets: FloatArray) -> NDArray[np.int8]:
    return np.clip(np.rint(offsets.astype(np.float64) / STEP), -127, 127).astype(np.int8)


def _in_heights(steps: NDArray[np.int8]) -> FloatArray:
    return np.asarray(steps * STEP, np.float32)


def from_text(text: str) -> FloatArray:
    """The offsets that :func:`to_text` wrote.

    Raises:
        ValueError: it is no such word.
    """
    try:
        unpacked = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), 2 * POINTS + 1)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(str(error)) from error
    if len(unpacked) != 2 * POINTS:
        raise ValueError(f"{len(unpacked)} values instead of {2 * POINTS}")
    return _in_heights(np.frombuffer(unpacked, np.int8).reshape(POINTS, 2))
