"""Draws the pictures of the documentation again: ``python benchmarks/pictures.py [--data DIR]``.

``docs/before-after.jpg``: a scan, and a letter in the hand on it; ``docs/sheet.png``, ``docs/batch.png``,
``docs/writes-itself.gif``, ``docs/plotter.png``, ``docs/font.png``: the sheet to fill in, letters of a table, a film, a
plotter's page and a web page (Chromium draws these two);
``docs/pages.png``: five templates in three hands; ``docs/joined.png``: the hands that join letters;
``docs/zoom.png``: three hands at 600 % of their size; ``docs/strokes-over-ink.png``: the strokes found in a
photographed grid, over its ink; and, with ``--data`` (the folder with UNIPEN), ``docs/held-out-writers.png``: the
contact sheet of ``handfont evaluate --sheet``.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import tempfile
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

from handfont import export
from handfont.cli.main import main as main_command
from handfont.enrollment import enroll
from handfont.model.loading import load_weights
from handfont.options import FileOptions, RenderOptions
from handfont.output.document import Document
from handfont.rendering import render
from handfont.scan.skeleton import skeleton_of_sample

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
LETTER = (ROOT / "examples" / "letter.txt").read_text(encoding="utf-8")
ADDRESS = "Anna Hale\nMill Lane 7\nMilton"
PAGES = (
    ("letter", "slant", LETTER, {"date": "3 May", "sender": ADDRESS, "salutation": "Dear Tom,", "signature": "Anna"}),
    ("lined", "print", LETTER, {}),
    ("grid", "fine", LETTER, {}),
    ("postcard", "slant", "Rain all week, but the sea is warm.\n\nLove, Anna", {"address": ADDRESS}),
    ("thank-you", "print", "", {"name": "Tom", "signature": "Anna"}),
)
HEIGHT = 560
"""Pixels of the pages."""
ZOOMED = ("slant", "felt", "running")
ZOOM_TEXT = "Thank you for your letter; at 7:15 we read it aloud."
JOINED = ("rounded", "cursive", "neat", "mixed")
JOINED_TEXT = (
    "Dear Margaret, thank you for your lovely letter. We were so pleased to hear that everyone arrived safely, and "
    "that the children enjoyed the journey along the coast. With love, Anna"
)
ZOOMED_JOINED = "rounded"
"""Style of the pictures of plotters, fonts and films."""
WRITERS = {0: 0, 1: 1, 4: 2}
"""Numbers of the writers, among those with exact letters, whose pages are shown, and the quarter turns that set these
upright: they were seen on their side and upside down."""
WRITTEN = (
    "Dear Margaret, this was written by a program that saw the page on the left, and nothing else of its writer. It "
    "joins what the writer joins, lifts the pen where the writer does, and takes what it has not seen from people who "
    "write alike. With love from all of us"
)
GAP = 24
"""Pixels between pictures."""
PIXELS = 60
"""To an x-height, of strokes over ink."""


def pages(out: Path) -> None:
    """The templates side by side."""
    shown = [
        _page(
            render(
                text,
                style,
                RenderOptions(
                    template=template, fields=fields, seed=3, size="2.6mm" if template == "postcard" else None
                ),
            ),
            110,
        )
        for template, style, text, fields in PAGES
    ]
    scaled = [
        page.resize((round(page.width * HEIGHT / page.height), HEIGHT), Image.Resampling.LANCZOS)
        if page.height > HEIGHT
        else page
        for page in shown
    ]
    width = sum(page.width + 16 for page in scaled) + 16
    sheet = Image.new("RGB", (width, HEIGHT + 32), "#d8dade")
    x = 16
    for page in scaled:
        sheet.paste(page, (x, 16 + (HEIGHT - page.height) // 2))
        x += page.width + 16
    sheet.save(out, optimize=True)


def before_and_after(out: Path) -> None:
    """A photographed grid, and a letter in the hand on it."""
    scan = ROOT / "tests" / "data" / "grid_sheet.jpg"
    style, _ = enroll([scan], "grid")
    options = RenderOptions(paper="170mmx180mm", margin="11mm", size="2.5mm", line_height="8.2mm", seed=5)
    letter = _page(render(LETTER[LETTER.index("Dear") :], style, options), 180)
    before, after = (_tall(picture, 960) for picture in (Image.open(scan).convert("RGB"), letter))
    sheet = Image.new("RGB", (before.width + after.width + 3 * GAP, before.height + 2 * GAP), "#d8dade")
    sheet.paste(before, (GAP, GAP))
    sheet.paste(after, (before.width + 2 * GAP, GAP))
    sheet.save(out, quality=86, optimize=True)


def sheet_to_fill_in(out: Path) -> None:
    """The first page of the sheet to fill in."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sheet.pdf"
        assert main_command(["sheet", "-o", str(file), "-q"]) == 0
        with pypdfium2.PdfDocument(file) as document:
            _tall(document[0].render(scale=2).to_pil(), 700).save(out, optimize=True)


