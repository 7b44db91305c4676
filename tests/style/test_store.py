from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from handfont.core.gaussian import Gaussian
from handfont.errors import StyleError
from handfont.style import store, yaml_format


@pytest.fixture
def folder(tmp_path, monkeypatch, style):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "styles").mkdir()
    yaml_format.save(style, tmp_path / "styles" / "mine.yaml")
    return tmp_path


SHIPPED = (
    "ballpoint", "broad", "compact", "cursive", "felt", "fine", "italic", "mixed", "neat", "print", "rounded",
    "running", "slant",
)  # fmt: skip


def test_own_folder_comes_before_the_shipped_styles(folder, style):
    assert store.load_style("mine") == style
    shipped = sorted(store.shipped().glob("*.yaml"))
    assert len(shipped) >= 2
    yaml_format.save(style, folder / "styles" / shipped[0].name)
    assert store.known()[shipped[0].stem] == store.Path("styles") / shipped[0].name


def test_every_shipped_style_loads_and_tells_its_licence():
    # A style that was enrolled in a source tree is installed from there, too: only those that come with it count.
    for name in SHIPPED:
        path = store.shipped() / f"{name}.yaml"
        style = store.load_style(path)
        assert style.name == path.stem
        assert style.origin.licence
        assert style.origin.description


def test_unknown_styles_are_answered_with_the_known_ones(folder):
    with pytest.raises(StyleError) as caught:
        store.load_style("mime")
    assert "did you mean 'mine'" in caught.value.message
    with pytest.raises(StyleError, match="mine"):
        store.load_style("zzzzzzzz")
    with pytest.raises(StyleError, match="does not exist"):
        store.load_style("no/such.yaml")


def test_styles_of_other_weights_are_refused(folder, style):
    yaml_format.save(replace(style, model="hand-0"), folder / "styles" / "old.yaml")
    with pytest.raises(StyleError, match="enrolled with the weights 'hand-0'"):
        store.load_style("old")
    short = Gaussian(np.zeros(3), np.ones(3))
    yaml_format.save(replace(style, writer=short), folder / "styles" / "short.yaml")
    with pytest.raises(StyleError, match="3 dimensions"):
        store.load_style("short")
    way = style.characters["a"][0]
    for change, message in (
        ({"mean": np.zeros(3)}, "'characters.a' has 3 means and 12 variances, the weights have 32 and 12"),
        ({"variance": np.ones(5)}, "32 means and 5 variances"),
        ({"form": style.characters["b"][0].form}, "none of 'a'"),
        ({"form": 10**5}, "has the form 100000"),
    ):
        thin = replace(style, characters={"a": (replace(way, **change),)})
        yaml_format.save(thin, folder / "styles" / "thin.yaml")
        with pytest.raises(StyleError, match=message):
            store.load_style("thin")
    yaml_format.save(replace(style, characters={"\u4e2d": (way,)}), folder / "styles" / "chinese.yaml")
    with pytest.raises(StyleError, match="which the weights do not know"):
        store.load_style("chinese")


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a\nb", "x" * 80])
def test_names_that_cannot_be_files(name):
    with pytest.raises(StyleError, match="cannot name a style"):
        store.check_name(name)


@pytest.fixture
def mine(tmp_path, monkeypatch, style):
    """A style of one's own in ./styles, with its specimen."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "styles" / "mine.yaml"
    path.parent.mkdir()
    yaml_format.save(replace(style, name="mine"), path)
    path.with_name("mine.preview.png").write_bytes(b"a specimen")
    return path


def test_a_style_gets_another_name_with_what_is_beside_it(mine):
    new = store.rename(store.own("mine"), "yours")
    assert store.load_style("yours").name == "yours"
    assert new.with_name("yours.preview.png").read_bytes() == b"a specimen"
    assert sorted(file.name for file in new.parent.iterdir() if file.suffix != ".lock") == [
        "yours.preview.png",
        "yours.yaml",
    ]


def test_no_style_is_lost_to_a_name_that_is_taken(mine, style):
    yaml_format.save(replace(style, name="yours"), mine.with_name("yours.yaml"))
    with pytest.raises(StyleError, match="there is a style 'yours'"):
        store.rename(mine, "yours")
    with pytest.raises(StyleError, match="cannot name a style"):
        store.rename(mine, "a/b")
    assert mine.exists()


def test_a_style_is_removed_with_what_is_beside_it(mine):
    store.remove(store.own("mine"))
    assert [file.name for file in mine.parent.iterdir() if file.suffix != ".lock"] == []
    with pytest.raises(StyleError, match="comes with handfont"):
        store.own("slant")
