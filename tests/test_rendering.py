from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys

import numpy as np
import pypdfium2
import pytest
from nearly import fields, same

import handfont as package
from handfont.core.charset import INDEX, alike
from handfont.errors import OptionError, TextError
from handfont.layout import template_yaml
from handfont.model import inference
from handfont.model.loading import load_weights
from handfont.options import RenderOptions
from handfont.rendering import page_setup, render
from handfont.synthesis.hand import Hand

LETTER = "Dear Ms. Whitby,\n\n" + "Thank you for the 12 books & the map! We read them all week. " * 6 + "\n\nYours, Q."


def shapes(glyphs):
    return [b"".join(contour.tobytes() for contour in glyph.outline.contours) for glyph in glyphs]


def test_whole_chain_from_a_real_scan_to_a_readable_letter(style, tmp_path):
    (path,) = render(LETTER, style, RenderOptions(seed=2)).save(tmp_path / "letter.pdf")
    with pypdfium2.PdfDocument(path) as opened:
        text = " ".join(page.get_textpage().get_text_range() for page in opened)
    assert text.split() == LETTER.split()


def test_glyphs_can_be_read(style):
    """What the hand draws is read as intended by the model's own reader, seen characters and inferred ones alike."""
    hand = Hand(style)
    text = ("".join(style.characters) + "#$*<>@^{}~") * 3
    glyphs = hand.write(text, seed=5)
    assert len(glyphs) == len(text)
    assert all(glyph.outline.contours for glyph in glyphs)
    read = inference.read(load_weights().reader, fields(glyphs)).argmax(axis=1)
    hits = alike()[[INDEX[character] for character in text], read]
    assert hits.mean() > 0.91  # as people's own letters, of which the reader reads 94 %


def test_a_glyph_does_not_depend_on_its_company(style):
    hand = Hand(style)
    text = "every glyph".replace(" ", "") * 40
    whole = hand.write(text, seed=3)
    assert same(hand.write(text[300:], seed=3, first=300), whole[300:]) == 1
    assert same(Hand(style).write(text[:7], seed=3), whole[:7]) == 1
    assert same(hand.write("XQZ" * 100 + text[300:], seed=3)[300:], whole[300:]) == 1
    assert same(hand.write(text[300:], seed=4, first=300), whole[300:]) < 0.01


DRAWS = """
import sys
import numpy as np
from handfont.synthesis.hand import Hand
from handfont.style.store import load_style
written = Hand(load_style("print")).write(sys.argv[2], seed=1)
np.save(sys.argv[1], np.concatenate([stroke for glyph in written for stroke in glyph.strokes]))
"""
PLAIN = {
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NUMBA_CPU_NAME": "generic",
}


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="these are names of that kind of processor")
def test_another_processor_draws_the_same_but_for_last_bits(tmp_path):
    """As one without vector instructions, and on another number of cores; on one kind of processor exactly the same."""
    text, drawn = "Thequickbrownfoxjumps&QZ%49" * 4, []
    for number, (own, threads) in enumerate(((PLAIN, 1), ({}, 1), ({}, 2))):
        path = tmp_path / f"{number}.npy"
        subprocess.run(
            [sys.executable, "-c", DRAWS, path, text],
            env=os.environ | own | {"OMP_NUM_THREADS": str(threads)},
            check=True,
        )
        drawn.append(np.load(path))
    plain, one, two = drawn
    assert np.abs(plain - one).max() < 1e-5
    assert np.array_equal(one, two)


def test_writing_does_not_wait_for_the_networks(tmp_path):
    """torch, which only they need, takes longer to load than the letter to write."""
    (tmp_path / "letter.txt").write_text("Dear Anna, all is well: 7 & 8.")
    code = (
        "import sys; from handfont.cli.main import main; "
        "print(main(['render', 'letter.txt', '-s', 'ballpoint']), "
        "'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "1 page written to letter.pdf\n0 False\n"


def test_every_glyph_differs_and_seeds_and_documents_too(style):
    hand = Hand(style)
    assert len(set(shapes(hand.write("e" * 60, seed=1)))) == 60
    assert shapes(hand.write("abc", seed=1)) != shapes(hand.write("abc", seed=2))
    assert shapes(hand.write("abc", seed=1)) != shapes(hand.write("abc", seed=1, document="other"))


def test_without_variation_letters_are_alike(style):
    hand = Hand(style, neatness=0)
    still = hand.write("eeee", seed=1)
    assert same(still, still[:1] * 4) == 1


def test_a_document_drawn_in_parts_is_the_same(style):
    text = "abcdefgh" * 50
    whole, sizes = Hand(style).write(text, seed=1), (1, 2, 40, 257, 100)
    hand, parts, first = Hand(style), [], 0
    for size in sizes:
        parts += hand.write(text[first : first + size], seed=1, first=first)
        first += size
    assert same(parts, whole) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"neatness": 3}, "neatness 3 is out of range"),
        ({"neatness": float("nan")}, "out of range"),
        ({"seed": -1}, "negative"),
        ({"ink": "bluish"}, "not a colour"),
        ({"lang": "tlh"}, "words of the language 'tlh' cannot be hyphenated"),
        ({"missing": "guess"}, "error, draw, skip, box"),
        ({"size": "0.1mm"}, "too small to write"),
        ({"margin": "-1mm"}, "is negative"),
    ],
)
def test_options_out_of_range(style, options, message):
    with pytest.raises(OptionError, match=message):
        render("a", style, RenderOptions(**options))


