"""The file of a style's samples: a ZIP archive of arrays (``.npz``) with a JSON header, checked before it is used."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from dataclasses import asdict, replace
from pathlib import Path
from tokenize import TokenError
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX
from handfont.core.forms import ALONE, Joins
from handfont.core.glyph import GlyphSample, Metrics, Skeleton
from handfont.core.pairs import SeenPair
from handfont.core.sdf import GRID, dequantize, quantize
from handfont.errors import StyleError, parameter
from handfont.style.parsing import rhythm
from handfont.style.sample_archive import ArchivedPage, ArchivedSample, SampleArchive
from handfont.util.checked import Limits, load_json
from handfont.util.files import atomic
from handfont.util.transaction import current

SUFFIX = ".samples.npz"
"""What the file's name has in place of the style's ``.yaml``."""
SCHEMA, WITHOUT_SKELETONS = "handfont-samples/2", "handfont-samples/1"
"""Versions of the format: the one that is written, and an older one that can be read."""
MILLI = 1000
"""Points and widths of skeletons are stored as whole numbers, this many to an x-height."""
POINTS_MAX = 1000
"""Points of one sample's skeleton."""
BYTES_MAX = 400_000_000
"""Bytes of a file, packed or not: two hundred full pages have 50 MB."""
_Kind = TypeVar("_Kind")


def as_stored(sample: GlyphSample) -> GlyphSample:
    """The sample as it is once it was written and read back: shape and measures rounded to the format's steps."""

    def step(value: float | None) -> float | None:
        return None if value is None else round(value, 5)

    old = sample.metrics
    metrics = Metrics(round(old.size, 5), step(old.centre_y), step(old.left), step(old.right))
    return replace(
        sample,
        shape=dequantize(quantize(sample.shape)),
        pen=round(sample.pen, 5),
        confidence=round(sample.confidence, 4),
        metrics=metrics,
        skeleton=_unpacked(_packed(sample)),
    )


def _packed(sample: GlyphSample) -> NDArray[np.int16]:
    """The skeleton of a sample, (P, 3) x, y and width; no rows where there is none."""
    if sample.skeleton is None:
        return np.zeros((0, 3), np.int16)
    rows = np.concatenate([sample.skeleton.points, sample.skeleton.widths[:, None]], axis=1)
    return np.clip(np.rint(rows * MILLI), -32767, 32767).astype(np.int16)


def _unpacked(rows: NDArray[np.int16]) -> Skeleton | None:
    values = (rows / MILLI).astype(np.float32)
    return Skeleton(values[:, :2], values[:, 2]) if len(rows) else None


def path_of(style: Path) -> Path:
    """The file of the samples of a style file."""
    return style.with_name(style.stem + SUFFIX)


def save(archive: SampleArchive, path: Path) -> None:
    """Write to ``path``; nothing half-written is left, and the file outlives a power failure.

    Raises:
        OutputError: it cannot be written.
    """
    with atomic(path, durable=True) as temporary:
        write(archive, temporary)


def write(archive: SampleArchive, path: Path) -> None:
    """Write into the file ``path``, whatever becomes of it when that fails."""
    skeletons = [_packed(k.sample) for k in archive.samples]
    rows = [
        {
            "character": k.sample.character,
            "metrics": [
                k.sample.metrics.size,
                k.sample.metrics.centre_y,
                k.sample.metrics.left,
                k.sample.metrics.right,
            ],
            "pen": k.sample.pen,
            "source": k.sample.source,
            "box": list(k.sample.box),
            "confidence": k.sample.confidence,
            "page": k.page,
            "doubt": k.doubt,
            "dropped": k.dropped,
            "crop": len(k.crop),
            "points": len(middle),
            "joins": list(k.sample.joins),
        }
        for k, middle in zip(archive.samples, skeletons, strict=True)
    ]
    header = json.dumps(
        {"schema": SCHEMA, "pages": [asdict(page) for page in archive.pages], "samples": rows}, ensure_ascii=False
    )
    shapes = [quantize(k.sample.shape) for k in archive.samples]
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            header=np.frombuffer(header.encode(), np.uint8),
            shapes=np.stack(shapes) if shapes else np.zeros((0, GRID, GRID), np.int8),
            skeletons=np.concatenate([np.zeros((0, 3), np.int16), *skeletons]),
            crops=np.frombuffer(b"".join(k.crop for k in archive.samples), np.uint8),
        )


