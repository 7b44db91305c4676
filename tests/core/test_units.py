from __future__ import annotations

import pytest

from handfont.core import units
from handfont.errors import OptionError


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1in", 72),
        ("2.54cm", 72),
        ("25.4 mm", 72),
        ("11pt", 11),
        (" .5in ", 36),
        ("-1mm", -72 / 25.4),
        ("2CM", 56.693),
    ],
)
def test_lengths(text, points):
    assert units.length(text) == pytest.approx(points, rel=1e-4)


@pytest.mark.parametrize("text", ["", "5", "mm", "five mm", "1e3mm", "nan mm", "2 em", "99999999mm", "1,5cm"])
def test_what_is_no_length(text):
    with pytest.raises(OptionError, match="length"):
        units.length(text)


@pytest.mark.parametrize("text", ["A5 landscape", "a5 Landscape ", "148mmx210mm landscape", "210mmx148mm landscape"])
def test_paper_turned(text):
    wide, tall = units.paper("A5")
    assert units.paper(text) == pytest.approx((tall, wide))
    assert units.paper(text.lower().replace("landscape", "portrait")) == pytest.approx((wide, tall))


def test_paper():
    assert units.paper("a4") == pytest.approx((595.28, 841.89), abs=0.01)
    assert units.paper("100mmx5in") == pytest.approx((283.46, 360), abs=0.01)
    with pytest.raises(OptionError, match="paper size"):
        units.paper("foolscap")


def test_shares():
    assert [units.share(text) for text in ("0.5%", ".005", "0", "100 %")] == [0.005, 0.005, 0.0, 1.0]
    for wrong in ("5", "x%", "-1%", "101%", ""):
        with pytest.raises(OptionError, match=r"is not a share; write it in percent, like 0\.5%"):
            units.share(wrong)
