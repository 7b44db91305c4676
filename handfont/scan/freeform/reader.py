"""A page of free writing -> glyph samples and rhythm: ink, lines, pieces, and the text aligned with them.

The alignment is done twice: sizes, baselines and gaps that it shows the first time are what it goes by the second time.
Only letters that nearly all alignments agree on, and that can be read as what they should be, are kept.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from handfont.core import sdf
from handfont.core.arrays import BoolArray, ByteArray, DoubleArray, FloatArray
from handfont.core.charset import INDEX, SITS_ON_BASELINE, alike
from handfont.core.euler_number import euler_number
from handfont.core.glyph import GlyphSample, Metrics, Skeleton
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import Weights
from handfont.scan import pen
from handfont.scan.cell_samples import PageMeasures, weighted_median
from handfont.scan.freeform import ink, rhythm, segments, text_lines, transcription
from handfont.scan.freeform.deskew import FEWEST, DeskewedPage, deskewed
from handfont.scan.freeform.forward_backward import AlignmentPosterior, Gaps, align
from handfont.scan.freeform.segments import Runs, SegmentedInk
from handfont.scan.page_reading import PageReading
from handfont.scan.skeleton import skeleton_of

CERTAIN = 0.97
"""Share of the weight of all alignments that has to agree on a letter."""
READABLE = 0.5
"""Probability that the reader has to give a letter, or one that looks alike."""
SENSE = 0.15
"""A page read without transcript has at least this share of its letters in known words, or it is not read."""
FITTING = 0.15
"""A transcript of which less than this share is found is not this page's."""
SCANT = 0.6
"""Pieces of ink to letters of the text, or the reverse, below which either lacks much of the other."""
LETTER, LEGIBLE = 0.7, 0.68
"""Pieces of at least so many x-heights that the reader gives this probability in the mean are letters apart."""
SHAPE_ZOOM = 2.0
"""Final shapes are taken from the page enlarged so much."""
LONGEST_TEXT = 6000

_LOOK = alike().astype(np.float32)


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


def read(
    page: ByteArray, transcript: str | None, where: str, weights: Weights, dpi: float | None = None
) -> PageReading:
    """The letters of a page of free writing.

    Args:
        page: (height, width, 3) RGB, turned any way.
        transcript: what is written, or None to have it read; its line breaks need not be those of the page.
        where: the scan, for messages.
        dpi: resolution of ``page``, if it is known to be true.

    Raises:
        ScanError: no writing on the page, writing too small or blurred, or a transcript that is not of this page.
    """
    if transcript is not None:
        if not transcript.strip():
            raise ScanError(f"the transcript of {where} is empty; write what the page says, or leave the file away")
        if len(transcript) > LONGEST_TEXT:
            raise ScanError(
                f"the transcript of {where} has {len(transcript)} characters, more than a page holds; give "
                "each page its own"
            )
    aligned = align_page(page, transcript, where, weights)
    if aligned.found < FEWEST or aligned.found < FITTING * len(aligned.letters.characters):
        if aligned.guessed:
            raise _unread(where)
        raise ScanError(
            f"the transcript of {where} does not match the page: {aligned.found} of "
            f"{len(aligned.letters.characters)} letters were found; {_why(aligned)}"
        )
    return read_aligned(aligned, weights, where, dpi)


def _why(page: Aligned) -> str:
    """The likeliest reason why a text is not found on its page, and what to do."""
    x_height, letters, bodies = page.inked.x_height / page.sheet.scale, len(page.letters.characters), page.inked.order
    single = page.seen[(page.runs.count == 1) & (page.runs.size > LETTER)]
    if x_height < pen.COARSE:
        return f"its small letters are only {x_height:.0f} pixels high, scan it at 200 dpi or more"
    if len(bodies) < SCANT * letters:
        return (
            f"there are only {len(bodies)} pieces of ink, far less writing than in the text; write down what this "
            "page says and no more"
        )
    if letters < SCANT * len(bodies):
        return (
            f"there are {len(bodies)} pieces of ink, far more writing than in the text; write down all that the "
            "page says, or cut off what is no writing"
        )
    if len(single) and float(single.max(axis=1).mean()) > LEGIBLE:
        return "its letters can be read, but are others than those of the text; write down what this page says"
    return (
        "its letters can hardly be read one by one, as where they are joined or faint; write them apart with a "
        "dark pen, and check that the text is that of this page"
    )


