"""How well written words are cut into letters: ``python benchmarks/alignment.py --data data/``.

Trains the aligner of trajectories, and the aligner of ink that is taught by it, or takes them from the folder
``--weights``, where they are left (the aligner of ink of the package with ``--shipped``); then aligns the words of
``joined.dev``, whose letters are known and whose five writers trained nothing: as the pen wrote them, and drawn as
scans show them (all pens, blur, noise, other lines' ink). A letter's IoU: its points that are found, as a share of
those that are found or are the letter's; points of no letter are left aside. Last, photographed words of DHSD writers
who trained nothing are read without their text.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from writing import distance

from handfont.core.arrays import BoolArray, DoubleArray, IntArray
from handfont.model.ink_aligner import CELL, InkAligner, place_letters
from handfont.model.loading import load_weights
from handfont.scan.freeform.line_reader import line_text
from handfont.train import fit_aligner, fit_ink_aligner
from handfont.train.data import drawn_lines, photographed_words, word_paths
from handfont.train.data.word_paths import WordPath
from handfont.train.pen_marks import MarkPlaces
from handfont.train.trajectory_aligner import TrajectoryAligner, align, labeled
from handfont.train.words import photographed, with_fonts

CERTAIN = (0.9, 0.95, 0.98)
"""Letters whose points are so sure are counted apart."""

_Network = TypeVar("_Network", bound=nn.Module)


class Answer(NamedTuple):
    """What is true of a word's points, what was found, and which of them are of late marks."""

    text: str
    joined: tuple[bool, ...]
    true: IntArray
    found: IntArray
    sure: DoubleArray
    mark: BoolArray


class Letter(NamedTuple):
    iou: float
    joined: bool
    sure: float


def letters_of(word: Answer) -> list[Letter]:
    letters = []
    known = word.true >= 0
    joins = [False, *word.joined, False]
    for index in range(len(word.text)):
        own, given = word.true == index, (word.found == index) & known
        if own.any():
            iou = float((own & given).sum() / (own | given).sum())
            letters.append(Letter(iou, joins[index] or joins[index + 1], float(word.sure[index])))
    return letters


def network(path: Path, new: Callable[[], _Network], train: Callable[[], _Network]) -> _Network:
    """The network of a file, or one trained and left there."""
    if path.exists():
        known = new()
        known.load_state_dict(load_file(path))
        return known.eval()
    trained = train()
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in trained.state_dict().items()}, path)
    return trained


def of_paths(trained: TrajectoryAligner, places: MarkPlaces, words: Sequence[WordPath]) -> list[Answer]:
    found = align(trained, words, places)
    return [
        Answer(word.text, word.joined or (), word.letter, own.letter, own.sure, word.mark)
        for word, own in ((own.word, own) for own in found)
    ]


def of_ink(trained: InkAligner, words: Sequence[WordPath]) -> list[Answer]:
    rng = np.random.default_rng(5)
    answers = []
    for word in words:
        other = words[rng.integers(len(words))]
        line = drawn_lines.drawn(drawn_lines.line_of([word], rng), rng, other=other)
        with torch.no_grad():
            seen = trained(fit_ink_aligner.batched([line]).pictures)
        found = place_letters(seen.columns[0].numpy(), seen.cells[0].numpy(), line.text, line.places, line.stroke)
        answers.append(
            Answer(line.text, line.joined, line.letter, found.letter, found.sure, np.zeros(len(line.letter), bool))
        )
    return answers


