from __future__ import annotations

import numpy as np
import pytest
import torch

from handfont.model.ink_aligner import CELL, CHARACTERS, ROWS, X_HEIGHT, InkAligner, place_letters


def scores(columns: list[str], cells: dict[tuple[int, int], str] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """What a network says that is sure of the character of each column; of cells, of the given ones alone."""
    of_columns = np.full((3, len(CHARACTERS), len(columns)), 0.0, np.float32)
    of_columns[0] = -6.0
    for place, c in enumerate(columns):
        of_columns[0, CHARACTERS.index(c), place] = 0.0
    of_cells = np.full((len(CHARACTERS), ROWS // CELL[0], len(columns)), -12.0, np.float32)
    for (row, column), c in (cells or {}).items():
        of_cells[CHARACTERS.index(c), row, column] = 0.0
    return of_columns, of_cells


def places(*cells: tuple[int, int]) -> np.ndarray:
    """The middle of cells (row, column), as pixels x, y."""
    return np.array([((column + 0.5) * CELL[1], (row + 0.5) * CELL[0]) for row, column in cells], np.float32)


def test_ink_is_of_the_letter_of_its_column():
    found = place_letters(*scores(list("aaabbb ccc")), "ab c", places((5, 1), (5, 4), (5, 8)))
    assert found.letter.tolist() == [0, 1, 3]
    assert np.all(found.sure[[0, 1, 3]] > 0.6)


def test_no_ink_is_of_a_space():
    found = place_letters(*scores(list("aa   bb")), "a b", places((5, 3)))
    assert found.letter[0] in (0, 2)


def test_a_tail_under_the_letter_before_is_of_its_own():
    tail = (10, 2)
    alone = place_letters(*scores(list("aaaaggg")), "ag", places(tail))
    seen = place_letters(*scores(list("aaaaggg"), {tail: "g"}), "ag", places(tail))
    assert (alone.letter.tolist(), seen.letter.tolist()) == ([0], [1])


def test_letters_seldom_change_within_a_piece_of_ink():
    columns, cells = scores(list("aaabbb"), {(5, 1): "b"})
    along = places((5, 0), (5, 1), (5, 2))
    apart = place_letters(columns, cells, "ab", along)
    together = place_letters(columns, cells, "ab", along, np.array([0, 0, 0]))
    assert (apart.letter.tolist(), together.letter.tolist()) == ([0, 1, 0], [0, 0, 0])


def test_ink_is_never_of_a_letter_far_away():
    far = 3 * X_HEIGHT // CELL[1]
    found = place_letters(*scores(["a"] * far + ["g"]), "ag", places((5, 0)))
    assert found.letter.tolist() == [0]


@pytest.mark.parametrize("width", [2, 20, 64])
def test_the_network_tells_of_every_column_and_cell(width):
    torch.manual_seed(0)
    network = InkAligner().eval()
    found = network(torch.zeros(3, 1, ROWS, width))
    assert found.columns.shape == (3, 3, len(CHARACTERS), width // CELL[1])
    assert found.cells.shape == (3, len(CHARACTERS), ROWS // CELL[0], width // CELL[1])
    assert found.joined.shape == (3, width // CELL[1])
    np.testing.assert_allclose(found.columns[:, 0].exp().sum(1).detach(), 1.0, atol=1e-4)
    np.testing.assert_allclose(found.cells.exp().sum(1).detach(), 1.0, atol=1e-4)


def test_what_is_seen_of_a_place_hangs_on_its_surroundings_alone():
    torch.manual_seed(0)
    network = InkAligner().eval()
    line = torch.rand(1, 1, ROWS, 240)
    other = line.clone()
    other[..., 160:] = 0.0  # some seven x-heights from the first columns
    columns, cells, joined = network(line)
    changed = network(other)
    near = 60 // CELL[1]
    np.testing.assert_allclose(columns[..., :near].detach(), changed.columns[..., :near].detach(), atol=1e-4)
    np.testing.assert_allclose(cells[..., :near].detach(), changed.cells[..., :near].detach(), atol=1e-4)
    np.testing.assert_allclose(joined[..., :near].detach(), changed.joined[..., :near].detach(), atol=1e-4)
