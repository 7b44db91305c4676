"""The studio in a real Chromium: drawn, read, written, saved, scanned, by keyboard and on a phone."""

from __future__ import annotations

import math
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
from drawn_words import drawn

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


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def opened(browser, address, **options):
    page = browser.new_context(**options).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    page.wait_for_selector("#pages svg", timeout=60_000, state="attached")
    return page


@pytest.fixture
def page(browser, studio):
    page = opened(browser, studio)
    yield page
    page.context.close()


def draw(page, points, canvas=".box canvas"):
    page.locator(canvas).first.scroll_into_view_if_needed()
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
    with page.expect_download() as download:
        page.click("[data-save=svg]")
    download.value.save_as(tmp_path / "mine.svg")
    assert ElementTree.parse(tmp_path / "mine.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    # The letter as it was drawn, and over it as it was learnt, stroke by stroke.
    assert page.input_value("#look-at") == "o"
    page.wait_for_selector("#look .hand")
    assert page.locator("#look .mine").count() == 1
    page.click("#watch")
    page.wait_for_selector("#look .number:has-text('1')")
    assert "drawn once with 1 stroke, learnt with 1 stroke" in page.get_attribute("#look", "aria-label")


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
    assert "joins" not in page.inner_text("#known")
    page.click("#tab-line")
    for stroke in drawn("lane", "neat"):
        draw(page, stroke[::6].tolist(), "#line")
    sync_api.expect(page.locator("#line-text")).to_have_value("lane")
    page.click("#line-take")
    page.wait_for_selector("#known:has-text('7 letters:')")
    assert "and it joins letters" in page.inner_text("#known")


def shown(page):
    return page.locator(".box input").evaluate_all("nodes => nodes.map(node => node.value).join('')")


def test_nothing_is_lost_by_a_slip_or_when_the_studio_is_away(page):
    draw(page, CIRCLE)
    page.wait_for_selector("#known:has-text('1 letter:')")
    page.click(".box .remove >> nth=0")
    page.wait_for_selector("#known:has-text('Nothing yet')")
    page.click("#undo")
    page.wait_for_selector("#known:has-text('1 letter:')")
    assert shown(page) == "o"
    page.keyboard.press("Control+z")  # the stroke
    page.wait_for_selector("#known:has-text('Nothing yet')")
    page.keyboard.press("Control+Shift+z")
    page.wait_for_selector("#known:has-text('1 letter:')")
    page.click("[data-preset=italic]")
    assert page.get_attribute("[data-preset=italic]", "aria-pressed") == "true"
    assert page.inner_text("output[for=slant]") == "12°"
    page.select_option("#hand", "slant")
    page.route("**/api/**", lambda route: route.abort())
    draw(page, [(1.5, 2.0), (1.5, 1.0), (1.5, 0.0)], ".box:nth-child(2) canvas")
    page.fill("#text", "Typed while away")
    page.click("#upload")
    page.fill("#said", "what a scan says")
    page.click("#tab-boxes")
    page.wait_for_selector("#page-message:has-text('what you drew and typed is kept here')")
    page.unroute("**/api/**")
    page.wait_for_selector("#pages svg g[aria-label=away]", state="attached")
    page.wait_for_selector("#known:has-text('2 letters:')")
    page.reload()
    assert (page.input_value("#text"), page.input_value("#said")) == ("Typed while away", "what a scan says")
    assert (page.input_value("#slant"), shown(page)) == ("12", "ol")
    page.wait_for_selector("#known:has-text('2 letters:')")
    assert page.input_value("#hand") == "slant"


def touch(page, *points, hold=0):
    session = page.context.new_cdp_session(page)
    place = page.locator(".box canvas").first.bounding_box()
    for number, (x, y) in enumerate(points):
        at = [{"x": place["x"] + x * place["width"], "y": place["y"] + y * place["height"]}]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if number else "touchStart", "touchPoints": at})
        page.wait_for_timeout(16 if number else hold)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def violations(page, parts=("",)):
    """Rules of accessibility that a page breaks, in light and dark, with the elements that do."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for part in parts:
            if part:
                page.click(f"#sections [data-section={part}]")
            broken = axe.run(page).response["violations"]
            found += [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in broken]
    return found


@pytest.fixture
def reachable():
    command = [sys.executable, "-m", "handfont", "studio", "--no-browser", "--port", "0", "--host", "0.0.0.0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_a_phone_draws_what_the_laptop_shows(browser, reachable):
    wide = {"width": 1440, "height": 940}
    laptop = opened(browser, reachable.stdout.readline().split(" at ")[1].split(" (")[0], viewport=wide)
    assert "token" not in laptop.url
    elsewhere = reachable.stdout.readline().split(": ", 1)[1].strip()
    phone = opened(browser, elsewhere, **PHONE)
    assert browser.new_context().request.get(elsewhere).status == 403
    bar = [(0.5, 0.1 + 0.06 * step) for step in range(11)]
    touch(phone, *reversed(bar), *bar[:1] * 8)  # a swipe scrolls, and ends slowly, so that nothing rolls on
    phone.wait_for_function("scrollY > 50")
    assert phone.locator(".box output").first.inner_text() == ""
    phone.evaluate("scrollTo(0, 0)")
    touch(phone, *bar, hold=300)
    touch(phone, *((0.25 + 0.05 * step, 0.3) for step in range(11)))  # at once, as the box is ready
    laptop.wait_for_selector("#known:has-text('1 letter:')")
    sync_api.expect(laptop.locator(".box input").first).to_have_value("t")
    assert phone.evaluate("scrollY") == 0
    assert violations(laptop) == []
    assert violations(phone, ("draw", "page", "text")) == []
    laptop.click(".box .remove >> nth=0")
    phone.wait_for_selector("#known:has-text('Nothing yet')", state="attached")
    laptop.click("#invite")
    laptop.wait_for_selector("#invitation-address:has-text('token=')")
    reachable.send_signal(signal.SIGINT)
    assert reachable.wait(20) == 0
    said = reachable.stdout.read()
    assert said.endswith("The studio has ended\n"), said[-200:]
    assert reachable.stderr.read() == ""
    for one in (laptop, phone):
        one.context.close()