def _unread(where: str) -> ScanError:
    return ScanError(
        f"too little of {where} can be read without a transcript; write what it says into a text file of "
        "the same name beside it"
    )


def align_page(page: ByteArray, transcript: str | None, where: str, weights: Weights) -> Aligned:
    """A page of writing with its text aligned, in two rounds."""
    guessed = transcript is None
    best = -1.0
    for flip in (False, True) if guessed else (False,):
        # Which way up a page is, single letters tell badly where no text says which to expect: words tell it.
        other = deskewed(page, transcript or "", where, weights, flip)
        other_inked = _pieces(other, where)
        other_runs = segments.runs_of(other_inked, _pen(other_inked))
        other_seen = inference.read(weights.reader, other_runs.fields)
        said = (
            transcript
            if transcript is not None
            else transcription.text_of(other_inked, other_runs, other_seen, weights.population)
        )
        made = transcription.sense(said) if guessed else 0.0
        if made > best:
            best, sheet, inked, runs, seen, text = made, other, other_inked, other_runs, other_seen, said
    if guessed and best < SENSE:
        raise _unread(where)
    first = Aligned(sheet, inked, runs, seen, Letters.of(text), AlignmentPosterior.nothing(), guessed)
    first.weighed = _weighed(first, weights, Gaps(), 0.25, 0.3)
    if first.found < FEWEST:
        return first
    settled = _settled(first, weights)
    runs = runs.on(inked, settled)
    gaps = _gaps(first, settled)
    letters = Letters.of(transcription.text_of(settled, runs, seen, weights.population)) if guessed else first.letters
    second = replace(first, inked=settled, runs=runs, letters=letters)
    second.weighed = _weighed(second, weights, gaps, 0.15, 0.18)
    return second


def _pieces(sheet: DeskewedPage, where: str) -> SegmentedInk:
    """Ink in pieces on lines, with a first x-height and baselines told by the lines' profiles."""
    mask = sheet.dark > sheet.level
    h = sheet.x_height
    labels, boxes = ink.components(mask, max(8.0, 0.012 * h * h))
    ridges = text_lines.with_missed(text_lines.find(mask, h), boxes, h)
    if not ridges:
        raise ScanError(f"no lines of writing found on {where}")
    h, bottoms = _zone(mask, ridges, h)
    labels, owner = text_lines.owners(labels, boxes, ridges, h)
    baselines = [np.poly1d(ridge.curve) + down for ridge, down in zip(ridges, bottoms, strict=True)]
    ys, xs = np.nonzero(labels)
    on = owner[labels[ys, xs] - 1]
    good = on >= 0
    rows = np.stack([b(np.arange(mask.shape[1])) for b in baselines])
    up = rows[on[good], xs[good]] - ys[good]
    lean = ink.slant(on[good], up, xs[good], h)
    pen = sdf.pen_width(mask[int(rows.min() - 2 * h) if rows.min() > 2 * h else 0 : int(rows.max() + h)])
    return segments.split(labels, owner, baselines, h, lean, pen)


def _zone(mask: BoolArray, ridges: list[text_lines.Ridge], h: float) -> tuple[float, DoubleArray]:
    """x-height from the height of the band of dense ink of all lines, and the baseline below each ridge."""
    reach = int(2.5 * h)
    profiles, bottoms = [], []
    for ridge in ridges:
        columns = np.arange(max(0, int(ridge.left)), min(mask.shape[1], int(ridge.right) + 1))
        rows = np.clip(
            np.rint(ridge.row(columns))[None].astype(int) + np.arange(-reach, reach)[:, None], 0, mask.shape[0] - 1
        )
        profile = np.convolve(mask[rows, columns].mean(axis=1), np.hanning(max(3, int(0.5 * h)) + 2), "same")
        peak = float(profile[reach - int(0.5 * h) : reach + int(0.5 * h)].max())
        middle = reach - int(0.5 * h) + int(np.argmax(profile[reach - int(0.5 * h) : reach + int(0.5 * h)]))
        low = middle
        while low < 2 * reach - 1 and profile[low] > 0.45 * peak:
            low += 1
        top = middle
        while top > 0 and profile[top] > 0.45 * peak:
            top -= 1
        profiles.append((low - top, len(columns)))
        bottoms.append(float(low - reach))
    tall = np.array([p[0] for p in profiles], float)
    return float(np.clip(np.median(tall), 0.5 * h, 1.6 * h)), np.array(bottoms)


