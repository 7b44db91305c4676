"""SVG that writes itself, as a browser shows it."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from handfont.options import FileOptions, RenderOptions
from handfont.rendering import render

SPACE = "{http://www.w3.org/2000/svg}"
CHROMIUM = shutil.which("chromium")
ANIMATED = FileOptions(animate=True, duration="10s")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    options = RenderOptions(markdown=True, paper="A6", template="lined")
    document = render("# will\n\n*loop* ill\nall", "rounded", options)
    document.save(folder / "plain.svg")
    document.save(folder / "moving.svg", ANIMATED)
    return folder, document


def test_each_line_is_masked_by_the_strokes_of_its_words(files):
    folder, document = files
    root = ET.parse(folder / "moving.svg").getroot()
    plain = ET.parse(folder / "plain.svg").getroot()
    assert sorted(
        path.get("d")
        for group in root.iter(f"{SPACE}g")
        if group.get("class") != "pen"
        for path in group.findall(f"{SPACE}path")
    ) == sorted(path.get("d") for group in plain.iter(f"{SPACE}g") for path in group.findall(f"{SPACE}path"))
    masks = {mask.get("id"): mask for mask in root.iter(f"{SPACE}mask")}
    lines = [group for group in root.iter(f"{SPACE}g") if group.get("class") == "line"]
    assert [line.get("mask") for line in lines] == [f"url(#{name})" for name in masks]
    for line, mask in zip(lines, masks.values(), strict=True):
        assert len(mask.findall(f"{SPACE}rect")) == len(list(line))
    text = (folder / "moving.svg").read_text()
    assert "<script" not in text
    (folder / "again.svg").unlink(missing_ok=True)
    assert document.save(folder / "again.svg", ANIMATED)[0].read_text() == text


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium; apt-get install chromium")
def test_a_browser_shows_the_page_half_written_then_whole_and_at_once_to_who_wants_no_motion(files, tmp_path):
    from playwright.sync_api import sync_playwright

    folder, _ = files

    def picture(page) -> np.ndarray:
        page.screenshot(path=tmp_path / "a.png")
        return np.asarray(Image.open(tmp_path / "a.png").convert("L")).astype(int)

    at = "time => document.getAnimations().forEach(one => { one.pause(); one.currentTime = time })"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        size = {"width": 400, "height": 560}
        page = browser.new_page(viewport=size)
        page.goto((folder / "plain.svg").as_uri())
        plain = picture(page)
        page.goto((folder / "moving.svg").as_uri())
        shown = []
        for time in (0, 2500, 5000, 7500, 10100):
            page.evaluate(at, time)
            shown.append(picture(page))
        calm = browser.new_page(viewport=size, reduced_motion="reduce")
        calm.goto((folder / "moving.svg").as_uri())
        still = picture(calm)
        browser.close()
    ink = [int((255 - one).sum()) for one in shown]
    assert all(more > 1.02 * less for less, more in pairwise(ink))
    assert np.abs(shown[-1] - plain).max() < 40
    assert np.abs(still - plain).max() < 40
    # What is half written is as it will be, and nothing else is there.
    assert (shown[2] >= plain - 40).all()
