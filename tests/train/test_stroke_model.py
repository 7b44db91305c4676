"""The stroke model on a few invented writers of two letters."""

import numpy as np
import pytest
import stroke_letters
from stroke_letters import SAMPLES, WRITERS, letter

from handfont.core.charset import INDEX
from handfont.core.forms import POINTS
from handfont.core.strokes import resampled
from handfont.errors import DataError
from handfont.model import inference
from handfont.model.loading import load_weights
from handfont.model.strokes import ADAPTED, StrokeModel
from handfont.train.data.unipen import Trajectory
from handfont.train.strokes import LEGIBLE, fit, sample_of


@pytest.fixture(scope="module")
def trajectories() -> list[Trajectory]:
    return stroke_letters.trajectories()


@pytest.fixture(scope="module")
def model() -> StrokeModel:
    return stroke_letters.model()


def test_each_letter_has_one_form_whatever_the_order_of_its_strokes(model: StrokeModel) -> None:
    assert [(form.character, len(form.counts)) for form in model.forms] == [("l", 1), ("t", 2)]


def test_letters_come_back_from_their_latents(model: StrokeModel, trajectories: list[Trajectory]) -> None:
    for glyph in trajectories[::SAMPLES]:
        encoded = model.encode(glyph.label, glyph.strokes)
        assert encoded is not None
        form, latent = encoded
        drawn = model.decode(form, latent)
        assert len(drawn.points) == POINTS and len(drawn.strokes) == len(glyph.strokes)
        box, expected = np.ptp(drawn.points, axis=0), np.ptp(np.concatenate(glyph.strokes), axis=0)
        assert np.allclose(box, expected, atol=0.03)
        assert drawn.points[:, 1].max() == pytest.approx(1.5, abs=0.1)  # on the baseline, as it was written


def test_a_letter_of_more_strokes_than_any_form_is_not_encoded(model: StrokeModel) -> None:
    assert model.encode("l", letter(0, "t", np.random.default_rng(2)).strokes) is None
    assert model.encode("x", letter(0, "l", np.random.default_rng(2)).strokes) is None


def test_repetitions_vary_as_a_writers_do(model: StrokeModel) -> None:
    (form,) = model.forms_of("l")
    directions = (model.within[form] @ model.basis[form]).reshape(-1, POINTS, 2)
    foot = np.sqrt(((directions[:, -1] - directions[:, 0]) ** 2).sum(axis=0))
    # Ends vary by 0.02 each, so their difference by 0.028; shrinkage towards the people's makes it somewhat more.
    assert ((foot > 0.015) & (foot < 0.08)).all()
    # Over people letters vary more, by how they are slanted and sized.
    people = np.sqrt(((model.deviation[form, :, None] * model.basis[form]) ** 2).sum(axis=0))
    assert people.max() > 2 * np.sqrt((directions**2).sum(axis=0)).max()


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


def test_hands_have_unit_embeddings_and_the_style_of_their_writer(model: StrokeModel) -> None:
    assert len(model.hand_form) == len(model.hand_latent) == len(model.hand_style) == len(model.hand_embedding)
    assert np.linalg.norm(model.hand_embedding, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert set(model.hand_form.tolist()) == {0, 1}
    of_l, of_t = ({style.tobytes() for style in model.hand_style[model.hand_form == form]} for form in (0, 1))
    assert len(of_l) + len(of_t) == len(model.hand_form)  # a writer has one hand of each form
    assert len(of_l | of_t) <= WRITERS < len(of_l) + len(of_t)  # and one style


def test_hands_that_cannot_be_read_are_left_out(model: StrokeModel, trajectories: list[Trajectory]) -> None:
    """The seventh writer's l is a zigzag."""
    weights = load_weights()
    zigzag = resampled(np.array([(0.6 * (i % 2), 0.2 * i) for i in range(8)], np.float32), 30)
    scrawls = [Trajectory("scrawl", "l", [zigzag + np.float32(0.01 * i)], True) for i in range(SAMPLES)]
    with_scrawls = fit([*trajectories, *scrawls], weights.networks(), weights.evidence, dimensions=8)
    for fitted in (model, with_scrawls):
        samples = [
            sample_of(fitted.decode(form, latent))
            for form, latent in zip(fitted.hand_form.tolist(), fitted.hand_latent, strict=True)
        ]
        labels = np.array([INDEX[sample.character] for sample in samples])
        read = inference.read(weights.reader, np.stack([sample.shape for sample in samples]))
        assert (inference.legibility(read, labels) > LEGIBLE - 1e-3).all()
    assert len(with_scrawls.hand_form) <= 2 * WRITERS


def test_a_model_is_the_same_from_its_arrays(model: StrokeModel) -> None:
    again = StrokeModel.of(model.forms_listed(), model.arrays())
    assert [form.counts for form in again.forms] == [form.counts for form in model.forms]
    glyph = model.decode(1, model.hand_latent[-1])
    assert np.array_equal(again.decode(1, model.hand_latent[-1]).points, glyph.points)
    assert all(np.array_equal(a.template, b.template) for a, b in zip(again.forms, model.forms, strict=True))
    with pytest.raises(KeyError):
        StrokeModel.of(model.forms_listed(), {k: v for k, v in model.arrays().items() if k != "basis"})
    with pytest.raises(ValueError, match=f"has not {POINTS} points"):
        StrokeModel.of([["l", [POINTS + 1]], ["t", [32, 32]]], model.arrays())


def test_too_few_trajectories_are_refused(trajectories: list[Trajectory]) -> None:
    with pytest.raises(DataError, match="too few"):
        fit(trajectories[:3], load_weights().networks(), load_weights().evidence)
