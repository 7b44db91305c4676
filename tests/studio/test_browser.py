"""The studio in a real Chromium: drawn, read, written, saved, scanned."""

from __future__ import annotations

import math
import re
import shutil
from pathlib import Path

import pypdfium2
import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium; apt-get install chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CIRCLE = [(1.4 + 0.5 * math.cos(a / 12 * math.pi + 1), 0.5 + 0.5 * math.sin(a / 12 * math.pi + 1)) for a in range(25)]


@pytest.fixture
def page(studio):
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.goto(studio)
        page.wait_for_selector("#pages svg", timeout=60_000)
        yield page
        browser.close()


def draw(page, points, canvas=".box canvas"):
    place = page.locator(canvas).first.bounding_box()
    unit = place["height"] / 3.6
    spots = [(place["x"] + x * unit, place["y"] + place["height"] - (y + 1.15) * unit) for x, y in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot)
    page.mouse.up()


def test_draw_read_write_and_download(page, tmp_path):
    draw(page, CIRCLE)
    page.wait_for_selector(".box output:not(:empty)")
    assert page.locator(".box input").first.input_value() == "o"
    page.wait_for_selector("#known:has-text('1 letter:')")
    assert page.locator("#hand").input_value() == "mine"
    page.fill("#text", "Hello from the studio")
    page.wait_for_selector("#pages svg g[aria-label=studio]", state="attached")
    with page.expect_download() as download:
        page.click("[data-save=pdf]")
    download.value.save_as(tmp_path / "mine.pdf")
    text = pypdfium2.PdfDocument(tmp_path / "mine.pdf")[0].get_textpage().get_text_range()
    assert text.split() == ["Hello", "from", "the", "studio"]
    page.reload()
    page.wait_for_selector("#known:has-text('1 letter:')")
    assert page.locator(".box input").first.input_value() == "o"


def test_a_scan_is_learnt(page):
    data = Path(__file__).parents[1] / "data"
    page.click("#tab-scan")
    page.set_input_files("#file", data / "grid_sheet.jpg")
    page.fill("#said", (data / "grid_sheet.txt").read_text(encoding="utf-8"))
    page.click("#scan-go")
    page.wait_for_selector("#scan-report:has-text('letters were read')", timeout=60_000)
    assert page.locator("#hand").input_value() == "file"


def test_what_cannot_be_written_is_reported(page):
    page.fill("#text", "日")
    page.wait_for_selector("#page-message:has-text('日')")


def test_a_line_with_other_letters_than_typed_is_refused_and_nothing_is_learnt(page):
    page.click("#tab-line")
    for x in (0.4, 1.0, 1.6):
        draw(page, [(x, 2.0), (x, 1.0), (x, 0.0)], "#line")
    sync_api.expect(page.locator("#line-text")).to_have_value(re.compile("^...$"))
    page.fill("#line-text", "ll")
    page.click("#line-take")
    page.wait_for_selector("#line-message:has-text('3 letters can be made out')")
    assert "2 letters were typed" in page.inner_text("#line-message")
    assert page.locator(".box input").evaluate_all("nodes => nodes.map(node => node.value).join('')") == ""
    page.fill("#line-text", "lll")
    assert page.inner_text("#line-message") == ""
    page.click("#line-take")
    page.wait_for_selector("#known:has-text('3 letters:')")


def test_all_characters_leave_the_text_as_it_was_typed(page):
    page.fill("#text", "My own words")
    page.wait_for_selector("#pages svg g[aria-label=words]", state="attached")
    page.click("#characters")
    page.wait_for_selector("#pages svg g[aria-label=Z]", state="attached")
    assert page.input_value("#text") == "My own words"
    page.reload()
    page.wait_for_selector("#pages svg g[aria-label=Z]", state="attached")
    page.click("#characters")
    page.wait_for_selector("#pages svg g[aria-label=words]", state="attached")
    page.click("#characters")
    page.wait_for_selector("#pages svg g[aria-label=Z]", state="attached")
    page.fill("#text", "My other words")
    page.wait_for_selector("#pages svg g[aria-label=other]", state="attached")
    assert page.get_attribute("#characters", "aria-pressed") == "false"