def _pen(inked: SegmentedInk) -> float:
    """Median stroke width of letter-sized pieces."""
    tall = inked.boxes[:, 3] - inked.boxes[:, 1]
    chosen = np.flatnonzero(tall > 0.7 * inked.x_height)
    chosen = chosen[np.linspace(0, len(chosen) - 1, min(60, len(chosen))).astype(int)] if len(chosen) else chosen
    widths = [sdf.pen_width(segments.mask_of(inked, [int(i)])[0]) for i in chosen]
    return float(np.median(widths)) if widths else 0.15 * inked.x_height


def _weighed(page: Aligned, weights: Weights, gaps: Gaps, size_floor: float, place_floor: float) -> AlignmentPosterior:
    """All alignments weighed by what the reader sees and how sizes, places and gaps fit."""
    letters, inked, runs = page.letters, page.inked, page.runs
    different = sorted(set(letters.characters))
    column = {character: u for u, character in enumerate(different)}
    weight = np.full((len(runs.first), len(different)), -9.0)
    population = weights.population
    look = page.seen @ _LOOK
    for character, u in column.items():
        if not character:
            continue
        c = INDEX[character]
        size = (np.log(runs.size) - population.metric_mean[c, 0]) / np.hypot(population.metric_std[c, 0], size_floor)
        place = (runs.centre - population.metric_mean[c, 1]) / np.hypot(population.metric_std[c, 1], place_floor)
        misfit = np.minimum(size**2, 12) + np.minimum(place**2, 12) + np.minimum((runs.inner / 0.2) ** 2, 12)
        weight[:, u] = np.log(look[:, c] + 1e-3) - 0.25 * misfit
        if character not in 'ij:;!?%="÷' and len(runs.mark):
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


def _settled(page: Aligned, weights: Weights) -> SegmentedInk:
    """The ink with x-height and baselines as the certain letters tell them."""
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
    # Feet of resting letters, and of the others by where they usual stand: one parabola for all lines' bend, and a
    # height and slope for each line.
    pen = _pen(inked) / 2
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
    return SegmentedInk(
        inked.labels, inked.boxes, inked.spans, inked.line, inked.order, inked.marks, baseline, h, inked.slant
    )


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


