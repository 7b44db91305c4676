"""The report of an enrolment: one HTML file that needs nothing else, with every sample that was read."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import jinja2
import numpy as np

from handfont.charset import ASCII
from handfont.glyph import Glyph, GlyphSample, Metrics
from handfont.hand import Hand
from handfont.layout import spacing
from handfont.outline import trace
from handfont.output.svg import path_of
from handfont.style.kept import Kept, KeptSample
from handfont.style.posterior import StylePosterior

PANGRAMS = ("The quick brown fox jumps over the lazy dog", "Pack my box with five dozen liquor jugs",
            "Sphinx of black quartz, judge my vow", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
FINE = 1000
"""Whole units to an x-height in pictures."""
HEIGHT = (2.4, -1.3)
"""A line of specimen shows from so many x-heights above the baseline to so many below."""


@dataclass(frozen=True)
class _Shown:
    """One character: its samples with their numbers, and how the hand draws it."""

    character: str
    samples: list[tuple[int, KeptSample]]
    drawn: str


def write(style: StylePosterior, kept: Kept, preview: Path, failures: Sequence[str], path: Path) -> None:
    """Write the report to ``path``, an existing file or a new one; ``preview`` is a PNG of the hand's specimen.

    ``failures`` are sentences on pages that could not be read.
    """
    template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("handfont.output").joinpath("report.html.j2").read_text(encoding="utf-8"))
    hand = Hand(style)
    numbered = kept.numbered()
    usual = [c for c in ASCII if c in numbered] + sorted(c for c in numbered if c not in ASCII)
    missing = [c for c in ASCII if c not in style.characters]
    drawn = dict(zip(usual + missing, hand.write("".join(usual + missing), seed=1), strict=True))
    rows = [_Shown(c, list(enumerate(numbered[c], 1)), _picture([drawn[c]], hand)) for c in usual]
    left_out = [(f"{c}:{number}", kept_sample) for c in usual for number, kept_sample in enumerate(numbered[c], 1)
                if not kept_sample.used]
    text = template.render(
        style=style, kept=kept, rows=rows, missing=[(c, _picture([drawn[c]], hand)) for c in missing],
        left_out=left_out, failures=failures, specimen=_data(preview.read_bytes()), data=_data,
        lines=_lines(kept, hand), used=len(kept.used))
    path.write_text(text, encoding="utf-8", newline="\n")


def _data(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _lines(kept: Kept, hand: Hand) -> list[tuple[str, str]]:
    """Pictures of a line in the writer's own letters and of the same line as the hand draws it, in words that the
    writer has all letters of.
    """
    own: dict[str, list[GlyphSample]] = {}
    for sample in kept.used:
        own.setdefault(sample.character, []).append(sample)
    result = []
    for sentence in PANGRAMS:
        words = [word for word in sentence.split() if set(word) <= own.keys()]
        if sentence.isalpha() and not words:
            words = ["".join(c for c in sentence if c in own)]
        text = " ".join(words)
        if sum(not c.isspace() for c in text) >= 8:
            result.append((_picture(_as_written(text, own, hand), hand, text),
                           _picture(hand.write(text.replace(" ", ""), seed=2), hand, text)))
    return result[:3]


def _as_written(text: str, own: dict[str, list[GlyphSample]], hand: Hand) -> list[Glyph]:
    """The writer's own samples as glyphs, each character's in turn."""
    turn = dict.fromkeys(own, 0)
    chosen = []
    for character in text.replace(" ", ""):
        samples = own[character]
        chosen.append(samples[turn[character] % len(samples)])
        turn[character] += 1
    means = {c: hand.style.characters[c][0].centre_y for c in own if c in hand.style.characters}
    size = np.array([sample.metrics.size for sample in chosen], np.float32)
    centre = np.array([next(y for y in (s.metrics.centre_y, means.get(s.character), 0.5) if y is not None)
                       for s in chosen], np.float32)
    pen = np.array([sample.pen for sample in chosen], np.float32)
    traced = trace(np.stack([sample.shape for sample in chosen]), size, centre, pen)
    return [Glyph(s.character, traced.outlines[i], Metrics(float(size[i]), float(centre[i])), float(pen[i]),
                  traced.left[i], traced.right[i]) for i, s in enumerate(chosen)]


def _picture(glyphs: list[Glyph], hand: Hand, text: str = "") -> str:
    """Glyphs on a line as SVG; a space in ``text`` is the hand's word gap."""
    rhythm = hand.style.rhythm
    apart = spacing.distances(np.stack([g.left_edge for g in glyphs]), np.stack([g.right_edge for g in glyphs]),
                              np.full(max(len(glyphs) - 1, 0), rhythm.letter_gap))
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
    return (f'<svg viewBox="{left:.2f} {-top:.2f} {right - left:.2f} {top - bottom:.2f}" role="img" '
            f'aria-label="{escape(text or glyphs[0].character)}">{drawn}</svg>')
