from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfont import contours, pens, sdf

ONE = np.ones(1)


def lines(field, wide=sdf.CANONICAL_PEN):
    """Points of each line (n, 2), in samples from the field's first one, x and y down."""
    pen = np.array([wide], np.float32)
    x, y, counts, owner = contours.points(pens.at_pens(field[None], pen), pen, ONE, 0 * ONE)
    assert (owner == 0).all()
    middle = (sdf.GRID - 1) / 2
    return np.split(np.stack([x + middle, middle - y], axis=1), np.cumsum(counts)[:-1]) if len(counts) else []


def disc(x, y, radius):
    rows, columns = np.mgrid[: sdf.GRID, : sdf.GRID]
    return (radius - np.hypot(columns - x, rows - y)).astype(np.float32)


def area(points):
    x, y = points.T
    return 0.5 * (np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


@settings(deadline=None)
@given(st.floats(18, 30), st.floats(18, 30), st.floats(4, 14))
def test_a_disc_is_followed_where_it_is(x, y, radius):
    (line,) = lines(disc(x, y, radius))
    # Smoothing draws points in by a little where the edge is curved.
    assert np.abs(np.hypot(*(line - (x, y)).T) - radius).max() < 0.08
    assert np.hypot(*(line - np.roll(line, 1, axis=0)).T) == pytest.approx(contours.SPACING, abs=0.15)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_parts_and_loops_are_those_of_the_image(seed):
    """Of blurred noise: as many lines around ink as OpenCV finds parts, and as many within as it finds loops."""
    noise = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal((sdf.GRID, sdf.GRID)), (0, 0), 3.0)
    field = (noise / np.abs(noise).max() * 5).astype(np.float32)
    field[[0, 1, 2, -3, -2, -1]] = field[:, [0, 1, 2, -3, -2, -1]] = -3
    fine = cv2.resize(np.pad(field, 2, constant_values=-3), None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC)
    found, tree = cv2.findContours((fine > 0).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    # Specks are left out, and where two parts all but touch the two need not agree.
    clear = all(cv2.contourArea(one) > 64 * 12 for one in found)
    touching = any((cv2.dilate(mask, np.ones((17, 17), np.uint8)) & rest).any() for mask, rest in _apart(fine > 0))
    areas = np.array([area(line) for line in lines(field)])
    if len(found) and clear and not touching and (np.abs(areas) > 12).all():
        signs = np.sign(areas)
        assert (signs > 0).sum() == (tree[0, :, 3] < 0).sum()
        assert (signs < 0).sum() == (tree[0, :, 3] >= 0).sum()


def _apart(ink):
    for image in (ink, ~ink):
        count, label = cv2.connectedComponents(image.astype(np.uint8))
        for part in range(1, count):
            yield (label == part).astype(np.uint8), (image & (label != part)).astype(np.uint8)


@pytest.mark.parametrize("wide", [4.0, 7.0, 20.0])
def test_a_stroke_is_as_wide_as_the_pen(wide):
    assert stroke_width(wide) == pytest.approx(wide, abs=0.1)


@pytest.mark.parametrize("angle", [0, 30, 45])
def test_a_stroke_is_thinner_with_a_thinner_pen(angle):
    """Down to less than half a canonical pen; thinner than a sample and a half no field can show."""
    for wide in (2.0, 2.5, 3.0, 3.5):
        assert stroke_width(wide, angle) == pytest.approx(wide, abs=0.15)
    assert 0.5 < stroke_width(0.5, angle) < 1.7


def stroke_width(wide, angle=0):
    """Width of a stroke aslant by so many degrees."""
    along = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    (line,) = lines(sdf.from_strokes([np.float32([-along, along])], sdf.MIN_SIZE)[0], wide)
    line = (line - (sdf.GRID - 1) / 2) * (1, -1)
    across = (line @ (along[1], -along[0]))[np.abs(line @ along) < 8]
    return across.max() - across.min()


def test_a_stroke_whose_ridge_is_low_is_thinned_and_not_broken():
    """As where a decoder is in doubt, beside a stroke that crosses it."""
    rows, columns = np.mgrid[: sdf.GRID, : sdf.GRID]
    low, high = 1.0 - np.abs(columns - 24.5), 2.6 - np.abs(rows - 24)
    field = np.maximum(np.minimum(low, 20.0 - np.abs(rows - 24)), np.minimum(high, 15.0 - np.abs(columns - 24)))
    (line,) = lines(np.maximum(field, -6).astype(np.float32), 1.6)
    assert line[:, 1].min() < 10
    assert line[:, 1].max() > 38
    arms = line[(np.abs(line[:, 1] - 24) > 6) & (np.abs(line[:, 1] - 24) < 16)]
    assert np.abs(arms[:, 0] - 24.5).max() < 0.9


def test_specks_are_left_out_but_not_the_only_ink():
    large, small = disc(16, 16, 8), disc(38, 38, 0.9)
    assert len(lines(np.maximum(large, small))) == 1
    assert len(lines(small)) == 1
    assert len(lines(np.maximum(large, disc(38, 38, 2)))) == 2


def test_nothing_has_no_lines():
    for wide in (2.0, 4.0, 30.0):
        assert lines(np.full((sdf.GRID, sdf.GRID), -4.0, np.float32), wide) == []


def test_saddles_are_decided_by_their_middle():
    field = np.full((sdf.GRID, sdf.GRID), -2.0, np.float32)
    field[10:24, 10:24] = field[24:38, 24:38] = 2.0
    assert len(lines(field - 0.5)) == 2
    assert len(lines(field + 0.5)) == 1


def test_a_glyph_is_the_same_in_any_company():
    fields = np.stack([disc(20, 24, 6), disc(28, 22, 11), np.maximum(disc(14, 14, 5), disc(34, 34, 4))])
    wide, step, centre = np.array([2.0, 16.0, 5.0], np.float32), np.array([0.1, 0.2, 0.3]), np.array([0.0, 1.0, 0.5])
    x, _, counts, owner = contours.points(pens.at_pens(fields, wide), wide, step, centre)
    for glyph in range(3):
        part = slice(glyph, glyph + 1)
        alone = contours.points(pens.at_pens(fields[part], wide[part]), wide[part], step[part], centre[part])
        assert np.array_equal(x[np.repeat(owner, counts) == glyph], alone[0])


def test_room_grows_with_what_is_found():
    """A field of many parts beside few others: more points than were reckoned with at first."""
    rows, columns = np.mgrid[: sdf.GRID, : sdf.GRID]
    dots = (2.0 - np.hypot(columns % 7 - 3, rows % 7 - 3)).astype(np.float32)
    dots[:3] = dots[-3:] = dots[:, :3] = dots[:, -3:] = -2
    found = lines(dots)
    assert len(found) > 20
    assert sum(map(len, found)) > 300


@pytest.mark.parametrize("wide", [1.5, 4.0, 9.0, 30.0])
def test_ink_that_reaches_every_border_ends_there(wide):
    """A broken drawing may; what looks around the ink must stay within the field."""
    (line,) = lines(np.full((sdf.GRID, sdf.GRID), 8.0, np.float32), wide)
    beyond = max(wide - sdf.CANONICAL_PEN, 0) / 2
    for axis in (0, 1):
        assert -1.1 - beyond < line[:, axis].min() < 1 - beyond
        assert sdf.GRID - 2 + beyond < line[:, axis].max() < sdf.GRID + 0.1 + beyond
    rows, columns = np.mgrid[: sdf.GRID, : sdf.GRID]
    along = (2.0 - np.minimum(rows, np.abs(columns - 20))).astype(np.float32)  # strokes on and across the border
    for turned in range(4):
        found = lines(np.rot90(along, turned).copy(), wide)
        assert found
        assert all(np.isfinite(line).all() for line in found)
