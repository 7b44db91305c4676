"""Adding pages to a style, leaving samples out, and pages that cannot be read."""

from __future__ import annotations

import cv2
import pytest

from handfont import enrollment
from handfont.errors import OptionError, ScanError
from handfont.style import sample_file
from handfont.style.yaml_format import dumps


@pytest.fixture(scope="module")
def halves(grid_scan, tmp_path_factory):
    """The grid as two scans, five rows each, with their labels."""
    folder = tmp_path_factory.mktemp("halves")
    image, rows = cv2.imread(str(grid_scan)), grid_scan.with_suffix(".txt").read_text().splitlines()
    for name, part, own in (("one", image[:1230], rows[:5]), ("two", image[1216:], rows[5:])):
        cv2.imwrite(str(folder / f"{name}.png"), part)
        (folder / f"{name}.txt").write_text("\n".join(own) + "\n")
    return folder / "one.png", folder / "two.png"


def test_pages_added_later_make_the_same_style_as_all_at_once(halves, tmp_path):
    one, two = halves
    first, report = enrollment.enroll([one], "x")
    sample_file.save(report.stored, tmp_path / "x.samples.npz")
    later, added = enrollment.enroll([two], "x", known=sample_file.load(tmp_path / "x.samples.npz"))
    at_once, _ = enrollment.enroll([two, one], "x")
    assert dumps(later).splitlines() == dumps(at_once).splitlines()
    assert len(later.characters) > len(first.characters)
    assert all(sample.crop for sample in added.stored.samples)
    without, _ = enrollment.enroll([], "x", known=added.stored, exclude=["e:1"])
    assert "e" in later.characters
    assert "e" not in without.characters


def test_a_page_that_cannot_be_read_is_told_and_the_others_are_enrolled(halves, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    cv2.imwrite(str(tmp_path / "blank.png"), cv2.imread(str(halves[0])) * 0 + 250)
    style, report = enrollment.enroll([tmp_path / "broken.jpg", halves[0], tmp_path / "blank.png"], "x")
    assert len(report.failures) == 2
    assert "broken.jpg" in report.failures[0]
    assert "blank.png" in report.failures[1]
    assert style.origin.sources == (halves[0].name,)
    assert len(style.characters) >= 38
    with pytest.raises(ScanError, match="blank"):
        enrollment.enroll([tmp_path / "blank.png"], "x")
    with pytest.raises(OptionError, match="no sample of '~'"):
        enrollment.enroll([halves[0]], "x", exclude=["~:1"])
