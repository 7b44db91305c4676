"""Samples compared with the writer's others of the same character."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.forms import Joins
from handfont.core.glyph import GlyphSample
from handfont.style.sample_archive import ArchivedSample, SampleArchive

MIN_COMPARED = 4
"""Samples of a character from which on each is compared with the others."""
LIKELY, UNLIKELY = 0.8, 0.3
"""If half of them read with more than the first probability, one that reads with less than the second is in doubt."""
MIN_READ = 3
"""Samples of a character whose strokes read as ``LIKELY`` says, at least, and as many as of those that do not ..."""
MISREAD = 0.4
"""... from which on others are in doubt, whose strokes read with less than this probability."""
INK_READ, STROKES_READ = 0.8, 0.2
"""A letter of free writing whose ink reads with more than the first probability, and the strokes found in it with less
than the second, has other strokes: a loop is filled, or they were found in the wrong order."""
MAX_DISTANCE = 0.45
"""Distance of a sample's height over the baseline from that of the others, in x-heights; one beyond is in doubt."""
MAX_SIZE_RATIO = 1.7
"""Factor by which a sample may be larger or smaller than the others; one beyond is in doubt."""


def compared(archive: SampleArchive) -> SampleArchive:
    """With those samples in doubt that are unlike the writer's others of the character: blots, and pieces of others."""
    groups: dict[tuple[str, Joins], list[GlyphSample]] = defaultdict(list)
    for sample in archive.used:
        groups[sample.character, sample.joins].append(sample)
    usual = {key: _Usual.of(samples) for key, samples in groups.items() if len(samples) >= MIN_COMPARED}
    result = []
    for one in archive.samples:
        others = usual.get((one.sample.character, one.sample.joins))
        result.append(replace(one, doubt=others.doubt(one.sample)) if one.used and others else one)
    return SampleArchive(archive.pages, tuple(result))


def compared_strokes(archive: SampleArchive, legibility: Mapping[int, float]) -> SampleArchive:
    """With those letters of free writing in doubt whose strokes read as another character though most of the writer's
    others do not: pieces of neighbors, and strokes that were found in the wrong order. What stands on a sheet or in a
    grid is what it is said to be.

    Args:
        legibility: probability of its character for the strokes of each sample, by the sample's identity.
    """
    free = {page.digest for page in archive.pages if page.kind == "writing"}
    judged = [one for one in archive.samples if one.used and one.page in free and id(one.sample) in legibility]
    groups: dict[str, list[float]] = defaultdict(list)
    for one in judged:
        groups[one.sample.character].append(legibility[id(one.sample)])
    clear = {character for character, read in groups.items() if _mostly_clear(np.array(read))}
    misread = {id(one) for one in judged if one.sample.character in clear and legibility[id(one.sample)] < MISREAD}
    unlike = {
        id(one) for one in judged if one.sample.confidence > INK_READ and legibility[id(one.sample)] < STROKES_READ
    }

    def doubt(one: ArchivedSample) -> str:
        if id(one) in misread:
            return f"its strokes read badly, unlike the writer's other '{one.sample.character}'"
        return "its strokes read badly, unlike its ink" if id(one) in unlike else one.doubt

    return SampleArchive(archive.pages, tuple(replace(one, doubt=doubt(one)) for one in archive.samples))


def _mostly_clear(legibility: DoubleArray) -> bool:
    """Whether a writer's samples of a character (N,) can mostly be read."""
    good = int((legibility > LIKELY).sum())
    return good >= MIN_READ and good >= int((legibility < MISREAD).sum())


@dataclass(frozen=True)
class _Usual:
    """What a writer's samples of one character are like: medians."""

    confidence: float
    size: float
    centre_y: float | None

    @classmethod
    def of(cls, samples: list[GlyphSample]) -> _Usual:
        heights = [sample.metrics.centre_y for sample in samples if sample.metrics.centre_y is not None]
        return cls(
            float(np.median([sample.confidence for sample in samples])),
            float(np.median([sample.metrics.size for sample in samples])),
            float(np.median(heights)) if heights else None,
        )

    def doubt(self, sample: GlyphSample) -> str:
        """Why a sample is not like the others; empty if it is."""
        height, others = sample.metrics.centre_y, f"the writer's other '{sample.character}'"
        if self.confidence > LIKELY and sample.confidence < UNLIKELY:
            return f"reads badly, unlike {others}"
        if height is not None and self.centre_y is not None and abs(height - self.centre_y) > MAX_DISTANCE:
            return f"lies higher or lower than {others}"
        if abs(np.log(sample.metrics.size / self.size)) > np.log(MAX_SIZE_RATIO):
            return f"is larger or smaller than {others}"
        return ""
