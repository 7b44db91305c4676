from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from nearly import fields
from PIL import Image
from safetensors.torch import save_file

from handfont.errors import DataError, ModelError
from handfont.evaluate import following, judges, results, retrieval, table
from handfont.evaluate.held_out import held_out, real, unlettered, written
from handfont.evaluate.metrics import overlap
from handfont.model.loading import load_weights
from handfont.synthesis.hand import Hand
from handfont.train.data.trajectories import read_trajectories


@pytest.fixture(scope="module")
def rows(data, prepared):
    """The whole table; made-up glyphs are no letters, so that its figures are bad ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrieval, "DRAWS", 1)
        patch.setattr(following, "ENROLLED", 12)
        return table.evaluate(data, prepared, (20,))


def test_every_kind_of_figure_is_there(rows):
    said = " ".join(row.what for row in rows)
    for what in (
        "classifier",
        "unseen characters read",
        "enrolled letters: overlap of the mean",
        "difference of two",
        "live dimensions of the style",
        "narrow hand",
        "italic hand",
        "bold hand",
        "in several, per 1,000",
        "ink thicker than 1.7 pens",
        "decoded from their latents",
        "ink within half a pen of the strokes",
        "strokes within half a pen of the ink",
    ):
        assert what in said
    for row in rows:
        assert np.isfinite(row.value), row
        if row.percent:
            assert 0 <= row.value <= 1
    for what in ("unseen characters read", "enrolled letters", "difference"):
        assert all(row.real is not None for row in rows if row.what.startswith(what))


def test_both_forms_of_the_table_say_the_same(rows):
    text, markdown = results.as_text(rows), results.as_markdown(rows)
    for row in rows:
        assert row.what in text
        assert row.what in markdown
    assert len({line.count("|") for line in markdown.splitlines()}) == 1
    assert json.loads(json.dumps(results.as_data(rows)))[0]["what"] == rows[0].what


def test_seen_and_unseen_part_a_writers_characters(data):
    dev = read_trajectories(data, "dev")
    (writer,) = held_out(dev)
    seen, unseen = writer.seen(20), writer.unseen(20)
    assert len(seen) == 20
    assert not set(seen) & set(unseen)
    assert set(seen) | set(unseen) == set(writer.first)
    # In the data every character was written twice: the second glyph is the other one, not the first again.
    assert set(writer.second) == set(writer.first)
    assert all(not np.array_equal(writer.second[c].shape, writer.first[c].shape) for c in writer.second)
    (again,) = held_out(dev)
    assert list(again.first) == list(writer.first)
    assert list(held_out(dev, seed=2)[0].first) != list(writer.first)


def test_letters_are_enrolled_from_ink_and_compared_with_their_strokes(data):
    (writer,) = held_out(read_trajectories(data, "dev"))
    weights = load_weights()
    assert len(writer.on_paper(5)) == 5
    assert all(sample.strokes is None and sample.skeleton is not None for sample in writer.on_paper(5))
    assert all(sample.strokes for sample in writer.first.values())
    style = writer.style(5, weights)
    assert writer.style(5, weights) is style
    assert set(style.characters) <= set(writer.seen(5))
    assert unlettered(writer.on_paper(5), weights).characters == {}
    assert np.allclose(unlettered(writer.on_paper(5), weights).latent, style.latent, atol=1e-3)


def test_what_a_hand_writes_is_seen_as_it_was_written(style):
    hand = Hand(style)
    (glyph,) = hand.write("n", seed=1)
    (sample,) = written(hand, ["n"])
    assert (sample.character, sample.pen) == ("n", style.pen.width)
    low, high = (function(np.concatenate(glyph.strokes), axis=0) for function in (np.min, np.max))
    assert sample.metrics.size == pytest.approx(float((high - low).max()), abs=1e-4)
    assert sample.metrics.centre_y == pytest.approx(float(low[1] + high[1]) / 2, abs=1e-4)
    assert overlap(sample.shape[None], fields([glyph]))[0] == 1


def test_a_glyph_whose_baseline_is_not_known_has_no_height(data):
    glyph = read_trajectories(data, "dev")[0]
    assert real(replace(glyph, baseline=False)).metrics.centre_y is None
    assert real(replace(glyph, baseline=True)).metrics.centre_y is not None


def test_a_writer_is_found_among_others_by_the_nearest_home():
    homes = list(np.eye(4))
    found = retrieval._found({0: np.array([0.9, 0.1, 0, 0]), 2: np.array([0.0, 1, 0, 0])}, homes)
    assert found.tolist() == [True, False]


def test_pictures_do_not_show_the_texture_of_fields():
    field = torch.linspace(-6, 6, 48).expand(1, 48, 48)
    steep = torch.where(field > 0, 6.0, -6.0)
    assert (judges.picture(field) - judges.picture(steep)).abs().max() < 1.2
    assert judges.picture(steep).abs().max() <= 3.01


def test_damaged_judges_are_reported(tmp_path):
    with pytest.raises(ModelError, match="judges"):
        judges.load_judges(tmp_path / "none.safetensors")
    save_file({"reader.x": torch.zeros(1)}, tmp_path / "foreign.safetensors")
    with pytest.raises(ModelError, match="judges"):
        judges.load_judges(tmp_path / "foreign.safetensors")


def test_too_few_characters_are_reported(data):
    with pytest.raises(DataError, match="no held-out writer"):
        held_out([glyph for glyph in read_trajectories(data, "dev") if glyph.label < "4"])


def test_command_prints_and_draws(data, prepared, tmp_path, handfont_here):
    folders = ("--data", data, "--work", prepared)
    sheet = handfont_here("evaluate", *folders, "--sheet", tmp_path / "sheet.png", "--letters", 5)
    assert sheet.returncode == 0, sheet.stderr
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.width > 1000
        assert np.asarray(image.convert("L")).min() < 80
    bad = handfont_here("evaluate", "--data", tmp_path, "--work", tmp_path)
    assert bad.returncode == 2
    assert "chars_in_context.dev.jsonl.gz is missing" in bad.stderr
    assert "Traceback" not in bad.stderr
