"""What a style was enrolled from: every sample that was read, kept beside the style.

With it pages can be added to a style, and bad samples dropped from it, with the same result as enrolling everything at
once. Samples are kept in one order, that of their pages' names and places, whatever order they came in.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tokenize import TokenError
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from handfont.core.arrays import FloatArray
from handfont.core.charset import INDEX
from handfont.core.glyph import GlyphSample, Metrics, Skeleton
from handfont.core.sdf import GRID, dequantize, quantize
from handfont.errors import OptionError, StyleError
from handfont.style.posterior import Rhythm
from handfont.style.yaml_format import rhythm
from handfont.util.checked import Limits, load_json
from handfont.util.files import atomic
from handfont.util.transaction import current

SUFFIX = ".samples.npz"
SCHEMA, WITHOUT_SKELETONS = "handfont-samples/2", "handfont-samples/1"
MILLI = 1000
"""Points and widths of skeletons are whole thousandths of an x-height."""
POINTS_MAX = 1000
"""Of a sample's skeleton."""
BYTES_MAX = 400_000_000
"""Of a file, packed or not: two hundred full pages have 50 MB."""
_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class ArchivedPage:
    """One page: ``digest`` of its picture tells it from others; measures as in
    :class:`handfont.scan.page_reading.PageReading`.
    """

    where: str
    digest: str
    kind: str
    ink: str
    x_height_mm: float | None = None
    rhythm: Rhythm | None = None
    empty: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sheet: tuple[int, int] | None = None
    """Number of a page of the writing sheet, from 0, and how many there are."""

    @property
    def file(self) -> str:
        """Name of the file that the page is in."""
        return re.sub(r", page \d+$", "", self.where)


@dataclass(frozen=True)
class ArchivedSample:
    """A sample of the page of that digest; ``doubt`` says why it is left out of the style, ``dropped`` that the user
    left it out; ``crop`` is its picture as PNG.
    """

    sample: GlyphSample
    page: str
    doubt: str = ""
    dropped: bool = False
    crop: bytes = b""

    @property
    def used(self) -> bool:
        """Whether the style is made from the sample, too."""
        return not self.doubt and not self.dropped

    @property
    def identity(self) -> int:
        """What tells the sample from all others while it is in memory."""
        return id(self.sample)


