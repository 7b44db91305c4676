"""The quality table: every figure on held-out writers, with what the writers' own repetitions reach beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from handfont.core.charset import ASCII, INDEX, alike
from handfont.core.glyph import GlyphSample
from handfont.evaluate.deformations import Deformation, inked
from handfont.evaluate.following import follow
from handfont.evaluate.held_out import HeldOut, as_sample, held_out, shapes, unlettered, written
from handfont.evaluate.ink import ink_rows
from handfont.evaluate.judges import Judges, load_judges
from handfont.evaluate.metrics import active, overlap
from handfont.evaluate.scan_simulation import SCANNED, scan
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.synthesis.hand import Hand
from handfont.train.data import corpus as corpora
from handfont.train.data import unipen
from handfont.train.strokes import read_trajectories

LETTERS = (5, 10, 20, 60)
MIN_QUERY = 6
"""A hand is looked for only by so many glyphs or more."""
DRAWS = 4
"""So many times other letters are enrolled where hands are looked for: forty writers alone are few."""
DEFORMED_WRITERS = 5

Hands = dict[str, list[unipen.Trajectory]]
Report = Callable[[str], None]


@dataclass(frozen=True)
class ResultRow:
    """One line: what, from how many enrolled letters, handfont's figure, the real glyphs' (None: there is none)."""

    what: str
    letters: int | None
    value: float
    real: float | None
    reach: str = ""
    percent: bool = True


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
        limit: only so many writers (for tests).

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
    rows += [ResultRow(*row) for row in ink_rows(writers, weights)]
    rows += latents(weights, writers)
    report("scanning and deforming hands")
    hands = strokes(data, {writer.name for writer in writers})
    return rows + scanned(weights, hands) + deformed(weights, hands)


def _share(hits: np.ndarray) -> float:
    return float(np.mean(hits)) if len(hits) else float("nan")


def _read_as_meant(read: np.ndarray, glyphs: list[GlyphSample]) -> np.ndarray:
    return alike()[[INDEX[glyph.character] for glyph in glyphs], read]


def reading(weights: Weights, judges: Judges, writers: list[HeldOut]) -> list[ResultRow]:
    """The classifier on real glyphs, one of each character of each writer; the judge's reading stands beside it."""
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
            _share(same[labels, shape]),
            _share(same[labels, judged]),
            "95 %",
        ),
        ResultRow("classifier, shape alone, 94 classes", None, _share(labels == shape), _share(labels == judged)),
        ResultRow(
            "classifier, with the line's metrics, look-alikes merged", None, _share(same[labels[placed], full]), None
        ),
        ResultRow(
            "classifier, with the line's metrics, 94 classes", None, _share(labels[placed] == full), None, "88 %"
        ),
    ]