def joins_told(trained: InkAligner, words: Sequence[WordPath]) -> str:
    """How often it is told right whether letters are joined, where they end, and how often that would be by chance."""
    rng = np.random.default_rng(5)
    told, true = [], []
    for word in words:
        line = drawn_lines.drawn(drawn_lines.line_of([word], rng), rng)
        with torch.no_grad():
            joined = trained(fit_ink_aligner.batched([line]).pictures).joined[0].numpy()
        known = np.isfinite(line.crossings)
        told += list(joined[(line.crossings[known] // CELL[1]).astype(int)] > 0)
        true += list(np.array(line.joined)[known])
    common = max(np.mean(true), 1 - np.mean(true))
    return f"{100 * np.mean(np.array(told) == np.array(true)):.1f} % ({100 * common:.1f} %)"


def misread(trained: InkAligner, folder: Path) -> str:
    """Characters of photographed words that are misread without their text, and the number of words."""
    wrong = characters = 0
    words = photographed_words.read(folder, "dev")
    for word in words:
        with torch.no_grad():
            columns = trained(fit_ink_aligner.batched([photographed_words.seen(word)]).pictures).columns[0].numpy()
        wrong += distance(line_text(columns), word.text)
        characters += len(word.text)
    return f"{100 * wrong / characters:.1f} % of {len(words)} words' characters"


def rows(words: Sequence[Answer]) -> list[tuple[str, str]]:
    letters = [letter for word in words for letter in letters_of(word)]
    iou, joined, sure = (np.array(column) for column in zip(*letters, strict=True))
    true, found, mark = (np.concatenate([getattr(word, at) for word in words]) for at in ("true", "found", "mark"))
    known = true >= 0
    right = found == true
    table = [
        ("letters, joined ones", f"{len(iou)}, {int(joined.sum())}"),
        ("points right", f"{100 * right[known].mean():.1f} %"),
        ("mean IoU; of joined letters", f"{iou.mean():.3f}; {iou[joined].mean():.3f}"),
        (
            "IoU over 0.75; of joined letters",
            f"{100 * (iou > 0.75).mean():.1f} %; {100 * (iou[joined] > 0.75).mean():.1f} %",
        ),
    ]
    if mark.any():
        table.insert(2, ("points of late marks right", f"{100 * right[mark & known].mean():.1f} %"))
    for least in CERTAIN:
        kept = sure > least
        wrong = 100 * (iou[kept] < 0.5).mean() if kept.any() else 0.0
        mean = iou[kept].mean() if kept.any() else 0.0
        table.append(
            (f"surer than {least}: kept, mean IoU, under 0.5", f"{100 * kept.mean():.1f} %, {mean:.3f}, {wrong:.1f} %")
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--weights", type=Path, default=Path("aligners"), help="folder")
    parser.add_argument("--steps", type=int, default=1800, help="batches of 32 words along the pen's path")
    parser.add_argument("--ink-steps", type=int, default=1100, help="batches of 32 drawn lines")
    parser.add_argument("--shipped", action="store_true", help="measure the aligner of ink of the package")
    options = parser.parse_args()
    folder = options.data / "unipen"
    known = list(word_paths.read_joined(folder, "train"))
    places = MarkPlaces.measure(known)

    @cache
    def words() -> list[WordPath]:
        return list(word_paths.read_transcribed(folder, "train"))

    paths = network(
        options.weights / "paths.safetensors",
        TrajectoryAligner,
        lambda: fit_aligner.train_aligner(fit_aligner.AlignerData(known, words()), options.steps, 32, 1, print),
    )

    def taught() -> InkAligner:
        found = [word for word in map(labeled, align(paths, words(), places)) if word is not None]
        print(f"{sum(len(np.unique(word.letter[word.letter >= 0])) for word in found)} letters in their words")
        learnt = fit_ink_aligner.Words(
            with_fonts([*known, *found], options.data, 1, print), photographed(options.data, print)
        )
        return fit_ink_aligner.train_ink_aligner(learnt, options.ink_steps, 32, 1, print)

    if options.shipped:
        ink = load_weights().ink_aligner
    else:
        ink = network(options.weights / "ink.safetensors", InkAligner, taught)
    dev = list(word_paths.read_joined(folder, "dev"))
    for name, answers in (
        ("as the pen wrote them", of_paths(paths, places, dev)),
        ("drawn as scans", of_ink(ink, dev)),
    ):
        print(f"\n| words of joined.dev, {name} | |\n| --- | --- |")
        for what, value in rows(answers):
            print(f"| {what} | {value} |")
    print(f"| joins told right, drawn as scans (by chance) | {joins_told(ink, dev)} |")
    if (options.data / "dhsd").is_dir():
        print(f"| photographed words misread | {misread(ink, options.data / 'dhsd')} |")


if __name__ == "__main__":
    main()
