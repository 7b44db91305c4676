"""Enrolment, as one readable recipe: scans -> samples -> posterior -> style, with a report of what was understood."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from handfont.charset import ASCII, INDEX
from handfont.errors import ScanError
from handfont.gaussian import Gaussian
from handfont.glyph import GlyphSample
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.scan import gridpage, image, labels, sheet
from handfont.scan.page import PageReading
from handfont.style.posterior import Origin, Pen, Rhythm, StylePosterior, Variant
from handfont.style.yaml_format import rounded

SHRINKAGE = 4.0
"""The population's spread counts as so many samples of the writer's own."""
ALLOGRAPH = 1.6
"""Samples of a character further apart, in the population's standard deviations, are two ways of writing it."""


@dataclass
class EnrolReport:
    """What was understood of the scans: samples in reading order, empty cells, doubtful glyphs and why, notes."""

    samples: list[GlyphSample] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    doubtful: list[tuple[GlyphSample, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """Printable ASCII characters without a sample: the model infers them from the others."""
        seen = {sample.character for sample in self.samples}
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
    return sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in image.SUFFIXES
                  and not p.name.startswith(".") and not p.name.endswith(".preview.png"))


def enroll(scans: list[Path], name: str, origin: Origin | None = None) -> tuple[StylePosterior, EnrolReport]:
    """The style of one writer from filled writing sheets and grids.

    Args:
        scans: images or PDFs; grids may have a label file beside them (see :mod:`handfont.scan.labels`).
        origin: where the hand comes from; by default the names of the scans.

    Raises:
        ScanError: a scan or label file cannot be used, or no letter was found.
    """
    weights = load_weights()
    report = EnrolReport()
    readings = [reading for scan in scans for reading in _read(scan, weights)]
    for reading in readings:
        report.samples += reading.samples
        report.doubtful += reading.doubtful
        report.empty += reading.empty
        report.notes += reading.notes
    if not report.samples:
        raise ScanError(f"no letters found in {', '.join(str(scan) for scan in scans)}: all cells are empty")
    doubted = {id(sample) for sample, _ in report.doubtful}
    used = [sample for sample in report.samples if id(sample) not in doubted]
    if not used:
        raise ScanError(f"no letters found in {', '.join(str(scan) for scan in scans)} that look like their labels; "
                        "check that the label files are laid out like the grids")
    measures = max(readings, key=lambda reading: len(reading.samples)).measures
    origin = origin or Origin(sources=tuple(scan.name for scan in scans))
    return style_of(used, name, measures.ink, origin, weights), report


def style_of(used: list[GlyphSample], name: str, ink: str, origin: Origin, weights: Weights) -> StylePosterior:
    """The style that samples of one hand amount to."""
    writer = rounded(inference.writer_posterior(weights, used))
    pen = Pen(width=round(float(np.median([sample.pen for sample in used])), 4), ink=ink)
    return StylePosterior(name=name, model=weights.name, writer=writer, characters=_variants(weights, used, writer),
                          pen=pen, rhythm=Rhythm(), origin=origin)


def _read(scan: Path, weights: Weights) -> list[PageReading]:
    """What is understood of every page of a scan: pages of the writing sheet in any order, or one foreign grid."""
    label_file: Path | None = labels.path_for(scan)
    label_file = label_file if label_file and label_file.exists() else None
    readings = []
    for number, page in enumerate(image.pages(scan), 1):
        if sheet.is_sheet(page, str(scan)):
            readings.append(sheet.read(page, scan.name, weights))
        elif label_file and number > 1:
            raise ScanError(f"{scan} has several pages but one label file; save one file a page")
        else:
            readings.append(gridpage.read(page, label_file, scan.name, weights))
    return readings


def _variants(
    weights: Weights, used: list[GlyphSample], writer: Gaussian
) -> dict[str, tuple[Variant, ...]]:
    posteriors = inference.residual_posteriors(weights, used, writer.mean)
    by_character: dict[str, list[int]] = defaultdict(list)
    for position, sample in enumerate(used):
        by_character[sample.character].append(position)
    return {
        character: _allographs([posteriors[p] for p in positions], [used[p] for p in positions],
                               weights.population.spread[INDEX[character]].astype(np.float64))
        for character, positions in by_character.items()
    }


def _allographs(posteriors: list[Gaussian], seen: list[GlyphSample], spread: np.ndarray) -> tuple[Variant, ...]:
    """Samples of one character grouped into ways of writing it, each with a mean and a variance.

    Single linkage at ``ALLOGRAPH`` parts the ways. The variance within one is the writer's own where there are
    repetitions, shrunk towards the population's spread for this character: one sample still varies naturally.
    """
    groups: list[list[int]] = []
    for index, posterior in enumerate(posteriors):
        near = [g for g in groups if any(_distance(posterior, posteriors[i], spread) < ALLOGRAPH for i in g)]
        merged = [index] + [i for g in near for i in g]
        groups = [g for g in groups if g not in near] + [sorted(merged)]
    variants = []
    for group in sorted(groups, key=lambda g: (-len(g), g[0])):
        means = np.stack([posteriors[i].mean for i in group])
        centre = means.mean(axis=0)
        variance = (SHRINKAGE * spread + ((means - centre) ** 2).sum(axis=0)) / (SHRINKAGE + len(group) - 1)
        sizes = [seen[i].metrics.size for i in group]
        heights = [y for i in group if (y := seen[i].metrics.centre_y) is not None]
        variants.append(Variant(len(group), rounded(Gaussian(centre, np.maximum(variance, 1e-6))),
                                round(float(np.exp(np.mean(np.log(sizes)))), 4),
                                round(float(np.mean(heights)), 4) if heights else None))
    return tuple(variants)


def _distance(first: Gaussian, second: Gaussian, spread: np.ndarray) -> float:
    """Root mean square difference in the population's within-writer standard deviations (of a difference), over the
    dimensions in which repetitions differ at all: about 1 for two samples of one way of writing.
    """
    alive = spread > 0.05 * spread.max()
    return float(np.sqrt(np.mean((first.mean - second.mean)[alive] ** 2 / (2 * spread[alive]))))
