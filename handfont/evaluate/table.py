"""The quality table: every figure on held-out writers, with what the writers' own repetitions reach beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from handfont.core.charset import ASCII, INDEX, alike
from handfont.evaluate.held_out import HeldOut, as_sample, held_out, shapes, written
from handfont.evaluate.ink import ink_rows
from handfont.evaluate.judges import Judges, load_judges
from handfont.evaluate.metrics import active, overlap
from handfont.evaluate.reading import classified, read_as_meant, share, style_mean
from handfont.evaluate.results import ResultRow
from handfont.evaluate.retrieval import retrieval
from handfont.evaluate.robustness import deformed, scanned, strokes
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.synthesis.hand import Hand
from handfont.train.data import corpus as corpora
from handfont.train.data.trajectories import read_trajectories

LETTERS = (5, 10, 20, 60)
"""Numbers of letters that writers are enrolled from, one part of the table each."""

Report = Callable[[str], None]


def evaluate(
    data: Path,
    cache: Path,
    letters: tuple[int, ...] = LETTERS,
    weights: Weights | None = None,
    report: Report = lambda line: None,
    limit: int | None = None,
) -> list[ResultRow]:
    """The whole table.

    Args:
        data: folder with ``unipen/``.
        cache: folder for the prepared glyphs.
        letters: how many letters are enrolled, one part of the table each.
        limit: number of writers, all if None (for tests).

    Raises:
        DataError: the data folder lacks UNIPEN, or holds no writer with enough characters.
        ModelError: weights are damaged.
    """
    weights, judges = weights or load_weights(), load_judges()
    report("preparing the held-out writers")
    dev = read_trajectories(data, "dev")
    writers = held_out(dev)[:limit]
    rows = reading(weights, judges, writers)
    if (data / "dhsd").is_dir():
        rows += real_ink(weights, judges, corpora.build(data, "ink", cache))
    for count in letters:
        report(f"enrolling {len(writers)} writers from {count} letters")
        rows += from_letters(weights, judges, writers, count) + retrieval(weights, judges, dev, count, limit)
    report("looking at the ink")
    rows += ink_rows(writers, weights)
    rows += latents(weights, writers)
    report("scanning and deforming hands")
    hands = strokes(data, {writer.name for writer in writers})
    return rows + scanned(weights, hands) + deformed(weights, hands)


def reading(weights: Weights, judges: Judges, writers: list[HeldOut]) -> list[ResultRow]:
    """The classifier on real glyphs, one of each character of each writer; with the judge's reading beside it."""
    glyphs = [glyph for writer in writers for glyph in writer.first.values()]
    labels = np.array([INDEX[glyph.character] for glyph in glyphs])
    fields = shapes(glyphs)
    packed = [glyph.metrics.packed() for glyph in glyphs]
    metrics, known = np.stack([values for values, _ in packed]), np.stack([mask for _, mask in packed])
    shape = inference.read(weights.reader, fields).argmax(1)
    placed = known[:, 1] > 0
    full = inference.read(weights.reader, fields[placed], metrics[placed], known[placed]).argmax(1)
    judged = judges.read(glyphs)
    same = alike()
    return [
        ResultRow(
            "classifier, shape alone, look-alikes merged",
            None,
            share(same[labels, shape]),
            share(same[labels, judged]),
            "95 %",
        ),
        ResultRow("classifier, shape alone, 94 classes", None, share(labels == shape), share(labels == judged)),
        ResultRow(
            "classifier, with the line's metrics, look-alikes merged", None, share(same[labels[placed], full]), None
        ),
        ResultRow("classifier, with the line's metrics, 94 classes", None, share(labels[placed] == full), None, "88 %"),
    ]


def real_ink(weights: Weights, judges: Judges, ink: corpora.Corpus) -> list[ResultRow]:
    """The classifier on letters cut from photographed words of writers it never saw."""
    glyphs = [as_sample(ink, row) for row in range(len(ink.labels)) if ink.labels[row] < len(ASCII)]
    return [
        ResultRow(
            "classifier, photographed words, look-alikes merged",
            None,
            share(classified(weights, glyphs)),
            share(read_as_meant(judges.read(glyphs), glyphs)),
        )
    ]


def from_letters(weights: Weights, judges: Judges, writers: list[HeldOut], count: int) -> list[ResultRow]:
    """What hands enrolled from ``count`` letters write."""
    tally: dict[str, list[np.ndarray]] = defaultdict(list)
    for writer in writers:
        seen, unseen = writer.seen(count), writer.unseen(count)
        style = writer.style(count, weights)
        hand, mean = Hand(style, weights=weights), Hand(style, neatness=0.0, weights=weights)
        again = [writer.second[character] for character in seen if character in writer.second]
        drawn, real = written(hand, list(seen)), list(seen.values())
        tally["seen_read"].append(read_as_meant(judges.read(drawn), drawn))
        tally["seen_real"].append(read_as_meant(judges.read(real), real))
        tally["mean_overlap"].append(overlap(shapes(written(mean, list(seen))), shapes(real)))
        tally["sample_overlap"].append(overlap(shapes(drawn), shapes(real)))
        if again:
            tally["real_overlap"].append(overlap(shapes(again), shapes([seen[glyph.character] for glyph in again])))
            repeated = [glyph.character for glyph in again]
            tally["varied"].append(overlap(shapes(written(hand, repeated, 1)), shapes(written(hand, repeated, 2))))
        if unseen:
            invented, truth = written(hand, list(unseen)), list(unseen.values())
            tally["unseen_read"].append(read_as_meant(judges.read(invented), invented))
            tally["unseen_real"].append(read_as_meant(judges.read(truth), truth))
            tally["unseen_overlap"].append(overlap(shapes(invented), shapes(truth)))
    real_overlap = share(np.concatenate(tally["real_overlap"])) if tally["real_overlap"] else float("nan")
    rows = []
    if tally["unseen_read"]:
        rows += [
            ResultRow(
                "unseen characters read as intended",
                count,
                share(np.concatenate(tally["unseen_read"])),
                share(np.concatenate(tally["unseen_real"])),
                "93 %" if count == 20 else "",
            ),
            ResultRow(
                "unseen characters: overlap with the writer's",
                count,
                share(np.concatenate(tally["unseen_overlap"])),
                real_overlap,
                percent=False,
            ),
        ]
    rows += [
        ResultRow(
            "enrolled characters read as intended",
            count,
            share(np.concatenate(tally["seen_read"])),
            share(np.concatenate(tally["seen_real"])),
        ),
        ResultRow(
            "enrolled letters: overlap of the mean with the ink",
            count,
            share(np.concatenate(tally["mean_overlap"])),
            real_overlap,
            "0.85",
            percent=False,
        ),
        ResultRow(
            "enrolled letters: overlap of a sample with the ink",
            count,
            share(np.concatenate(tally["sample_overlap"])),
            real_overlap,
            percent=False,
        ),
    ]
    if tally["varied"]:
        rows.append(
            ResultRow(
                "difference of two samples (1 - overlap)",
                count,
                1 - share(np.concatenate(tally["varied"])),
                1 - real_overlap,
                percent=False,
            )
        )
    return rows


def latents(weights: Weights, writers: list[HeldOut]) -> list[ResultRow]:
    """How many dimensions of the style latent are used."""
    styles = [style_mean(weights, list(writer.first.values())) for writer in writers]
    return [
        ResultRow(
            f"live dimensions of the style latent, of {weights.config.style}",
            None,
            active(np.stack(styles)),
            None,
            percent=False,
        )
    ]
