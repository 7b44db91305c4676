"""Erosion and dilation of masks by squares of any size, in a time that does not grow with the square.

Sums over squares come from an integral image (Crow 1984); OpenCV's own take the longer, the larger the square is.
"""

from __future__ import annotations

import cv2
import numpy as np

from handfont.core.arrays import BoolArray, ByteArray, IntArray


def eroded(mask: ByteArray, side: int) -> BoolArray:
    """What of a mask (height, width) of 0 and 1 has nothing else within a square of an odd side about it; beyond the
    edges all is 1.
    """
    return np.asarray(_sums(mask, side, 1) == side * side)


def dilated(mask: ByteArray, side: int) -> BoolArray:
    """What has some of a mask (height, width) of 0 and 1 within a square of an odd side about it."""
    return np.asarray(_sums(mask, side, 0) > 0)


def _sums(mask: ByteArray, side: int, beyond: int) -> IntArray:
    around = side // 2
    padded = cv2.copyMakeBorder(mask, around, around, around, around, cv2.BORDER_CONSTANT, value=beyond)
    whole = cv2.integral(padded, sdepth=cv2.CV_32S)
    return np.asarray(whole[side:, side:] - whole[:-side, side:] - whole[side:, :-side] + whole[:-side, :-side])
