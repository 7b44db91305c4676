"""The stroke model in figures, on writers it never saw, real against real beside each: see benchmarks/README.md.

    python -m handfont.train.strokes --data DIR --out training/strokes.safetensors
    python benchmarks/strokes.py --data DIR --model training/strokes.safetensors
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import click
import cv2
import numpy as np
import torch
from PIL import Image

from handfont import sdf
from handfont.charset import ASCII, INDEX, alike
from handfont.core.forms import in_form, tidied
from handfont.core.inking import Nib, ink
from handfont.core.strokes import StrokeGlyph
from handfont.errors import ScanError
from handfont.evaluate.judges import Judges, load_judges
from handfont.evaluate.measures import overlap
from handfont.glyph import GlyphSample, Outline
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.model.strokes import StrokeModel
from handfont.scan import reading
from handfont.scan.skeleton import skeleton_of, skeleton_of_sample
from handfont.scan.stroke_fitting import fit
from handfont.train.strokes import by_writer, read_trajectories, sample_of
from handfont.train.unipen import Trajectory

LETTERS = 20
MIN_CHARACTERS, MIN_QUERY = 40, 6
"""Writers with fewer characters are left out; so are queries of fewer glyphs."""
DRAWS = 4
"""So many times other letters are enrolled where writers are sought."""
GRID = Path(__file__).parent.parent / "tests" / "data" / "grid_sheet.jpg"
AMOUNTS = (0.5, 1.0)
"""Shares of the variation of a writer's repetitions that unseen characters are drawn with, besides none."""
INKED = 25
"""Letters of each writer that are drawn as ink and found again."""
ONE_PIECE = "abcdeghlmnopqrsuvwyzCGJLMNOSUVWZ0236789"
"""Characters that nearly everybody writes as one piece of ink."""
PEN = 0.1
PIXELS = 49
"""To an x-height of 2.07 mm at 600 dpi."""
THICK = 1.7
"""Ink that is thicker than so many pens is a blot."""

Row = tuple[str, str, str, str]
Writers = list[dict[str, list[Trajectory]]]


def table(
    model: StrokeModel, weights: Weights, judges: Judges, dev: list[Trajectory], quick: bool, grid: Path | None
) -> list[Row]:
    """All rows: what, drawn, real, to reach; without those of unseen characters if ``quick``."""
    writers = [letters for letters in by_writer(shuffled(dev)).values() if len(letters) >= MIN_CHARACTERS]
    rows = [fidelity(model, dev), *shapes(model, writers), variation(model, writers), *from_ink(model, writers),
            from_grid(model, weights, grid)]
    return [*rows, *([] if quick else unseen(model, weights, judges, writers)), speed(model)]


def shuffled(dev: list[Trajectory], seed: int = 1) -> list[Trajectory]:
    return [dev[row] for row in np.random.default_rng(seed).permutation(len(dev)) if dev[row].label in ASCII]


def fidelity(model: StrokeModel, dev: list[Trajectory]) -> Row:
    """Mean distance of the points of strangers' letters to those that their latents are decoded to."""
    away, lost = [], 0
    for glyph in dev:
        encoded = model.encode(glyph.label, glyph.strokes)
        if encoded is None:
            lost += 1
            continue
        form, latent = encoded
        drawn = model.mean[form] + latent @ model.basis[form]
        points = in_form(tidied(glyph.strokes), model.forms[form])
        away.append(float(np.hypot(*(drawn.reshape(-1, 2) - points).T).mean()))
    return (f"points decoded from latents, x-heights (no form for {100 * lost / len(dev):.1f} %)",
            f"{np.mean(away):.4f}", "", "0.025")