def real_ink(weights: Weights, judges: Judges, ink: corpora.Corpus) -> list[ResultRow]:
    """The classifier on letters cut from photographed words of writers it never saw."""
    glyphs = [as_sample(ink, row) for row in range(len(ink.labels)) if ink.labels[row] < len(ASCII)]
    return [
        ResultRow(
            "classifier, photographed words, look-alikes merged",
            None,
            _share(_classified(weights, glyphs)),
            _share(_read_as_meant(judges.read(glyphs), glyphs)),
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
        tally["seen_read"].append(_read_as_meant(judges.read(drawn), drawn))
        tally["seen_real"].append(_read_as_meant(judges.read(real), real))
        tally["mean_overlap"].append(overlap(shapes(written(mean, list(seen))), shapes(real)))
        tally["sample_overlap"].append(overlap(shapes(drawn), shapes(real)))
        if again:
            tally["real_overlap"].append(overlap(shapes(again), shapes([seen[glyph.character] for glyph in again])))
            repeated = [glyph.character for glyph in again]
            tally["varied"].append(overlap(shapes(written(hand, repeated, 1)), shapes(written(hand, repeated, 2))))
        if unseen:
            invented, truth = written(hand, list(unseen)), list(unseen.values())
            tally["unseen_read"].append(_read_as_meant(judges.read(invented), invented))
            tally["unseen_real"].append(_read_as_meant(judges.read(truth), truth))
            tally["unseen_overlap"].append(overlap(shapes(invented), shapes(truth)))
    real_overlap = _share(np.concatenate(tally["real_overlap"])) if tally["real_overlap"] else float("nan")
    rows = []
    if tally["unseen_read"]:
        rows += [
            ResultRow(
                "unseen characters read as intended",
                count,
                _share(np.concatenate(tally["unseen_read"])),
                _share(np.concatenate(tally["unseen_real"])),
                "93 %" if count == 20 else "",
            ),
            ResultRow(
                "unseen characters: overlap with the writer's",
                count,
                _share(np.concatenate(tally["unseen_overlap"])),
                real_overlap,
                percent=False,
            ),
        ]
    rows += [
        ResultRow(
            "enrolled characters read as intended",
            count,
            _share(np.concatenate(tally["seen_read"])),
            _share(np.concatenate(tally["seen_real"])),
        ),
        ResultRow(
            "enrolled letters: overlap of the mean with the ink",
            count,
            _share(np.concatenate(tally["mean_overlap"])),
            real_overlap,
            "0.85",
            percent=False,
        ),
        ResultRow(
            "enrolled letters: overlap of a sample with the ink",
            count,
            _share(np.concatenate(tally["sample_overlap"])),
            real_overlap,
            percent=False,
        ),
    ]
    if tally["varied"]:
        rows.append(
            ResultRow(
                "difference of two samples (1 - overlap)",
                count,
                1 - _share(np.concatenate(tally["varied"])),
                1 - real_overlap,
                percent=False,
            )
        )
    return rows


def retrieval(
    weights: Weights, judges: Judges, dev: list[unipen.Trajectory], count: int, limit: int | None = None
) -> list[ResultRow]:
    """Whose hand is it? Each writer is enrolled from ``count`` letters, ``DRAWS`` times others, and sought among all by
    what is drawn for characters that were not enrolled.

    Homes are the writers' real glyphs of those characters; queries are drawn, or the writers' second real ones.
    """
    found: dict[str, list[np.ndarray]] = {"drawn": [], "real": [], "enrolled": [], "own": [], "own, real": []}
    for draw in range(DRAWS):
        writers = held_out(dev, seed=1 + draw)[:limit]
        homes: list[np.ndarray] = []
        own_homes: list[np.ndarray] = []
        queries: dict[str, dict[int, np.ndarray]] = {kind: {} for kind in found}
        for number, writer in enumerate(writers):
            seen, unseen = writer.seen(count), writer.unseen(count)
            homes.append(judges.embed(list((unseen or seen).values())))
            again = [character for character in seen if character in writer.second]
            own_homes.append(judges.embed([writer.second[c] for c in again] or list(seen.values())))
            if len(again) >= MIN_QUERY:
                hand = Hand(writer.style(count, weights), weights=weights)
                queries["own"][number] = judges.embed(written(hand, again))
                queries["own, real"][number] = judges.embed([seen[character] for character in again])
            twice = [character for character in unseen if character in writer.second]
            if len(twice) >= MIN_QUERY:
                hand = Hand(unlettered(writer.on_paper(count), weights), weights=weights)
                queries["drawn"][number] = judges.embed(written(hand, twice))
                queries["real"][number] = judges.embed([writer.second[character] for character in twice])
                queries["enrolled"][number] = judges.embed(list(seen.values()))
        for kind, asked in queries.items():
            found[kind].append(_found(asked, own_homes if kind.startswith("own") else homes))
    shares = {kind: _share(np.concatenate(hits)) for kind, hits in found.items()}
    if len(np.concatenate(found["drawn"])) < 2:
        return []
    # The enrolled letters themselves, sought among other characters, show how much of a hand they tell at all.
    return [
        ResultRow(
            f"writer found among {len(homes)} by unseen characters",
            count,
            shares["drawn"],
            shares["real"],
            "80 % of real" if count == 20 else "",
        ),
        ResultRow("writer found by the enrolled letters themselves, real ones", count, shares["enrolled"], None),
        ResultRow(
            "writer found by enrolled characters, drawn as the next sample",
            count,
            shares["own"],
            shares["own, real"],
            "as real",
        ),
    ]


def _found(queries: dict[int, np.ndarray], homes: list[np.ndarray]) -> np.ndarray:
    """Whether each query's nearest home is its writer's."""
    table = np.stack(homes)
    return np.array([int((table @ query).argmax()) == number for number, query in queries.items()])


def latents(weights: Weights, writers: list[HeldOut]) -> list[ResultRow]:
    """How many dimensions of the style latent are used."""
    styles = [_posterior(weights, list(writer.first.values())) for writer in writers]
    return [
        ResultRow(
            f"live dimensions of the style latent, of {weights.config.style}",
            None,
            active(np.stack(styles)),
            None,
            percent=False,
        )
    ]


def _posterior(weights: Weights, glyphs: list[GlyphSample]) -> np.ndarray:
    return inference.writer_posterior(weights.embedder, weights.evidence, glyphs).mean


def scanned(weights: Weights, hands: Hands) -> list[ResultRow]:
    """The classifier, and the style posterior's mean, on the same letters through different pens and scanners."""
    rng = np.random.default_rng(5)
    clean = {name: [inked(glyph, Deformation("clean")) for glyph in glyphs[:20]] for name, glyphs in hands.items()}
    homes = _styles(weights, clean)
    read = _share(_classified(weights, [glyph for glyphs in clean.values() for glyph in glyphs]))
    rows = []
    for how in SCANNED:
        samples = {name: scan(glyphs[:20], how, rng) for name, glyphs in hands.items()}
        found = (_styles(weights, samples) @ homes.T).argmax(axis=1) == np.arange(len(homes))
        rows += [
            ResultRow(
                f"{how.name}: classifier, look-alikes merged",
                None,
                _share(_classified(weights, [glyph for glyphs in samples.values() for glyph in glyphs])),
                read,
            ),
            ResultRow(f"{how.name}: style nearest to the writer's own of {len(homes)}", 20, _share(found), 1.0),
        ]
    return rows


def _styles(weights: Weights, samples: dict[str, list[GlyphSample]]) -> np.ndarray:
    means = np.stack([_posterior(weights, glyphs) for glyphs in samples.values()])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def _classified(weights: Weights, glyphs: list[GlyphSample]) -> np.ndarray:
    return _read_as_meant(inference.read(weights.reader, shapes(glyphs)).argmax(1), glyphs)


def strokes(data: Path, names: set[str]) -> Hands:
    """One trajectory of each character of held-out writers, in random order."""
    hands: dict[str, dict[str, unipen.Trajectory]] = {}
    for glyph in unipen.read(data / "unipen", "dev"):
        if glyph.writer in names:
            hands.setdefault(glyph.writer, {}).setdefault(glyph.label, glyph)
    rng = np.random.default_rng(3)
    return {
        name: [list(glyphs.values())[i] for i in rng.permutation(len(glyphs))] for name, glyphs in sorted(hands.items())
    }


def deformed(weights: Weights, hands: Hands) -> list[ResultRow]:
    """Narrow, wide, light, bold, italic: the median over some hands, beside what was asked."""
    most = sorted(hands, key=lambda name: (-len(hands[name]), name))[:DEFORMED_WRITERS]
    measured = [follow(hands[name], weights) for name in most]
    rows = []
    for several in zip(*measured, strict=True):
        asked, which = several[0].deformation, several[0].which
        for what, values, wanted in (
            ("width", [f.width for f in several], asked.width),
            ("pen", [f.pen for f in several], asked.pen),
            ("slant", [f.slant for f in several], asked.slant),
        ):
            if wanted != {"width": 1.0, "pen": 1.0, "slant": 0.0}[what]:
                rows.append(
                    ResultRow(
                        f"{asked.name} hand, {which}: {what} (asked beside it)",
                        40,
                        float(np.median(values)),
                        wanted,
                        "within 10 %",
                        percent=False,
                    )
                )
    return rows


def as_text(rows: list[ResultRow]) -> str:
    """The table for the terminal."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'':{width}} {'from':>5} {'handfont':>9} {'real':>7}  to reach"]
    lines += [
        f"{row.what:{width}} {row.letters or '':>5} {_shown(row, row.value):>9} {_shown(row, row.real):>7}  "
        f"{row.reach}".rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def as_markdown(rows: list[ResultRow]) -> str:
    """The table for the model card."""
    lines = ["| | from | handfont | real | to reach |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row.what} | {row.letters or ''} | {_shown(row, row.value)} | {_shown(row, row.real)} | {row.reach} |"
        for row in rows
    ]
    return "\n".join(lines)


def as_data(rows: list[ResultRow]) -> list[dict[str, object]]:
    """The table as dictionaries, for JSON."""
    return [asdict(row) for row in rows]


def _shown(row: ResultRow, value: float | None) -> str:
    if value is None or np.isnan(value):
        return ""
    if row.what.startswith("live"):
        return str(int(value))
    return f"{100 * value:.1f} %" if row.percent else f"{value:.4f}" if value < 0.1 else f"{value:.2f}"
