"""How well words are cut into letters along the pen's path: ``python benchmarks/alignment.py --data data/``.

Trains the aligner of trajectories (``--steps``), or takes it from ``--weights``, where it is left; then aligns
the words of ``joined.dev``, whose letters are known and whose five writers trained nothing. A letter's IoU: its points
that are found, as a share of those that are found or are the letter's; points of no letter are left aside.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors.torch import load_file, save_file

from handfont.train import fit_aligner
from handfont.train.data import word_paths
from handfont.train.pen_marks import MarkPlaces
from handfont.train.trajectory_aligner import AlignedWord, TrajectoryAligner, align

CERTAIN = (0.9, 0.95, 0.98)
"""Letters whose points are so sure are counted apart."""


class Letter(NamedTuple):
    iou: float
    joined: bool
    sure: float


def letters_of(found: AlignedWord) -> list[Letter]:
    word, letters = found.word, []
    known = word.letter >= 0
    joins = [False, *(word.joined or ()), False]
    for index in range(len(word.text)):
        own, given = word.letter == index, (found.letter == index) & known
        if own.any():
            iou = float((own & given).sum() / (own | given).sum())
            letters.append(Letter(iou, joins[index] or joins[index + 1], float(found.sure[index])))
    return letters


def network(data: Path, weights: Path, steps: int, batch: int) -> TrajectoryAligner:
    """The aligner of a file, or one trained and left there."""
    if weights.exists():
        trained = TrajectoryAligner()
        trained.load_state_dict(load_file(weights))
        return trained.eval()
    words = fit_aligner.AlignerData(
        list(word_paths.read_joined(data, "train")), list(word_paths.read_transcribed(data, "train"))
    )
    trained = fit_aligner.train_aligner(words, steps, batch, 1, print)
    save_file(trained.state_dict(), weights)
    return trained


def rows(found: Sequence[AlignedWord]) -> list[tuple[str, str]]:
    letters = [letter for word in found for letter in letters_of(word)]
    iou, joined, sure = (np.array(column) for column in zip(*letters, strict=True))
    marks = np.concatenate([(w.letter == w.word.letter)[w.word.mark & (w.word.letter >= 0)] for w in found])
    points = np.concatenate([(w.letter == w.word.letter)[w.word.letter >= 0] for w in found])
    table = [
        ("letters, joined ones", f"{len(iou)}, {int(joined.sum())}"),
        ("points right", f"{100 * points.mean():.1f} %"),
        ("points of late marks right", f"{100 * marks.mean():.1f} %"),
        ("mean IoU; of joined letters", f"{iou.mean():.3f}; {iou[joined].mean():.3f}"),
        (
            "IoU over 0.75; of joined letters",
            f"{100 * (iou > 0.75).mean():.1f} %; {100 * (iou[joined] > 0.75).mean():.1f} %",
        ),
    ]
    for least in CERTAIN:
        kept = sure > least
        wrong = 100 * (iou[kept] < 0.5).mean()
        table.append(
            (
                f"surer than {least}: kept, mean IoU, under 0.5",
                f"{100 * kept.mean():.1f} %, {iou[kept].mean():.3f}, {wrong:.1f} %",
            )
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--weights", type=Path, default=Path("aligner.safetensors"))
    parser.add_argument("--steps", type=int, default=1800)
    parser.add_argument("--batch", type=int, default=32)
    options = parser.parse_args()
    folder = options.data / "unipen"
    trained = network(folder, options.weights, options.steps, options.batch)
    places = MarkPlaces.measure(word_paths.read_joined(folder, "train"))
    found = align(trained, list(word_paths.read_joined(folder, "dev")), places)
    print("| words of joined.dev | |\n| --- | --- |")
    for name, value in rows(found):
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
