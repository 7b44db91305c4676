"""Masks eroded and dilated by squares, as OpenCV does it."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont.scan.square_morphology import dilated, eroded


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 12), st.integers(0, 1000), st.floats(0.02, 0.98))
def test_masks_are_eroded_and_dilated_as_by_opencv(height, width, half, seed, share):
    mask = (np.random.default_rng(seed).random((height, width)) < share).astype(np.uint8)
    square = np.ones((2 * half + 1, 2 * half + 1), np.uint8)
    smaller = cv2.erode(mask, square, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    larger = cv2.dilate(mask, square, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    assert np.array_equal(eroded(mask, 2 * half + 1), smaller > 0)
    assert np.array_equal(dilated(mask, 2 * half + 1), larger > 0)
