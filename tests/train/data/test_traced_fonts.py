"""Fonts as pen trajectories, and the forms and slopes learnt from few of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import stroke_letters

from handfont.core.contacts import in_touch
from handfont.core.forms import POINTS
from handfont.core.strokes import resampled
from handfont.core.variation import varied
from handfont.model.loading import load_weights
from handfont.model.strokes import StrokeModel
from handfont.train import forms
from handfont.train.data import traced_fonts
from handfont.train.data.unipen import Trajectory
from handfont.train.strokes import fit


def plus_minus(face: int, slant: float) -> Trajectory:
    """A ± of three strokes, wider from face to face, as a face's writer of a slant."""
    wide = 0.6 + 0.05 * face
    strokes = [
        [(0.5, 1.2), (0.5, 0.2)],
        [(0.5 - wide / 2, 0.7), (0.5 + wide / 2, 0.7)],
        [(0.5 - wide / 2, 0.0), (0.5 + wide / 2, 0.0)],
    ]
    warp = np.array([[1.0, 0.0], [slant, 1.0]], np.float32)
    return Trajectory(
        f"font:{face}/{round(100 * slant)}",
        "±",
        [resampled(np.array(stroke, np.float32), 20) @ warp for stroke in strokes],
        True,
    )


FACES = [plus_minus(face, slant) for face in range(5) for slant in (-0.2, 0.0, 0.2)]
NONSENSE = Trajectory("font:bad/0", "±", [np.array([(x, 1.5), (x, 1.4)], np.float32) for x in (0.0, 2.0, 4.0)], True)


@pytest.fixture(scope="module")
def model() -> StrokeModel:
    weights = load_weights()
    return fit(stroke_letters.trajectories(), weights.networks(), weights.evidence, dimensions=8, fonts=FACES)


def test_a_face_becomes_writers_of_several_slants(data: Path) -> None:
    glyphs = list(traced_fonts.read(data / "fonts", "oi+%"))
    assert {glyph.writer for glyph in glyphs} == {f"font:Vera/{number}" for number in range(len(traced_fonts.WARPS))}
    assert {traced_fonts.face_of(glyph.writer) for glyph in glyphs} == {"font:Vera"}
    assert traced_fonts.face_of("w05/2") == ""
    counts = {glyph.label: len(glyph.strokes) for glyph in glyphs}
    assert counts["o"] == 1 and counts["i"] == 2 and counts["+"] == 2
    upright, slanted = (
        next(glyph for glyph in glyphs if glyph.label == "i" and glyph.writer.endswith(end)) for end in ("/0", "/1")
    )
    (stem, dot), (leaning, _) = upright.strokes, slanted.strokes
    assert stem[:, 1].min() == pytest.approx(0.0, abs=0.15) and dot[:, 1].min() > 1.1  # from the baseline
    assert abs(stem[0, 0] - stem[-1, 0]) < 0.03
    assert leaning[0, 0] - leaning[-1, 0] == pytest.approx(traced_fonts.WARPS[1][0] * np.ptp(stem[:, 1]), abs=0.03)


def test_ink_that_strokes_do_not_cover_is_left_out(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traced_fonts, "ALIKE", 0.8)
    assert {glyph.label for glyph in traced_fonts.read(data / "fonts", "o¶")} == {"o"}  # the bowl of ¶ is filled


def test_forms_of_few_samples_hold_those_that_are_alike() -> None:
    (found,) = forms.find_alike([*FACES, NONSENSE])
    assert found.form.character == "±" and len(found.form.counts) == 3
    assert sorted(found.rows.tolist()) == list(range(len(FACES)))


def test_every_character_has_a_form() -> None:
    (found,) = forms.find_alike([NONSENSE])
    assert found.rows.tolist() == [0]


def test_characters_that_people_lack_come_from_fonts(model: StrokeModel) -> None:
    assert sorted(model.characters) == ["l", "t", "±"]
    (form,) = model.forms_of("±")
    assert np.isfinite(model.basis[form]).all() and (model.deviation[form] > 0).all()
    product = model.basis[form] @ model.basis[form].T
    assert np.allclose(product, np.diag(np.diag(product)), atol=1e-5)
    assert set(np.round(np.diag(product), 4)) <= {0.0, 1.0} and 0 < np.round(np.diag(product)).sum() < 8
    for glyph in FACES[::4]:
        encoded = model.encode("±", glyph.strokes)
        assert encoded is not None
        drawn = model.decode(*encoded)
        assert np.allclose(np.ptp(drawn.points, axis=0), np.ptp(np.concatenate(glyph.strokes), axis=0), atol=0.02)
        assert (drawn.points[:, 1].max() + drawn.points[:, 1].min()) / 2 == pytest.approx(0.6, abs=0.01)


def test_repetitions_of_fonts_vary_and_keep_together(model: StrokeModel) -> None:
    (form,) = model.forms_of("±")
    mean, counts = model.points(form, np.zeros(model.dimensions, np.float32)), model.forms[form].counts
    directions = in_touch(mean, counts, (model.within[form] @ model.basis[form]).reshape(-1, POINTS, 2))
    noise = np.random.default_rng(2).standard_normal((40, len(directions))).astype(np.float32)
    drawn = varied(mean[None], directions[None], np.zeros(40, np.int64), noise)
    assert np.ptp(drawn[..., 0], axis=1).std() > 0.01
    for points in drawn:
        stem, bar, _ = model.forms[form].strokes(points)
        assert np.hypot(*(stem[:, None] - bar[None]).transpose(2, 0, 1)).min() < 0.12
