"""Strokes found in pictures of known strokes, without a model."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handfont.core.sdf import inside_distance
from handfont.core.strokes import resampled
from handfont.scan.skeleton import thinned
from handfont.scan.skeleton_graph import graph_of
from handfont.train.tracing import traced

X_HEIGHT = 60
FINE, THICK = 0.1, 0.24


def arc(x: float, y: float, across: float, up: float, start: float, end: float) -> np.ndarray:
    """Of an ellipse, in degrees anticlockwise from the right."""
    angle = np.radians(np.linspace(start, end, 60))
    return np.stack([x + across * np.cos(angle), y + up * np.sin(angle)], axis=1)


def line(*points: tuple[float, float]) -> np.ndarray:
    return resampled(np.array(points, np.float32), 40)


DOT = line((0.3, 1.5), (0.32, 1.48))
EIGHT = np.stack(
    [0.3 * np.sin(2 * np.linspace(0, 2 * np.pi, 120)), 0.8 + 0.7 * np.cos(np.linspace(0, 2 * np.pi, 120))], axis=1
)
LETTERS = {
    "+": [line((0.4, 1.0), (0.4, 0.0)), line((0.0, 0.5), (0.8, 0.5))],
    "x": [line((0.0, 1.0), (0.7, 0.0)), line((0.7, 1.0), (0.0, 0.0))],
    "o": [arc(0.4, 0.5, 0.4, 0.5, 90, 450)],
    "i": [line((0.3, 1.0), (0.3, 0.0)), DOT],
    "t": [
        np.concatenate([line((0.3, 1.5), (0.3, 0.3)), arc(0.5, 0.3, 0.2, 0.3, 180, 290)]),
        line((0.0, 1.0), (0.7, 1.0)),
    ],
    "8": [EIGHT],
    "e": [np.concatenate([line((0.0, 0.45), (0.8, 0.55)), arc(0.4, 0.5, 0.4, 0.5, 8, 320)])],
    "E": [line((0.7, 1.6), (0.0, 1.6), (0.0, 0.0), (0.7, 0.0)), line((0.0, 0.8), (0.6, 0.8))],
    "ø": [arc(0.4, 0.5, 0.4, 0.5, 90, 450), line((0.8, 1.1), (0.0, -0.1))],
    "v": [line((0.0, 1.0), (0.3, 0.0), (0.6, 1.0))],
    '"': [line((0.0, 1.6), (0.0, 1.2)), line((0.3, 1.6), (0.3, 1.2))],
}


def ink_of(strokes: list[np.ndarray], pen: float = FINE) -> np.ndarray:
    """A picture of strokes, ``X_HEIGHT`` pixels an x-height, x = 0 and y = 0 at column 60 and row 160."""
    picture = np.zeros((240, 240), np.uint8)
    for stroke in strokes:
        pixels = np.round((stroke * [X_HEIGHT, -X_HEIGHT] + [60 - 0.5, 160 - 0.5]) * 16).astype(np.int32)
        cv2.polylines(picture, [pixels], False, 1, round(pen * X_HEIGHT), shift=4)
    return picture.astype(bool)


def found(strokes: list[np.ndarray], pen: float = FINE) -> list[np.ndarray]:
    return traced(ink_of(strokes, pen), X_HEIGHT, (60.0, 160.0))


def apart(first: np.ndarray, second: np.ndarray) -> float:
    """The largest distance of a point of either line to the other line."""
    a, b = resampled(np.asarray(first, np.float32), 200), resampled(np.asarray(second, np.float32), 200)
    away = np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))
    return float(max(away.min(axis=0).max(), away.min(axis=1).max()))


NARROW_E = [np.concatenate([line((0.0, 0.45), (0.8, 0.68)), arc(0.4, 0.5, 0.4, 0.42, 25, 320)])]


@pytest.mark.parametrize("pen", [FINE, THICK])
@pytest.mark.parametrize("letter", LETTERS)
def test_strokes_come_back_in_their_order(letter: str, pen: float) -> None:
    strokes = found(LETTERS[letter], pen)
    assert len(strokes) == len(LETTERS[letter])
    for own, true in zip(strokes, LETTERS[letter], strict=True):
        assert own.dtype == np.float32
        assert apart(own, true) < 0.06 + pen / 2


def test_a_narrow_loop_is_one_stroke_with_its_corner() -> None:
    (stroke,) = found(NARROW_E)
    assert apart(stroke, NARROW_E[0]) < 0.1
    assert np.hypot(*(stroke - [0.8, 0.68]).T).min() < 0.06


@pytest.mark.parametrize("letter", ["+", "x", "t", "i", '"'])
def test_strokes_go_downwards_and_to_the_right(letter: str) -> None:
    for own, true in zip(found(LETTERS[letter]), LETTERS[letter], strict=True):
        assert np.hypot(*(own[0] - true[0])) < 0.12


@pytest.mark.parametrize("letter", ["o", "8"])
def test_rings_are_closed_and_begin_at_their_top(letter: str) -> None:
    (stroke,) = found(LETTERS[letter])
    assert np.array_equal(stroke[0], stroke[-1])
    assert stroke[0, 1] == pytest.approx(stroke[:, 1].max(), abs=1e-3)


@pytest.mark.parametrize("angle", [30, 45, 60, 90])
@pytest.mark.parametrize("pen", [FINE, THICK, 0.35])
def test_thick_crossings_are_one_junction(angle: float, pen: float) -> None:
    way = np.array([np.cos(np.radians(angle / 2)), np.sin(np.radians(angle / 2))])
    cross = [line(tuple(-way), tuple(way)), line(tuple(-way * [1, -1]), tuple(way * [1, -1]))]
    ink = np.pad(ink_of([stroke + np.array([1.0, 0.5]) for stroke in cross], pen), 1)
    graph = graph_of(thinned(ink), inside_distance(ink))
    assert sorted(graph.degrees().values()) == [1, 1, 1, 1, 4]


def test_rough_edges_leave_no_spurs() -> None:
    ink = ink_of([line((0.0, 0.5), (1.5, 0.5))], THICK)
    edge = cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~ink
    rough = ink | (edge & (np.random.default_rng(3).random(ink.shape) < 0.5))
    (stroke,) = traced(rough, X_HEIGHT, (60.0, 160.0))
    assert np.abs(stroke[:, 1] - 0.5).max() < 0.05


def test_lines_are_smooth_and_corners_remain() -> None:
    (slanted,) = found([line((0.0, 0.0), (1.0, 0.37))])
    steps = np.diff(slanted, axis=0)
    turns = np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0])))
    assert np.abs(turns[2:-2]).max() < np.radians(12)
    (corner,) = found([line((0.0, 1.0), (0.0, 0.0), (0.8, 0.0))])
    assert np.hypot(*(corner - [0.0, 0.0]).T).min() < 0.05


def test_specks_and_pinholes_are_nothing() -> None:
    ink = ink_of(LETTERS["+"], THICK)
    ink[110, 150] = True
    row, column = np.argwhere(ink)[len(np.argwhere(ink)) // 2]
    ink[row, column] = False
    assert len(traced(ink, X_HEIGHT, (60.0, 160.0))) == 2


def test_a_blot_of_a_known_pen_is_filled_by_going_round() -> None:
    ink = np.zeros((80, 80), np.uint8)
    cv2.circle(ink, (40, 40), 20, 1, -1)
    (stroke,) = traced(ink.astype(bool), X_HEIGHT, (40.5, 40.5), pen=8.0)
    drawn = np.zeros_like(ink)
    cv2.polylines(drawn, [np.round((stroke * [X_HEIGHT, -X_HEIGHT] + 40) * 16).astype(np.int32)], False, 1, 5, shift=4)
    assert (drawn & ink).sum() > 0.9 * ink.sum() and (drawn & ~ink & 1).sum() < 0.1 * ink.sum()
    assert traced(np.zeros((9, 9), bool), X_HEIGHT, (0.0, 0.0)) == []
