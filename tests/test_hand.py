from __future__ import annotations

import numpy as np
import pytest

from handfont.hand import _noise, euler_number

PICTURES = {
    "####": 1, "#..#": 2, "": 0,
    "###\n#.#\n###": 0, "#####\n#.#.#\n#####": -1, "#.\n.#": 1, ".#.\n#.#\n.#.": 0,
    "###.#\n#.#..\n###.#": 2,
}


@pytest.mark.parametrize(("picture", "number"), PICTURES.items())
def test_euler_number_is_parts_minus_loops(picture, number):
    rows = picture.split("\n")
    ink = np.array([[c == "#" for c in row] for row in rows], bool).reshape(len(rows), -1)
    assert euler_number(ink[None])[0] == number
    assert list(euler_number(np.stack([ink, ~ink & False]))) == [number, 0]


def test_noise_belongs_to_positions():
    whole = _noise(3, "a", 0, 700, 24)
    part = _noise(3, "a", 300, 100, 24)
    assert (whole.residual[:, 300:400] == part.residual).all()
    assert (whole.choice[300:400] == part.choice).all()
    assert np.allclose(whole.pressure[300:400], part.pressure, atol=1e-6)


def test_pressure_is_slow_and_of_unit_variance():
    pressure = np.concatenate([_noise(seed, "", 200, 2000, 1).pressure for seed in range(10)])
    assert abs(pressure.std() - 1) < 0.1
    assert np.abs(np.diff(pressure)).mean() < 0.1