def many_letters(out: Path) -> None:
    """A letter for each row of a table."""
    examples = ROOT / "examples"
    with tempfile.TemporaryDirectory() as folder:
        names = ("--name", "{{ row }}.pdf", "--out", folder, "-q")
        sizes = ("--paper", "105mmx80mm", "--margin", "7mm", "--size", "2.1mm", "--style", "rounded")
        table, text = str(examples / "guests.csv"), str(examples / "invitation.md")
        assert main_command(["batch", table, "--text", text, *sizes, *names]) == 0
        cards = []
        for file in sorted(Path(folder).glob("*.pdf")):
            with pypdfium2.PdfDocument(file) as document:
                cards.append(_tall(document[0].render(scale=3).to_pil().convert("RGB"), 340))
    sheet = Image.new("RGB", (sum(card.width + GAP for card in cards) + GAP, 340 + 2 * GAP), "#d8dade")
    for number, card in enumerate(cards):
        sheet.paste(card, (GAP + number * (card.width + GAP), GAP))
    sheet.save(out, optimize=True)


def writes_itself(out: Path) -> None:
    """Two lines that are written while one looks."""
    options = RenderOptions(paper="150mmx34mm", margin="5mm", size="2.6mm", seed=2)
    document = render("Dear Tom, this page writes itself.\nWith love, Anna", ZOOMED_JOINED, options)
    document.save(out, FileOptions(duration="6s", frame_width=720, fps=12))


def for_a_plotter(out: Path) -> None:
    """What a plotter draws, and how its pen moves between."""
    with tempfile.TemporaryDirectory() as folder:
        options = RenderOptions(paper="110mmx40mm", margin="5mm", size="2.8mm", seed=3)
        file = Path(folder) / "page.svg"
        text = "The pen is lifted where you lift it, and goes on where you go on."
        render(text, ZOOMED_JOINED, options).save(file, FileOptions(strokes=True, optimize=True, preview=True))
        _screenshot(file.read_text(encoding="utf-8"), out, 830, 302, 2)


def as_a_font(out: Path) -> None:
    """A web page set in a font of a hand."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hand.woff2"
        export(ZOOMED_JOINED, file)
        data = base64.b64encode(file.read_bytes()).decode()
        _screenshot(
            f"<style>@font-face{{font-family:hand;src:url(data:font/woff2;base64,{data})}}"
            "body{margin:24px 32px;font:30px/1.6 hand;color:#1f2f57}</style>"
            "Hello! All letters differ: <b style='font-weight:400;color:#a33'>tomorrow, balloon, coffee, needless</b>."
            "<br>Type in your own hand, in programs that know OpenType.",
            out,
            1100,
            160,
            1.5,
        )


def _screenshot(html: str, out: Path, width: int, height: int, scale: float) -> None:
    """A page as Chromium shows it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
        page.set_content(
            f"<!doctype html><style>body{{margin:0;background:white}}svg{{width:100%;height:auto}}</style>{html}"
        )
        page.evaluate("document.fonts.ready")
        page.screenshot(path=str(out))
        browser.close()


def _tall(picture: Image.Image, height: int) -> Image.Image:
    return picture.resize((round(picture.width * height / picture.height), height), Image.Resampling.LANCZOS)


