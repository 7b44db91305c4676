from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sample_archives import ONE, same

from handfont.core.forms import ALONE, Joins
from handfont.core.glyph import Skeleton
from handfont.core.pairs import SeenPair
from handfont.errors import StyleError
from handfont.style import sample_file
from handfont.style.sample_archive import SampleArchive


def test_kept_samples_come_back_as_they_were(tmp_path):
    doubted = SampleArchive(ONE.pages, (replace(ONE.samples[0], doubt="looks like 'o'"), *ONE.samples[1:]))
    sample_file.save(doubted, tmp_path / "x.samples.npz")
    same(sample_file.load(tmp_path / "x.samples.npz"), doubted)
    assert [s.character for s in doubted.used] == ["b", "a"]


@given(arrays(np.float32, st.tuples(st.integers(1, 30), st.just(3)), elements=st.floats(-40, 40, width=32)))
def test_middle_lines_are_settled_once_to_thousandths(rows):
    read = replace(ONE.samples[0].sample, skeleton=Skeleton(rows[:, :2], rows[:, 2]))
    once, twice = sample_file.as_stored(read), sample_file.as_stored(sample_file.as_stored(read))
    inside = np.abs(rows) <= 32.767
    for before, after, again in zip(
        (read.skeleton.points, read.skeleton.widths),
        (once.skeleton.points, once.skeleton.widths),
        (twice.skeleton.points, twice.skeleton.widths),
        strict=True,
    ):
        assert np.array_equal(after, again)
        part = inside[:, :2] if before.ndim == 2 else inside[:, 2]
        assert np.abs(after - before)[part].max(initial=0.0) < 0.00051
        assert np.abs(after).max() <= 32.768


def rewritten(path, change):
    """The file with its arrays, by name, as ``change`` makes them of the header and the arrays; in the old layout if
    there are no skeletons among them.
    """
    with np.load(path) as data:
        arrays_of = dict(data)
    header = json.loads(arrays_of["header"].tobytes())
    change(header, arrays_of)
    arrays_of["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays_of)


def as_old(header, arrays_of):
    header["schema"] = "handfont-samples/1"
    del arrays_of["skeletons"]
    for row in header["samples"]:
        del row["points"]


def test_samples_of_an_older_handfont_are_read_without_middle_lines(tmp_path):
    path = tmp_path / "x.samples.npz"
    sample_file.save(ONE, path)
    rewritten(path, as_old)
    same(
        sample_file.load(path),
        SampleArchive(ONE.pages, tuple(replace(one, sample=replace(one.sample, skeleton=None)) for one in ONE.samples)),
    )


def none_there(header, arrays_of):
    del arrays_of["skeletons"]


def set_schema(header, arrays_of):
    header["schema"] = "handfont-samples/1"


def fewer_points(header, arrays_of):
    arrays_of["skeletons"] = arrays_of["skeletons"][:-1]


def other_columns(header, arrays_of):
    arrays_of["skeletons"] = arrays_of["skeletons"][:, :2]


def other_kind(header, arrays_of):
    arrays_of["skeletons"] = arrays_of["skeletons"].astype(np.float32)


def flat(header, arrays_of):
    arrays_of["skeletons"] = arrays_of["skeletons"].ravel()


def pickled(header, arrays_of):
    arrays_of["skeletons"] = np.array([{"a": 1}], object)


def negative(header, arrays_of):
    header["samples"][0]["points"] = -1


def too_many(header, arrays_of):
    header["samples"][0]["points"] = sample_file.POINTS_MAX + 1
    arrays_of["skeletons"] = np.zeros((5000, 3), np.int16)


def no_number(header, arrays_of):
    header["samples"][0]["points"] = True


@pytest.mark.parametrize(
    "damage",
    [none_there, set_schema, fewer_points, other_columns, other_kind, flat, pickled, negative, too_many, no_number],
    ids=lambda damage: damage.__name__,
)
def test_damaged_middle_lines_are_reported(tmp_path, damage):
    path = tmp_path / "x.samples.npz"
    sample_file.save(ONE, path)
    rewritten(path, damage)
    with pytest.raises(StyleError, match="damaged or of another version"):
        sample_file.load(path)


def test_missing_and_damaged_files_are_reported(tmp_path):
    with pytest.raises(StyleError, match="no samples"):
        sample_file.load(tmp_path / "x.samples.npz")
    sample_file.save(ONE, tmp_path / "x.samples.npz")
    whole = (tmp_path / "x.samples.npz").read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"PK" + whole[9:]):
        (tmp_path / "x.samples.npz").write_bytes(damaged)
        with pytest.raises(StyleError, match="damaged"):
            sample_file.load(tmp_path / "x.samples.npz")


