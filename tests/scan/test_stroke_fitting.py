"""Strokes found again in ink that was drawn along known ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from stroke_letters import SAMPLES, letter, model, trajectories

from handfont.core.glyph import Skeleton
from handfont.core.strokes import resampled
from handfont.scan.skeleton import MOST_POINTS, skeleton_of, skeleton_of_sample, thinned
from handfont.scan.stroke_fitting import fit
from handfont.train.strokes import sample_of

X_HEIGHT = 40
PEN = 0.12


def ink_of(strokes: list[np.ndarray]) -> np.ndarray:
    """A picture of strokes, ``X_HEIGHT`` pixels an x-height, x = 0 and y = 0 at column and row 100."""
    picture = np.zeros((140, 200), np.uint8)
    for stroke in strokes:
        pixels = np.round((stroke * [X_HEIGHT, -X_HEIGHT] + 100 - 0.5) * 16).astype(np.int32)
        cv2.polylines(picture, [pixels], False, 1, round(PEN * X_HEIGHT), shift=4)
    return picture.astype(bool)


def seen(strokes: list[np.ndarray]) -> Skeleton:
    return skeleton_of(ink_of(strokes), X_HEIGHT, (100.0, 100.0))


def test_a_skeleton_has_the_parts_and_loops_of_its_ink() -> None:
    ring = np.zeros((60, 60), np.uint8)
    cv2.circle(ring, (30, 30), 20, 1, 7)
    thin = thinned(ring.astype(bool)).astype(np.uint8)
    assert cv2.connectedComponents(thin, connectivity=8)[0] == 2
    assert cv2.connectedComponents(1 - thin, connectivity=4)[0] == 3  # outside, inside
    assert thin.sum() < 2 * np.pi * 20 * 1.2


@pytest.mark.parametrize("height", [1.3, 1.35, 1.4, 1.8])
def test_no_stretch_of_a_long_skeleton_is_left_out(height: float) -> None:
    """Two lines beside each other: of every second pixel, row by row, all are of the same line."""
    lines = [np.array([(x, 0.0), (x + 0.2, height)], np.float32) for x in (-0.5, 0.3)]
    large = np.kron(ink_of(lines), np.ones((3, 3), bool))
    points = skeleton_of(large, 3 * X_HEIGHT, (300.0, 300.0)).points
    assert 0.75 * MOST_POINTS < len(points) <= MOST_POINTS
    along = np.concatenate([resampled(line, 200)[12:-12] for line in lines])
    assert np.hypot(*(along[:, None] - points[None]).transpose(2, 0, 1)).min(axis=1).max() < 0.04


def test_widths_are_those_of_the_pen() -> None:
    dash = [np.array([[-0.5, 0.5], [0.5, 0.5]])]
    skeleton, rows = seen(dash), np.median(ink_of(dash)[:, 90:110].sum(axis=0))
    assert float(np.median(skeleton.widths)) == pytest.approx(rows / X_HEIGHT, abs=0.5 / X_HEIGHT)
    assert float(np.median(skeleton.points[:, 1])) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("writer", [0, 3, 5])
@pytest.mark.parametrize("label", ["t", "l"])
def test_strokes_lie_on_the_ink_and_ink_on_the_strokes(writer: int, label: str) -> None:
    strokes = letter(writer, label, np.random.default_rng(9)).strokes
    fitted = fit(model(), label, seen(strokes))
    assert fitted is not None
    assert len(fitted.glyph.strokes) == len(strokes)
    assert (fitted.ink_off <= PEN / 2).mean() > 0.95
    assert (fitted.strokes_off <= PEN / 2).mean() > 0.95


def test_samples_as_they_are_stored_have_skeletons() -> None:
    glyph = letter(2, "t", np.random.default_rng(9))
    points = skeleton_of_sample(sample_of(glyph)).points
    true = np.concatenate([resampled(stroke, 60) for stroke in glyph.strokes])
    true = true - (true.min(axis=0) + true.max(axis=0)) / 2
    away = np.hypot(*(points[:, None] - true[None]).transpose(2, 0, 1)).min(axis=1)
    assert away.max() < 0.08


def test_what_no_stroke_explains_is_left_over() -> None:
    strokes = [*letter(2, "l", np.random.default_rng(9)).strokes, np.array([[-1.2, 0.2], [-1.2, 1.2], [-0.6, 1.2]])]
    fitted = fit(model(), "l", seen(strokes))
    assert fitted is not None
    assert (fitted.ink_off > PEN / 2).mean() > 0.2


def test_no_form_and_no_ink_are_no_strokes() -> None:
    assert fit(model(), "Q", seen(trajectories()[SAMPLES].strokes)) is None
    nothing = Skeleton(np.zeros((0, 2), np.float32), np.zeros(0, np.float32))
    assert fit(model(), "l", nothing) is None
