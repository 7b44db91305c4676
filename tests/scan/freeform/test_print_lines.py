"""Print on a page of writing is told apart by how evenly it stands on its line."""

from __future__ import annotations

import numpy as np
import pytest

from handfont.scan.freeform.found_letters import FoundLetter
from handfont.scan.freeform.print_lines import FEWEST, printed_lines

X_HEIGHT = 30.0


def line(number: int, characters: str, deviation: float, slope: float = 0.01) -> list[FoundLetter]:
    """Letters whose feet depart from a sloping line by so many x-heights."""
    rng = np.random.default_rng(number)
    feet = (
        100 * number + slope * 40 * np.arange(len(characters)) + deviation * X_HEIGHT * rng.normal(size=len(characters))
    )
    return [
        FoundLetter(i, number, c, (40 * i, round(foot) - 30, 40 * i + 25, round(foot)), 1.0, 1.0, False)
        for i, (c, foot) in enumerate(zip(characters, feet, strict=True))
    ]


@pytest.mark.parametrize("slope", [0.0, 0.02, -0.05])
def test_type_stands_on_its_line_and_writing_does_not(slope):
    letters = line(0, "areoneseaunceom", 0.0, slope) + line(1, "areoneseaunceom", 0.08, slope)
    assert printed_lines(letters, X_HEIGHT) == {0}


def test_few_letters_or_tails_show_nothing():
    few, tails = line(0, "a" * (FEWEST - 1), 0.0), line(1, "gpqyjgpqyj", 0.0)
    assert printed_lines(few + tails, X_HEIGHT) == set()


def test_on_a_page_of_print_lines_that_were_misread_are_print_too():
    text = "areoneseaunceom"
    misread, written = line(1, text, 0.08, 0.0), line(4, text, 0.1)
    assert printed_lines(line(0, text, 0.0) + misread + written, X_HEIGHT) == {0}
    assert printed_lines(line(0, text, 0.0) + line(2, text, 0.0) + misread + written, X_HEIGHT) == {0, 1, 2}
    print_alone = [letter for number in (0, 2, 5) for letter in line(number, text, 0.0)]
    assert printed_lines(print_alone + written, X_HEIGHT) == {0, 2, 4, 5}
