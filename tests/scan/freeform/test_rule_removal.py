import cv2
import numpy as np
import pytest

from handfont.scan.freeform import rule_removal


def page(slope=0.0, across=True, down=False):
    """Dark strokes on paper that is ruled paler, darkness."""
    dark = np.random.default_rng(0).normal(0, 0.01, (900, 1200)).astype(np.float32).clip(0)
    columns = np.arange(1200)
    if across:
        for y in range(100, 820, 60):
            rows = np.rint(y + slope * columns).astype(int)
            for thick in (0, 1):
                dark[rows + thick, columns] = 0.3
    if down:
        for x in range(50, 1200, 60):
            dark[:, x : x + 2] = 0.3
    strokes = np.zeros((900, 1200), np.uint8)
    for x in range(200, 1000, 40):
        cv2.line(strokes, (x, 360), (x + 8, 440), 1, 5)  # they cross the rules at 400 to 420
    return np.where(strokes > 0, np.float32(0.8), dark), strokes > 0


@pytest.mark.parametrize(("slope", "down"), [(0.0, False), (0.02, False), (0.0, True)])
def test_rules_go_and_strokes_stay(slope, down):
    dark, strokes = page(slope, down=down)
    clean, count = rule_removal.removed(dark)
    assert count == (12 + 20 if down else 12)
    assert (clean[~cv2.dilate(strokes.astype(np.uint8), np.ones((5, 5))).astype(bool)] > 0.15).mean() < 0.002
    assert (clean[strokes] > 0.4).mean() > 0.98


def test_plain_paper_is_left_as_it_is():
    dark, _ = page(across=False)
    clean, count = rule_removal.removed(dark)
    assert count == 0 and clean is dark