def test_ink_can_be_chosen(style):
    assert render("a", style, RenderOptions(ink="navy")).ink == "#000080"
    assert render("a", style).ink == style.pen.ink


def test_empty_texts(style):
    for text in ("", " \n\t ", "\ufeff"):
        with pytest.raises(TextError, match="empty"):
            render(text, style)


def test_a_letter_is_put_together(style):
    text = "---\ndate: 3 May\nsalutation: Dear Anna,\n---\n# All *well*\n\nhere."
    document = render(
        text, style, RenderOptions(template="letter", markdown=True, fields={"date": "4 May", "signature": "Tom"})
    )
    lines = [" ".join(word.text for word in line.words) for page in document.pages for line in page.lines]
    assert lines == ["4 May", "Dear Anna,", "All well", "here.", "Tom"]
    assert document.pages[0].marks
    with pytest.raises(OptionError, match="the template 'plain' has no field 'date'"):
        render(text, style)


def test_templates_may_bring_their_text(style):
    words = [
        word.text
        for line in render("", style, RenderOptions(template="thank-you", fields={"name": "Tom"})).pages[0].lines
        for word in line.words
    ]
    assert words[:4] == ["Thank", "you!", "Dear", "Tom,"]
    envelope = render("", style, RenderOptions(template="envelope", fields={"address": "Anna\nTown"}))
    assert [line.words[0].text for line in envelope.pages[0].lines] == ["Anna", "Town"]
    with pytest.raises(OptionError, match="'envelope' has its own paper"):
        render("", style, RenderOptions(template="envelope", fields={"address": "Anna"}, paper="A4"))


def test_characters_without_a_form_may_be_boxes(style, tmp_path):
    document = render("a中b", style, RenderOptions(missing="box"))
    (word,) = document.pages[0].lines[0].words
    assert word.text == "a\u4e2db"
    assert len(word.glyphs[1].glyph.outline.contours) == 4
    assert [word.text for word in render("a中b", style, RenderOptions(missing="skip")).pages[0].lines[0].words] == [
        "ab"
    ]


def test_titles_of_names_that_are_no_text(style, tmp_path):
    document = render("ab", style, title="gr\udcfcn\x01")
    assert document.info.title == "gr?n "
    for suffix in ("pdf", "svg"):
        document.save(tmp_path / f"a.{suffix}")


def test_public_names():
    assert package.render is render
    for name in package.__all__:
        assert getattr(package, name).__doc__
    with pytest.raises(AttributeError):
        _ = package.nothing


def test_fixed_text_has_fixed_bytes_within_a_run(style, tmp_path):
    digests = {
        hashlib.sha256(
            render(LETTER, style, RenderOptions(seed=9)).save(tmp_path / f"{i}.pdf")[0].read_bytes()
        ).hexdigest()
        for i in range(2)
    }
    assert len(digests) == 1


def lefts(document):
    """Where the lines of each page begin, and where its number is."""
    return [
        (min(line.words[0].glyphs[0].x for line in page.lines if not line.aside), page.lines[-1].words[0].glyphs[0].x)
        for page in document.pages
    ]


def test_mirrored_margins_change_sides_on_even_pages(style):
    options = {"template": "lined", "seed": 3, "neatness": 0.0, "paper": "A6"}
    text = "\n\n".join(["one two three"] * 40)
    plain, mirrored = (
        lefts(render(text, style, RenderOptions(**options, mirrored=choice))) for choice in (False, True)
    )
    setup = page_setup(template_yaml.load("lined"), RenderOptions(paper="A6"))
    assert mirrored[0] == plain[0]
    assert mirrored[1][0] - plain[1][0] == pytest.approx(setup.margin_right - setup.margin_left, abs=1e-6)


def test_a_sheet_with_places_of_its_own_has_no_margins_to_mirror(style):
    with pytest.raises(OptionError, match="without margins"):
        render("a", style, RenderOptions(template="postcard", mirrored=True))


@pytest.mark.parametrize("name", ["letter_spacing", "word_spacing"])
def test_gaps_are_made_wider(style, name):
    def ends(factor):
        page = render("an anna", style, RenderOptions(**{name: factor})).pages[0]
        words = page.lines[0].words
        return [(word.glyphs[0].x, word.glyphs[-1].x) for word in words]

    (first, _last), (begin, end) = ends(1.0)
    (wide_first, _wide_last), (wide_begin, wide_end) = ends(2.0)
    assert wide_begin - wide_first > begin - first
    letters = (wide_end - wide_begin) - (end - begin)
    assert letters > 1 if name == "letter_spacing" else abs(letters) < 0.01
    with pytest.raises(OptionError, match="out of range"):
        RenderOptions(**{name: 9.0})