def shapes(model: StrokeModel, writers: Writers) -> list[Row]:
    """Pieces and thick ink of letters drawn as the writer's next sample, and of the writers' own with the same pen."""
    rng = np.random.default_rng(2)
    pieces: dict[str, list[bool]] = defaultdict(list)
    thick: dict[str, list[np.ndarray]] = defaultdict(list)
    for letters in writers:
        for character, glyphs in letters.items():
            encoded = model.encode(character, glyphs[0].strokes)
            if encoded is None:
                continue
            form, latent = encoded
            drawn = model.sample([form], latent[None], rng)[0]
            real = StrokeGlyph(character, tuple(glyphs[0].strokes))
            for name, mask in (("drawn", raster(drawn)), ("real", raster(real))):
                thick[name].append(ink_and_thick(mask))
                if character in ONE_PIECE:
                    pieces[name].append(cv2.connectedComponents(mask, connectivity=8)[0] > 2)
    broken = {name: 1000 * np.mean(values) for name, values in pieces.items()}
    share = {name: 100 * np.sum(values, axis=0)[1] / np.sum(values, axis=0)[0] for name, values in thick.items()}
    return [("one-piece letters in pieces, per 1,000", f"{broken['drawn']:.1f}", f"{broken['real']:.1f}", "real + 2"),
            (f"ink thicker than {THICK} pens", f"{share['drawn']:.1f} %", f"{share['real']:.1f} %", "real + 1 point")]


def raster(glyph: StrokeGlyph) -> np.ndarray:
    """A glyph's outline filled by the non-zero rule."""
    outline = ink([glyph], Nib(PEN)).outlines[0]
    return filled(outline)


