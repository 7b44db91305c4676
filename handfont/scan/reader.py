"""What kind of page is it? Each page of a scan is read as our writing sheet, a grid of single letters, or free writing.

A text file of the scan's name beside it says what is written: the rows of a grid, or a transcript. A form feed in it
parts the pages of a scan that has several.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from handfont.core.arrays import ByteArray
from handfont.core.forms import ALONE
from handfont.errors import ScanError
from handfont.model.loading import Weights
from handfont.scan import image
from handfont.scan.freeform import reader as freeform
from handfont.scan.grid import label_file
from handfont.scan.grid import reader as grid
from handfont.scan.page_reading import CopiedLine, PageReading
from handfont.scan.worksheet import markers
from handfont.scan.worksheet import reader as worksheet
from handfont.style.posterior import Rhythm
from handfont.util.paths import shown
from handfont.util.progress import Watch

FEWEST = 12
"""Letters copied on a sheet's lines that show the rhythm of a hand, at least."""
MOST_LARGER = 2.0
"""Letters in boxes are larger or smaller than those of lines by no more than this factor."""


def read(
    scan: Path, weights: Weights, transcript: Path | None = None, watch: Watch | None = None
) -> Iterator[PageReading | ScanError]:
    """What is understood of each page of a scan, or why it is not: the others are read all the same.

    ``transcript`` is the text file, if it is not the one beside the scan; ``watch`` is told how far pages are.

    Raises:
        ScanError: the file itself cannot be read, or its text file cannot.
    """
    text_file = transcript or label_file.path_for(scan)
    text = label_file.text(text_file) if transcript or text_file.exists() else None
    texts = None if text is None else text.split("\f")
    dpi = image.dpi(scan)
    for number, page in enumerate(image.pages(scan)):
        where = shown(scan.name) if number == 0 else f"{shown(scan.name)}, page {number + 1}"
        try:
            place = markers.find(page, where)
            if place is not None:
                yield _with_rhythm(worksheet.read(page, where, weights, place), weights)
            elif texts is not None and number >= len(texts):
                raise ScanError(
                    f"{text_file.name} has the text of {len(texts)} pages, but {shown(scan.name)} has "
                    "more; part the pages' texts by form feeds, or save one file a page"
                )
            else:
                own = None if texts is None else texts[number]
                yield _foreign(page, own, where, text_file, dpi, weights, _of_page(number, watch))
        except ScanError as error:
            yield error


def _foreign(
    page: ByteArray,
    text: str | None,
    where: str,
    text_file: Path,
    dpi: float | None,
    weights: Weights,
    watch: Watch | None,
) -> PageReading:
    """A page that is no sheet of ours: letters in boxes of their own, or else writing, which may have a table in it."""
    found = grid.find(page, where)
    in_writing = found is not None and found.aside
    if found is not None and not (in_writing and text is None):
        try:
            rows = None if text is None else label_file.rows(text, text_file)
            return grid.read(found, rows, text_file, where, weights)
        except label_file.LabelsError:
            if not in_writing:
                raise
    return freeform.read(page, text, where, weights, dpi, watch)


def _of_page(number: int, watch: Watch | None) -> Watch | None:
    """``watch`` for what is done with a page, which is named from the second one on."""
    if watch is None or number == 0:
        return watch
    return lambda step, done, total: watch(f"page {number + 1}, {step}", done, total)


def _with_rhythm(reading: PageReading, weights: Weights) -> PageReading:
    """A sheet's page with the rhythm and joins of the lines that were copied on it, where there are some."""
    written = [line for line in reading.lines if _ink(line)]
    if not written:
        return reading
    wide = max(line.picture.shape[1] for line in written)
    pictures = [
        np.pad(line.picture, ((0, 0), (0, wide - line.picture.shape[1]), (0, 0)), mode="edge") for line in written
    ]
    text = "\n".join(line.text for line in written)
    try:
        copied = freeform.read(
            np.concatenate(pictures), text, f"the copied lines on {reading.where}", weights, 25.4 * written[0].per_mm
        )
    except ScanError:
        reading.notes.append(
            f"The copied lines on {reading.where} could not be read: spacing and baseline are taken as usual."
        )
        return reading
    if copied.rhythm is not None and len(copied.samples) >= FEWEST:
        # The lines' distance is the sheet's, not the writer's.
        reading.rhythm = replace(copied.rhythm, leading=Rhythm.leading)
        _resize(reading, copied)
    reading.pairs = copied.pairs
    # Letters by themselves are in the boxes.
    reading.samples += [
        replace(sample, box=_on_sheet(sample.box, copied, written, reading.per_mm), source=reading.where)
        for sample in copied.samples
        if sample.joins != ALONE and not any(sample is doubtful for doubtful, _ in copied.doubtful)
    ]
    return reading


def _resize(reading: PageReading, copied: PageReading) -> None:
    """Take the size of the writing from copied lines: in boxes people write larger, with the same pen."""
    if not reading.x_height_mm or not copied.x_height_mm:
        return
    larger = float(np.clip(reading.x_height_mm / copied.x_height_mm, 1 / MOST_LARGER, MOST_LARGER))
    doubts = {id(sample): reason for sample, reason in reading.doubtful}
    resized = [(replace(sample, pen=sample.pen * larger), doubts.get(id(sample), "")) for sample in reading.samples]
    reading.samples = [sample for sample, _ in resized]
    reading.doubtful = [(sample, reason) for sample, reason in resized if reason]
    reading.x_height_mm = round(reading.x_height_mm / larger, 3)


def _on_sheet(
    box: tuple[int, int, int, int], copied: PageReading, lines: list[CopiedLine], per_mm: float
) -> tuple[int, int, int, int]:
    """The box of a sample of copied lines, one under the other, on the sheet's page of ``per_mm`` pixels."""
    assert copied.matrix is not None
    corners = np.array([[box[0], box[1], 1.0], [box[2], box[3], 1.0]]) @ np.linalg.inv(copied.matrix).T
    corners = corners[:, :2] / corners[:, 2:]
    low, high = corners.min(axis=0), corners.max(axis=0)
    top = 0
    for line in lines:
        tall = line.picture.shape[0]
        if (low[1] + high[1]) / 2 < top + tall or line is lines[-1]:
            break
        top += tall
    origin = np.array([line.left, line.top])
    places = [(np.array([x, y - top]) / line.per_mm + origin) * per_mm for x, y in (low, high)]
    (x0, y0), (x1, y1) = np.rint(places).astype(int).tolist()
    return x0, y0, x1, y1


def _ink(line: CopiedLine) -> bool:
    """Whether something is written on a line: more than its printed rule."""
    dark = image.darkness(line.picture) > 0.3
    return bool((dark.sum(axis=0) > 0.8 * line.per_mm).mean() > 0.1)
