"""The report of an enrollment: one HTML file that needs nothing else, with every sample that was read."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import jinja2
import numpy as np

from handfont.core import optical_spacing
from handfont.core.charset import ASCII
from handfont.core.forms import ALONE
from handfont.core.glyph import Glyph, GlyphSample
from handfont.core.inking import ink
from handfont.core.strokes import StrokeGlyph
from handfont.output import report_lines
from handfont.output.svg import path_of
from handfont.scan.estimation import Fit, Fits
from handfont.scan.skeleton import skeleton_of_sample
from handfont.style.posterior import StylePosterior
from handfont.style.sample_archive import ArchivedSample, SampleArchive
from handfont.synthesis.hand import Hand

PANGRAMS = (
    "The quick brown fox jumps over the lazy dog",
    "Pack my box with five dozen liquor jugs",
    "Sphinx of black quartz, judge my vow",
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
)
"""What a line of specimen may say, the first ones if the writer has all their letters."""
FINE = 1000
"""Whole units to an x-height in pictures."""
HEIGHT = (2.4, -1.3)
"""Where a line of specimen begins and ends, in x-heights over the baseline."""


Written = tuple[GlyphSample, Fit]
"""A sample, and the strokes that were found in its ink."""


@dataclass(frozen=True)
class _ShownSample:
    """One character: its samples with their numbers, and how the hand draws it."""

    character: str
    samples: list[tuple[int, ArchivedSample]]
    drawn: str


def write(
    style: StylePosterior, archive: SampleArchive, fits: Fits, preview: Path, failures: Sequence[str], path: Path
) -> None:
    """Write the report to ``path``, an existing file or a new one; ``preview`` is a PNG of the hand's specimen.

    ``fits`` are the strokes of the samples; they are shown over the ink.
    ``failures`` are sentences on pages that could not be read.
    """
    template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("handfont.output").joinpath("report.html.j2").read_text(encoding="utf-8")
    )
    hand = Hand(style)
    numbered = archive.numbered()
    usual = [c for c in ASCII if c in numbered] + sorted(c for c in numbered if c not in ASCII)
    missing = [c for c in ASCII if c not in style.characters]
    drawn = dict(zip(usual + missing, hand.write("".join(usual + missing), seed=1), strict=True))
    over = {
        id(sample): _over_ink((sample, found), hand)
        for sample in archive.used
        if (found := fits.get(id(sample))) is not None
    }
    rows = [_ShownSample(c, list(enumerate(numbered[c], 1)), _picture([drawn[c]], hand)) for c in usual]
    left_out = [(f"{c}:{number}", one) for c in usual for number, one in enumerate(numbered[c], 1) if not one.used]
    text = template.render(
        style=style,
        archive=archive,
        rows=rows,
        missing=[(c, _picture([drawn[c]], hand)) for c in missing],
        left_out=left_out,
        failures=failures,
        specimen=_data(preview.read_bytes()),
        data=_data,
        lines=_lines(archive, fits, hand),
        pages=report_lines.pages(archive, fits, hand),
        over=over,
        used=len(archive.used),
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def _over_ink(written: Written, hand: Hand) -> str:
    """The strokes that were found in a sample over its ink, as SVG; the ink is drawn from its middle line."""
    sample, fit = written
    middle = skeleton_of_sample(sample)
    half = max(float(np.abs(middle.points).max()) + sample.pen, 0.5)
    low, high = np.array([-half, -half]), np.array([half, half])
    scale = 100
    rows = np.rint(middle.points[::2] * [scale, -scale]).astype(int).tolist()
    ink = "".join(f"M{x} {y}h0" for x, y in rows)
    width = float(np.median(middle.widths)) if sample.skeleton is not None else sample.pen
    form = hand.weights.strokes.forms[fit.form]
    paths = "".join(
        "M" + "L".join(f"{x} {y}" for x, y in np.rint(stroke * [scale, -scale]).astype(int).tolist())
        for stroke in form.strokes(fit.points)
    )
    box = f"{scale * low[0]:.0f} {-scale * high[1]:.0f} {scale * (high - low)[0]:.0f} {scale * (high - low)[1]:.0f}"
    return (
        f'<svg class="strokes" viewBox="{box}" role="img" aria-label="strokes of {escape(sample.character)}">'
        f'<path class="ink" stroke-width="{scale * max(width, 0.04):.0f}" d="{ink}"/>'
        f'<path vector-effect="non-scaling-stroke" d="{paths}"/></svg>'
    )


def _data(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _lines(archive: SampleArchive, fits: Fits, hand: Hand) -> list[tuple[str, str]]:
    """Pictures of a line in the writer's own letters and of the same line as the hand draws it, in words that the
    writer has all letters of.
    """
    own: dict[str, list[Written]] = {}
    for sample in archive.used:
        found = fits.get(id(sample))
        if found is not None and sample.joins == ALONE:
            own.setdefault(sample.character, []).append((sample, found))
    result = []
    for sentence in PANGRAMS:
        words = [word for word in sentence.split() if set(word) <= own.keys()]
        if sentence.isalpha() and not words:
            words = ["".join(c for c in sentence if c in own)]
        text = " ".join(words)
        if sum(not c.isspace() for c in text) >= 8:
            result.append(
                (
                    _picture(_as_written(text, own, hand), hand, text),
                    _picture(hand.write(text.replace(" ", ""), seed=2), hand, text),
                )
            )
    return result[:3]


def _as_written(text: str, own: dict[str, list[Written]], hand: Hand) -> list[Glyph]:
    """The writer's own samples as glyphs, each character's in turn: the strokes that were found in their ink."""
    turn = dict.fromkeys(own, 0)
    chosen = []
    for character in text.replace(" ", ""):
        samples = own[character]
        sample, fit = samples[turn[character] % len(samples)]
        turn[character] += 1
        form = hand.weights.strokes.forms[fit.form]
        height = sample.metrics.centre_y
        if height is None:
            usual = hand.allographs(character)[0].points[:, 1]
            height = float(usual.min() + usual.max()) / 2
        chosen.append(StrokeGlyph(character, form.strokes(fit.points + np.array([0.0, height], np.float32))))
    inked = ink(chosen, hand.nib)
    return [
        Glyph(glyph.character, glyph.strokes, inked.outlines[i], hand.nib.width, inked.left[i], inked.right[i])
        for i, glyph in enumerate(chosen)
    ]


def _picture(glyphs: list[Glyph], hand: Hand, text: str = "") -> str:
    """Glyphs on a line as SVG; a space in ``text`` is the hand's word gap."""
    rhythm = hand.style.rhythm
    apart = optical_spacing.distances(
        np.stack([g.left_edge for g in glyphs]),
        np.stack([g.right_edge for g in glyphs]),
        np.full(max(len(glyphs) - 1, 0), rhythm.letter_gap),
    )
    ends = [len(word) for word in text.split()[:-1]]
    for end in np.cumsum(ends, dtype=int):
        boxes = float(np.nanmin(glyphs[end].left_edge) - np.nanmax(glyphs[end - 1].right_edge))
        apart[end - 1] = rhythm.word_gap - boxes
    origins = np.concatenate([[0.0], np.cumsum(apart)])
    left = float(np.nanmin(glyphs[0].left_edge)) - 0.15
    right = float(origins[-1] + np.nanmax(glyphs[-1].right_edge)) + 0.15
    top, bottom = HEIGHT
    paths = "".join(path_of(g.outline, x, FINE) for g, x in zip(glyphs, origins.tolist(), strict=True))
    drawn = f'<path transform="scale({1 / FINE:g} {-1 / FINE:g})" d="{paths}"/>'
    return (
        f'<svg viewBox="{left:.2f} {-top:.2f} {right - left:.2f} {top - bottom:.2f}" role="img" '
        f'aria-label="{escape(text or glyphs[0].character)}">{drawn}</svg>'
    )