def test_whatever_is_changed_in_a_file_is_one_sentence_or_does_no_harm(tmp_path):
    path = tmp_path / "x.samples.npz"
    sample_file.save(ONE, path)
    whole = path.read_bytes()
    rng = np.random.default_rng(1)
    refused = 0
    for _ in range(200):
        damaged = bytearray(whole[: rng.integers(1, len(whole))] if rng.random() < 0.2 else whole)
        for at in rng.integers(0, len(damaged), rng.integers(1, 6)):
            damaged[at] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            assert isinstance(sample_file.load(path), SampleArchive)
        except StyleError as error:
            assert "damaged" in error.message
            refused += 1
    assert refused > 150


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 7},
        {"pages": 3},
        {"pages": [{}]},
        {"samples": []},
        {"samples": [{"character": "a"}]},
        ("samples", {"character": "ab"}),
        ("samples", {"metrics": [0, None, None, None]}),
        ("samples", {"metrics": []}),
        ("samples", {"pen": "wide"}),
        ("samples", {"box": [1, 2]}),
        ("samples", {"box": "abcd"}),
        ("samples", {"crop": -1}),
        ("samples", {"crop": 10**9}),
        ("samples", {"page": "none"}),
        ("samples", {"dropped": 1}),
        ("samples", {"pen": 10**400}),
        ("pages", {"rhythm": {"word_gap": "wide"}}),
        ("pages", {"sheet": [1]}),
        ("pages", {"where": None}),
        ("pages", {"empty": 5}),
        ("pages", {"x_height_mm": "1"}),
        ("pages", {"where": "\ud800"}),
    ],
)
def test_a_header_of_another_kind_is_one_sentence(tmp_path, change):
    path = tmp_path / "x.samples.npz"
    sample_file.save(ONE, path)

    def changed(header, arrays_of):
        if isinstance(change, tuple):
            header[change[0]][0].update(change[1])
        else:
            header.update(change)

    rewritten(path, changed)
    with pytest.raises(StyleError, match=r"damaged or of another version|field 'rhythm"):
        sample_file.load(path)


def test_arrays_that_would_fill_the_memory_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sample_file, "BYTES_MAX", 1_000_000)
    path = tmp_path / "x.samples.npz"
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            header=np.zeros(1, np.uint8),
            shapes=np.zeros((0, 48, 48), np.int8),
            crops=np.zeros(sample_file.BYTES_MAX + 1, np.uint8),
        )
    assert path.stat().st_size < 10_000
    with pytest.raises(StyleError, match="larger than 1 MB when unpacked"):
        sample_file.load(path)


def test_joins_and_pairs_come_back(tmp_path):
    page = replace(ONE.pages[0], pairs=(SeenPair("a", "b", True, 0.25), SeenPair("b", "a", False)))
    first = ONE.samples[0]
    joined = replace(first, sample=replace(first.sample, joins=Joins(left=True, right=False)))
    sample_file.save(SampleArchive((page, *ONE.pages[1:]), (joined, *ONE.samples[1:])), tmp_path / "x.samples.npz")
    found = sample_file.load(tmp_path / "x.samples.npz")
    assert found.pages[0].pairs == page.pairs
    assert [one.sample.joins for one in found.samples] == [Joins(True, False)] + [ALONE] * (len(ONE.samples) - 1)


def test_pairs_of_older_versions_have_no_height(tmp_path):
    path = tmp_path / "x.samples.npz"
    sample_file.save(ONE, path)
    rewritten(path, lambda header, _: header["pages"][0].update(pairs=[["a", "b", True]]))
    assert sample_file.load(path).pages[0].pairs == (SeenPair("a", "b", True, None),)


@pytest.mark.parametrize("pair", [["a", "b"], ["a", "b", 1], ["a", "\u4e2d", True], "ab", ["a", "b", True, "x"]])
def test_damaged_pairs_are_refused(tmp_path, pair):
    path = tmp_path / "x.samples.npz"
    sample_file.save(ONE, path)
    rewritten(path, lambda header, _: header["pages"][0].update(pairs=[pair]))
    with pytest.raises(StyleError, match="damaged or of another version"):
        sample_file.load(path)
