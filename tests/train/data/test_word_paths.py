from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

from handfont.errors import DataError
from handfont.train.data import word_paths
from handfont.train.data.word_path_variants import varied
from handfont.train.data.word_paths import NONE, STEP, UNKNOWN, evenly, marks, plain

UNIT = 40.0
"""Points of the tablet to an x-height."""
N = [[0.0, 1.0], [0.0, 0.0], [0.1, 0.7], [0.3, 1.0], [0.5, 0.8], [0.5, 0.0]]
JOIN = [[0.65, 0.1], [0.8, 0.4]]
I_BODY, I_DOT = [[1.0, 1.0], [1.0, 0.5], [1.0, 0.0]], [[1.0, 1.4], [1.0, 1.45]]
LAST = [[1.6, 1.0], [1.6, 0.0], [1.7, 0.8], [1.9, 1.0], [2.1, 0.8], [2.1, 0.0]]


def flat(points):
    return np.rint(np.asarray(points) * UNIT).astype(int).ravel().tolist()


def joined_line(writer):
    """nin: the first two joined, the dot last."""
    strokes = [flat(N + JOIN + I_BODY), flat(LAST), flat(I_DOT)]
    first, body = len(N), len(N) + len(JOIN)
    letters = [
        {"l": "n", "parts": [[0, 0, first - 1]]},
        {"l": "i", "parts": [[0, body, body + 2], [2, 0, 1]]},
        {"l": "n", "parts": [[1, 0, 5]]},
    ]
    return {"w": writer, "c": "kai", "l": "nin", "o": [0, 0], "s": strokes, "letters": letters, "joined": [True, False]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unipen")
    isolated = [
        {"w": "isolated", "c": "abc", "l": c, "q": "OK", "o": [0, 0], "s": [flat(np.asarray(N) * (1 + more / 20))]}
        for c in "acenomursxz"
        for more in range(3)
    ]
    words = [
        {"w": writer, "c": "kai", "l": label, "q": "OK", "o": [0, 0], "s": joined_line(writer)["s"]}
        for writer, label in [("anna", r"n\@i\@n"), ("ben", "nin"), ("held", "nin"), ("alias", "nin"), ("ben", "nïn")]
    ]
    files = {
        "chars.train": isolated,
        "chars_in_context.train": [],
        "joined.train": [joined_line("anna")] * 2,
        "joined.dev": [joined_line("held")],
        "words.train": words,
    }
    for name, lines in files.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    (folder / "aliases.json").write_text(json.dumps({"train": ["alias"], "dev": []}))
    return folder


def test_letters_of_joined_words_are_known_point_by_point(folder):
    word, _ = word_paths.read_joined(folder, "train")
    assert (word.text, word.joined) == ("nin", (True, False))
    assert set(word.letter.tolist()) == {0, 1, 2, NONE}
    x, y = word.points.T
    assert np.all(x[word.letter == 0] < x[word.letter == 2].min())
    assert 0.8 < y[word.letter == 0].max() - y[word.letter == 0].min() < 1.2  # x-heights
    between = x[word.letter == NONE]
    assert between.min() > 0.5 and between.max() < 1.0


def test_a_late_dot_is_a_mark_of_its_letter(folder):
    word, _ = word_paths.read_joined(folder, "train")
    assert set(word.letter[word.mark].tolist()) == {1}
    assert word.points[word.mark, 1].min() > 1.2


def test_points_lie_evenly_along_strokes(folder):
    word, _ = word_paths.read_joined(folder, "train")
    step = np.hypot(*np.diff(word.points[word.stroke == 0], axis=0).T)
    assert 0.5 * STEP < np.median(step) < 1.2 * STEP
    assert step.max() < 1.5 * STEP


def test_words_with_a_text_leave_out_who_measures_and_who_is_in_both_splits(folder):
    words = list(word_paths.read_transcribed(folder, "train"))
    assert [(word.writer, word.text) for word in words] == [("anna", "nin"), ("ben", "nin")]
    assert all((word.letter == UNKNOWN).all() for word in words)


def test_a_missing_file_is_named(folder):
    with pytest.raises(DataError, match=r"words\.dev"):
        list(word_paths.read_transcribed(folder, "dev"))


@pytest.mark.parametrize(
    ("written", "text"), [(r"n\@i\@n", "nin"), (r"a\\b", r"a\b"), (r"\"so\"", '"so"'), ("so", "so")]
)
def test_transcripts_lose_their_escapes_and_joining_strokes(written, text):
    assert plain(written) == text


def test_strokes_that_go_on_to_the_right_are_no_marks():
    paths = [evenly(np.asarray(part))[0] for part in (N, np.asarray(LAST) - [0.4, 0], I_DOT)]
    assert marks(paths).tolist() == [False, False, True]


def test_a_word_varied_says_the_same(folder):
    word, _ = word_paths.read_joined(folder, "train")
    rng = np.random.default_rng(0)
    joined = 0
    for _ in range(20):
        other = varied(word, rng, joining=1.0)
        assert set(other.letter[other.mark].tolist()) == {1}
        joined += other.stroke.max() == 1  # i and the last n, too
        order = other.letter[~other.mark & (other.letter >= 0)]
        assert np.all(np.diff(order) >= 0)
        step = np.hypot(*np.diff(other.points[other.stroke == 0], axis=0).T)
        assert step.max() < 2 * STEP
    assert 10 < joined < 20


def test_letters_that_are_joined_already_are_not_joined_again():
    strokes = [evenly(np.array(points, float))[0] for points in ([(0, 1), (0, 0)], [(0.5, 0.0), (0.5, 1.0)])]
    for joined, count in (((False,), 1), ((True,), 2)):
        word = word_paths.WordPath(
            "anna", "ll", np.concatenate(strokes).astype(np.float32), np.repeat([0, 1], 11), np.repeat([0, 1], 11),
            np.zeros(22, bool), joined,
        )  # fmt: skip
        rng = np.random.default_rng(1)
        assert min(varied(word, rng, 1.0).stroke.max() + 1 for _ in range(20)) == count
