"""Where enrolled styles go, and what is left when processes meet or are killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from nearly import fields

from handfont.cli.enroll import _write
from handfont.cli.main import main
from handfont.enrollment import EnrollReport
from handfont.evaluate.metrics import overlap
from handfont.style import sample_file, store, yaml_format
from handfont.style.sample_archive import SampleArchive
from handfont.synthesis.hand import Hand


@pytest.fixture
def desk(tmp_path, enrolled):
    """A folder with the style ``anna``, of few samples, so that it is learnt again at once."""
    style, report = enrolled
    few = SampleArchive(
        report.stored.pages, tuple(one for one in report.stored.samples if one.sample.character in "abeqZ")
    )
    (tmp_path / "styles").mkdir()
    _write(replace(style, name="anna"), EnrollReport(few, [], few), tmp_path / "styles" / "anna.yaml")
    return tmp_path


def dropped(folder: Path) -> set[str]:
    found = sample_file.load(folder / "anna.samples.npz")
    return {sample.sample.character for sample in found.samples if sample.dropped}


def test_two_that_change_one_style_at_once_both_count(desk, monkeypatch, capsys):
    """Without a lock the one that writes last undoes what the other one did. (Threads open the lock file each for
    themselves, as processes do.)
    """
    monkeypatch.chdir(desk)
    with ThreadPoolExecutor(2) as pool:
        codes = list(
            pool.map(lambda character: main(["enroll", "--add", "--name", "anna", "--exclude", character]), ("e", "q"))
        )
    assert codes == [0, 0]
    assert dropped(desk / "styles") == {"e", "q"}
    assert not {"e", "q"} & set(yaml_format.load(desk / "styles" / "anna.yaml").characters)
    assert "waiting until another process" in capsys.readouterr().err


def test_a_kill_while_a_style_is_written_leaves_style_and_samples_of_one_kind(desk, enrolled, monkeypatch):
    """The folder is copied before every step on the disk: what a kill at that moment leaves."""
    style, report = enrolled
    more = SampleArchive.of(
        [*report.stored.pages, replace(report.stored.pages[0], where="more.jpg", digest="more")], report.stored.samples
    )
    states: list[Path] = []

    def watched(function):
        def call(*arguments, **options):
            states.append(desk / f"state{len(states)}")
            shutil.copytree(desk / "styles", states[-1])
            return function(*arguments, **options)

        return call

    for name in ("replace", "unlink", "fsync"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    pages = ("grid_sheet.jpg", "more.jpg")
    _write(
        replace(style, name="anna", origin=replace(style.origin, sources=pages)),
        EnrollReport(more, [], more),
        desk / "styles" / "anna.yaml",
    )
    monkeypatch.undo()
    counts = set()
    for state in states:
        for again in (False, True):
            if again:  # the next run finishes or undoes it, and sweeps
                with store.changing(state / "anna.yaml"):
                    pass
                assert sorted(path.name for path in state.iterdir()) == sorted(
                    [".anna.lock", "anna.preview.png", "anna.report.html", "anna.samples.npz", "anna.yaml"]
                )
            read = yaml_format.load(state / "anna.yaml")
            pages = sample_file.load(state / "anna.samples.npz").pages
            assert tuple(page.where for page in pages) == read.origin.sources
            counts.add((again, len(read.origin.sources)))
    assert counts == {(False, 1), (True, 1), (False, 2), (True, 2)}


@pytest.mark.parametrize("text", ["ο ήλιος λάμπει πάνω από τη θάλασσα", "nothing of this is written there", None])
@pytest.mark.parametrize("add", [[], ["--add"]])
def test_a_page_that_is_refused_leaves_the_style_as_it_is(desk, monkeypatch, capsys, text, add):
    monkeypatch.chdir(desk)
    cv2.imwrite("page.png", np.full((900, 700, 3), 250, np.uint8))
    if text:
        Path("page.txt").write_text(text, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in Path("styles").iterdir()}
    assert main(["enroll", "page.png", "--name", "anna", "--out", "styles", *add]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1 and said[0].startswith("handfont: ") and "page.png" in said[0]
    # The lock may be new.
    after = {path.name: path.read_bytes() for path in Path("styles").iterdir() if path.name in before}
    assert after == before and not Path("styles", "page.yaml").exists()


def test_in_a_source_tree_styles_go_to_the_users_folder(tmp_path, style, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    tree = tmp_path / "clone"
    (tree / "styles").mkdir(parents=True)
    (tree / "handfont").mkdir()
    monkeypatch.chdir(tree)
    assert store.folder_for_new() == Path("styles")
    (tree / "handfont" / "__init__.py").touch()
    (tree / "setup.cfg").touch()
    yaml_format.save(style, tree / "styles" / "mine.yaml")
    assert main(["styles", "adjust", "mine", "-o", "lean", "--slant", "5"]) == 0
    assert [path.name for path in (tree / "styles").iterdir()] == ["mine.yaml"]
    written = tmp_path / "config" / "handfont" / "styles" / "lean.yaml"
    assert capsys.readouterr().out == f"{written}\n"
    assert store.find("lean") == written
    assert store.folder_of("lean") == written.parent
    with pytest.raises(store.StyleError, match="enroll it first"):
        store.folder_of("mine")  # it belongs to the tree


def test_only_the_shipped_styles_are_installed():
    """Whatever else lies in the folder of a source tree stays there."""
    tree = Path(__file__).parents[1]
    listed = (tree / "setup.cfg").read_text().split("handfont_styles = ")[2].split("\n")[0].split(", ")
    found = subprocess.run(["git", "ls-files", "styles"], cwd=tree, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("this is no clone")
    assert sorted(f"styles/{name}" for name in listed) == sorted(found.stdout.split())


def as_before_strokes(folder: Path) -> None:
    """Turn the style ``anna`` and its samples into what a handfont of letters as fields wrote."""
    style = yaml.safe_load((folder / "anna.yaml").read_text(encoding="utf-8"))
    gaussian = {"mean": [0.1, 0.2], "variance": [1.0, 1.0]}
    style |= {
        "schema": "handfont-style/1",
        "model": "hand-5",
        "characters": {"a": [{"samples": 1, "size": 1.0, "centre_y": 0.5, "residual": gaussian}]},
    }
    style["origin"] |= {"description": "Anna's hand.", "licence": "CC0"}
    (folder / "anna.yaml").write_text(yaml.safe_dump(style, allow_unicode=True), encoding="utf-8")
    with np.load(folder / "anna.samples.npz") as data:
        arrays = dict(data)
    header = json.loads(arrays["header"].tobytes())
    header["schema"] = "handfont-samples/1"
    for row in header["samples"]:
        del row["points"]
    del arrays["skeletons"]
    with (folder / "anna.samples.npz").open("wb") as file:
        np.savez_compressed(file, **arrays | {"header": np.frombuffer(json.dumps(header).encode(), np.uint8)})


def test_a_style_of_letters_as_fields_is_made_one_of_strokes(desk, monkeypatch, capsys):
    """Whoever updates handfont has only to say so; the middle lines of letters are found in their fields."""
    monkeypatch.chdir(desk)
    assert main(["enroll", "--add", "--name", "anna"]) == 0
    before = yaml_format.load(desk / "styles" / "anna.yaml")
    as_before_strokes(desk / "styles")
    capsys.readouterr()
    (desk / "a.txt").write_text("abeqZ")
    assert main(["render", "a.txt", "-s", "anna"]) == 2
    told = capsys.readouterr().err
    assert "'handfont enroll --add --name NAME'" in told
    assert told.count("\n") == 1
    assert main(["enroll", "--add", "--name", "anna"]) == 0
    after = yaml_format.load(desk / "styles" / "anna.yaml")
    assert (after.origin.description, after.origin.licence) == ("Anna's hand.", "CC0")
    assert after.origin.sources == ("grid_sheet.jpg",)
    assert set(after.characters) == set(before.characters) == set("abeqZ")
    assert np.allclose(after.writer.mean, before.writer.mean, atol=0.01)
    hands = [Hand(style, neatness=0) for style in (before, after)]
    first, second = (fields(hand.write("abeqZ", seed=1)) for hand in hands)
    assert overlap(first, second).min() > 0.5
    assert main(["render", "a.txt", "-s", "anna"]) == 0
    assert all(one.sample.skeleton is None for one in sample_file.load(desk / "styles" / "anna.samples.npz").samples)
    assert main(["enroll", "--add", "--name", "anna"]) == 0  # and again, as of a style of today
    assert yaml_format.load(desk / "styles" / "anna.yaml") == after


def test_a_style_of_letters_as_fields_without_its_samples_is_reported(desk, monkeypatch, capsys):
    monkeypatch.chdir(desk)
    as_before_strokes(desk / "styles")
    (desk / "styles" / "anna.samples.npz").unlink()
    old = (desk / "styles" / "anna.yaml").read_bytes()
    assert main(["enroll", "--add", "--name", "anna"]) == 2
    assert "can only be enrolled again, from all of its scans" in capsys.readouterr().err
    assert (desk / "styles" / "anna.yaml").read_bytes() == old
