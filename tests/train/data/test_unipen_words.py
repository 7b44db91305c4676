from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

from handfont.errors import DataError
from handfont.model.loading import load_weights
from handfont.train.data import unipen, unipen_words

ARC = np.linspace(0, 2 * np.pi, 25)
LETTERS = {  # strokes in x-heights above the baseline, and how far the next letter is away
    "o": ([np.stack([0.4 - 0.4 * np.sin(ARC), 0.5 + 0.5 * np.cos(ARC)], axis=1)], 1.1),
    "l": ([[(0, 1.8), (0, 0)]], 0.4),
    "i": ([[(0, 1), (0, 0)], [(0.02, 1.4), (0.02, 1.45)]], 0.4),
    "v": ([[(0, 1), (0.4, 0), (0.8, 1)]], 1.1),
    "w": ([[(0, 1), (0.3, 0), (0.6, 0.9), (0.9, 0), (1.2, 1)]], 1.5),
    "x": ([[(0, 1), (0.8, 0)], [(0.8, 1), (0, 0)]], 1.1),
    "z": ([[(0, 1), (0.7, 1), (0, 0), (0.7, 0)]], 1.0),
    "t": ([[(0.3, 1.6), (0.3, 0.1), (0.5, 0)], [(0, 1.05), (0.65, 1.05)]], 1.0),
    "k": ([[(0, 1.8), (0, 0)], [(0.6, 1), (0.05, 0.5), (0.65, 0)]], 1.0),
    "L": ([[(0, 1.75), (0, 0), (0.8, 0)]], 1.1),
    "T": ([[(0.5, 1.75), (0.5, 0)], [(0, 1.75), (1, 1.75)]], 1.3),
    "K": ([[(0, 1.75), (0, 0)], [(0.9, 1.75), (0.05, 0.85), (1, 0)]], 1.3),
    "E": ([[(0, 1.75), (0, 0), (0.8, 0)], [(0, 1.75), (0.8, 1.75)], [(0, 0.9), (0.7, 0.9)]], 1.1),
    "O": ([np.stack([0.7 - 0.7 * np.sin(ARC), 0.9 + 0.9 * np.cos(ARC)], axis=1)], 1.7),
    "I": ([[(0, 1.75), (0, 0)]], 0.4),
    "V": ([[(0, 1.75), (0.6, 0), (1.2, 1.75)]], 1.5),
}
WORDS = ["volt", "wool", "kilo", "tool", "lox", "zoo", "Look", "Toll", "Kiwi", "oil", "viola", "wit", "vow", "toxiv"]
WORDS = [word for word in WORDS if set(word) <= LETTERS.keys()]
UNIT = 40


def written(word, joined=False, unit=UNIT):
    strokes, x = [], 0.0
    for letter in word:
        parts, step = LETTERS[letter]
        strokes += [np.asarray(part, float) + np.array([x, 0]) for part in parts]
        x += step
    if joined:
        strokes = [np.concatenate(strokes)]
    points = np.concatenate(strokes)
    return [np.rint((stroke - points.min(axis=0)) * unit).astype(int).ravel().tolist() for stroke in strokes]


def line(writer, label, strokes, origin=(0, 0), quality="OK"):
    return {"w": writer, "c": "abc", "l": label, "q": quality, "o": list(origin), "s": strokes}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unipen")
    # The same ink counts once; letters that no word has stand in for the x-height of the usual ones.
    isolated = [line("isolated", letter, written(letter, unit=UNIT + more)) for letter in LETTERS for more in range(3)]
    isolated += [line("isolated", letter, written("o")) for letter in "acenumrs"]
    words = []
    for at, word in enumerate(WORDS):
        origin = (1000 * at, 500)
        words += [
            line("apart", word, written(word), origin),
            line("isolated", word, written(word), origin),
            line("joined", word, written(word, joined=True), origin),
            line("bad", word, written(word), origin, "BAD"),
            line("shouts", word.lower(), written(word.upper()), origin)
            if set(word.upper()) <= LETTERS.keys()
            else line("shouts", "toil", written("TOIL"), origin),
        ]
    for name, lines in (("chars", isolated), ("chars_in_context", []), ("words", words)):
        with gzip.open(folder / f"{name}.train.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(data) + "\n" for data in lines)
    return folder


@pytest.fixture(scope="module")
def reader():
    return load_weights().reader


@pytest.fixture(scope="module")
def cut(folder, reader):
    return list(unipen_words.read(folder, reader))


def test_letters_of_their_own_strokes_come_back_in_order(cut):
    labels = "".join(glyph.label for glyph in cut if glyph.writer == "apart")
    rest = iter("".join(WORDS))
    assert all(label in rest for label in labels)
    assert len(labels) > 0.6 * len("".join(WORDS))
    assert set("oltkvx") <= set(labels)


def test_letters_have_all_their_strokes_and_stand_on_the_line(cut):
    for glyph in cut:
        if glyph.writer == "apart":
            assert len(glyph.strokes) == len(LETTERS[glyph.label][0])
            points = np.concatenate(glyph.strokes)
            assert abs(points[:, 1].min()) < 0.3
            assert np.ptp(points[:, 1]) == pytest.approx(
                np.ptp(np.concatenate([np.asarray(s, float) for s in LETTERS[glyph.label][0]])[:, 1]), rel=0.3
            )
    assert np.mean([glyph.baseline for glyph in cut]) > 0.7


def test_joined_bad_and_known_writers_give_nothing(cut):
    assert not {"joined", "bad", "isolated"} & {glyph.writer for glyph in cut}


def test_one_joined_stroke_of_a_word_gives_nothing(folder, reader):
    usual = unipen_words._usual(unipen.read_records(folder, "train"))
    first, second = written("ol", joined=True), written("kilo")
    width = max(first[0][::2]) + UNIT // 2
    strokes = first + [[v + width * (i % 2 == 0) for i, v in enumerate(flat)] for flat in second]
    word = unipen_words._word(line("w", "olkilo", strokes))
    records = unipen_words._cut([word], reader, usual)
    assert records
    assert all(record.origin_x > width - UNIT / 2 for record in records)


def test_capitals_written_down_as_small_letters_are_capitals(cut):
    labels = {glyph.label for glyph in cut if glyph.writer == "shouts"}
    assert not any(label.islower() for label in labels)


def test_cutting_is_deterministic(folder, reader, cut):
    again = list(unipen_words.read(folder, reader))
    assert [(g.writer, g.label) for g in again] == [(g.writer, g.label) for g in cut]
    for first, second in zip(again, cut, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(first.strokes, second.strokes, strict=True))


def test_missing_words_are_reported(folder, reader, tmp_path):
    for name in ("chars", "chars_in_context"):
        (tmp_path / f"{name}.train.jsonl.gz").write_bytes((folder / f"{name}.train.jsonl.gz").read_bytes())
    with pytest.raises(DataError, match="words"):
        next(unipen_words.read(tmp_path, reader))
