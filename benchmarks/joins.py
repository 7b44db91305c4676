"""How well joined writing is joined: ``python benchmarks/joins.py --data data/ --paths paths.safetensors``.

The file holds the aligner of pen paths, as ``benchmarks/alignment.py`` trains and saves it; it finds the letters of the
words of UNIPEN's dev writers. Each writer's habit of joining is inferred from half of the words, and tried on the
others: how often letters are joined, whether each pair is, where letters are placed, and how well the words are read.
Then the shipped styles that join letters write: whether joins are without corners. How much longer joined writing takes
is measured by ``speed.py --joined``.
"""

from __future__ import annotations

import argparse
import itertools
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from writing import distance as edits

from handfont import RenderOptions, render
from handfont.core.arrays import DoubleArray
from handfont.core.charset import INDEX
from handfont.core.pairs import SeenPair, SeenPort
from handfont.layout.page import PlacedWord
from handfont.model.loading import Weights, load_weights
from handfont.scan.estimation import style_of
from handfont.scan.freeform import line_reader
from handfont.style import store
from handfont.style.posterior import Origin, StylePosterior
from handfont.synthesis import joining
from handfont.synthesis.hand import Hand
from handfont.train import words
from handfont.train.data import drawn_lines, word_paths
from handfont.train.data.letters_in_context import letters_of, pairs_of, ports_of
from handfont.train.data.unipen import Trajectory
from handfont.train.data.word_paths import WordPath
from handfont.train.joined_samples import joined_samples
from handfont.train.pen_marks import MarkPlaces
from handfont.train.shipped_styles import samples_of
from handfont.train.trajectory_aligner import TrajectoryAligner, align, labeled

FEWEST = 60
"""Pairs of letters in either half of a writer's words, at least."""
JOINING = 0.2
"""Writers who join a smaller share of the pairs print, and are not asked where they join letters."""
PEN = 0.1
LINE = 4
"""Words of a line that is read."""


def found_words(data: Path, paths: Path) -> dict[str, list[WordPath]]:
    """The words of dev writers, their letters found."""
    aligner = TrajectoryAligner()
    aligner.load_state_dict(load_file(paths))
    places = MarkPlaces.measure(words.TrainingWords(data, writers=set()).known)
    by_writer: dict[str, list[WordPath]] = defaultdict(list)
    dev = list(word_paths.read_transcribed(data / "unipen", "dev"))
    for word in map(labeled, align(aligner, dev, places)):
        if word is not None:
            by_writer[word.writer].append(word)
    return by_writer


def rates(by_writer: dict[str, list[WordPath]], weights: Weights) -> list[tuple[str, str]]:
    """How well a writer's pairs are predicted from others of the writer."""
    off, right, losses, pairs = [], [], [], 0
    for found in by_writer.values():
        known, asked = ([pair for word in found[half::2] for pair in pairs_of(word)] for half in (0, 1))
        if min(len(known), len(asked)) < FEWEST:
            continue
        chance = chances(weights, known, asked)
        joined = np.array([pair.joined for pair in asked])
        off.append(abs(float(chance.mean() - joined.mean())))
        right.append(((chance > 0.5) == joined).sum())
        losses.append(-np.log(np.where(joined, chance, 1 - chance).clip(1e-6)).sum())
        pairs += len(asked)
    return [
        ("writers with enough pairs; pairs asked", f"{len(off)}; {pairs}"),
        ("rate foretold less real: median; worst tenth", f"{np.median(off):.3f}; {np.percentile(off, 90):.3f}"),
        ("pairs foretold right; log loss", f"{100 * sum(right) / pairs:.1f} %; {sum(losses) / pairs:.3f}"),
    ]


def chances(weights: Weights, known: list[SeenPair], asked: list[SeenPair]) -> DoubleArray:
    left, right = (np.array([INDEX[getattr(pair, side)] for pair in asked]) for side in ("left", "right"))
    return weights.joins.chances(weights.joins.habit(known), left, right)


