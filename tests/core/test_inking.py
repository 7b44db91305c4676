"""The ink of strokes against discs laid along their path."""

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handfont.core.glyph import Outline
from handfont.core.inking import Nib, ink
from handfont.core.strokes import StrokeGlyph, cubics, length, resampled

PIXELS = 100
"""To an x-height, in the pictures that are compared."""
SIDE = 4 * PIXELS


def filled(outline: Outline) -> np.ndarray:
    """(SIDE, SIDE) winding numbers of an outline, x-height 0 in the middle of the picture, row 0 at the bottom."""
    steps = np.zeros((SIDE, SIDE + 1), np.int32)
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    for contour in outline.contours:
        starts = np.roll(contour[:, 2], 1, axis=0)
        points = np.concatenate(
            [
                (1 - t) ** 3 * start
                + 3 * t * (1 - t) ** 2 * curve[0]
                + 3 * t * t * (1 - t) * curve[1]
                + t**3 * curve[2]
                for start, curve in zip(starts, contour, strict=True)
            ]
        )
        points = points * PIXELS + SIDE / 2
        for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
            low, high = sorted((y0, y1))
            for row in range(int(np.ceil(low)), int(np.ceil(high))):
                x = x0 + (row - y0) / (y1 - y0) * (x1 - x0)
                steps[row, int(np.ceil(x))] += 1 if y1 < y0 else -1
    return np.cumsum(steps, axis=1)[:, :SIDE]


def discs(stroke: np.ndarray, width: float) -> np.ndarray:
    """(SIDE, SIDE) what a round pen covers along the smooth curve of a stroke."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    starts = stroke[:-1]
    for start, (first, second, end) in zip(starts, cubics(stroke), strict=True):
        for t in np.linspace(0, 1, 12):
            point = (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * first + 3 * t * t * (1 - t) * second + t**3 * end
            x, y = np.round((point * PIXELS + SIDE / 2) * 16).astype(int)
            cv2.circle(mask, (int(x), int(y)), round(width / 2 * PIXELS * 16), 1, -1, shift=4)
    return mask


def stroke(*points: tuple[float, float]) -> np.ndarray:
    return resampled(np.array(points, np.float32), 24)


def written(*strokes: np.ndarray, nib: Nib) -> Outline:
    return ink([StrokeGlyph("x", strokes)], nib).outlines[0]


def ink_width(outline: Outline, axis: int) -> float:
    """How far ink reaches along columns (axis 0) or rows (axis 1), in x-heights, at most."""
    return float((filled(outline) != 0).sum(axis=axis).max()) / PIXELS


CIRCLE = np.stack(
    [0.5 * np.cos(np.linspace(0, 2 * np.pi, 48)), 0.5 * np.sin(np.linspace(0, 2 * np.pi, 48))], axis=1
).astype(np.float32)


@pytest.mark.parametrize(
    "path",
    [
        stroke((-1, 0), (1, 0)),
        stroke((-0.5, 1), (0, -0.5), (0.5, 1)),
        stroke((0, 1), (0, -1), (0.02, 1)),
        CIRCLE,
        stroke((0, 0), (0.04, 0)),
    ],
    ids=["straight", "corner", "retraced", "loop", "dash"],
)
@pytest.mark.parametrize("width", [0.06, 0.12, 0.3])
def test_ink_is_what_a_round_pen_covers(path: np.ndarray, width: float) -> None:
    drawn, expected = filled(written(path, nib=Nib(width))) != 0, discs(path, width) > 0
    # Curves are fitted within 0.018 x-heights, and pictures have whole pixels: nothing is further off than three.
    near = np.ones((7, 7), np.uint8)
    assert not (drawn & ~(cv2.dilate(expected.astype(np.uint8), near) > 0)).any()
    assert not (expected & ~(cv2.dilate(drawn.astype(np.uint8), near) > 0)).any()


@settings(max_examples=60, deadline=None, derandomize=True)
@example([(0.0, 0.0), (0.0, -0.9375), (0.890625, -1.0625), (-0.59375, 0.0)], 0.0625)
@example(
    [(-1.1875, -0.4375), (0.0, 1.19921875), (-0.921875, -0.21875), (0.0, 0.0), (0.0, -0.484375), (0.375, 1.1875)],
    0.0546875,
)
@given(st.lists(st.tuples(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2)), min_size=2, max_size=6), st.floats(0.05, 0.2))
def test_whatever_the_path_ink_is_one_piece_without_holes_in_the_stroke(
    points: list[tuple[float, float]], width: float
) -> None:
    path = np.array(points, np.float32)
    if length(path) < 0.1:
        return
    path = resampled(path, 40)
    drawn = (filled(written(path, nib=Nib(width))) != 0).astype(np.uint8)
    assert cv2.connectedComponents(drawn, connectivity=8)[0] == 2  # paper and one piece of ink
    # The middle of the stroke; at the tip of a hairpin of a thin pen one pixel more or less is the pictures' own.
    inner = discs(path, 0.3 * width) > 0
    assert not (inner & ~(cv2.dilate(drawn, np.ones((3, 3), np.uint8)) > 0)).any()


def test_a_dot_is_as_wide_as_the_pen() -> None:
    outline = written(np.array([[0.2, 0.3]], np.float32), nib=Nib(0.1))
    assert ink_width(outline, 1) == pytest.approx(0.1, abs=0.02)
    assert ink_width(outline, 0) == pytest.approx(0.1, abs=0.02)


def test_a_broad_nib_is_thin_along_its_edge() -> None:
    nib = Nib(0.3, ratio=0.2, angle=0.0)
    across, along = written(stroke((0, -1), (0, 1)), nib=nib), written(stroke((-1, 0), (1, 0)), nib=nib)
    assert ink_width(across, 1) == pytest.approx(0.3, abs=0.02)
    assert ink_width(along, 0) == pytest.approx(0.06, abs=0.02)


def test_pressure_widens_where_it_is_high() -> None:
    path = stroke((-1, 0), (1, 0))
    press = np.linspace(0.5, 1.5, len(path)).astype(np.float32)
    outline = ink([StrokeGlyph("x", (path,))], Nib(0.2), [press]).outlines[0]
    mask = filled(outline) != 0
    begin, end = mask[:, SIDE // 2 - 90].sum(), mask[:, SIDE // 2 + 90].sum()
    assert begin / end == pytest.approx(0.55 / 1.45, abs=0.03)


def test_edges_in_bands_are_the_inks_own() -> None:
    inked = ink(
        [StrokeGlyph("l", (stroke((0, 0), (0, 1.5)),)), StrokeGlyph("-", (stroke((0, 0.5), (1, 0.5)),))], Nib(0.1)
    )
    there = ~np.isnan(inked.left)
    assert np.allclose(inked.left[0, there[0]][1:-1], -0.05, atol=0.01)
    assert np.allclose(inked.right[0, there[0]][1:-1], 0.05, atol=0.01)
    assert np.nanmax(inked.right[1]) == pytest.approx(1.05, abs=0.01)
    assert there[0].sum() > 10 > there[1].sum()
