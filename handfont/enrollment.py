"""Enrollment, as one readable recipe: scans -> samples -> posterior -> style, with a report of what was understood."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from handfont.core.arrays import ByteArray
from handfont.core.charset import ASCII, INDEX
from handfont.core.glyph import GlyphSample
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.scan import image, reader
from handfont.scan.estimation import Fits, fitted, legibility_of, style_of, unexplained
from handfont.scan.page_reading import PageReading
from handfont.scan.sample_comparison import compared, compared_strokes
from handfont.style.posterior import Origin, Rhythm, StylePosterior
from handfont.style.sample_archive import ArchivedPage, ArchivedSample, SampleArchive
from handfont.style.sample_file import as_stored
from handfont.util.progress import Watch

FEWEST_PAIRS, LEAST_JOINED = 30, 0.3
"""Pairs of letters that show how a writer joins, at least, and the share of them that are joined: of print hands, some
letters touch."""
CROP_HEIGHT = 72
"""Height in pixels of the stored pictures of samples, at most."""


@dataclass
class EnrollReport:
    """What was understood of the scans: ``archive`` has every page and sample, with the reasons of those that the style
    leaves out, ``failures`` a sentence for each page or file that could not be read.
    """

    archive: SampleArchive
    failures: list[str] = field(default_factory=list)
    stored: SampleArchive = field(default_factory=SampleArchive)
    """What is stored beside the style: as ``archive``, before samples were compared with the writer's others."""
    fits: Fits = field(default_factory=dict)
    """The strokes of each sample that was compared, by its identity."""

    @property
    def samples(self) -> list[GlyphSample]:
        """Every sample that was read, those left out of the style among them."""
        return [one.sample for one in self.archive.samples]

    @property
    def doubtful(self) -> list[tuple[GlyphSample, str]]:
        """Samples that are left out of the style, each with the reason."""
        return [(one.sample, one.doubt or "was excluded") for one in self.archive.samples if not one.used]

    @property
    def empty(self) -> list[str]:
        """Characters whose boxes on writing sheets were left empty, page by page."""
        return [character for page in self.archive.pages for character in page.empty]

    @property
    def notes(self) -> list[str]:
        """Sentences on what a reader of the report should know of the pages."""
        return [note for page in self.archive.pages for note in page.notes] + self.archive.lacking

    @property
    def missing(self) -> list[str]:
        """Printable ASCII characters without a sample: the model infers them from the others."""
        seen = {sample.character for sample in self.archive.used}
        return [character for character in ASCII if character not in seen]


def writers(path: Path) -> dict[str, list[Path]]:
    """Scans by writer: a file or folder is one writer, named after it; subfolders of a folder are one writer each.

    Raises:
        ScanError: missing, or without scans.
    """
    if path.is_file():
        return {path.stem: [path]}
    if not path.is_dir():
        raise ScanError(f"{path} does not exist; give a scan or a folder of scans")
    own = _scans(path)
    found = {path.resolve().name: own} if own else {}
    for folder in sorted(p for p in path.iterdir() if p.is_dir()):
        inside = _scans(folder)
        if inside:
            found[folder.name] = inside
    if not found:
        listed = ", ".join(sorted(image.SUFFIXES))
        raise ScanError(f"no scans found in {path}; put images or PDFs there ({listed})")
    return found


def _scans(folder: Path) -> list[Path]:
    return sorted(
        p
        for p in folder.iterdir()
        if p.is_file()
        and p.suffix.lower() in image.SUFFIXES
        and not p.name.startswith(".")
        and not p.name.endswith(".preview.png")
    )


def enroll(
    scans: list[Path],
    name: str,
    origin: Origin | None = None,
    known: SampleArchive | None = None,
    exclude: Iterable[str] = (),
    transcript: Path | None = None,
    watch: Watch | None = None,
) -> tuple[StylePosterior, EnrollReport]:
    """The style of one writer.

    Args:
        scans: images or PDFs of writing sheets, grids of single letters or free writing; a text file of the same name
            beside a scan says what is written on it (see :mod:`handfont.scan.reader`).
        origin: where the hand comes from; its sources, if it names none, are the scans that letters were read from.
        known: what the style was enrolled from so far: the result is that of all scans at once.
        transcript: the text file of a single scan, if it is not the one beside it.
        exclude: samples to be left out, like ``a:2`` (see :meth:`handfont.style.sample_archive.SampleArchive.without`).
        watch: is told how far it is.

    Raises:
        ScanError: no page was read, no letter was found, or none that looks like its label.
        OptionError: a sample to be left out is not there.
    """
    weights = load_weights()
    archive, failures = read_scans(scans, weights, transcript, watch)
    if failures and not archive.samples:
        raise ScanError(failures[0] if len(failures) == 1 else "no page could be read: " + "; ".join(failures))
    if known is not None:
        archive = known.with_more(archive)
    archive = archive.without(exclude)
    if not archive.used:
        listed = ", ".join(str(scan) for scan in scans)
        raise ScanError(
            f"no letters found in {listed}: "
            + (
                "none looks like its label; check that the text files say what is on the scans"
                if archive.samples
                else "nothing is written there"
            )
        )
    origin = origin or Origin()
    alike = compared(archive)
    fits = fitted(alike.used, weights, watch)
    explained = SampleArchive(
        alike.pages,
        tuple(replace(one, doubt=unexplained(fits.get(id(one.sample)))) if one.used else one for one in alike.samples),
    )
    explained = compared_strokes(explained, legibility_of(explained.used, fits, weights))
    if not explained.used:
        raise ScanError(f"no letters found in {', '.join(map(str, scans))}: no strokes explain what is written there")
    origin = origin if origin.sources else replace(origin, sources=explained.sources)
    return style_of_archive(explained, name, origin, weights, fits), EnrollReport(explained, failures, archive, fits)