def style_from(letters: list[Trajectory], pairs: list[SeenPair], weights: Weights) -> StylePosterior:
    """The style of a writer's letters."""
    alone = [letter for letter in letters if not any(letter.joins)]
    samples = joined_samples(letters, weights.strokes, PEN) + (samples_of(alone, weights) if alone else [])
    ports = [port for letter in letters for port in ports_of(letter)]
    style = style_of(samples, "writer", "#000000", Origin(), weights)
    return replace(style, joins=weights.joins.habit(pairs, ports), pen=replace(style.pen, width=PEN))


Places = dict[tuple[str, str], list[tuple[float, float]]]
"""Of pairs of letters: how far apart the means of their bodies are, and how high they are joined, in x-heights."""


def real_places(found: list[WordPath]) -> Places:
    places: Places = defaultdict(list)
    for word in found:
        ports: dict[tuple[str, str, bool], list[SeenPort]] = defaultdict(list)
        for letter in letters_of(word):
            for port in ports_of(letter):
                ports[letter.neighbors[0], letter.label, port.onward].append(port)
        leaves = [port for own in ports.values() for port in own if port.onward]
        enters = [port for own in ports.values() for port in own if not port.onward]
        for one in leaves:
            for other in enters:
                if (one.letter, one.neighbor) == (other.neighbor, other.letter) and abs(one.y - other.y) < 1e-6:
                    places[one.letter, one.neighbor].append((one.x - other.x, one.y))
    return places


def drawn_places(style: StylePosterior, texts: list[str]) -> Places:
    places: Places = defaultdict(list)
    hand = Hand(style)
    for number, text in enumerate(texts):
        rng = np.random.default_rng(number)
        beside = np.ones(len(text) - 1, bool)
        joins = joining.joins_of(text, beside, style, hand.weights, rng.random(len(text)))
        glyphs = hand.write(text, 1, f"{number}", 0, joins)
        for one, other in itertools.pairwise(glyphs):
            if one.joined and other.joined and one.joined.joins.right:
                bodies = [np.concatenate(own.strokes[: own.joined.exit + 1]) for own in (one, other) if own.joined]
                apart = one.joined.left - other.joined.entered - bodies[0][:, 0].mean() + bodies[1][:, 0].mean()
                places[one.character, other.character].append(
                    (float(apart), float(one.strokes[one.joined.exit][-1, 1]))
                )
    return places


def distance(one: Places, other: Places) -> DoubleArray:
    """(2,) root mean square difference of the means of pairs that both have, across and up."""
    off = [
        np.mean(one[pair], axis=0) - np.mean(other[pair], axis=0)
        for pair in one
        if len(one[pair]) >= 3 and len(other.get(pair, [])) >= 3
    ]
    return np.sqrt(np.mean(np.square(off), axis=0)) if len(off) >= 5 else np.full(2, np.nan)


def placing(by_writer: dict[str, list[WordPath]], weights: Weights) -> list[tuple[str, str]]:
    """Where letters are drawn beside each other, against where the writer puts them in other words."""
    drawn, real, errors = [], [], []
    for found in by_writer.values():
        halves = found[::2], found[1::2]
        pairs = [pair for word in halves[0] for pair in pairs_of(word)]
        if len(pairs) < 4 * FEWEST or np.mean([pair.joined for pair in pairs]) < JOINING:
            continue
        letters = [letter for word in halves[0] for letter in letters_of(word)]
        style = style_from(letters, pairs, weights)
        first, second = map(real_places, halves)
        texts = [word.text for word in halves[1] if len(word.text) > 1]
        drawn.append(distance(second, drawn_places(style, texts)))
        real.append(distance(second, first))
        errors.append(misread(style, halves[1], weights))
    ratio = np.nanmedian(np.array(drawn) / np.array(real), axis=0)
    means = np.nanmedian(drawn, axis=0), np.nanmedian(real, axis=0)
    return [
        ("writers who join", str(len(drawn))),
        ("letters apart, drawn to real; real to real; ratio", f"{means[0][0]:.2f}; {means[1][0]:.2f}; {ratio[0]:.2f}"),
        (
            "heights of joins, drawn to real; real to real; ratio",
            f"{means[0][1]:.2f}; {means[1][1]:.2f}; {ratio[1]:.2f}",
        ),
        (
            "characters of words misread by the line reader, drawn; real",
            "; ".join(f"{100 * share:.1f} %" for share in np.mean(errors, axis=0)),
        ),
    ]


