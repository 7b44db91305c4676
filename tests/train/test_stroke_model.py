"""The stroke model on a few invented writers of two letters."""

import numpy as np
import pytest
import stroke_letters
from stroke_letters import SAMPLES, letter

from handfont.core.forms import POINTS
from handfont.errors import DataError
from handfont.model.loading import load_weights
from handfont.model.strokes import ADAPTED, StrokeModel
from handfont.train.strokes import fit
from handfont.train.unipen import Trajectory


@pytest.fixture(scope="module")
def trajectories() -> list[Trajectory]:
    return stroke_letters.trajectories()


@pytest.fixture(scope="module")
def model() -> StrokeModel:
    return stroke_letters.model()


def test_each_letter_has_one_form_whatever_the_order_of_its_strokes(model: StrokeModel) -> None:
    assert [(form.character, len(form.counts)) for form in model.forms] == [("l", 1), ("t", 2)]


def test_letters_come_back_from_their_latents(model: StrokeModel, trajectories: list[Trajectory]) -> None:
    for glyph in trajectories[:: SAMPLES]:
        encoded = model.encode(glyph.label, glyph.strokes)
        assert encoded is not None
        form, latent = encoded
        drawn = model.decode([form], latent[None])[0]
        assert len(drawn.points) == POINTS and len(drawn.strokes) == len(glyph.strokes)
        box, expected = np.ptp(drawn.points, axis=0), np.ptp(np.concatenate(glyph.strokes), axis=0)
        assert np.allclose(box, expected, atol=0.03)
        assert drawn.points[:, 1].max() == pytest.approx(1.5, abs=0.1)  # on the baseline, as it was written


def test_a_letter_of_more_strokes_than_any_form_is_not_encoded(model: StrokeModel) -> None:
    assert model.encode("l", letter(0, "t", np.random.default_rng(2)).strokes) is None
    assert model.encode("x", letter(0, "l", np.random.default_rng(2)).strokes) is None


def test_samples_vary_as_a_writers_do_and_not_at_all_when_asked(
        model: StrokeModel, trajectories: list[Trajectory]) -> None:
    encoded = model.encode("l", trajectories[SAMPLES].strokes)
    assert encoded is not None
    form, latent = encoded
    forms, latents = [form] * 200, np.repeat(latent[None], 200, axis=0)
    rng = np.random.default_rng(4)
    still, mean = model.sample([form], latent[None], rng, amount=0.0)[0], model.decode([form], latent[None])[0]
    assert np.allclose(still.points, mean.points, atol=1e-6)
    foot = np.array([glyph.strokes[0][-1] - glyph.strokes[0][0] for glyph in model.sample(forms, latents, rng)])
    # Ends vary by 0.02 each, so their difference by 0.028; shrinkage towards the people's makes it somewhat more.
    assert 0.015 < foot[:, 1].std() < 0.08


def test_the_bar_of_a_varied_t_crosses_its_stem(model: StrokeModel, trajectories: list[Trajectory]) -> None:
    encoded = model.encode("t", trajectories[0].strokes)
    assert encoded is not None
    form, latent = encoded
    drawn = model.sample([form] * 50, np.repeat(latent[None], 50, axis=0), np.random.default_rng(5), amount=3.0)
    for glyph in drawn:
        stem, bar = glyph.strokes
        assert np.hypot(*(stem[:, None] - bar[None]).transpose(2, 0, 1)).min() < 0.1


def test_unseen_letters_are_those_of_the_likest_hand(model: StrokeModel) -> None:
    rows = np.flatnonzero(model.hand_form == 1)
    row = rows[2]
    form, latent = model.likest("t", model.hand_embedding[row], model.hand_style[row])
    assert form == 1
    assert np.allclose(latent, model.hand_latent[row], atol=1e-4)


def test_unseen_letters_are_moved_half_the_way_to_the_writers_style(model: StrokeModel) -> None:
    row = np.flatnonzero(model.hand_form == 1)[2]
    step = np.linspace(0, 1, model.hand_style.shape[1], dtype=np.float32)
    _, latent = model.likest("t", model.hand_embedding[row], model.hand_style[row] + step)
    assert np.allclose(latent - model.hand_latent[row], ADAPTED * model.slope[1] @ step, atol=1e-4)


def test_letters_keep_to_the_line_where_they_vary_least(model: StrokeModel) -> None:
    """All the letters of the invented writers, 1.5 x-heights tall, stand with their foot on the line."""
    assert model.height[:, 0] == pytest.approx(0.0, abs=0.2)
    assert model.height[:, 1] == pytest.approx(1.5 * model.height[:, 0], abs=0.03)
    assert (model.height[:, 2] < 0.06).all()


def test_hands_have_unit_embeddings_and_a_style_each(model: StrokeModel) -> None:
    assert len(model.hand_form) == len(model.hand_latent) == len(model.hand_style) == len(model.hand_embedding)
    assert np.linalg.norm(model.hand_embedding, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert set(model.hand_form.tolist()) == {0, 1}
    of_l, of_t = (model.hand_style[model.hand_form == form] for form in (0, 1))
    assert {style.tobytes() for style in of_l} == {style.tobytes() for style in of_t}


def test_a_model_is_the_same_from_its_arrays(model: StrokeModel) -> None:
    again = StrokeModel.of(model.forms_listed(), model.arrays())
    assert [form.counts for form in again.forms] == [form.counts for form in model.forms]
    glyph = model.decode([1], model.hand_latent[-1:])[0]
    assert np.array_equal(again.decode([1], model.hand_latent[-1:])[0].points, glyph.points)
    assert all(np.array_equal(a.template, b.template) for a, b in zip(again.forms, model.forms, strict=True))
    with pytest.raises(KeyError):
        StrokeModel.of(model.forms_listed(), {k: v for k, v in model.arrays().items() if k != "basis"})
    with pytest.raises(ValueError, match=f"has not {POINTS} points"):
        StrokeModel.of([["l", [POINTS + 1]], ["t", [32, 32]]], model.arrays())


def test_too_few_trajectories_are_refused(trajectories: list[Trajectory]) -> None:
    with pytest.raises(DataError, match="too few"):
        fit(trajectories[:3], load_weights().networks(), load_weights().evidence)
