from __future__ import annotations

import gzip
import shutil

import numpy as np
import pytest

from handfont.core.charset import ASCII, CHARACTERS, INDEX, MARKS
from handfont.core.sdf import GRID
from handfont.errors import DataError
from handfont.train.data import corpus, fonts, unipen
from handfont.train.data.corpus_rows import VIRTUAL


def test_strokes_are_in_x_heights_on_the_baseline(data):
    glyphs = list(unipen.read(data / "unipen", "train"))
    assert {glyph.writer for glyph in glyphs} == {"w1", "w2", "w3"}
    # Ink that is in both files counts once.
    assert len(glyphs) <= 3 * 2 * len(ASCII)
    heights = {c: np.median([np.ptp(np.concatenate(g.strokes)[:, 1]) for g in glyphs if g.label == c]) for c in "anHK"}
    assert heights["H"] > 1.2 * heights["a"]
    assert 0.5 < heights["a"] < 2
    known = [glyph for glyph in glyphs if glyph.baseline]
    assert known
    lows = [np.concatenate(g.strokes)[:, 1].min() for g in known if g.label in "HIKaemn"]
    assert abs(np.median(lows)) < 0.3


def test_smoothing_keeps_ends_and_takes_stairs_out():
    x = np.linspace(0, 2, 41)
    stairs = np.stack([x, np.floor(x * 5) / 5], axis=1).astype(np.float32)
    smooth = unipen.smooth(stairs, 0.07)
    assert np.allclose(smooth[0], stairs[0], atol=0.05)
    assert np.allclose(smooth[-1], stairs[-1], atol=0.05)
    turns = np.abs(np.diff(np.unwrap(np.arctan2(*np.diff(smooth, axis=0).T[::-1]))))
    assert turns.max() < 0.8
    assert unipen.smooth(stairs[:1], 0.07).shape == (1, 2)


def test_fonts_give_true_metrics(data):
    glyphs = {glyph.label: glyph for glyph in fonts.read(data / "fonts" / "Vera.ttf", "print")}
    assert set(ASCII) <= set(glyphs)
    x = glyphs["x"]
    assert x.ink.shape[0] == pytest.approx(x.x_height, abs=2)
    assert x.baseline == pytest.approx(x.ink.shape[0], abs=1)
    assert glyphs["p"].ink.shape[0] > glyphs["p"].baseline + 0.2 * x.x_height
    capitals = {glyph.label for glyph in fonts.read(data / "fonts" / "Vera.ttf", "caps-print")}
    assert not [c for c in capitals if c.islower()]


def test_corpus_is_cached_and_split_by_writer(data, prepared):
    made = corpus.build(data, "train", prepared, workers=1)
    assert made.fields.shape[1:] == (GRID, GRID)
    assert {name.split("~")[0] for name in made.names} == {"w1", "w2", "w3", "font:Vera"}
    assert len(made.names) == 4 * (1 + VIRTUAL)
    stamps = {path: path.stat().st_mtime_ns for path in prepared.iterdir()}
    again = corpus.build(data, "train", prepared, workers=1)
    assert {path: path.stat().st_mtime_ns for path in prepared.iterdir()} == stamps
    assert (again.fields == made.fields).all()
    assert (again.metrics == made.metrics).all()
    font = np.array([name.startswith("font:") for name in made.names])[made.writers]
    marks = np.isin(made.labels, [INDEX[mark] for mark in MARKS])
    assert made.known[font & ~marks].all()
    assert made.known[font][:, :2].all()
    assert not made.known[font & marks][:, 2:].any()
    assert not made.known[~font][:, 2:].any()
    held_out = corpus.build(data, "dev", prepared, workers=1)
    assert held_out.names == ["v1"]


def test_extended_characters_come_from_fonts(data, prepared):
    made = corpus.build(data, "train", prepared)
    assert INDEX["ß"] in set(made.labels)
    assert made.labels.max() < len(CHARACTERS)


def test_accents_come_from_the_letters_that_bear_them(data):
    glyphs = {glyph.label: glyph for glyph in fonts.read(data / "fonts" / "Vera.ttf", "print")}
    for mark in "ˋ´ˆ˜¨˚":
        glyph = glyphs[mark]
        lowest = (glyph.baseline - glyph.ink.shape[0]) / glyph.x_height
        assert 1.0 < lowest < 1.5, mark
        assert glyph.ink.shape[0] < 0.6 * glyph.x_height, mark
    assert glyphs["¸"].baseline < 0.3 * glyphs["¸"].x_height


def test_words_of_real_ink_join_the_corpus(data, dhsd, prepared, tmp_path):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    shutil.copytree(data, tmp_path / "data")
    shutil.copytree(dhsd, tmp_path / "data" / "dhsd")
    made = corpus.build(tmp_path / "data", "train", tmp_path, workers=1)
    plain = corpus.build(data, "train", tmp_path, workers=1)
    added = [name for name in made.names if name not in plain.names]
    assert added
    assert all(name.startswith("dhsd:") for name in added)
    assert (made.fields[: len(plain.labels)] == plain.fields).all()
    rows = made.writers >= len(plain.names)
    assert made.known[rows][:, :2].all()
    assert not made.known[rows][:, 2:].any()
    ink = corpus.build(tmp_path / "data", "ink", tmp_path, workers=1)
    assert not set(ink.names) & set(made.names)


def test_broken_data_is_told_with_its_place(data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    (tmp_path / "data" / "fonts" / "Vera.ttf").write_bytes(b"no font")
    with pytest.raises(DataError, match=r"Vera\.ttf is no font"):
        corpus.build(tmp_path / "data", "train", tmp_path, workers=1)
    (tmp_path / "data" / "fonts" / "Vera.ttf").unlink()
    with pytest.raises(DataError, match=r"files that are not there: .*Vera\.ttf"):
        corpus.build(tmp_path / "data", "train", tmp_path, workers=1)
    path = tmp_path / "data" / "unipen" / "chars.dev.jsonl.gz"
    with gzip.open(path, "at") as file:
        file.write('{"w": "v1"}\n')
    with pytest.raises(DataError, match=r"chars\.dev\.jsonl\.gz cannot be read after line \d+: .* is missing"):
        corpus.build(tmp_path / "data", "dev", tmp_path, workers=1)
