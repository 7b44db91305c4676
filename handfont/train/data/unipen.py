"""Pen trajectories of the UNIPEN collection as normalized strokes, writer by writer.

UNIPEN gives neither x-height nor baseline; both are inferred. Every record's height, divided by the height that its
character usually has, is one noisy reading of the x-height; a running median over the writer's records in file order
follows a writer who appears at several scales. Characters cut from words also carry their place on the page, from
which the baseline follows the same way.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from handfont.core.arrays import DoubleArray, FloatArray
from handfont.core.charset import INDEX
from handfont.core.forms import ALONE, Joins
from handfont.errors import DataError

STAIRCASE = {"apa", "app", "tos", "ibm"}
"""Contributors whose tablets quantized coarsely: their strokes are smoothed more."""

MIN_RECORDS = 20
"""Writers with fewer usable characters are left out: no style can be learned from them."""

# Heights and lowest points of characters in x-heights, medians over the handwriting fonts; starting values that one
# pass over the writers replaces.
_TALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789bdfhkl!?%&#$/\\()[]{}|@"
_LOW = "gjpqy"


@dataclass
class Trajectory:
    """One written character: strokes in x-heights, y up; ``baseline`` says whether y = 0 is the baseline.

    Of a letter that is joined, its strokes run from the middle of one join to that of the next; ``body`` of them, the
    first ones, were written before the pen went on, the rest are late dots and bars. ``neighbors`` are the letters
    before and after it in its word.
    """

    writer: str
    label: str
    strokes: list[FloatArray]
    baseline: bool
    joins: Joins = ALONE
    body: int = 0
    neighbors: tuple[str, str] = ("", "")


@dataclass
class Record:
    """A character as its file has it, in the tablet's unit: strokes from x = 0, and where it was on the page."""

    label: str
    contributor: str
    strokes: list[FloatArray]
    origin_x: float
    x0: float
    y0: float
    width: float
    height: float
    in_context: bool


def read(folder: Path, split: str) -> Iterator[Trajectory]:
    """All usable characters of a split (``train`` or ``dev``), cleaned and normalized.

    Raises:
        DataError: the folder holds no UNIPEN files of this split, or they are damaged.
    """
    by_writer = read_records(folder, split)
    height, bottom = expected(by_writer)
    for writer, records in sorted(by_writer.items()):
        if len(records) < MIN_RECORDS:
            continue
        yield from normalise(writer, records, height, bottom)


def read_records(folder: Path, split: str) -> dict[str, list[Record]]:
    """The usable characters of each writer of a split, in the order of the files, each ink once."""
    by_writer: dict[str, list[Record]] = defaultdict(list)
    seen: set[tuple[str, str, str]] = set()
    for kind in ("chars_in_context", "chars"):  # the same ink may be in both; the one with its place is taken
        for data in read_lines(folder / f"{kind}.{split}.jsonl.gz"):
            key = (data["w"], data["l"], json.dumps(data["s"]))
            if data["l"] not in INDEX or data["q"] == "BAD" or key in seen:
                continue
            seen.add(key)
            record = _record(data, kind == "chars_in_context")
            if record is not None:
                by_writer[data["w"]].append(record)
    return by_writer


def aliases(folder: Path, split: str) -> set[str]:
    """Writers of a split who are in another one, too, under another name (``aliases.json``, if it is there)."""
    path = folder / "aliases.json"
    return set(json.loads(path.read_text(encoding="utf-8"))[split]) if path.is_file() else set()


def read_lines(path: Path, needed: Set[str] = frozenset("wclqs")) -> Iterator[dict[str, Any]]:
    """The records of a file, each checked for what is read of it: the keys ``needed``."""
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                data = json.loads(line)
                if not needed <= set(data):
                    raise ValueError(f"{' or '.join(sorted(needed - set(data)))} is missing")
                number += 1
                yield data
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing; see the README on where the data comes from") from error
    except (OSError, EOFError, ValueError, TypeError, zlib.error) as error:
        raise DataError(f"{path} cannot be read after line {number}: {error}") from error


def _record(data: dict[str, Any], in_context: bool) -> Record | None:
    strokes = [np.asarray(flat, np.float32).reshape(-1, 2) for flat in data["s"] if len(flat) >= 2]
    if not strokes:
        return None
    points = np.concatenate(strokes)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    origin = data.get("o") or [0, 0]
    offset = np.asarray([-x0, origin[1] - y0], np.float32)
    return Record(
        data["l"],
        data["c"],
        [s + offset for s in strokes],
        float(origin[0]),
        0.0,
        float(origin[1]),
        float(x1 - x0),
        float(y1 - y0),
        in_context,
    )


