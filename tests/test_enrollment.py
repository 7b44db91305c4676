from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from handfont import enrollment
from handfont.core.glyph import Skeleton
from handfont.core.sdf import MIN_SIZE, from_strokes
from handfont.core.strokes import resampled
from handfont.errors import ScanError
from handfont.evaluate.metrics import overlap
from handfont.model import inference
from handfont.model.loading import load_weights
from handfont.scan.estimation import EXPLAINED, style_of
from handfont.style.posterior import Origin
from handfont.synthesis.hand import Hand


def test_every_cell_of_the_real_grid_is_read(enrolled, grid_scan):
    style, report = enrolled
    labels = grid_scan.with_suffix(".txt").read_text().split("\n")
    assert Counter(s.character for s in report.samples) == Counter("".join(labels))
    assert not report.empty
    assert report.missing == list("#$*<>@\\^_`{|}~")
    assert len(report.doubtful) <= 2
    assert len(style.characters) >= 78


def boxes(style):
    """Left, bottom, right and top of the mean strokes of each seen character."""
    hand = Hand(style)
    means = {character: hand.allographs(character)[0].points for character in style.characters}
    return {
        character: (*points.min(axis=0).tolist(), *points.max(axis=0).tolist()) for character, points in means.items()
    }


def test_letters_are_as_large_and_stand_as_they_were_written(style):
    box = boxes(style)
    size = {c: max(right - left, top - bottom) for c, (left, bottom, right, top) in box.items()}
    foot = {c: bottom for c, (_, bottom, _, _) in box.items()}
    assert np.median([size[c] for c in "acemnorsuvwxz"]) == pytest.approx(1.05, abs=0.2)
    assert np.median([size[c] for c in "ABDEFHKLT"]) == pytest.approx(1.75, abs=0.35)
    # Letters rest on the baseline, g and y go below it, quotes hang high.
    for character in "aemxABE":
        assert abs(foot[character]) < 0.2, character
    assert foot["g"] < -0.3
    assert foot["y"] < -0.3
    assert foot['"'] > 0.8
    assert box["."][3] < 0.4
    assert 0.05 < style.pen.width < 0.15
    red, _, blue = (int(style.pen.ink[i : i + 2], 16) for i in (1, 3, 5))
    assert blue > red + 20


def test_enrolled_letters_come_back_nearly_as_they_were(enrolled):
    """The ink that the mean strokes leave covers that of the sample they were found in."""
    style, report = enrolled
    used = [sample for sample in report.archive.used if style.characters[sample.character][0].samples == 1]
    assert len(used) > 60
    hand = Hand(style)
    drawn = np.stack(
        [
            from_strokes(list(way.form.strokes(way.points)), MIN_SIZE).field
            for way in (hand.allographs(sample.character)[0] for sample in used)
        ]
    )
    assert np.median(overlap(drawn, np.stack([sample.shape for sample in used]))) > 0.7


def test_the_strokes_of_every_sample_explain_its_ink(enrolled):
    _, report = enrolled
    fits = [report.fits[id(sample)] for sample in report.archive.used]
    assert min(fit.explained for fit in fits) >= EXPLAINED
    assert np.mean([fit.explained for fit in fits]) > 0.95


def test_ink_that_no_strokes_explain_is_left_out_with_the_reason(enrolled):
    """A crossed-out letter that the classifier had no doubt about is found when its strokes are sought."""
    _, report = enrolled
    bad = next(one for one in report.stored.samples if one.sample.character == "l")
    zigzag = resampled(np.array([(x, (-1) ** i) for i, x in enumerate(np.linspace(-1, 1, 9))], np.float32), 150)
    crossed = Skeleton(zigzag, np.full(len(zigzag), bad.sample.pen, np.float32))
    spoiled = replace(bad, sample=replace(bad.sample, skeleton=crossed))
    kept = replace(
        report.stored,
        samples=tuple(
            spoiled if one is bad else one for one in report.stored.samples if one.sample.character in "alno"
        ),
    )
    style, again = enrollment.enroll([], "x", known=kept)
    assert [(sample.character, reason) for sample, reason in again.doubtful] == [
        ("l", "no strokes of the character explain its ink")
    ]
    assert "l" not in style.characters
    assert again.stored.samples == kept.samples  # what is kept is as it was read
    only = replace(kept, samples=(spoiled,))
    with pytest.raises(ScanError, match="no strokes explain what is written there"):
        enrollment.enroll([], "x", known=only)


def test_more_letters_narrow_the_posterior(enrolled):
    _, report = enrolled
    weights = load_weights()
    few, many = (inference.writer_posterior(weights.embedder, weights.evidence, report.samples[:n]) for n in (5, 40))
    assert (many.variance < few.variance).all()


def test_allographs_are_kept_apart(enrolled):
    """A writer who writes some of his a's as small capitals has two ways of writing it, not the blur between them."""
    _, report = enrolled
    weights = load_weights()
    by_character = {s.character: s for s in report.samples}
    a, b = by_character["a"], by_character["A"]
    used = [a, a, replace(b, character="a")]
    style = style_of(used, "two", "#000000", Origin(), weights)
    assert [variant.samples for variant in style.characters["a"]] == [2, 1]
    written = [tuple(len(stroke) for stroke in glyph.strokes) for glyph in Hand(style).write("a" * 60, seed=1)]
    first, second = (tuple(way.form.counts) for way in Hand(style).allographs("a"))
    if first != second:
        assert written.count(second) == pytest.approx(20, abs=10)


def test_writers_are_folders(tmp_path, grid_scan):
    for name in ("ann", "bob"):
        (tmp_path / name).mkdir()
        shutil.copy(grid_scan, tmp_path / name / "a.jpg")
    (tmp_path / "notes.txt").write_text("x")
    assert list(enrollment.writers(tmp_path)) == ["ann", "bob"]
    assert enrollment.writers(tmp_path / "ann") == {"ann": [tmp_path / "ann" / "a.jpg"]}
    assert enrollment.writers(tmp_path / "bob" / "a.jpg") == {"a": [tmp_path / "bob" / "a.jpg"]}


def test_nothing_to_enrol(tmp_path):
    with pytest.raises(ScanError, match="does not exist"):
        enrollment.writers(tmp_path / "none")
    with pytest.raises(ScanError, match="no scans found"):
        enrollment.writers(tmp_path)


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
        enrollment.enroll([tmp_path / "a.png"], "nobody")


def test_labels_must_fit(tmp_path, grid_scan):
    scan = tmp_path / "a.jpg"
    shutil.copy(grid_scan, scan)
    scan.with_suffix(".txt").write_text("abc\n")
    with pytest.raises(ScanError, match="10 rows of 8 cells"):
        enrollment.enroll([scan], "x")


def test_wrong_labels_are_reported_not_learnt(tmp_path, grid_scan):
    scan = tmp_path / "a.jpg"
    shutil.copy(grid_scan, scan)
    labels = grid_scan.with_suffix(".txt").read_text()
    scan.with_suffix(".txt").write_text(labels.replace("M", "L", 1).replace("L", "M", 1))
    style, report = enrollment.enroll([scan], "x")
    wrong = [sample.character for sample, reason in report.doubtful if reason.startswith("looks like")]
    assert set(wrong) & {"L", "M"}
    assert sum(v.samples for v in style.characters.get("M", ())) < 2
