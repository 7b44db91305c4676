"""The styles that come with handfont, enrolled again.

``python -m handfont.train.shipped_styles --data DIR --scan GRID --work WORK`` does it; WORK is the folder in which
``handfont train`` left what it learned on its way.

Styles belong to their weights; new weights need this once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import click
import numpy as np
import torch

from handfont.core.charset import INDEX
from handfont.core.forms import ALONE, Joins
from handfont.core.glyph import GlyphSample
from handfont.core.pairs import SeenPair
from handfont.enrollment import enroll
from handfont.errors import HandfontError
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.scan.estimation import style_of
from handfont.style import yaml_format
from handfont.style.posterior import Origin, StylePosterior
from handfont.train import pen_rhythm, words
from handfont.train.data import pen_lines, unipen
from handfont.train.data.pen_lines import PenText
from handfont.train.data.unipen import Trajectory
from handfont.train.data.word_paths import WordPath
from handfont.train.joined_samples import joined_samples
from handfont.train.pen_rhythm import RhythmPopulation
from handfont.train.strokes import sample_of
from handfont.train.trajectory_aligner import TrajectoryAligner

GRID_STYLE = "ballpoint"
"""Name of the style that is enrolled from a scan."""
GRID = "A filled grid in blue ballpoint, from the examples of builtree/handwrite."
"""Its origin, as the style says it."""
PEN = 0.11
"""Pen of the other styles where none is given, in x-heights."""
INK = "#20242c"
PER_CHARACTER = 6
"""Samples of each character that a style is enrolled from, at most."""
BEGINNING, MIDDLE, ENDING = Joins(False, True), Joins(True, True), Joins(True, False)
"""How the first letter, one within, and the last letter of a joined word are joined."""


@dataclass(frozen=True)
class ChosenWriter:
    """A style made of a UNIPEN *train* writer, tidy and unlike the others. UNIPEN has pen strokes without width:
    ``pen`` (in x-heights) and ``ink`` are chosen with them. Characters ``without`` are inferred where they are
    written alone, and those of ``without_joined`` where they are joined so: written as others (a small j as a capital),
    too small, or found wrongly in words. ``letter_gap``, in x-heights, is that with which letters between which the pen
    is lifted are as far apart as in the writer's words; None where the rhythm says it.
    """

    name: str
    writer: str
    look: str
    pen: float = PEN
    ink: str = INK
    without: str = ""
    letter_gap: float | None = None
    without_joined: tuple[tuple[str, Joins], ...] = ()


UNIPEN_STYLES = (
    ChosenWriter("slant", "ud14bb14b08", ""),
    ChosenWriter("print", "u941aac7861", "Upright print.", ink="#1d2f5e"),
    ChosenWriter("running", "u4bf9a19bb3", "Rounded, with the letter forms of joined writing.", 0.12, "#23306b"),
    ChosenWriter("italic", "ud09513f552", "Strongly slanted.", 0.1),
    ChosenWriter("compact", "u904c4bc64f", "Narrow and close.", 0.11, "#2a2a2e"),
    ChosenWriter("broad", "u8dc546deb1", "Wide and round, leaning back a little.", 0.11, "#24405f", without="j"),
    ChosenWriter("felt", "ub5b9e8c249", "Bold, as with a felt pen.", 0.2, "#17181c"),
    ChosenWriter("fine", "uad8b0d4deb", "Light, as with a hard pencil.", 0.065, "#3a3a40"),
)


JOINED_STYLES = (
    ChosenWriter(
        "rounded",
        "ueb0c4c2307",
        "Rounded, most letters joined.",
        0.1,
        "#22345c",
        letter_gap=0.16,
        without_joined=(("A", BEGINNING),),
    ),
    ChosenWriter(
        "cursive",
        "u4fb554ab42",
        "Slanted and open, most letters joined.",
        0.095,
        "#23306b",
        without="FGIJLOQTUVWXY",
        letter_gap=0.1,
        without_joined=(
            ("a", ENDING),
            ("o", ENDING),
            ("f", ENDING),
            ("i", ENDING),
            ("b", MIDDLE),
            ("I", BEGINNING),
            ("D", BEGINNING),
        ),
    ),
    ChosenWriter(
        "mixed",
        "ub61a77d44e",
        "Upright, letters joined now and then.",
        0.1,
        "#2a2a2e",
        without="4M",
        letter_gap=0.15,
        without_joined=(("A", BEGINNING), ("p", ENDING), ("p", MIDDLE), ("x", ENDING)),
    ),
    ChosenWriter(
        "neat",
        "uf1df7301e6",
        "Even and light, about half of the letters joined.",
        0.09,
        "#1f3a5f",
        letter_gap=0.18,
        without_joined=(("q", ENDING),),
    ),
)
"""Writers of whom words were collected, from which their joins are learned."""


def samples_of(
    glyphs: list[unipen.Trajectory], weights: Weights, per_character: int = PER_CHARACTER
) -> list[GlyphSample]:
    """Up to ``per_character`` samples of each character: those the reader is surest of, for a few labels are wrong."""
    found = []
    for glyph in glyphs:
        sample = sample_of(glyph, PEN)
        metrics = replace(sample.metrics, centre_y=sample.metrics.centre_y if glyph.baseline else None)
        found.append(replace(sample, metrics=metrics))
    probability = inference.read(weights.reader, np.stack([sample.shape for sample in found]))
    own = probability[np.arange(len(found)), [INDEX[sample.character] for sample in found]]
    chosen: dict[str, list[GlyphSample]] = {}
    for index in np.argsort(-own, kind="stable"):
        taken = chosen.setdefault(found[index].character, [])
        if len(taken) < per_character:
            taken.append(found[index])
    return [sample for character in sorted(chosen) for sample in chosen[character]]


def unipen_styles(
    data: Path, weights: Weights, lines: dict[str, list[PenText]], among: dict[str, RhythmPopulation]
) -> Iterator[StylePosterior]:
    """The styles of the chosen UNIPEN writers; ``lines`` are of each writer, ``among`` how all rhythms vary."""
    without = {chosen.writer: chosen.without for chosen in UNIPEN_STYLES}
    by_writer = defaultdict(list)
    for glyph in unipen.read(data / "unipen", "train"):
        if glyph.label not in without.get(glyph.writer, ""):
            by_writer[glyph.writer].append(glyph)
    for chosen in UNIPEN_STYLES:
        if not by_writer[chosen.writer]:
            raise HandfontError(f"UNIPEN has no train writer {chosen.writer}")
        yield _style(chosen, samples_of(by_writer[chosen.writer], weights), weights, lines, among)


def _style(
    chosen: ChosenWriter,
    samples: list[GlyphSample],
    weights: Weights,
    lines: dict[str, list[PenText]],
    among: dict[str, RhythmPopulation],
    pairs: Sequence[SeenPair] = (),
    letters: list[Trajectory] | None = None,
) -> StylePosterior:
    """The style of a writer, joined as pairs and letters of words show it."""
    own = pen_rhythm.readings(lines.get(chosen.writer, []), chosen.pen)
    about = (
        f"{chosen.look} A writer of the UNIPEN collection (train_r01_v07, writer {chosen.writer}). "
        f"{pen_rhythm.described(own, among)}"
    ).strip()
    origin = Origin(about, "CC BY 4.0, Unipen consortium 1999", ("doi:10.5281/zenodo.1195803",))
    style = style_of(samples, chosen.name, chosen.ink, origin, weights)
    ports = [port for _, port in words.ports(letters or [])]
    rhythm = pen_rhythm.rhythm(chosen.name, own, among)
    return replace(
        style,
        pen=replace(style.pen, width=chosen.pen),
        rhythm=rhythm if chosen.letter_gap is None else replace(rhythm, letter_gap=chosen.letter_gap),
        joins=weights.joins.habit(pairs, ports) if pairs else None,
    )


def joined_styles(
    found: Sequence[WordPath], weights: Weights, lines: dict[str, list[PenText]], among: dict[str, RhythmPopulation]
) -> Iterator[StylePosterior]:
    """The styles of the chosen writers of words, of whose words the letters were found; the rest as for
    :func:`unipen_styles`.
    """
    for chosen in JOINED_STYLES:
        own = [word for word in found if word.writer == chosen.writer]
        if not own:
            raise HandfontError(f"UNIPEN has no words of the train writer {chosen.writer}")
        letters = words.letters(own)
        alone = [one for one in letters if one.joins == ALONE and one.label not in chosen.without]
        joined = [one for one in letters if (one.label, one.joins) not in chosen.without_joined]
        samples = samples_of(alone, weights) + joined_samples(joined, weights.strokes, PEN)
        yield _style(chosen, samples, weights, lines, among, [pair for _, pair in words.pairs(own)], letters)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="Folder with unipen/.")
@click.option("--scan", type=click.Path(path_type=Path, exists=True), required=True, help="The filled grid.")
@click.option(
    "--work", type=click.Path(path_type=Path, exists=True), required=True, help="Where handfont train left aligner.pt."
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("styles"), show_default=True)
def main(data: Path, scan: Path, work: Path, out: Path) -> None:
    """Enroll the shipped styles with the installed weights."""
    weights = load_weights()
    lines = pen_lines.read(data / "unipen", "train")
    among = pen_rhythm.populations(pen_rhythm.readings(texts, PEN) for texts in lines.values())
    # A grid has no lines.
    about = f"{GRID} {pen_rhythm.described({}, among)}"
    origin = Origin(about, "MIT, Copyright (c) 2022 Builtree", (scan.name,))
    grid = replace(enroll([scan], GRID_STYLE, origin)[0], rhythm=pen_rhythm.rhythm(GRID_STYLE, {}, among))
    aligner = TrajectoryAligner()
    aligner.load_state_dict(torch.load(work / "aligner.pt", weights_only=True))
    found = words.TrainingWords(data, writers={chosen.writer for chosen in JOINED_STYLES}).labeled(aligner)
    several = chain([grid], unipen_styles(data, weights, lines, among), joined_styles(found, weights, lines, among))
    for style in several:
        yaml_format.save(style, out / f"{style.name}.yaml")
        click.echo(f"{style.name}: {style.samples} glyphs of {len(style.characters)} characters")


if __name__ == "__main__":
    main()
