"""The aligner of ink, from data: words cut along the pen's path teach it where letters lie in lines that are drawn."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

from torch import nn

from handfont.model.ink_aligner import InkAligner
from handfont.train.config import TrainConfig
from handfont.train.data import word_paths
from handfont.train.data.word_paths import WordPath
from handfont.train.fit_aligner import AlignerData, train_aligner
from handfont.train.fit_ink_aligner import train_ink_aligner
from handfont.train.pen_marks import MarkPlaces
from handfont.train.trajectory_aligner import TrajectoryAligner, align, labeled

Stage = Callable[[str, Callable[[], nn.Module], Callable[[], nn.Module]], nn.Module]
"""File of a network, what makes an untrained one, and what trains it: the network, from the file or trained."""


def ink_aligner(
    data: Path, config: TrainConfig, stage: Stage, report: Callable[[str], None], limit: int | None = None
) -> InkAligner:
    """The aligner of ink, in evaluation mode.

    Args:
        data: folder with ``unipen/``, whose words have letters that are known (``joined.train``) or only a text.
        config: of the run.
        stage: keeps what was trained.
        report: takes a line on what is done.
        limit: words of either kind, all if None (for tests).

    Raises:
        DataError: the folder lacks words.
    """

    def trained() -> InkAligner:
        known = list(islice(word_paths.read_joined(data / "unipen", "train"), limit))
        words = list(islice(word_paths.read_transcribed(data / "unipen", "train"), limit))
        paths = stage(
            "aligner.pt",
            TrajectoryAligner,
            lambda: train_aligner(
                AlignerData(known, words), config.aligner_steps, config.aligner_batch, config.seed, report
            ),
        )
        found = _labeled(paths, known, words)
        report(f"{len(found)} of {len(words)} words cut into letters")
        return train_ink_aligner(
            [*known, *found], config.ink_aligner_steps, config.ink_aligner_batch, config.seed, report
        )

    network = stage("ink-aligner.pt", InkAligner, trained)
    assert isinstance(network, InkAligner)
    return network


def _labeled(paths: nn.Module, known: list[WordPath], words: list[WordPath]) -> list[WordPath]:
    assert isinstance(paths, TrajectoryAligner)
    found = align(paths, words, MarkPlaces.measure(known))
    return [word for word in map(labeled, found) if word is not None]
