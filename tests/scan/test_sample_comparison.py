"""Samples that read unlike the writer's others are left out, where no sheet says what they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample_archives

from handfont.scan.sample_comparison import compared_strokes
from handfont.style.sample_archive import SampleArchive


def archive(kind: str, read: list[float], ink: float = 0.7) -> tuple[SampleArchive, dict[int, float]]:
    """Samples of one letter on a page of a kind, and how surely their strokes, and their ink, are read."""
    (page,) = sample_archives.pages("page")
    made = (sample_archives.sample("a", "page", 5 + 20 * i) for i in range(len(read)))
    samples = tuple(replace(one, sample=replace(one.sample, confidence=ink)) for one in made)
    found = SampleArchive((replace(page, kind=kind),), samples)
    return found, {id(one.sample): value for one, value in zip(samples, read, strict=True)}


@pytest.mark.parametrize(
    ("kind", "read", "kept"),
    [
        ("writing", [0.95, 0.9, 0.99, 0.03], [0.95, 0.9, 0.99]),
        ("writing", [0.95, 0.9, 0.99, 0.5], [0.95, 0.9, 0.99, 0.5]),
        # A writer whose letter mostly reads so writes it so.
        ("writing", [0.95, 0.9, 0.99, 0.03, 0.1, 0.2, 0.0], None),
        ("writing", [0.95, 0.9, 0.03], None),
        # What stands on a sheet is what it is said to be.
        ("sheet", [0.95, 0.9, 0.99, 0.03], None),
    ],
)
def test_strokes_that_read_badly_unlike_the_others(kind, read, kept):
    found, legibility = archive(kind, read)
    left = [legibility[id(one.sample)] for one in compared_strokes(found, legibility).samples if one.used]
    assert left == (read if kept is None else kept)


@pytest.mark.parametrize(
    ("kind", "ink", "read", "kept"),
    [
        ("writing", 0.95, [0.05, 0.3, 0.1], [0.3]),
        # Ink that reads no better is as the writer writes it.
        ("writing", 0.6, [0.05, 0.3, 0.1], [0.05, 0.3, 0.1]),
        ("grid", 0.95, [0.05, 0.3, 0.1], [0.05, 0.3, 0.1]),
    ],
)
def test_strokes_that_read_badly_unlike_their_ink(kind, ink, read, kept):
    found, legibility = archive(kind, read, ink)
    left = [legibility[id(one.sample)] for one in compared_strokes(found, legibility).samples if one.used]
    assert left == kept
