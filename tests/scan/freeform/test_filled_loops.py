from __future__ import annotations

import cv2
import numpy as np
import pytest

from handfont.scan.freeform.filled_loops import opened

LEVEL, CORE = 0.4, 0.8
X_HEIGHT = 40.0


def blurred(draw, blur: float) -> np.ndarray:
    """Darkness of strokes eight pixels wide that a camera has blurred, with the core that they keep."""
    page = np.zeros((80, 120), np.uint8)
    draw(page)
    dark = cv2.GaussianBlur(page.astype(np.float32), (0, 0), blur)
    return dark * CORE / dark.max()


def loop(page):
    cv2.ellipse(page, (60, 40), (9, 18), 20, 0, 360, 1, 8)


def stem(page):
    cv2.line(page, (50, 70), (70, 10), 1, 8)


def dot(page):
    cv2.circle(page, (60, 40), 8, 1, 4)


def inside(ink: np.ndarray) -> int:
    """Number of pieces of paper that ink encloses."""
    return cv2.connectedComponents((~np.pad(ink, 1)).astype(np.uint8), connectivity=4)[0] - 2


def test_a_filled_loop_is_opened():
    dark = blurred(loop, 5.0)
    ink = dark > LEVEL
    assert inside(ink) == 0
    found = opened(ink, dark, LEVEL, CORE, X_HEIGHT)
    assert inside(found) == 1
    assert (ink & ~found).sum() < 0.2 * ink.sum()


@pytest.mark.parametrize("draw", [stem, dot])
def test_strokes_and_dots_stay_as_they_are(draw):
    dark = blurred(draw, 3.0)
    ink = dark > LEVEL
    assert (opened(ink, dark, LEVEL, CORE, X_HEIGHT) == ink).all()


def test_an_open_loop_stays_open():
    dark = blurred(loop, 1.0)
    ink = dark > LEVEL
    assert inside(ink) == 1
    assert inside(opened(ink, dark, LEVEL, CORE, X_HEIGHT)) == 1


def test_grain_of_a_pen_is_no_loop():
    dark = blurred(stem, 2.0)
    grain = np.random.default_rng(0).normal(0, 0.01, dark.shape).astype(np.float32)
    ink = dark > LEVEL
    assert (opened(ink, dark + grain * ink, LEVEL, CORE, X_HEIGHT) == ink).all()
