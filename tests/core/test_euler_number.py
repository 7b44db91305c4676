from __future__ import annotations

import numpy as np
import pytest

from handfont.core.euler_number import euler_number

PICTURES = {
    "####": 1,
    "#..#": 2,
    "": 0,
    "###\n#.#\n###": 0,
    "#####\n#.#.#\n#####": -1,
    "#.\n.#": 1,
    ".#.\n#.#\n.#.": 0,
    "###.#\n#.#..\n###.#": 2,
}


@pytest.mark.parametrize(("picture", "number"), PICTURES.items())
def test_euler_number_is_parts_minus_loops(picture, number):
    rows = picture.split("\n")
    ink = np.array([[c == "#" for c in row] for row in rows], bool).reshape(len(rows), -1)
    assert euler_number(ink[None])[0] == number
    assert list(euler_number(np.stack([ink, ~ink & False]))) == [number, 0]
