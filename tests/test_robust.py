"""The same hand through different pens and scanners gives nearly the same style: real ink, spoiled in known ways."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handfont.core import sdf
from handfont.core.charset import INDEX, alike
from handfont.core.glyph import GlyphSample, Metrics
from handfont.enrollment import enroll
from handfont.model import inference
from handfont.model.loading import load_weights
from handfont.train.data import dhsd as words


def coarse(image):
    """A scanner of a third of the resolution."""
    small = cv2.resize(image, None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_CUBIC)


def pencil(image):
    """Pale and grainy."""
    grain = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 60, image.shape).astype(np.float32), (0, 0), 1.2)
    return np.clip(255 - (255 - image.astype(np.float32)) * 0.7 + grain, 0, 255).astype(np.uint8)


def shaded(image):
    """A lamp on one side, and a blurred photograph."""
    shade = np.linspace(1.0, 0.72, image.shape[1])[None, :, None]
    return cv2.GaussianBlur((image * shade).astype(np.uint8), (0, 0), 1.0)


@pytest.mark.parametrize("spoil", [coarse, pencil, shaded], ids=lambda spoil: spoil.__name__)
def test_a_spoiled_scan_is_the_same_hand(spoil, grid_scan, style, tmp_path):
    image = cv2.imread(str(grid_scan))
    cv2.imwrite(str(tmp_path / "grid_sheet.jpg"), spoil(image), [cv2.IMWRITE_JPEG_QUALITY, 85])
    (tmp_path / "grid_sheet.txt").write_bytes(grid_scan.with_suffix(".txt").read_bytes())
    again, report = enroll([tmp_path / "grid_sheet.jpg"], "again")
    assert len(report.samples) >= 0.95 * style.samples
    assert len(report.doubtful) <= 6
    assert again.pen.width == pytest.approx(style.pen.width, rel=0.3)
    first, second = style.writer.mean, again.writer.mean
    likeness = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    assert likeness > 0.8


def real_ink(folder):
    """Letters of photographed words as samples."""
    result = []
    for glyph in [*words.read(folder, "train"), *words.read(folder, "dev")]:
        shape, _, row, side = sdf.from_ink(glyph.ink, glyph.x_height, glyph.pen)
        metrics = Metrics(side / glyph.x_height, (glyph.baseline - row) / glyph.x_height)
        result.append(GlyphSample(glyph.label, shape, metrics, glyph.pen, glyph.writer, (0, 0, 0, 0)))
    return result


def test_photographed_words_are_read(dhsd):
    samples = [sample for sample in real_ink(dhsd) if sample.character.isalpha()]
    read = inference.read(load_weights().reader, np.stack([sample.shape for sample in samples])).argmax(axis=1)
    same = alike()
    hits = [same[INDEX[sample.character], row] for sample, row in zip(samples, read, strict=True)]
    assert len(hits) > 50
    assert np.mean(hits) > 0.85


def test_halves_of_a_writers_words_are_nearer_than_two_writers_on_average(dhsd):
    weights = load_weights()
    by_writer = {}
    for sample in real_ink(dhsd):
        by_writer.setdefault(sample.source, []).append(sample)
    halves = []
    for samples in by_writer.values():
        for start in (0, 1):
            mean = inference.writer_posterior(weights.embedder, weights.evidence, samples[start::2]).mean
            halves.append(mean / np.linalg.norm(mean))
    table = np.stack(halves) @ np.stack(halves).T
    own = np.eye(len(by_writer)).repeat(2, axis=0).repeat(2, axis=1).astype(bool)
    within = table[own & ~np.eye(len(halves), dtype=bool)].mean()
    assert within > table[~own].mean() + 0.03
