"""Where enrolled styles go, and what is left when processes meet or are killed."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from handfont.cli.enroll import _write
from handfont.cli.main import main
from handfont.enrolment import EnrolReport
from handfont.style import kept, store, yaml_format
from handfont.style.kept import Kept


@pytest.fixture
def desk(tmp_path, enrolled):
    """A folder with the style ``anna``, of few samples, so that it is learnt again at once."""
    style, report = enrolled
    few = Kept(report.plain.pages, tuple(one for one in report.plain.samples if one.sample.character in "abeqZ"))
    (tmp_path / "styles").mkdir()
    _write(replace(style, name="anna"), EnrolReport(few, [], few), tmp_path / "styles" / "anna.yaml")
    return tmp_path


def dropped(folder: Path) -> set[str]:
    found = kept.load(folder / "anna.samples.npz")
    return {sample.sample.character for sample in found.samples if sample.dropped}


def test_two_that_change_one_style_at_once_both_count(desk, monkeypatch, capsys):
    """Without a lock the one that writes last undoes what the other one did. (Threads open the lock file each for
    themselves, as processes do.)
    """
    monkeypatch.chdir(desk)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda character: main(["enroll", "--add", "--name", "anna", "--exclude", character]),
                              ("e", "q")))
    assert codes == [0, 0]
    assert dropped(desk / "styles") == {"e", "q"}
    assert not {"e", "q"} & set(yaml_format.load(desk / "styles" / "anna.yaml").characters)
    assert "waiting until another process" in capsys.readouterr().err


def test_a_kill_while_a_style_is_written_leaves_style_and_samples_of_one_kind(desk, enrolled, monkeypatch):
    """The folder is copied before every step on the disk: what a kill at that moment leaves."""
    style, report = enrolled
    more = Kept.of([*report.plain.pages, replace(report.plain.pages[0], where="more.jpg", digest="more")],
                   report.plain.samples)
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
    _write(replace(style, name="anna", origin=replace(style.origin, sources=pages)), EnrolReport(more, [], more),
           desk / "styles" / "anna.yaml")
    monkeypatch.undo()
    counts = set()
    for state in states:
        for again in (False, True):
            if again:  # the next run finishes or undoes it, and sweeps
                with store.changing(state / "anna.yaml"):
                    pass
                assert sorted(path.name for path in state.iterdir()) == sorted(
                    [".anna.lock", "anna.preview.png", "anna.report.html", "anna.samples.npz", "anna.yaml"])
            read = yaml_format.load(state / "anna.yaml")
            assert tuple(page.where for page in kept.load(state / "anna.samples.npz").pages) == read.origin.sources
            counts.add((again, len(read.origin.sources)))
    assert counts == {(False, 1), (True, 1), (False, 2), (True, 2)}


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