def read_scans(
    scans: list[Path], weights: Weights, transcript: Path | None = None, watch: Watch | None = None
) -> tuple[SampleArchive, list[str]]:
    """Every sample of scans, and a sentence for each page or file that could not be read."""
    pages: list[ArchivedPage] = []
    found: list[ArchivedSample] = []
    failures: list[str] = []
    for number, scan in enumerate(scans):
        if watch is not None:
            watch("reading scans", number, len(scans))
        try:
            for page in reader.read(scan, weights, transcript, watch):
                if isinstance(page, ScanError):
                    failures.append(page.message)
                    continue
                own, samples = _archived(page, weights)
                pages.append(own)
                found += samples
        except ScanError as error:
            failures.append(error.message)
    return SampleArchive.of(pages, found), failures


def _archived(page: PageReading, weights: Weights) -> tuple[ArchivedPage, list[ArchivedSample]]:
    """A page as it is stored: with the picture of every sample, and how surely the reader takes it for its label."""
    digest = hashlib.sha256(str(page.page.shape).encode() + page.page.tobytes()).hexdigest()[:16]
    doubts = {id(sample): reason for sample, reason in page.doubtful}
    read = _legibility(page.samples, weights)
    samples = [
        ArchivedSample(
            as_stored(replace(sample, confidence=min(sample.confidence, float(chance)))),
            digest,
            doubts.get(id(sample), ""),
            crop=_crop(page.page, sample.box),
        )
        for sample, chance in zip(page.samples, read, strict=True)
    ]
    own = ArchivedPage(
        page.where,
        digest,
        page.kind,
        page.measures.ink,
        page.x_height_mm,
        page.rhythm,
        tuple(page.empty),
        tuple(page.notes),
        (page.sheet.number, page.sheet.count) if page.sheet else None,
        tuple(page.pairs),
    )
    return own, samples


def _legibility(samples: list[GlyphSample], weights: Weights) -> np.ndarray:
    """Probabilities (N,) of the samples' labels, or of characters that look the same."""
    if not samples:
        return np.zeros(0)
    seen = inference.read(weights.reader, np.stack([sample.shape for sample in samples]))
    return inference.legibility(seen, np.array([INDEX[sample.character] for sample in samples]))


def _crop(page: ByteArray, box: tuple[int, int, int, int]) -> bytes:
    """A sample's picture as PNG, ``CROP_HEIGHT`` pixels tall at most."""
    left, top, right, bottom = box
    margin = max(2, round(0.12 * max(right - left, bottom - top)))
    part = page[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    if not part.size:
        return b""
    scale = min(1.0, CROP_HEIGHT / part.shape[0])
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".png", cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1].tobytes()


def style_of_archive(
    archive: SampleArchive, name: str, origin: Origin, weights: Weights, fits: Fits | None = None
) -> StylePosterior:
    """The style that pages and samples amount to: measures are means over pages, weighted by their letters.

    ``fits`` are strokes that were fitted to the samples already.
    """
    letters = Counter(sample.page for sample in archive.samples if sample.used)
    best = max(archive.pages, key=lambda page: letters[page.digest])
    style = style_of(archive.used, name, best.ink, origin, weights, fits)
    sized = [
        (page.x_height_mm, letters[page.digest]) for page in archive.pages if page.x_height_mm and letters[page.digest]
    ]
    if sized:
        values, weight = (np.array(column, float) for column in zip(*sized, strict=True))
        style = replace(style, x_height_mm=round(float(np.exp(np.average(np.log(values), weights=weight))), 3))
    pairs = [pair for page in archive.pages for pair in page.pairs]
    if len(pairs) >= FEWEST_PAIRS and sum(pair.joined for pair in pairs) >= LEAST_JOINED * len(pairs):
        style = replace(style, joins=weights.joins.habit(pairs))
    measured = [(page.rhythm, max(1, letters[page.digest])) for page in archive.pages if page.rhythm is not None]
    if measured:
        weight = np.array([weight for _, weight in measured], float)
        style = replace(style, rhythm=Rhythm.mean([rhythm for rhythm, _ in measured], weight / weight.sum()))
    return style