def load(path: Path) -> SampleArchive:
    """Samples that :func:`save` wrote, and that belong to the style beside them as it is now.

    Raises:
        StyleError: missing, damaged, or of another version.
    """
    style = path.with_name(path.name.removesuffix(SUFFIX) + ".yaml")
    try:
        found = current(style, path)
        if not found.is_file():
            raise StyleError(
                f"there are no samples {path.name} beside the style: it can only be enrolled again, from "
                "all of its scans"
            )
        content = _content(found)
        pages = [_page(row) for row in content.header["pages"]]
        samples, start, first = [], 0, 0
        for row, shape in zip(content.header["samples"], content.shapes, strict=True):
            count = _is(row.get("points", 0), int)
            crop, middle = content.crops[start : start + row["crop"]], content.skeletons[first : first + count]
            if not 0 <= count <= POINTS_MAX or len(middle) != count:
                raise ValueError("a skeleton is not whole")
            samples.append(_sample(row, dequantize(shape), crop, _unpacked(middle)))
            start += row["crop"]
            first += count
        return SampleArchive.of(pages, samples)
    except PermissionError as error:
        raise StyleError(f"cannot read the samples {path}: {error.strerror}") from error
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        EOFError,
        MemoryError,
        SyntaxError,
        NotImplementedError,
        RuntimeError,
        TokenError,
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
    ) as error:
        raise StyleError(
            f"the samples {path} are damaged or of another version ({str(error) or type(error).__name__});"
            f" enroll the scans again, without {parameter('add')}"
        ) from error


class _Content(NamedTuple):
    """What a file holds, unpacked: the header, the shapes (N, GRID, GRID), the pictures one after the other, and the
    points of all skeletons (P, 3).
    """

    header: Any
    shapes: NDArray[np.int8]
    crops: bytes
    skeletons: NDArray[np.int16]


def _content(path: Path) -> _Content:
    """The arrays of a file, none larger than it may be; files that an older handfont wrote have no skeletons."""
    if path.stat().st_size > BYTES_MAX:
        raise ValueError(f"larger than {BYTES_MAX // 10**6} MB")
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        if sum(info.file_size for info in archive.infolist()) > BYTES_MAX:
            raise ValueError(f"larger than {BYTES_MAX // 10**6} MB when unpacked")
        header, shapes, crops = (_array(archive, name) for name in ("header", "shapes", "crops"))
        skeletons = _array(archive, "skeletons") if "skeletons.npy" in archive.namelist() else None
    if [str(array.dtype) for array in (header, shapes, crops)] != ["uint8", "int8", "uint8"] or (
        header.ndim,
        shapes.shape[1:],
        crops.ndim,
    ) != (1, (GRID, GRID), 1):
        raise ValueError("arrays of another kind")
    if skeletons is not None and (str(skeletons.dtype), skeletons.shape[1:]) != ("int16", (3,)):
        raise ValueError("skeletons of another kind")
    read = load_json(header.tobytes(), Limits(size=BYTES_MAX, depth=6, values=10_000_000))
    if read["schema"] not in (SCHEMA, WITHOUT_SKELETONS) or (read["schema"] == SCHEMA) != (skeletons is not None):
        raise ValueError("another version")
    none = np.zeros((0, 3), np.int16)
    return _Content(read, shapes, crops.tobytes(), none if skeletons is None else skeletons)


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _page(row: dict[str, Any]) -> ArchivedPage:
    sheet = row["sheet"]
    return ArchivedPage(
        _is(row["where"], str),
        _is(row["digest"], str),
        _is(row["kind"], str),
        _is(row["ink"], str),
        None if row["x_height_mm"] is None else _number(row["x_height_mm"]),
        None if row["rhythm"] is None else rhythm(row["rhythm"], "a page"),
        tuple(_is(character, str) for character in row["empty"]),
        tuple(_is(note, str) for note in row["notes"]),
        None if sheet is None else (_is(sheet[0], int), _is(sheet[1], int)),
        tuple(_pair(pair) for pair in row.get("pairs", [])),
    )


def _pair(row: Any) -> SeenPair:
    left, right, joined, *height = row
    if left not in INDEX or right not in INDEX:
        raise ValueError("a pair of no known characters")
    known = height[0] if height else None  # which samples of older versions do not say
    return SeenPair(left, right, _is(joined, bool), None if known is None else _number(known))


def _sample(row: dict[str, Any], shape: FloatArray, crop: bytes, skeleton: Skeleton | None) -> ArchivedSample:
    if row["character"] not in INDEX or len(crop) != row["crop"]:
        raise ValueError("a sample of no known character, or without its picture")
    size, *places = row["metrics"]
    centre_y, left, right = (None if value is None else _number(value) for value in places)
    box = tuple(_is(side, int) for side in row["box"])
    sample = GlyphSample(
        row["character"],
        shape,
        Metrics(_number(size, 1e-3), centre_y, left, right),
        _number(row["pen"], 1e-4),
        _is(row["source"], str),
        (box[0], box[1], box[2], box[3]),
        _number(row["confidence"], 0),
        skeleton,
        joins=_joins(row.get("joins", list(ALONE))),
    )
    return ArchivedSample(sample, _is(row["page"], str), _is(row["doubt"], str), _is(row["dropped"], bool), crop)


def _joins(row: Any) -> Joins:
    left, right = row
    return Joins(_is(left, bool), _is(right, bool))


def _is(value: Any, kind: type[_Kind]) -> _Kind:
    if type(value) is not kind:
        raise ValueError(f"{value!r:.40} where a value of another kind belongs")
    return value


def _number(value: Any, low: float = -1000.0, high: float = 1000.0) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{value!r:.40} where a number of another size belongs")
    return value
