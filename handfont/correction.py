"""What the model cannot say of a letter that was seen: its own shape less the one that the model draws for it.

The decoder knows no writer's every curl. What is left when it has done its best is kept with the style, as signed bytes
on a coarse grid, and added to every glyph drawn of that letter: so the letter comes back as it was, and still varies as
the model varies it.
"""

from __future__ import annotations

import base64
import binascii
import zlib

import cv2
import numpy as np

from handfont.glyph import FloatArray
from handfont.sdf import GRID, stepped, unstepped

CELLS = 24
"""Along each side. 16 cells leave 5 % of a letter's area wrong, 24 leave 3 %, 32 leave 2 %; no correction 11 %."""
FAR = 4.0
"""Where both shapes are further than so many samples from an outline, on the same side, they need not agree."""


def measured(seen: FloatArray, drawn: FloatArray) -> bytes:
    """The correction that turns drawn shapes into seen ones, on average over N of each, (N, grid, grid)."""
    far = (np.abs(seen) > FAR) & (np.abs(drawn) > FAR) & (np.sign(seen) == np.sign(drawn))
    difference = np.where(far, 0, seen - drawn).mean(axis=0).astype(np.float32)
    coarse = cv2.resize(difference, (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    return stepped(coarse).tobytes()


def field(correction: bytes) -> FloatArray:
    """What is added to a drawn field (grid, grid); nothing where there is no correction."""
    if not correction:
        return np.zeros((GRID, GRID), np.float32)
    coarse = unstepped(np.frombuffer(correction, np.int8).reshape(CELLS, CELLS))
    return np.asarray(cv2.resize(coarse, (GRID, GRID), interpolation=cv2.INTER_CUBIC), np.float32)


def to_text(correction: bytes) -> str:
    """The correction as a short word."""
    return base64.b64encode(zlib.compress(correction, 9)).decode("ascii")


def from_text(text: str) -> bytes:
    """The correction that :func:`to_text` wrote.

    Raises:
        ValueError: it is none.
    """
    try:
        unpacked = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), CELLS * CELLS + 1)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(str(error)) from error
    if len(unpacked) != CELLS * CELLS:
        raise ValueError(f"{len(unpacked)} values instead of {CELLS * CELLS}")
    return unpacked
