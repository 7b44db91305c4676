"""The rhythm of a writer of the UNIPEN collection, measured on lines as that of scanned writing is, and of all of them.

What is measured is drawn towards the other writers, the more the fewer readings there are: an empirical Bayes estimate
(Efron and Morris 1975) of the logarithm of each quantity. What a writer's lines cannot show, as texts of one line show
no margin, is drawn at random as it varies from writer to writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.charset import SITS_ON_BASELINE
from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS
from handfont.core.random_streams import stream
from handfont.scan.freeform import rhythm as measuring
from handfont.style.posterior import Rhythm
from handfont.train.data import unipen
from handfont.train.data.pen_lines import PenLetter, PenText

WORDLIKE = 0.6
"""Lines with at least this share of small letters are writing; lists of signs and capitals are not."""
LONG = 15.0
"""Length of lines from which on they show a slope, in x-heights."""
FEW = 12
"""Of fewer readings nothing is measured."""
FEW_LINES = 6
"""The same for slopes, line spacing and margins."""
LEAST = 0.02
"""No deviation is measured to be less, in x-heights, relative or in degrees."""
INDENT = 4.0
"""Distance from the other lines' start from which on a line is indented, in x-heights."""
LIMITS = {
    "letter_gap": (0.02, 1.5),
    "word_gap": (0.4, 5.0),
    "leading": (2.8, 5.0),
    "wander": (0.02, 0.2),
    "bounce": (0.01, 0.12),
    "slope": (0.05, 1.0),
    "margin": (0.1, 1.2),
    "size": (0.01, 0.12),
}
"""What a rhythm may hold: no more than looks well on a page, whatever was done on a tablet."""
USUAL = Rhythm()
"""What a hand has where it is not measured."""
RELATIVE = ("bounce", "size")
"""Fields that say how a writer differs from others, not how they write on paper: letters are higher and lower, and
are larger and smaller, mostly by their shapes, which drawn glyphs vary of themselves."""
PLAIN = {  # what fields of a rhythm are called in descriptions
    "letter_gap": "gaps between letters",
    "word_gap": "gaps between words",
    "leading": "line spacing",
    "wander": "drift of the baseline",
    "bounce": "heights of letters",
    "slope": "slopes of lines",
    "margin": "margins",
    "size": "sizes of letters",
}
MARGIN = 0.5
"""Margins on paper, whose edge is beside them, in those on tablets."""
FARTHEST = 1.2
"""Standard deviations within which values are drawn at random, evenly: styles are unlike, and none is odd."""


@dataclass(frozen=True)
class RhythmReading:
    """The logarithm of a quantity and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class RhythmPopulation:
    """How the logarithm of a quantity varies from writer to writer: mean and standard deviation."""

    mean: float
    deviation: float

    def drawn_to(self, reading: RhythmReading) -> float:
        """The best estimate of a writer's value, by both."""
        weight = self.deviation**2 / (self.deviation**2 + reading.error**2)
        return weight * reading.value + (1 - weight) * self.mean


LEADING = RhythmPopulation(float(np.log(USUAL.leading)), 0.12)
"""Line spacing on plain paper, an assumption: most people's from 3 to 4 x-heights. On tablets it is what the forms
want, 2.5 to 6."""


def readings(texts: Sequence[PenText], pen: float) -> dict[str, RhythmReading]:
    """What the lines of a writer show, by field of a rhythm, as written with a pen of this width in x-heights."""
    lines = [line for text in texts for line in text.lines if _wordlike(line)]
    letters, slopes = [], []
    for number, line in enumerate(lines):
        slope, own = _letters(line, number, pen)
        letters.append(own)
        if slope is not None and own[-1].right - own[0].left > LONG:
            slopes.append(slope)
    inside, between = measuring.gaps([letter for line in letters for letter in line])
    wander, bounce = measuring.drift(letters)
    count = sum(map(len, letters))
    found = {
        "letter_gap": _of_median(inside),
        "word_gap": _of_median(between),
        "wander": _of_deviation(wander, count / measuring.SLOW),
        "bounce": _of_deviation(bounce, count),
    }
    if (size := measuring.size(letters)) != USUAL.size:  # the usual one is given where letters are few
        found["size"] = _of_deviation(size, count / measuring.SLOW)
    if len(slopes) >= FEW_LINES:
        found["slope"] = _of_deviation(float(np.std(slopes, ddof=1)), len(slopes) - 1)
    found["leading"], found["margin"] = _down_the_page(texts)
    if found["word_gap"] is None:
        found["letter_gap"] = None  # letters in boxes are set apart as nobody does in writing
    return {name: reading for name, reading in found.items() if reading is not None}


def populations(writers: Iterable[Mapping[str, RhythmReading]]) -> dict[str, RhythmPopulation]:
    """How each field varies among writers, without the errors of the readings; line spacing as on paper."""
    by_field: dict[str, list[RhythmReading]] = {}
    for own in writers:
        for name, reading in own.items():
            by_field.setdefault(name, []).append(reading)
    result = {}
    for name, own_readings in sorted(by_field.items()):
        values = np.array([reading.value for reading in own_readings])
        # A few writers' lines are misread; the middle half gives the spread.
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
        errors = float(np.median([reading.error for reading in own_readings]))
        spread = ((high - low) / 1.349) ** 2 - errors**2
        result[name] = RhythmPopulation(float(middle), float(np.sqrt(max(spread, 0.1 * errors**2))))
    return result | {"leading": LEADING}