def misread(style: StylePosterior, found: list[WordPath], weights: Weights) -> tuple[float, float]:
    """Share of the characters of words that the reader of lines takes for others, as drawn and as really written; both
    with the same pens, blur and noise.
    """
    wrong, count = [0, 0], 0
    for start in range(0, len(found) - LINE, LINE):
        own = found[start : start + LINE]
        text = " ".join(word.text for word in own)
        count += len(text)
        for which, line in enumerate((written(text, style), drawn_lines.line_of(own, np.random.default_rng(start)))):
            seen = drawn_lines.drawn(line, np.random.default_rng(start))
            with torch.inference_mode():
                columns = weights.ink_aligner(torch.from_numpy(seen.picture)[None, None]).columns[0].numpy()
            wrong[which] += edits(line_reader.line_text(columns), text)
    return wrong[0] / max(count, 1), wrong[1] / max(count, 1)


def written(text: str, style: StylePosterior) -> WordPath:
    """A line of a hand as a path, in x-heights."""
    options = RenderOptions(paper="1000mmx100mm", margin="10mm", size="2mm", seed=len(text))
    (line,) = (line for page in render(text, style, options).pages for line in page.lines)
    unit = float(np.median([glyph.scale for word in line.words for glyph in word.glyphs]))
    strokes = [
        (glyph.on_page(stroke) - (0, line.baseline)) / unit
        for word in line.words
        for glyph in word.glyphs
        for stroke in glyph.glyph.strokes
    ]
    points = np.concatenate(strokes).astype(np.float32)
    number = np.repeat(np.arange(len(strokes)), [len(stroke) for stroke in strokes])
    unknown = np.full(len(points), word_paths.UNKNOWN)
    return WordPath("drawn", text, points, number, unknown, np.zeros(len(points), bool), (False,) * (len(text) - 1))


def kinks(style: str, text: str) -> tuple[DoubleArray, int, int]:
    """Degrees that the path turns at the seams of joins beyond what it turns about them; joined pairs that are one
    path, and all of them.
    """
    turns, whole, pairs = [], 0, 0
    for page in render(text, style).pages:
        for word in (word for line in page.lines for word in line.words):
            own, one, count = _kinks(word)
            turns += own
            whole, pairs = whole + one, pairs + count
    return np.array(turns), whole, pairs


def _kinks(word: PlacedWord) -> tuple[list[float], int, int]:
    turns, whole, pairs = [], 0, 0
    for one, other in itertools.pairwise(word.glyphs):
        if one.glyph.joined is None or other.glyph.joined is None or not one.glyph.joined.joins.right:
            continue
        pairs += 1
        before, after = one.on_page(one.glyph.strokes[one.glyph.joined.exit]), other.on_page(other.glyph.strokes[0])
        whole += bool(np.hypot(*(before[-1] - after[0])) < 1e-3 * one.scale)
        ways = [before[-2] - before[-3], before[-1] - before[-2], after[1] - after[0], after[2] - after[1]]
        angles = np.degrees([np.arctan2(way[1], way[0]) for way in ways])
        steps = (np.diff(angles) + 180) % 360 - 180
        turns.append(abs(steps[1] - (steps[0] + steps[2]) / 2))
    return turns, whole, pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--paths", type=Path, required=True, help="weights of the aligner of pen paths")
    options = parser.parse_args()
    weights = load_weights()
    by_writer = found_words(options.data, options.paths)
    rows = rates(by_writer, weights) + placing(by_writer, weights)
    text = "the quick brown fox jumps over the lazy dog while everyone watches from our kitchen window " * 20
    for path in sorted(store.shipped().glob("*.yaml")):
        if store.load_style(path).joins is not None:
            turns, whole, pairs = kinks(path.stem, text)
            kink = np.percentile(turns, 95)
            rows += [
                (f"{path.stem}: joins that are one path", f"{100 * whole / pairs:.1f} % of {pairs}"),
                (f"{path.stem}: kink at seams, 95th percentile", f"{kink:.1f} degrees"),
            ]
    print("| words of dev writers | |\n| --- | --- |")
    for what, value in rows:
        print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()