def expected(by_writer: dict[str, list[Record]]) -> tuple[dict[str, float], dict[str, float]]:
    """Median height and lowest point of each character in x-heights, over all writers (two rounds)."""
    height = {c: 1.75 if c in _TALL else 1.6 if c in _LOW else 1.0 for c in INDEX}
    height.update({"t": 1.5, "i": 1.4, "j": 2.1, ".": 0.1, ",": 0.3, "-": 0.08, "_": 0.08, "'": 0.4, '"': 0.4, "=": 0.4,
                   "~": 0.3, "^": 0.5, "`": 0.35, "*": 0.8, ":": 0.75, ";": 1.0, "<": 0.9, ">": 0.9,
                   "+": 0.9})  # fmt: skip
    for _ in range(2):
        readings: dict[str, list[float]] = defaultdict(list)
        for records in by_writer.values():
            if len(records) < MIN_RECORDS:
                continue
            scale = scales(records, height)
            per_label: dict[str, list[float]] = defaultdict(list)
            for record, s in zip(records, scale, strict=True):
                per_label[record.label].append(record.height / s)
            for label, values in per_label.items():
                readings[label].append(float(np.median(values)))
        x_height = np.median([np.median(readings[c]) for c in "aceonumrsxz"])
        height.update({c: float(np.median(v) / x_height) for c, v in readings.items() if len(v) >= 5})
    bottom = {c: -0.75 if c in "gjpqy" else 0.0 for c in INDEX}
    bottom.update({",": -0.25, ";": -0.25, "_": -0.15, "(": -0.25, ")": -0.25, "[": -0.25, "]": -0.25, "{": -0.25,
                   "}": -0.25, "|": -0.25, "-": 0.5, "=": 0.35, "+": 0.15, "~": 0.5, "^": 1.1, "'": 1.3, '"': 1.3,
                   "`": 1.3, "*": 0.8, "<": 0.1, ">": 0.1, "@": -0.15, "/": -0.1, "\\": -0.1, "Q": -0.1,
                     "f": -0.05})  # fmt: skip
    return height, bottom


def scales(records: list[Record], height: dict[str, float]) -> DoubleArray:
    """The x-height in the writer's unit for each record: running median of the readings, steadied by the whole."""
    tall = np.array([max(r.height, 0.3 * r.width, 1e-3) for r in records])
    expected = np.array([height[r.label] for r in records])
    reading = np.log(tall / expected)
    usable = np.array([height[r.label] >= 0.7 for r in records])
    if usable.sum() < 5:
        usable[:] = True
    overall = float(np.median(reading[usable]))
    positions = np.flatnonzero(usable)
    result = np.empty(len(records))
    for i in range(len(records)):
        near = np.searchsorted(positions, i)
        window = positions[max(0, near - 12) : near + 12]
        local = float(np.median(reading[window]))
        # Within 25 % the writer's own scale is the better estimate; beyond it the writer changed scale.
        result[i] = overall if abs(local - overall) < 0.22 else local
    return np.asarray(np.exp(result))


def normalise(
    writer: str, records: list[Record], height: dict[str, float], bottom: dict[str, float]
) -> Iterator[Trajectory]:
    """A writer's characters in x-heights, smoothed, without those of impossible size."""
    scale = scales(records, height)
    baselines = _baselines(records, scale, bottom)
    for record, s, baseline in zip(records, scale, baselines, strict=True):
        tall = max(record.height, 1e-3) / s / max(height[record.label], 0.3)
        wide = record.width / s
        if (height[record.label] >= 0.7 and not 0.4 < tall < 2.3) or wide > 3.2 or record.height / s > 4.0:
            continue  # a wrong label, two characters in one, or a scale that was not understood
        shift = baseline if np.isfinite(baseline) else record.y0
        strokes = [(stroke - np.asarray([0, shift], np.float32)) / np.float32(s) for stroke in record.strokes]
        sigma = 0.07 if record.contributor in STAIRCASE else 0.03
        yield Trajectory(
            writer, record.label, [smooth(stroke, sigma) for stroke in strokes], bool(np.isfinite(baseline))
        )


def _baselines(records: list[Record], scale: DoubleArray, bottom: dict[str, float]) -> DoubleArray:
    """Baseline of each record in the writer's unit, NaN where it is not known.

    Neighbors are the records before and after on the same line: their origins go on to the right and lie within one
    and a half x-heights. The median over at least three neighbors of (lowest point - usual lowest point) counts.
    """
    estimate = np.array([r.y0 - bottom[r.label] * s for r, s in zip(records, scale, strict=True)])
    line = np.zeros(len(records), int)
    for i in range(1, len(records)):
        a, b = records[i - 1], records[i]
        step = (b.origin_x - a.origin_x) / scale[i]
        same = b.in_context and a.in_context and -0.5 < step < 12
        line[i] = line[i - 1] + (not (same and abs(estimate[i] - estimate[i - 1]) < 1.5 * scale[i]))
    result = np.full(len(records), np.nan)
    for i, record in enumerate(records):
        lo, hi = i, i
        while lo > 0 and line[lo - 1] == line[i] and i - lo < 5:
            lo -= 1
        while hi + 1 < len(records) and line[hi + 1] == line[i] and hi - i < 5:
            hi += 1
        if record.in_context and hi - lo >= 2:
            result[i] = np.median(estimate[lo : hi + 1])
    return result


def smooth(stroke: FloatArray, sigma: float, step: float = 0.04) -> FloatArray:
    """A stroke resampled every ``step`` x-heights and smoothed by a Gaussian of ``sigma`` x-heights; its ends stay."""
    from scipy.ndimage import gaussian_filter1d

    lengths = np.hypot(*np.diff(stroke, axis=0).T) if len(stroke) > 1 else np.zeros(0)
    total = float(lengths.sum())
    if total < step:
        return stroke[[0]].astype(np.float32)
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(2, int(np.ceil(total / step)) + 1)
    where = np.linspace(0, total, count)
    even = np.stack([np.interp(where, at, stroke[:, axis]) for axis in (0, 1)], axis=1)
    width = min(sigma / step, count / 6)
    # Odd reflection keeps the ends where they are and their direction.
    pad = int(4 * width) + 1
    pad = min(pad, count - 1)
    padded = np.concatenate([2 * even[0] - even[pad:0:-1], even, 2 * even[-1] - even[-2 : -pad - 2 : -1]])
    return np.asarray(gaussian_filter1d(padded, width, axis=0)[pad : pad + count], np.float32)