@dataclass(frozen=True)
class SampleArchive:
    """Pages and samples, in order."""

    pages: tuple[ArchivedPage, ...] = ()
    samples: tuple[ArchivedSample, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, pages: Iterable[ArchivedPage], samples: Iterable[ArchivedSample]) -> SampleArchive:
        """In the one order; a page that comes twice counts once."""
        unique = {page.digest: page for page in pages}
        ordered = sorted(unique.values(), key=lambda page: (page.where, page.digest))
        rank = {page.digest: number for number, page in enumerate(ordered)}
        known = {(kept.page, kept.sample.box, kept.sample.character): kept for kept in samples}
        return cls(
            tuple(ordered),
            tuple(
                sorted(
                    known.values(),
                    key=lambda kept: (
                        rank[kept.page],
                        kept.sample.box[1],
                        kept.sample.box[0],
                        kept.sample.box,
                        kept.sample.character,
                    ),
                )
            ),
        )

    def with_more(self, other: SampleArchive) -> SampleArchive:
        """All of both; a page that is there already is read as the newer one was."""
        newer = {page.digest for page in other.pages}
        return SampleArchive.of(
            [*self.pages, *other.pages], [kept for kept in self.samples if kept.page not in newer] + list(other.samples)
        )

    @property
    def used(self) -> list[GlyphSample]:
        """The samples that make the style."""
        return [kept.sample for kept in self.samples if kept.used]

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that the samples which make the style were read from."""
        giving = {kept.page for kept in self.samples if kept.used}
        return tuple(dict.fromkeys(page.file for page in self.pages if page.digest in giving))

    @property
    def lacking(self) -> list[str]:
        """A sentence on the pages of the writing sheet that are not there, if there are some."""
        seen = [page.sheet for page in self.pages if page.sheet is not None]
        if not seen:
            return []
        there, count = {number for number, _ in seen}, max(count for _, count in seen)
        lost = [str(number + 1) for number in range(count) if number not in there]
        return [f"Of the writing sheet, page {' and '.join(lost)} of {count} is not among the scans."] if lost else []

    def numbered(self) -> dict[str, list[ArchivedSample]]:
        """Samples by character; the first of each is number 1."""
        result: dict[str, list[ArchivedSample]] = defaultdict(list)
        for kept in self.samples:
            result[kept.sample.character].append(kept)
        return dict(result)

    def without(self, names: Iterable[str]) -> SampleArchive:
        """With samples dropped, each named like ``a:2``, the second a; ``a`` alone drops all of them.

        Raises:
            OptionError: there is no such sample.
        """
        numbered = self.numbered()
        gone: set[int] = set()
        for name in names:
            character, _, number = (name[0], "", name[2:]) if name[1:2] == ":" else (name, "", "")
            found = numbered.get(character, [])
            if not found:
                raise OptionError(f"cannot exclude '{name}': no sample of '{character}' was read")
            if not number:
                gone.update(map(id, found))
            elif number.isdecimal() and 1 <= int(number) <= len(found):
                gone.add(id(found[int(number) - 1]))
            else:
                raise OptionError(
                    f"cannot exclude '{name}': there are {len(found)} samples of '{character}', "
                    f"numbered from {character}:1; the report shows them"
                )
        return SampleArchive(
            self.pages, tuple(replace(kept, dropped=True) if id(kept) in gone else kept for kept in self.samples)
        )


def as_stored(sample: GlyphSample) -> GlyphSample:
    """The sample as it will be once it was kept and read back: shape and measures in their steps."""

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
    """Where the samples of a style file are kept."""
    return style.with_name(style.stem + SUFFIX)


def save(kept: SampleArchive, path: Path) -> None:
    """Write to ``path``; nothing half-written is left, and the file outlives a power failure.

    Raises:
        OutputError: it cannot be written.
    """
    with atomic(path, durable=True) as temporary:
        write(kept, temporary)


def write(kept: SampleArchive, path: Path) -> None:
    """Write into the file ``path``, whatever becomes of it when that fails."""
    skeletons = [_packed(k.sample) for k in kept.samples]
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
        }
        for k, middle in zip(kept.samples, skeletons, strict=True)
    ]
    header = json.dumps(
        {"schema": SCHEMA, "pages": [asdict(page) for page in kept.pages], "samples": rows}, ensure_ascii=False
    )
    shapes = [quantize(k.sample.shape) for k in kept.samples]
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            header=np.frombuffer(header.encode(), np.uint8),
            shapes=np.stack(shapes) if shapes else np.zeros((0, GRID, GRID), np.int8),
            skeletons=np.concatenate([np.zeros((0, 3), np.int16), *skeletons]),
            crops=np.frombuffer(b"".join(k.crop for k in kept.samples), np.uint8),
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
                f"there are no samples {path.name} beside the style: it can only be enrolled anew, from "
                "all of its scans"
            )
        header, shapes, crops, skeletons = _parts(found)
        pages = [_page(row) for row in header["pages"]]
        samples, start, first = [], 0, 0
        for row, shape in zip(header["samples"], shapes, strict=True):
            count = _is(row.get("points", 0), int)
            middle = skeletons[first : first + count]
            if not 0 <= count <= POINTS_MAX or len(middle) != count:
                raise ValueError("a skeleton is not whole")
            samples.append(_sample(row, dequantize(shape), crops[start : start + row["crop"]], _unpacked(middle)))
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
            " enroll the scans again, without --add"
        ) from error


def _parts(path: Path) -> tuple[Any, NDArray[np.int8], bytes, NDArray[np.int16]]:
    """The header, the shapes (N, grid, grid), all pictures and all skeletons (P, 3) of a file, none of them larger than
    it may be; there are no skeletons in files that an older handfont wrote.
    """
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
    return read, shapes, crops.tobytes(), none if skeletons is None else skeletons


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
    )


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
    )
    return ArchivedSample(sample, _is(row["page"], str), _is(row["doubt"], str), _is(row["dropped"], bool), crop)


def _is(value: Any, kind: type[_Kind]) -> _Kind:
    if type(value) is not kind:
        raise ValueError(f"{value!r:.40} where a value of another kind belongs")
    return value


def _number(value: Any, low: float = -1000.0, high: float = 1000.0) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{value!r:.40} where a number of another size belongs")
    return value
