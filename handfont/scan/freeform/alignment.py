"""The text of a page aligned with its ink.

The alignment is done twice: sizes, baselines and gaps that it shows the first time are what it goes by the second time.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from handfont.core import sdf
from handfont.core.arrays import BoolArray, ByteArray, DoubleArray, FloatArray
from handfont.core.charset import INDEX, SITS_ON_BASELINE, alike
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan.cell_samples import weighted_median
from handfont.scan.freeform import segments, transcription
from handfont.scan.freeform.deskew import FEWEST, DeskewedPage, deskewed
from handfont.scan.freeform.forward_backward import AlignmentPosterior, Gaps, align
from handfont.scan.freeform.runs import Runs, runs_of
from handfont.scan.freeform.segments import SegmentedInk

CERTAIN = 0.97
"""Share of the weight of all alignments that has to agree on a letter."""
SENSE = 0.15
"""A page read without transcript has at least this share of its letters in known words, or it is not read."""
DOTTED = 'ij:;!?%="÷'
"""Characters that have a mark over their bodies of ink."""


@dataclass
class Letters:
    """The letters of a text as the alignment takes them: ``characters`` in the model (accents left off) or ''."""

    characters: list[str]
    spaced: BoolArray
    accented: list[bool]

    @classmethod
    def of(cls, text: str) -> Letters:
        """The letters of a transcript, spaces left out."""
        characters, spaced, accented = [], [], []
        before = True
        for character in unicodedata.normalize("NFC", text):
            if character.isspace():
                before = True
                continue
            plain = character if character in INDEX else unicodedata.normalize("NFD", character)[0]
            characters.append(plain if plain in INDEX else "")
            accented.append(plain != character)
            spaced.append(before)
            before = False
        return cls(characters, np.array(spaced, bool), accented)

    def in_known_words(self) -> list[bool]:
        """Of each letter, whether its word is one that makes sense, see
        :func:`handfont.scan.freeform.transcription.sense`.
        """
        starts = [*np.flatnonzero(self.spaced).tolist(), len(self.characters)]
        return [
            transcription.sense("".join(self.characters[start:stop])) > 0
            for start, stop in pairwise(starts)
            for _ in range(start, stop)
        ]


@dataclass
class Aligned:
    """A page and its text, as they were brought together; ``seen`` (R, C) is what the reader sees in the runs."""

    sheet: DeskewedPage
    inked: SegmentedInk
    runs: Runs
    seen: FloatArray
    letters: Letters
    weighed: AlignmentPosterior
    guessed: bool

    @property
    def found(self) -> int:
        """Letters that the alignments agree on."""
        return int(((self.weighed.share > CERTAIN) & (self.weighed.run >= 0)).sum())


def align_page(page: ByteArray, transcript: str | None, where: str, weights: Weights) -> Aligned:
    """A page of writing with its text aligned, in two rounds.

    Raises:
        ScanError: there is no writing on the page, or it cannot be read and there is no transcript.
    """
    first = _upright(page, transcript, where, weights)
    first.weighed = _weighed(first, weights, Gaps(), 0.25, 0.3)
    if first.found < FEWEST:
        return first
    inked = _refined(first, weights)
    runs = first.runs.on(first.inked, inked)
    letters = first.letters
    if first.guessed:
        letters = Letters.of(transcription.text_of(inked, runs, first.seen, weights.population))
    second = replace(first, inked=inked, runs=runs, letters=letters)
    second.weighed = _weighed(second, weights, _gaps(first, inked), 0.15, 0.18)
    return second


def _upright(page: ByteArray, transcript: str | None, where: str, weights: Weights) -> Aligned:
    """The page, not aligned yet. Which way up it is, single letters show badly where no text says which to expect: of
    the two ways, words show it.
    """
    guessed = transcript is None
    read: list[tuple[float, Aligned]] = []
    for flip in (False, True) if guessed else (False,):
        sheet = deskewed(page, transcript or "", where, weights, flip)
        inked = segments.pieces_of(sheet, where)
        runs = runs_of(inked, segments.pen_width(inked))
        seen = inference.read(weights.reader, runs.fields)
        text = transcript
        if text is None:
            text = transcription.text_of(inked, runs, seen, weights.population)
        sense = transcription.sense(text) if guessed else 1.0
        letters = Letters.of(text)
        read.append((sense, Aligned(sheet, inked, runs, seen, letters, AlignmentPosterior.nothing(), guessed)))
    sense, best = max(read, key=lambda one: one[0])
    if sense < SENSE:
        raise unreadable(where)
    return best


def unreadable(where: str) -> ScanError:
    """The error for a page of which too little can be read without a transcript."""
    return ScanError(
        f"too little of {where} can be read without a transcript; write what it says into a text file of "
        "the same name beside it"
    )


def _weighed(page: Aligned, weights: Weights, gaps: Gaps, size_floor: float, place_floor: float) -> AlignmentPosterior:
    """All alignments weighed by what the reader sees and how sizes, places and gaps fit."""
    letters, inked, runs = page.letters, page.inked, page.runs
    different = sorted(set(letters.characters))
    column = {character: u for u, character in enumerate(different)}
    weight = np.full((len(runs.first), len(different)), -9.0)
    population = weights.population
    look = page.seen @ alike().astype(np.float32)
    for character, u in column.items():
        if not character:
            continue
        c = INDEX[character]
        size = (np.log(runs.size) - population.metric_mean[c, 0]) / np.hypot(population.metric_std[c, 0], size_floor)
        place = (runs.centre - population.metric_mean[c, 1]) / np.hypot(population.metric_std[c, 1], place_floor)
        misfit = np.minimum(size**2, 12) + np.minimum(place**2, 12) + np.minimum((runs.inner / 0.2) ** 2, 12)
        weight[:, u] = np.log(look[:, c] + 1e-3) - 0.25 * misfit
        if character not in DOTTED and len(runs.mark):
            plain = not any(
                flag for flag, own in zip(letters.accented, letters.characters, strict=True) if own == character
            )
            weight[(runs.mark >= 0) & (runs.count > 0), u] -= 3.0 if plain else 0.5
    gap = inked.gaps() / inked.x_height
    return align(
        np.array([column[c] for c in letters.characters], np.int64),
        letters.spaced,
        runs.first,
        runs.count,
        weight,
        gap,
        gaps,
    )


def _refined(page: Aligned, weights: Weights) -> SegmentedInk:
    """The ink with x-height and baselines as the certain letters show them."""
    inked, runs, weighed, letters = page.inked, page.runs, page.weighed, page.letters
    sure = np.flatnonzero((weighed.share > CERTAIN) & (weighed.run >= 0))
    labels = [letters.characters[i] for i in sure]
    rows = np.array([INDEX[c] for c in labels])
    run = weighed.run[sure]
    population = weights.population
    sized = np.exp(population.metric_mean[rows, 0]) > 1.2 * sdf.MIN_SIZE
    log = np.log(runs.size[run]) - population.metric_mean[rows, 0]
    grow = (
        float(np.exp(weighted_median(log[sized], 1 / population.metric_std[rows, 0][sized] ** 2)))
        if sized.sum() >= 5
        else 1.0
    )
    h = inked.x_height * float(np.clip(grow, 0.6, 1.6))
    # Feet of resting letters, and of the others by where they usually are: one parabola for all lines' bend, and a
    # height and slope for each line.
    pen = segments.pen_width(inked) / 2
    first = np.array([runs.pieces[r][0] for r in run])
    line = inked.line[first]
    x = (runs.boxes[run, 0] + runs.boxes[run, 2]) / 2
    foot = runs.boxes[run, 3] - pen
    resting = np.array([c in SITS_ON_BASELINE for c in labels])
    usual = np.where(resting, np.clip(population.bottom[rows], -0.1, 0.1), population.bottom[rows])
    base = foot + usual * h
    baseline = inked.baseline.copy()
    for n in np.unique(inked.line):
        own = np.flatnonzero(line == n)
        at = np.flatnonzero(inked.line == n)
        middle = (inked.boxes[at, 0] + inked.boxes[at, 2]) / 2
        strong = own[resting[own]] if resting[own].sum() >= 3 else own
        if len(strong) < 3:
            continue
        off = base[strong] - np.interp(x[strong], *_sorted(middle, inked.baseline[at]))
        degree = 1 if len(strong) >= 6 and np.ptp(x[strong]) > 8 * h else 0
        keep = np.ones(len(strong), bool)
        for _ in range(3):
            curve = np.polyfit(x[strong][keep], off[keep], degree)
            far = np.abs(off - np.polyval(curve, x[strong]))
            keep = far <= max(2.5 * float(np.median(far)), 0.08 * h)
        baseline[at] = inked.baseline[at] + np.polyval(curve, middle)
    return replace(inked, baseline=baseline, x_height=h)


def _sorted(x: DoubleArray, y: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    order = np.argsort(x)
    return x[order], y[order]


def _gaps(page: Aligned, inked: SegmentedInk) -> Gaps:
    """Usual gaps of this page, from pairs of certain letters that follow each other, in x-heights of ``inked``."""
    runs, weighed, letters = page.runs, page.weighed, page.letters
    gap = inked.gaps() / inked.x_height
    inside: list[float] = []
    between: list[float] = []
    for i in range(1, len(letters.characters)):
        a, b = weighed.run[i - 1], weighed.run[i]
        if min(weighed.share[i - 1], weighed.share[i]) < CERTAIN or min(a, b) < 0 or not runs.count[b]:
            continue
        if runs.first[a] + runs.count[a] == runs.first[b] and np.isfinite(gap[runs.first[b]]):
            (between if letters.spaced[i] else inside).append(float(gap[runs.first[b]]))
    usual = Gaps()
    if len(inside) < 10:
        return usual
    letter, spread = float(np.median(inside)), float(np.percentile(inside, 84) - np.median(inside))
    word = float(np.median(between)) if len(between) >= 5 else max(usual.word, letter + 0.8)
    return Gaps(
        max(letter, 0.0), float(np.clip(spread, 0.15, 1.0)), word, float(np.clip((word - letter) / 2.2, 0.2, 0.8))
    )