def filled(outline: Outline) -> np.ndarray:
    """Picture (rows, columns) of 0 and 1, ``PIXELS`` to an x-height."""
    t = np.linspace(0, 1, 9)[1:, None]
    contours = []
    for contour in outline.contours:
        starts = np.roll(contour[:, 2], 1, axis=0)
        contours.append(np.concatenate([
            (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * curve[0] + 3 * t * t * (1 - t) * curve[1] + t**3 * curve[2]
            for start, curve in zip(starts, contour, strict=True)]) * PIXELS)
    points = np.concatenate(contours)
    low = points.min(axis=0) - 3
    columns, rows = np.ceil(points.max(axis=0) + 3 - low).astype(int)
    steps = np.zeros((rows, columns + 1), np.int32)
    for contour in contours:
        own = contour - low
        for (x0, y0), (x1, y1) in zip(own, np.roll(own, -1, axis=0), strict=True):
            first, last = sorted((y0, y1))
            row = np.arange(int(np.ceil(first)), int(np.ceil(last)))
            column = np.ceil(x0 + (row - y0) / ((y1 - y0) or 1.0) * (x1 - x0)).astype(int)
            np.add.at(steps, (row, column), 1 if y1 < y0 else -1)
    return (np.cumsum(steps, axis=1)[:, :columns] != 0).astype(np.uint8)


def ink_and_thick(mask: np.ndarray) -> np.ndarray:
    """(2,) pixels of ink, and of ink thicker than ``THICK`` pens."""
    distance = cv2.distanceTransform(np.pad(mask, 2), cv2.DIST_L2, 5)
    radius = THICK * PEN * PIXELS / 2
    core = (distance > radius).astype(np.uint8)
    if not core.any():
        return np.array([mask.sum(), 0])
    away = cv2.distanceTransform(1 - core, cv2.DIST_L2, 5)
    return np.array([mask.sum(), ((away <= radius) & (np.pad(mask, 2) > 0)).sum()])


def variation(model: StrokeModel, writers: Writers) -> Row:
    """Difference (1 - overlap) of two samples of a letter, drawn around its mean, and of two real ones."""
    rng = np.random.default_rng(3)
    first, second, real, again = [], [], [], []
    for letters in writers:
        for character, glyphs in letters.items():
            encoded = model.encode(character, glyphs[0].strokes)
            if len(glyphs) < 2 or encoded is None:
                continue
            form, latent = encoded
            drawn = model.sample([form, form], np.stack([latent, latent]), rng)
            first.append(sample_of(drawn[0]))
            second.append(sample_of(drawn[1]))
            real.append(sample_of(glyphs[0]))
            again.append(sample_of(glyphs[1]))
    ours, theirs = (1 - float(np.mean(overlap(fields(one), fields(two)))) for one, two in
                    ((first, second), (real, again)))
    return ("difference of two samples of a letter, drawn / real", f"{ours:.3f} ({ours / theirs:.2f})",
            f"{theirs:.3f}", "0.9 to 1.1")


def fields(samples: list[GlyphSample]) -> np.ndarray:
    return np.stack([sample.shape for sample in samples])


def unseen(model: StrokeModel, weights: Weights, judges: Judges, writers: Writers) -> list[Row]:
    """Characters never seen of a writer, from ``LETTERS`` letters: read as intended, and the writer found by them."""
    hits: dict[str, list[bool]] = defaultdict(list)
    read: dict[str, list[np.ndarray]] = defaultdict(list)
    for draw in range(DRAWS):
        rng = np.random.default_rng(10 + draw)
        homes: list[np.ndarray] = []
        queries: dict[str, dict[int, np.ndarray]] = defaultdict(dict)
        for number, letters in enumerate(writers):
            order = [str(character) for character in rng.permutation(sorted(letters))]
            picked = {character: rng.permutation(len(letters[character])) for character in order}

            def real(which: int, characters: list[str], letters: dict[str, list[Trajectory]] = letters,
                     picked: dict[str, np.ndarray] = picked) -> list[GlyphSample]:
                return [sample_of(letters[character][picked[character][which]]) for character in characters]

            rest = order[LETTERS:]
            twice = [character for character in rest if len(letters[character]) > 1]
            homes.append(judges.embed(real(0, rest)))
            if len(twice) < MIN_QUERY:
                continue
            queries["real"][number] = judges.embed(real(1, twice))
            for name, glyphs in invented(model, weights, real(0, order[:LETTERS]), twice, rng).items():
                samples = [sample_of(glyph) for glyph in glyphs]
                queries[name][number] = judges.embed(samples)
                read[name].append(alike()[[INDEX[character] for character in twice], judges.read(samples)])
            read["real"].append(alike()[[INDEX[character] for character in twice], judges.read(real(1, twice))])
        homes_table = np.stack(homes)
        for name, asked in queries.items():
            hits[name] += [int((homes_table @ query).argmax()) == number for number, query in asked.items()]
    found = {name: 100 * np.mean(values) for name, values in hits.items()}
    legible = {name: 100 * np.mean(np.concatenate(values)) for name, values in read.items()}
    rows = []
    for name in ("mean", *(f"{amount:g} of the variation" for amount in AMOUNTS)):
        rows.append((f"unseen characters, {name}: read as intended, nothing drawn again", f"{legible[name]:.1f} %",
                     f"{legible['real']:.1f} %", "98 %"))
        rows.append((f"unseen characters, {name}: writer found among {len(writers)}",
                     f"{found[name]:.1f} % ({100 * found[name] / found['real']:.0f} % of real)",
                     f"{found['real']:.1f} %", "80 % of real"))
    return rows


@torch.no_grad()
def invented(
    model: StrokeModel, weights: Weights, seen: list[GlyphSample], characters: list[str], rng: np.random.Generator
) -> dict[str, list[StrokeGlyph]]:
    """Characters as the hand of some samples would write them: the form chosen, and a sample about it."""
    style = torch.from_numpy(inference.writer_posterior(weights, seen).mean.astype(np.float32))
    labels = torch.tensor([INDEX[character] for character in characters])
    expected = weights.network.evidence_head.expected(style.expand(len(labels), -1), labels).numpy()
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    chosen = [model.likest(character, own, style.numpy()) for character, own in zip(characters, expected, strict=True)]
    forms, latents = [form for form, _ in chosen], np.stack([latent for _, latent in chosen])
    return {"mean": model.decode(forms, latents)} | {
        f"{amount:g} of the variation": model.sample(forms, latents, rng, amount) for amount in AMOUNTS}


def from_ink(model: StrokeModel, writers: Writers) -> list[Row]:
    """Strokes fitted to strangers' letters that were drawn as ink with a pen and lost: how much of the ink's skeleton
    lies within half a pen of the strokes, and the other way round, and how far they are from the strokes that were
    drawn.
    """
    rng = np.random.default_rng(7)
    ink_off, strokes_off, away, milliseconds = [], [], [], []
    for letters in writers:
        for character in rng.permutation(sorted(letters))[:INKED].tolist():
            strokes = [np.asarray(stroke, np.float32) for stroke in letters[character][0].strokes]
            picture, origin = drawn_as_ink(strokes)
            started = time.process_time()
            fitted = fit(model, character, skeleton_of(picture, PIXELS, origin))
            milliseconds.append(1000 * (time.process_time() - started))
            if fitted is None:
                continue
            ink_off.append(fitted.ink_off <= PEN / 2)
            strokes_off.append(fitted.strokes_off <= PEN / 2)
            true, found = np.concatenate(strokes), fitted.glyph.points
            away.append(np.hypot(*(true[:, None] - found[None]).transpose(2, 0, 1)).min(axis=0).mean())
    ours, theirs = (100 * np.mean(np.concatenate(off)) for off in (ink_off, strokes_off))
    return [("strangers' ink within half a pen of the strokes fitted to it, and back", f"{ours:.1f} %, {theirs:.1f} %",
             "", "97 %, 97 %"),
            (f"strokes fitted to ink from those drawn, x-heights ({np.mean(milliseconds):.0f} ms a letter)",
             f"{np.mean(away):.3f}", "", "")]


def from_grid(model: StrokeModel, weights: Weights, picture: Path | None) -> Row:
    """Strokes fitted to a photographed grid of letters; ``picture``, if given, shows ink above strokes."""
    page = next(iter(reading.read(GRID, weights, None)))
    assert not isinstance(page, ScanError)
    ink_off, strokes_off, shown = [], [], []
    for sample in page.samples:
        fitted = fit(model, sample.character, skeleton_of_sample(sample))
        if fitted is None:
            continue
        half = sample.metrics.size * sdf.CANONICAL_PEN / sdf.INNER / 2
        ink_off.append(fitted.ink_off <= half)
        strokes_off.append(fitted.strokes_off <= half)
        shown.append((sample, fitted.glyph))
    if picture:
        grid_picture(shown).save(picture)
    ours, theirs = (100 * np.mean(np.concatenate(off)) for off in (ink_off, strokes_off))
    return (f"the same of {len(shown)} letters of a photographed grid", f"{ours:.1f} %, {theirs:.1f} %", "",
            "97 %, 97 %")


def grid_picture(shown: list[tuple[GlyphSample, StrokeGlyph]], columns: int = 16) -> Image.Image:
    """Each sample's ink, at the canonical pen, above the strokes fitted to it."""
    side, scale = 144, 36
    cells = []
    for sample, glyph in shown:
        wide = round(sample.metrics.size * scale * sdf.GRID / sdf.INNER)
        field = cv2.resize(sample.shape, (wide, wide), interpolation=cv2.INTER_CUBIC)
        above, below = np.full((side, side), 255, np.uint8), np.full((side, side), 255, np.uint8)
        first = max(0, (side - wide) // 2)
        cut = max(0, (wide - side) // 2)
        shape = (255 * np.clip(0.5 - field * 1.5, 0, 1)).astype(np.uint8)[cut : cut + side, cut : cut + side]
        above[first : first + len(shape), first : first + len(shape)] = shape
        for stroke in glyph.strokes:
            pixels = np.round((stroke * [scale, -scale] + side / 2) * 16).astype(np.int32)
            cv2.polylines(below, [pixels], False, 0, 2, cv2.LINE_AA, 4)
        cells.append(np.concatenate([above, below]))
    cells += [np.full((2 * side, side), 255, np.uint8)] * (-len(cells) % columns)
    rows = [np.concatenate(cells[start : start + columns], axis=1) for start in range(0, len(cells), columns)]
    return Image.fromarray(np.concatenate(rows))


def drawn_as_ink(strokes: list[np.ndarray]) -> tuple[np.ndarray, tuple[float, float]]:
    """A binary picture of strokes drawn with a pen, ``PIXELS`` to an x-height, and where x = 0, y = 0 lies on it."""
    points = np.concatenate(strokes) * [PIXELS, -PIXELS]
    low = points.min(axis=0) - 12
    columns, rows = np.ceil(points.max(axis=0) + 12 - low).astype(int)
    picture = np.zeros((rows, columns), np.uint8)
    for stroke in strokes:
        pixels = np.round((stroke * [PIXELS, -PIXELS] - low - 0.5) * 16).astype(np.int32)
        cv2.polylines(picture, [pixels], False, 1, round(PEN * PIXELS), cv2.LINE_8, 4)
    return picture.astype(bool), (float(-low[0]), float(-low[1]))


def speed(model: StrokeModel) -> Row:
    """Milliseconds of one core for a glyph, decoded and inked, in batches of 256."""
    rng = np.random.default_rng(4)
    rows = rng.integers(0, len(model.hand_form), 256)
    forms, latents = model.hand_form[rows].tolist(), model.hand_latent[rows]
    ink(model.decode(forms, latents), Nib(PEN))  # compiled now, if it was not yet

    def once(work: Callable[[], object]) -> float:
        best = np.inf
        for _ in range(7):
            start = time.process_time()
            work()
            best = min(best, time.process_time() - start)
        return 1000 * best / len(rows)

    glyphs = model.decode(forms, latents)
    curves = np.mean([sum(len(contour) for contour in outline.contours) for outline in ink(glyphs, Nib(PEN)).outlines])
    return (f"milliseconds a glyph, decoded + inked ({curves:.0f} curves each)",
            f"{once(lambda: model.decode(forms, latents)):.3f} + {once(lambda: ink(glyphs, Nib(PEN))):.3f}", "", "0.03")


def sheet(model: StrokeModel, weights: Weights, writers: Writers, path: Path, characters: str) -> None:
    """A picture: for each writer a real line, its next sample drawn, and the line invented from other letters."""
    rng = np.random.default_rng(6)
    lines = []
    for letters in writers:
        there = [character for character in characters if character in letters]
        real = [StrokeGlyph(character, tuple(letters[character][0].strokes)) for character in there]
        encoded = [model.encode(character, letters[character][0].strokes) for character in there]
        drawn = [model.sample([one[0]], one[1][None], rng)[0] if one else glyph
                 for one, glyph in zip(encoded, real, strict=True)]
        others = [sample_of(letters[character][0]) for character in letters if character not in there][:LETTERS]
        lines += [real, drawn]
        if len(others) >= 5:
            lines.append(invented(model, weights, others, there, rng)[f"{AMOUNTS[0]:g} of the variation"])
    pictures = [line_picture(line) for line in lines]
    width = max(picture.shape[1] for picture in pictures)
    stacked = np.concatenate([np.pad(picture, ((0, 0), (0, width - picture.shape[1]))) for picture in pictures])
    Image.fromarray(255 - 255 * stacked).save(path)


def line_picture(glyphs: list[StrokeGlyph]) -> np.ndarray:
    """Glyphs side by side, middles of their boxes on one line, 0 and 1."""
    cell = np.zeros((int(3.4 * PIXELS), 0), np.uint8)
    for glyph in glyphs:
        mask = raster(glyph)[::-1][: cell.shape[0]]
        above = (cell.shape[0] - mask.shape[0]) // 2
        cell = np.concatenate([cell, np.pad(mask, ((above, cell.shape[0] - mask.shape[0] - above), (6, 6)))], axis=1)
    return cell


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--model", "path", type=click.Path(path_type=Path), default=Path("training/strokes.safetensors"))
@click.option("--sheet", "picture", type=click.Path(path_type=Path), help="Also draw a sheet of eight writers (PNG).")
@click.option("--grid", type=click.Path(path_type=Path), help="Also draw the strokes of the photographed grid (PNG).")
@click.option("--quick", is_flag=True, help="Without unseen characters, which take some minutes.")
def main(data: Path, path: Path, picture: Path | None, grid: Path | None, quick: bool) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    model, weights = StrokeModel.load(path), load_weights()
    dev = read_trajectories(data, "dev")
    if picture:
        writers = [letters for letters in by_writer(shuffled(dev)).values() if len(letters) >= MIN_CHARACTERS]
        sheet(model, weights, writers[:8], picture, "abdefghkmnprstuwyzAEGKRS2457&?")
    click.echo("| what | drawn | real | reach |\n| --- | --- | --- | --- |")
    for row in table(model, weights, load_judges(), dev, quick, grid):
        click.echo("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
