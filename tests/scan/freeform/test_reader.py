"""Free writing is read on a photographed alphabet, and on pages of a shipped style whose letters' places are known."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from handfont import rendering
from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.options import FileOptions, RenderOptions
from handfont.scan import image, pen
from handfont.scan.freeform import reader
from handfont.scan.freeform.rhythm import USUAL
from handfont.style import store
from handfont.style.adjust import adjust

TEXT = (
    "The quick brown fox jumps over a lazy dog while seven\nwizards make toxic brew for the jovial queen.\n"
    "Pack my box with five dozen jugs of liquid, Victor!\nBright vixens jump; sly foxes quack at 10 or 29 dogs."
)
DPI = 220


@pytest.fixture(scope="module")
def weights():
    return load_weights()


@pytest.fixture(scope="module")
def document():
    return rendering.render(TEXT, "ballpoint", RenderOptions(seed=3, paper="480ptx190pt", margin="22pt", size="6.5pt"))


@pytest.fixture(scope="module")
def page(document, tmp_path_factory):
    (file,) = document.save(tmp_path_factory.mktemp("page") / "page.png", FileOptions(dpi=DPI))
    return image.load(file)[0]


@pytest.fixture(scope="module")
def reading(page, weights):
    return reader.read(page, TEXT, "page.png", weights, dpi=DPI)


def kept(reading):
    bad = {id(sample) for sample, _ in reading.doubtful}
    return [sample for sample in reading.samples if id(sample) not in bad]


def test_letters_are_found_in_their_places(reading, document):
    letters = [glyph for p in document.pages for line in p.lines for word in line.words for glyph in word.glyphs]
    unit, height = DPI / 72, document.pages[0].height
    hits = 0
    for sample in kept(reading):
        overlaps = []
        for glyph in letters:
            left, bottom, right, top = np.array(glyph.glyph.outline.bounds()) * glyph.scale
            corners = [(glyph.x + left, height - glyph.y - top), (glyph.x + right, height - glyph.y - bottom)]
            (a, b, _), (c, d, _) = (reading.matrix @ [x * unit, y * unit, 1] for x, y in corners)
            e, f, g, h = sample.box
            shared = max(0, min(c, g) - max(a, e)) * max(0, min(d, h) - max(b, f))
            overlaps.append(shared / ((c - a) * (d - b) + (g - e) * (h - f) - shared))
        best = int(np.argmax(overlaps))
        hits += overlaps[best] >= 0.5 and letters[best].glyph.character == sample.character
    assert len(kept(reading)) > 0.6 * len(letters)
    assert hits > 0.97 * len(kept(reading))


def test_what_is_kept_is_measured_as_it_was_written(reading, document):
    assert reading.kind == "writing" and len({sample.character for sample in kept(reading)}) >= 30
    assert reading.x_height_mm == pytest.approx(6.5 / 72 * 25.4, rel=0.12)
    lines = document.pages[0].lines
    leading = (lines[0].baseline - lines[1].baseline) / 6.5
    assert reading.rhythm.measured and reading.rhythm.leading == pytest.approx(leading, rel=0.12)
    own = store.load_style("ballpoint").rhythm
    assert reading.rhythm.letter_gap == pytest.approx(own.letter_gap, abs=0.12)
    assert reading.rhythm.word_gap == pytest.approx(own.word_gap, abs=0.35)
    assert all(sample.metrics.centre_y is not None for sample in kept(reading))


@pytest.mark.parametrize("turns", [1, 2])
def test_turned_pages_are_set_upright(page, weights, reading, turns):
    turned = reader.read(np.ascontiguousarray(np.rot90(page, turns)), TEXT, "page.png", weights)
    assert len(kept(turned)) > 0.9 * len(kept(reading))


def test_mistakes_in_the_transcript_cost_only_themselves(page, weights, reading):
    wrong = TEXT.replace("lazy ", "").replace("my box", "my own big box").replace("\n", " ")
    assert len(kept(reader.read(page, wrong, "page.png", weights))) > 0.8 * len(kept(reading))


def test_a_transcript_of_another_page_is_reported(page, weights):
    other = "Zebras graze on hills far away, and nobody sees them go home.\n" * 4
    with pytest.raises(
        ScanError, match=r"transcript of page\.png does not match the page: .*% of its words were found"
    ):
        reader.read(page, other, "page.png", weights)


def test_more_text_than_fits_the_lines_that_are_seen_is_reported(page, weights):
    """As when lines cross and run into one."""
    other = "Zebras graze on hills far away, and nobody sees them go home.\n" * 40
    with pytest.raises(ScanError, match=r"has 2000 letters, too many for the \d lines of writing that are seen: lines"):
        reader.read(page, other, "page.png", weights)


def test_blank_and_dark_pages_are_reported(weights):
    blank = np.full((900, 700, 3), 250, np.uint8)
    with pytest.raises(ScanError, match=r"no writing found on blank\.png"):
        reader.read(blank, TEXT, "blank.png", weights)
    noisy = np.random.default_rng(0).integers(0, 255, (900, 700, 3), np.uint8)
    with pytest.raises(ScanError, match=r"noise\.png"):
        reader.read(noisy, TEXT, "noise.png", weights)


def test_an_empty_transcript_is_reported(page, weights):
    with pytest.raises(ScanError, match=r"transcript of page\.png is empty"):
        reader.read(page, " \n", "page.png", weights)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ο ήλιος λάμπει abc", r"12 of its 15 characters, like 'ο' \(U\+03BF"),
        ("в саду растут", r"11 of its 11 characters"),
    ],
)
def test_a_transcript_in_another_script_is_reported(weights, text, named):
    with pytest.raises(ScanError, match=rf"script that handfont does not know: {named}.*only Latin"):
        reader.read(np.full((900, 700, 3), 250, np.uint8), text, "page.png", weights)


def test_lines_without_text_are_named(page, weights, reading):
    half = "\n".join(TEXT.split("\n")[:2])
    upper = reader.read(page, half + " ж", "page.png", weights)
    assert "Nothing of the transcript of page.png is on 2 of its 4 lines." in upper.notes
    assert "1 character of the transcript of page.png is none that the model knows." in upper.notes
    assert len(kept(upper)) > 0.35 * len(kept(reading))
    assert not any("Nothing of" in note for note in reading.notes)


def test_most_of_a_transcript_that_is_not_on_the_page_is_named(page, weights, reading):
    more = reader.read(page, TEXT + " " + "Nobody wrote any of these words. " * 6, "page.png", weights)
    assert any(note.startswith("Only ") and "was found on it" in note for note in more.notes)
    assert len(kept(more)) > 0.9 * len(kept(reading))


def test_a_photographed_alphabet(weights):
    scan = Path(__file__).parents[2] / "data" / "alphabet_photo.jpg"
    reading = reader.read(image.load(scan)[0], scan.with_suffix(".txt").read_text(), scan.name, weights)
    assert len({sample.character for sample in kept(reading)}) >= 42
    # Letters in a row without words do not tell how far apart they are in writing.
    assert (reading.rhythm.letter_gap, reading.rhythm.word_gap) == (USUAL.letter_gap, USUAL.word_gap)


@pytest.mark.parametrize(("name", "least"), [("alphabet_flatbed", 51), ("alphabet_desk", 47)])
def test_alphabets_of_letters_far_apart(weights, name, least):
    scan = Path(__file__).parents[2] / "data" / f"{name}.jpg"
    reading = reader.read(image.load(scan)[0], scan.with_suffix(".txt").read_text(), scan.name, weights)
    assert len({sample.character for sample in kept(reading)}) >= least
    assert reading.rhythm.word_gap >= 1.5 * reading.rhythm.letter_gap


def test_a_coarse_scan_has_the_true_ink_and_says_so(weights, tmp_path):
    """Of a pen whose strokes are a pixel wide, so that nearly every pixel of them is mixed with paper."""
    style = adjust(store.load_style("ballpoint"), "broader", weight=1.6)
    page = rendering.render(TEXT, style, RenderOptions(seed=3, paper="480ptx190pt", margin="22pt", size="6.5pt"))
    (file,) = page.save(tmp_path / "fine.png", FileOptions(dpi=288))
    with Image.open(file) as fine:
        small = np.asarray(fine.convert("RGB").reduce(3))  # 96 dpi
    coarse = reader.read(small, TEXT, "small.png", weights)
    true = np.array([int(style.pen.ink[i : i + 2], 16) for i in (1, 3, 5)])
    seen = np.array([int(coarse.measures.ink[i : i + 2], 16) for i in (1, 3, 5)])
    assert np.abs(seen - true).max() < 20
    assert coarse.measures.pen == pytest.approx(style.pen.width, rel=0.25)
    told = [note for note in coarse.notes if "coarse" in note]
    assert len(told) == 1 and "at about 100 dpi" in told[0] and "200 dpi or more" in told[0]
    assert pen.coarse(4.4, None, "page.png")[0].startswith(
        "page.png is coarse: its small letters are only 4 pixels high, as at about 72 dpi"
    )


def test_without_a_transcript_only_what_is_sure_is_kept(page, weights):
    reading = reader.read(page, None, "page.png", weights)
    assert "no transcript" in reading.notes[0] and len(kept(reading)) >= 8
    text = "".join(TEXT.split())
    assert np.mean([sample.character in text for sample in kept(reading)]) > 0.9