def zoom(out: Path) -> None:
    """A line of each hand, six times as large as it is on paper shown at 100 dots an inch."""
    lines = []
    for style in ZOOMED:
        document = render(ZOOM_TEXT, style, RenderOptions(paper="170mmx16mm", margin="3mm", size="2mm"))
        page = np.asarray(_page(document, 600).convert("L"))
        rows, columns = np.nonzero(page < 128)
        lines.append(page[max(0, rows.min() - 20) : rows.max() + 20, : columns.max() + 40])
    width = max(line.shape[1] for line in lines)
    sheet = np.concatenate([np.pad(line, ((0, 0), (0, width - line.shape[1])), constant_values=255) for line in lines])
    Image.fromarray(sheet).resize((width // 2, len(sheet) // 2), Image.Resampling.LANCZOS).save(out, optimize=True)


def joined(out: Path) -> None:
    """A few lines in each hand that joins letters, two by two."""
    cards = [
        _page(render(JOINED_TEXT, style, RenderOptions(paper="150mmx68mm", margin="6mm", size="2.3mm", seed=4)), 150)
        for style in JOINED
    ]
    wide, tall = cards[0].size
    sheet = Image.new("RGB", (2 * wide + 12, 2 * tall + 12), "#d8dade")
    for number, card in enumerate(cards):
        sheet.paste(card, (4 + number % 2 * (wide + 4), 4 + number // 2 * (tall + 4)))
    sheet.save(out, optimize=True)


def strokes_over_ink(out: Path, columns: int = 16, side: int = 110) -> None:
    """The samples of the grid, the ink grey and the strokes fitted to it coloured, one colour for each stroke."""
    _, report = enroll([ROOT / "tests" / "data" / "grid_sheet.jpg"], "grid")
    colours = ("#c2410c", "#1d4ed8", "#15803d", "#7e22ce", "#0e7490")
    shown = [(sample, found) for sample in report.archive.used if (found := report.fits.get(id(sample))) is not None]
    sheet = Image.new("RGB", (columns * side, -(-len(shown) // columns) * side), "white")
    pen = ImageDraw.Draw(sheet)
    for number, (sample, found) in enumerate(shown):
        middle = np.array([(number % columns + 0.5) * side, (number // columns + 0.5) * side])
        scale = min(PIXELS, 0.8 * side / sample.metrics.size) * np.array([1, -1])
        skeleton = skeleton_of_sample(sample)
        for (x, y), width in zip(skeleton.points * scale + middle, skeleton.widths, strict=True):
            radius = width * scale[0] / 2
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill="#c9ced6")
        form = load_weights().strokes.forms[found.form]
        for stroke, colour in zip(form.strokes(found.points), colours, strict=False):
            pen.line([tuple(point) for point in stroke * scale + middle], fill=colour, width=2, joint="curve")
    sheet.save(out, optimize=True)


def joined_writers(data: Path, out: Path) -> None:
    """Pages of writers never trained on who join their letters, as photographed and scanned, and a text of ours beside
    each, written in the hand on it.
    """
    from joined_pages import scan_of, writers_of

    rows = []
    for index, (writer, words) in enumerate(list(writers_of(data / "unipen", None)["exact"].items())):
        if index not in WRITERS:
            continue
        view, truth, _, _ = scan_of(words, index, 0)
        with tempfile.TemporaryDirectory() as folder:
            scan = Path(folder) / "page.png"
            Image.fromarray(view.page).save(scan)
            scan.with_suffix(".txt").write_text(truth.text, encoding="utf-8")
            style, _ = enroll([scan], writer)
        paper = RenderOptions(paper="170mmx80mm", margin="8mm", seed=2, size=f"{truth.x_height:.2f}mm")
        after = _page(render(WRITTEN, style, paper), 150).resize((850, 400), Image.Resampling.LANCZOS)
        before = Image.fromarray(np.rot90(view.page, WRITERS[index]))
        before = before.resize((850, round(before.height * 850 / before.width)), Image.Resampling.LANCZOS)
        rows.append((before.crop((0, 40, 850, 440)), after))
    sheet = Image.new("RGB", (2 * 850 + 3 * GAP, len(rows) * (400 + GAP) + GAP), "#d8dade")
    for number, row in enumerate(rows):
        for place, picture in enumerate(row):
            sheet.paste(picture, (GAP + place * (850 + GAP), GAP + number * (400 + GAP)))
    sheet.save(out, quality=86, optimize=True)


def _page(document: Document, dpi: float) -> Image.Image:
    """The first page of a document as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        file = document.save(Path(folder) / "page.png", FileOptions(dpi=dpi))[0]
        return Image.fromarray(cv2.imread(str(file))[:, :, ::-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    before_and_after(DOCS / "before-after.jpg")
    sheet_to_fill_in(DOCS / "sheet.png")
    many_letters(DOCS / "batch.png")
    writes_itself(DOCS / "writes-itself.gif")
    for_a_plotter(DOCS / "plotter.png")
    as_a_font(DOCS / "font.png")
    pages(DOCS / "pages.png")
    joined(DOCS / "joined.png")
    zoom(DOCS / "zoom.png")
    strokes_over_ink(DOCS / "strokes-over-ink.png")
    if options.data:
        joined_writers(options.data, DOCS / "joined-writers.jpg")
        from handfont.evaluate import contact_sheets
        from handfont.evaluate.held_out import held_out
        from handfont.train.data.trajectories import read_trajectories

        people = held_out(read_trajectories(options.data, "dev"))
        sheet = contact_sheets.sheet(people[:: len(people) // 12][:12], 20, load_weights())
        contact_sheets.save(sheet, DOCS / "held-out-writers.png")


if __name__ == "__main__":
    main()
