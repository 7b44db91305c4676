"""What the ink of drawn letters looks like, and how well strokes explain the ink of real ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import cv2
import numpy as np

from handfont.core.forms import in_form, tidied
from handfont.core.glyph import Outline
from handfont.core.inking import Nib, ink
from handfont.core.strokes import StrokeGlyph
from handfont.evaluate.held_out import HeldOut
from handfont.evaluate.raster import filled
from handfont.evaluate.results import ResultRow
from handfont.model.loading import Weights
from handfont.scan.stroke_fitting import fit
from handfont.synthesis.hand import Hand
from handfont.train.strokes import PEN

ONE_PIECE = "abcdeghlmnopqrsuvwyzCGJLMNOSUVWZ0236789"
"""Characters that nearly everybody writes as one piece of ink."""
PIXELS = 49.0
"""To an x-height of 2.07 mm at 600 dpi."""
THICK = 1.7
"""Thickness of ink from which on it is a blot, in pens."""
ENROLLED = 60
"""Letters that writers are enrolled from."""


def ink_rows(writers: list[HeldOut], weights: Weights) -> Iterator[ResultRow]:
    """Figures of the ink, on held-out writers."""
    yield from _shapes(writers, weights)
    yield _decoded(writers, weights)
    yield from _explained(writers, weights)


def _shapes(writers: list[HeldOut], weights: Weights) -> Iterator[ResultRow]:
    """Pieces and thick ink of letters drawn as the writer's next sample, and of the writers' own with the same pen."""
    pieces: dict[str, list[bool]] = defaultdict(list)
    thick: dict[str, list[np.ndarray]] = defaultdict(list)
    for writer in writers:
        style = writer.style(ENROLLED, weights)
        seen = list(writer.seen(ENROLLED))
        drawn = [glyph.outline for glyph in Hand(style, weights=weights).write("".join(seen), seed=1)]
        own = ink([StrokeGlyph(character, tuple(writer.paths[character].strokes)) for character in seen], Nib(PEN))
        for name, pen, outlines in (("drawn", style.pen.width, drawn), ("real", PEN, own.outlines)):
            for character, outline in zip(seen, outlines, strict=True):
                mask, _ = filled(outline, PIXELS)
                thick[name].append(ink_and_thick(mask, pen))
                if character in ONE_PIECE:
                    pieces[name].append(pieces_of(outline) > 1)
    broken, real = (1000 * float(np.mean(pieces[name])) for name in ("drawn", "real"))
    what = "letters written in one piece that are in several, per 1,000"
    yield ResultRow(what, ENROLLED, broken, real, "real + 2", percent=False)
    sums = {name: np.sum(values, axis=0) for name, values in thick.items()}
    ours, theirs = (float(sums[name][1] / sums[name][0]) for name in ("drawn", "real"))
    yield ResultRow(f"ink thicker than {THICK} pens", ENROLLED, ours, theirs, "real + 1 point")


def pieces_of(outline: Outline) -> int:
    """Connected pieces of the ink of an outline."""
    return int(cv2.connectedComponents(filled(outline, PIXELS)[0], connectivity=8)[0] - 1)


def ink_and_thick(mask: np.ndarray, pen: float) -> np.ndarray:
    """(2,) pixels of ink, and of ink thicker than ``THICK`` pens, of a picture with ``PIXELS`` to an x-height."""
    distance = cv2.distanceTransform(np.pad(mask, 2), cv2.DIST_L2, 5)
    radius = THICK * pen * PIXELS / 2
    core = (distance > radius).astype(np.uint8)
    if not core.any():
        return np.array([mask.sum(), 0])
    away = cv2.distanceTransform(1 - core, cv2.DIST_L2, 5)
    return np.array([mask.sum(), ((away <= radius) & (np.pad(mask, 2) > 0)).sum()])


def _decoded(writers: list[HeldOut], weights: Weights) -> ResultRow:
    """Mean distance of the points of strangers' letters to those that their latents are decoded to."""
    model, away = weights.strokes, []
    for writer in writers:
        for character, path in writer.paths.items():
            encoded = model.encode(character, path.strokes)
            if encoded is not None:
                form, latent = encoded
                points = in_form(tidied(path.strokes), model.forms[form])
                away.append(float(np.hypot(*(model.points(form, latent) - points).T).mean()))
    what = "strokes from those decoded from their latents, x-heights"
    return ResultRow(what, None, float(np.mean(away)), None, "0.025", percent=False)


def _explained(writers: list[HeldOut], weights: Weights) -> Iterator[ResultRow]:
    """Letters drawn as ink with a pen, and strokes fitted to them: what lies within half a pen of the other."""
    ink_off, strokes_off = [], []
    for writer in writers:
        for sample in writer.on_paper(ENROLLED)[::3]:
            if sample.skeleton is None:
                continue
            found = fit(weights.strokes, sample.character, sample.skeleton)
            if found is not None:
                ink_off.append(found.ink_off <= sample.pen / 2)
                strokes_off.append(found.strokes_off <= sample.pen / 2)
    for what, off in (
        ("ink within half a pen of the strokes fitted to it", ink_off),
        ("strokes within half a pen of the ink", strokes_off),
    ):
        yield ResultRow(what, None, float(np.mean(np.concatenate(off))), None, "97 %")
