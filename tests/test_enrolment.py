from __future__ import annotations

import shutil
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from handfont import enrolment
from handfont.charset import INDEX
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import load_weights


def test_every_cell_of_the_real_grid_is_read(enrolled, grid_scan):
    style, report = enrolled
    labels = grid_scan.with_suffix(".txt").read_text().split("\n")
    assert Counter(s.character for s in report.samples) == Counter("".join(labels))
    assert not report.empty
    assert report.missing == list("#$*<>@\\^_`{|}~")
    assert len(report.doubtful) <= 2
    assert len(style.characters) >= 78


def test_metrics_are_those_of_writing(style):
    size = {c: v[0].size for c, v in style.characters.items()}
    centre = {c: v[0].centre_y for c, v in style.characters.items()}
    assert np.median([size[c] for c in "acemnorsuvwxz"]) == pytest.approx(1.05, abs=0.2)
    assert np.median([size[c] for c in "ABDEFHKLT"]) == pytest.approx(1.75, abs=0.35)
    # Letters rest on the baseline, g and y go below it, quotes hang high.
    for character in "aemxABE":
        assert abs(centre[character] - size_of_ink(style, character) / 2) < 0.15
    assert centre["g"] < centre["a"]
    assert centre['"'] > 1.0
    assert centre["."] < 0.3
    assert 0.05 < style.pen.width < 0.15
    red, _, blue = (int(style.pen.ink[i : i + 2], 16) for i in (1, 3, 5))
    assert blue > red + 20


def size_of_ink(style, character):
    """Height of a character's ink, in x-heights, as the model decodes it."""
    weights = load_weights()
    variant = style.characters[character][0]
    fields, _ = inference.decode(weights.network, style.latent,
                                 variant.residual.mean[None].astype(np.float32), np.array([INDEX[character]]))
    rows = np.flatnonzero((fields[0] > 0).any(axis=1))
    return (rows[-1] - rows[0] + 1 - 4) * variant.size / 38


def test_enrolled_letters_come_back_nearly_as_they_were(enrolled):
    style, report = enrolled
    weights = load_weights()
    used = [s for s in report.samples if s.character in style.characters]
    means = np.stack([style.characters[s.character][0].residual.mean for s in used]).astype(np.float32)
    fields, _ = inference.decode(weights.network, style.latent, means,
                                 np.array([INDEX[s.character] for s in used]))
    shapes = np.stack([s.shape for s in used])
    overlap = ((fields > 0) & (shapes > 0)).sum((1, 2)) / ((fields > 0) | (shapes > 0)).sum((1, 2))
    assert np.median(overlap) > 0.8


def test_more_letters_narrow_the_posterior(enrolled):
    _, report = enrolled
    weights = load_weights()
    few, many = (inference.writer_posterior(weights, report.samples[:n]) for n in (5, 40))
    assert (many.variance < few.variance).all()


def test_allographs_are_kept_apart(enrolled):
    _, report = enrolled
    weights = load_weights()
    by_character = {s.character: s for s in report.samples}
    a, b = by_character["a"], by_character["A"]
    # A writer who writes some of his a's as small capitals has two ways of writing it, not the blur between them.
    from dataclasses import replace

    used = [a, a, replace(b, character="a")]
    style = enrolment.style_of(used, "two", "#000000", enrolment.Origin(), weights)
    assert [variant.samples for variant in style.characters["a"]] == [2, 1]


def test_writers_are_folders(tmp_path, grid_scan):
    for name in ("ann", "bob"):
        (tmp_path / name).mkdir()
        shutil.copy(grid_scan, tmp_path / name / "a.jpg")
    (tmp_path / "notes.txt").write_text("x")
    assert list(enrolment.writers(tmp_path)) == ["ann", "bob"]
    assert enrolment.writers(tmp_path / "ann") == {"ann": [tmp_path / "ann" / "a.jpg"]}
    assert enrolment.writers(tmp_path / "bob" / "a.jpg") == {"a": [tmp_path / "bob" / "a.jpg"]}


def test_nothing_to_enrol(tmp_path):
    with pytest.raises(ScanError, match="does not exist"):
        enrolment.writers(tmp_path / "none")
    with pytest.raises(ScanError, match="no scans found"):
        enrolment.writers(tmp_path)


def test_an_empty_grid_has_no_letters(tmp_path):
    page = np.full((900, 700, 3), 245, np.uint8)
    for row in range(4):
        for column in range(3):
            x, y = 60 + column * 200, 60 + row * 200
            page[y : y + 160, x : x + 160] = 20
            page[y + 4 : y + 156, x + 4 : x + 156] = 245
    Image.fromarray(page).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("abc\ndef\nghi\njkl\n")
    with pytest.raises(ScanError, match="nothing is written there"):
        enrolment.enroll([tmp_path / "a.png"], "nobody")


def test_labels_must_fit(tmp_path, grid_scan):
    scan = tmp_path / "a.jpg"
    shutil.copy(grid_scan, scan)
    scan.with_suffix(".txt").write_text("abc\n")
    with pytest.raises(ScanError, match="10 rows of 8 cells"):
        enrolment.enroll([scan], "x")


def test_wrong_labels_are_reported_not_learnt(tmp_path, grid_scan):
    scan = tmp_path / "a.jpg"
    shutil.copy(grid_scan, scan)
    labels = grid_scan.with_suffix(".txt").read_text()
    scan.with_suffix(".txt").write_text(labels.replace("M", "L", 1).replace("L", "M", 1))
    style, report = enrolment.enroll([scan], "x")
    wrong = [sample.character for sample, reason in report.doubtful if reason.startswith("looks like")]
    assert set(wrong) & {"L", "M"}
    assert sum(v.samples for v in style.characters.get("M", ())) < 2
