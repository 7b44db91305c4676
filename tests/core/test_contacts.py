"""Strokes that touch in the mean still touch in what varies."""

import numpy as np

from handfont.core.contacts import in_touch

STEM = np.stack([np.zeros(10), np.linspace(1, 0, 10)], axis=1)


def varied(bar: np.ndarray, moved: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of a stem and a second stroke, and the glyph with that stroke ``moved``, after contacts are restored."""
    mean = np.concatenate([STEM, bar]).astype(np.float32)
    points = np.concatenate([STEM, moved]).astype(np.float32)
    return mean, in_touch(points[None], mean[None], np.array([[0, 10, 20, 20, 20]]))[0]


def test_a_bar_goes_back_to_its_stem() -> None:
    bar = np.stack([np.linspace(0, 1, 10), np.full(10, 0.5)], axis=1)
    mean, points = varied(bar, bar + np.array([0.3, 0.1]))
    assert np.allclose(points, mean, atol=1e-6)


def test_a_stroke_that_touches_at_both_ends_is_drawn_out_between_them() -> None:
    bow = np.stack([0.5 * np.sin(np.linspace(0, np.pi, 10)), np.linspace(1, 0, 10)], axis=1)
    mean, points = varied(bow, 0.8 * bow + np.array([0.2, 0.0]))
    assert np.allclose(points[[10, 19]], mean[[10, 19]], atol=1e-6)
    assert 0.3 < points[10:, 0].max() < 0.5  # its own shape otherwise


def test_a_dot_stays_where_it_varied_to() -> None:
    dot = np.full((10, 2), [0.0, 1.6])
    _, points = varied(dot, dot + np.array([0.1, 0.1]))
    assert np.allclose(points[10:], dot + np.array([0.1, 0.1]))