def read_aligned(page: Aligned, weights: Weights, where: str, dpi: float | None) -> PageReading:
    """What is kept of an alignment, and what it tells of the hand."""
    sheet, inked, runs, seen = page.sheet, page.inked, page.runs, page.seen
    letters, weighed, guessed = page.letters, page.weighed, page.guessed
    h = inked.x_height
    look = seen @ _LOOK
    population = weights.population
    used: dict[int, int] = {}
    for sure in np.flatnonzero((weighed.run >= 0) & (weighed.share > CERTAIN)):
        for piece in runs.pieces[weighed.run[sure]]:
            used[piece] = used.get(piece, 0) + 1
    known = letters.in_known_words() if guessed else []
    samples: list[GlyphSample] = []
    doubtful_at: list[tuple[int, str]] = []
    kept: list[tuple[int, int]] = []
    pens = []
    unsure = 0
    for i, (character, accented) in enumerate(zip(letters.characters, letters.accented, strict=True)):
        r, share = int(weighed.run[i]), float(weighed.share[i])
        if r < 0 or share <= CERTAIN or not character:
            unsure += 1
            continue
        c = INDEX[character]
        numbers = runs.pieces[r]
        shape, size, centre, width, box, middle = _final(sheet, inked, numbers)
        probability = float(look[r, c])
        sample = GlyphSample(
            character, shape, Metrics(size, centre), width, where, box, round(min(share, probability), 4), middle
        )
        samples.append(sample)
        reason = ""
        best = int(look[r].argmax())
        ratio = size / float(np.exp(population.metric_mean[c, 0]))
        if probability < READABLE:
            likely = weights.config.characters[int(seen[r].argmax())]
            reason = f"looks like '{likely}'" if float(seen[r, int(seen[r].argmax())]) > 0.6 else "cannot be read"
        elif any(used.get(piece, 0) > 1 for piece in numbers):
            reason = "its dot may be another letter's"
        elif character in "ij" and runs.mark[r] < 0 and euler_number(shape[None] > 0)[0] < 2:
            reason = "its dot was not found"
        elif not 0.5 < ratio < 2.0:
            reason = "its size is far from usual"
        elif accented and runs.mark[r] >= 0:
            reason = "its accent is not apart"
        elif guessed and (probability < 0.9 or (best != c and look[r, best] > 0.3)):
            reason = "read without a transcript, and not clear enough"
        elif guessed and not known[i]:
            reason = "read without a transcript, in a word that is in no list"
        if reason:
            doubtful_at.append((len(samples) - 1, reason))
        else:
            kept.append((i, r))
            pens.append(width)
    if len(kept) < FEWEST:
        raise ScanError(
            f"only {len(kept)} letters of {where} could be parted and read; joined writing gives too few, "
            "write letters apart"
        )
    notes = []
    if guessed:
        notes.append(
            f"There is no transcript of {where}: it was read by machine, and only letters that are sure were "
            f"kept ({len(kept)})."
        )
    if unsure:
        notes.append(
            f"{unsure} of {len(letters.characters)} letters of {where} could not be told apart for sure and "
            "were left out."
        )
    if sheet.ruled:
        notes.append(f"{sheet.ruled} printed rules were taken off {where}.")
    colour, true = pen.ink_and_width(sheet.page, sheet.dark, inked.labels > 0, float(np.median(pens)) * h / sheet.scale)
    samples = [replace(sample, pen=sample.pen * true) for sample in samples]
    doubtful = [(samples[i], reason) for i, reason in doubtful_at]
    notes += pen.coarse(h / sheet.scale, dpi, where)
    measures = PageMeasures(h, float(np.median(pens)) * true, colour)
    moves = rhythm.measure(inked, runs, letters.spaced, kept, letters.characters)
    mm = round(h / sheet.scale / dpi * 25.4, 3) if dpi else None
    return PageReading(
        "writing",
        where,
        sheet.page,
        measures,
        samples,
        doubtful,
        notes=notes,
        x_height_mm=mm,
        rhythm=moves,
        slant=round(inked.slant, 3),
    )


def _final(
    sheet: DeskewedPage, inked: SegmentedInk, numbers: list[int]
) -> tuple[FloatArray, float, float, float, tuple[int, int, int, int], Skeleton]:
    """Shape, size, centre height, pen, box and skeleton of some pieces, their edges found between pixels."""
    mask, box = segments.mask_of(inked, numbers)
    grown = 2
    x0, y0, x1, y1 = (int(v) for v in box)
    height, width = sheet.dark.shape
    a, b, c, d = max(0, x0 - grown), max(0, y0 - grown), min(width, x1 + grown), min(height, y1 + grown)
    own = np.zeros((d - b, c - a), np.uint8)
    own[y0 - b : y1 - b, x0 - a : x1 - a] = mask
    others = (inked.labels[b:d, a:c] > 0) & (own == 0)
    near = cv2.dilate(own, np.ones((3, 3), np.uint8)).astype(bool) & ~others
    patch = np.where(near, sheet.dark[b:d, a:c], 0).astype(np.float32)
    fine = cv2.resize(patch, None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_LINEAR) > sheet.level
    fine &= cv2.resize(near.astype(np.uint8), None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_NEAREST) > 0
    if not fine.any():
        fine = cv2.resize(own, None, fx=SHAPE_ZOOM, fy=SHAPE_ZOOM, interpolation=cv2.INTER_NEAREST) > 0
    pen = sdf.pen_width(mask) * SHAPE_ZOOM
    h = inked.x_height * SHAPE_ZOOM
    field, x, y, side = sdf.from_ink(fine, h, pen)
    base = float(inked.baseline[numbers].mean())
    centre = float((base - b - y / SHAPE_ZOOM) / inked.x_height)
    return field, float(side / h), centre, float(pen / h), (x0, y0, x1, y1), skeleton_of(fine, h, (x, y))
