"""EMNIST as one more source for the recogniser: 28 x 28 pictures of letters and digits, read by torchvision.

The pictures have no writers, so they teach reading, not style. torchvision is part of the ``train`` extra and is
imported nowhere else.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from handfont.core import sdf
from handfont.core.charset import INDEX
from handfont.errors import UserError, parameter
from handfont.train.data.corpus import METRICS, Corpus

PER_CHARACTER = 400
"""Pictures of each character, at most."""
ZOOM = 6
"""Factor that pictures are enlarged by."""
_CLASSES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Characters of EMNIST's classes, in their order."""


def read(folder: Path, per_character: int = PER_CHARACTER) -> Corpus:
    """Up to ``per_character`` pictures of each letter and digit of EMNIST 'byclass' as fields, all of one writer.

    Raises:
        UserError: torchvision is not installed, or the folder does not hold EMNIST.
    """
    try:
        from torchvision.datasets import EMNIST
    except (ImportError, RuntimeError) as error:
        raise UserError(
            f"{parameter('emnist')} needs torchvision ({error}); install it with: pip install 'handfont[train]'"
        ) from error
    try:
        data = EMNIST(str(folder), split="byclass", train=True, download=False)
    except RuntimeError as error:
        raise UserError(f"{folder} does not hold EMNIST as torchvision lays it out: {error}") from error
    pictures, targets = data.data.numpy(), data.targets.numpy()
    fields, labels = [], []
    for index, character in enumerate(_CLASSES):
        for row in np.flatnonzero(targets == index)[:per_character]:
            field = to_field(pictures[row].T)  # EMNIST's pictures lie on their side
            if field is not None:
                fields.append(sdf.quantize(field))
                labels.append(INDEX[character])
    count = len(labels)
    return Corpus(
        np.stack(fields),
        np.array(labels, np.int64),
        np.zeros(count, np.int64),
        np.zeros((count, METRICS), np.float32),
        np.zeros((count, METRICS), bool),
        ["emnist"],
    )


def to_field(picture: np.ndarray) -> np.ndarray | None:
    """One gray picture, ink bright, as a field; None if it is blank."""
    side = picture.shape[0] * ZOOM
    ink = cv2.resize(picture.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC) > 110
    if not ink.any():
        return None
    return sdf.from_ink(ink, x_height=side / 2, pen=sdf.pen_width(ink)).field