def rhythm(name: str, own: Mapping[str, RhythmReading], among: Mapping[str, RhythmPopulation]) -> Rhythm:
    """The rhythm of a style: measured, or drawn at random, the same for the same ``name``, where nothing shows it."""
    amounts = {}
    for part in fields(Rhythm):
        population = among.get(part.name)
        if population is None:
            continue
        if part.name in own:
            value = population.drawn_to(own[part.name])
        else:
            chance = stream(0, name, "rhythm", part.name).uniform(-FARTHEST, FARTHEST)
            value = population.mean + population.deviation * chance
        if part.name in RELATIVE:
            value += np.log(getattr(USUAL, part.name)) - population.mean
        amounts[part.name] = round(float(np.clip(np.exp(value), *LIMITS[part.name])), 3)
    return Rhythm(**amounts, measured="letter_gap" in own and "word_gap" in own).parted()


def described(own: Mapping[str, RhythmReading], among: Mapping[str, RhythmPopulation]) -> str:
    """A sentence that says which fields of a rhythm were measured, and which were drawn at random."""
    drawn = [PLAIN[name] for name in among if name not in own]
    if len(drawn) == len(among):
        return "Its rhythm was drawn at random, as rhythms vary among writers of the UNIPEN collection."
    measured = "Its rhythm was measured on the writer's lines"
    if not drawn:
        return f"{measured}."
    some = drawn[0] if len(drawn) == 1 else f"{', '.join(drawn[:-1])} and {drawn[-1]}"
    return f"{measured}; {some}, which they do not tell, are drawn at random, as they vary among the others."


def _wordlike(line: Sequence[PenLetter]) -> bool:
    return len(line) >= 3 and sum(letter.character.islower() for letter in line) >= WORDLIKE * len(line)


def _letters(line: Sequence[PenLetter], number: int, pen: float) -> tuple[float | None, list[measuring.WrittenLetter]]:
    """The slope of a line in degrees, if enough letters rest on it, and its letters as they are found on scans."""
    resting = np.array([letter.character in SITS_ON_BASELINE for letter in line])
    points = [letter.points for letter in line]
    x = np.array([(p[:, 0].min() + p[:, 0].max()) / 2 for p in points])
    foot = np.array([p[:, 1].min() for p in points])
    slope, offset = None, float(np.median(foot[resting] if resting.any() else foot))
    if resting.sum() >= FEW_LINES:
        steep, offset = np.polyfit(x[resting], foot[resting], 1)
        slope = float(np.degrees(np.arctan(steep)))
        base = steep * x + offset
    else:
        base = np.full(len(line), offset)
    letters = []
    for i, letter in enumerate(line):
        size = max(np.ptp(points[i], axis=0).max(), 0.1)
        left, right = points[i][:, 0].min() - pen / 2, points[i][:, 0].max() + pen / 2
        letters.append(
            measuring.WrittenLetter(
                number,
                left,
                right,
                x[i],
                foot[i] - base[i],
                float(size),
                letter.character,
                letter.spaced,
                _edges(letter, float(base[i]), pen),
                i > 0,
            )
        )
    return slope, letters


def _edges(letter: PenLetter, base: float, pen: float) -> tuple[DoubleArray, DoubleArray]:
    """Left and right end of the ink in the layout's bands, NaN without ink."""
    points = np.concatenate([unipen.smooth(stroke.astype(np.float32), 0.03) for stroke in letter.strokes])
    around = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    x = (points[:, 0][:, None] + pen / 2 * np.cos(around)).ravel()
    y = (points[:, 1][:, None] - base + pen / 2 * np.sin(around)).ravel()
    band = np.clip((y - BAND_BOTTOM) / (BAND_TOP - BAND_BOTTOM) * BANDS, 0, BANDS - 1).astype(int)
    left, right = np.full(BANDS, np.inf), np.full(BANDS, -np.inf)
    np.minimum.at(left, band, x)
    np.maximum.at(right, band, x)
    empty = ~np.isfinite(left)
    left[empty] = right[empty] = np.nan
    return left, right


def _of_median(values: Sequence[float]) -> RhythmReading | None:
    if len(values) < FEW:
        return None
    middle = max(float(np.median(values)), 0.02)
    quarter, three = np.quantile(values, [0.25, 0.75])
    # The median of n normal readings errs 1.25 times as much as their mean.
    return RhythmReading(float(np.log(middle)), float(1.25 * (three - quarter) / 1.349 / np.sqrt(len(values)) / middle))


def _of_deviation(value: float | None, count: float) -> RhythmReading | None:
    return None if value is None else RhythmReading(float(np.log(max(value, LEAST))), float(1 / np.sqrt(2 * count)))


def _down_the_page(texts: Sequence[PenText]) -> tuple[RhythmReading | None, RhythmReading | None]:
    """Line spacing, and deviation of where lines start about their drift."""
    steps: list[float] = []
    squares, free = 0.0, 0
    for text in texts:
        feet, starts = [], []
        for line in text.lines:
            resting = [letter.points[:, 1].min() for letter in line if letter.character in SITS_ON_BASELINE]
            feet.append(float(np.median(resting)) if len(resting) >= 3 else np.nan)
            starts.append(min(letter.points[:, 0].min() for letter in line))
        steps += [a - b for a, b in pairwise(feet) if 1.0 < a - b < 10.0]
        first = np.array(starts)
        first = first[np.abs(first - np.median(first)) < INDENT]
        if len(first) >= 3:
            order = np.arange(len(first))
            squares += float(((first - np.polyval(np.polyfit(order, first, 1), order)) ** 2).sum())
            free += len(first) - 2
    # Lines start to the right of the margin: the rhythm's deviation is that of a normal distribution, folded.
    if free < FEW_LINES:
        return _of_median(steps), None
    return _of_median(steps), _of_deviation(MARGIN * np.sqrt(squares / free) / measuring.HALF_NORMAL, free)
