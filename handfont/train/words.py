"""The words of training writers, every letter found along the pen's path."""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path

from handfont.core.pairs import SeenPair, SeenPort
from handfont.train import fit_aligner
from handfont.train.config import TrainConfig
from handfont.train.data import letters_in_context, word_paths
from handfont.train.data.unipen import Trajectory
from handfont.train.data.word_paths import WordPath
from handfont.train.data.writers import of_first
from handfont.train.pen_marks import MarkPlaces
from handfont.train.trajectory_aligner import TrajectoryAligner, align, labeled


class TrainingWords:
    """Words of a data folder: ``known`` letter by letter, and ``transcribed`` ones.

    Args:
        limit: number of writers of each kind, all if None.
        writers: whose transcribed words are read, all if None.

    Raises:
        DataError: the folder lacks the words, or they are damaged.
    """

    def __init__(self, data: Path, limit: int | None = None, writers: Set[str] | None = None) -> None:
        self.known = of_first(list(word_paths.read_joined(data / "unipen", "train")), limit)
        transcribed = word_paths.read_transcribed(data / "unipen", "train")
        self.transcribed = of_first([word for word in transcribed if writers is None or word.writer in writers], limit)

    def train(self, config: TrainConfig, report: Callable[[str], None]) -> TrajectoryAligner:
        """A network that finds the letters of words."""
        data = fit_aligner.AlignerData(self.known, self.transcribed)
        return fit_aligner.train_aligner(data, config.aligner_steps, config.aligner_batch, config.seed, report)

    def labeled(self, aligner: TrajectoryAligner) -> list[WordPath]:
        """All words with their letters, those of transcribed ones as far as they are found with certainty."""
        found = align(aligner, self.transcribed, MarkPlaces.measure(self.known))
        return [*self.known, *(word for word in map(labeled, found) if word is not None)]


def letters(words: list[WordPath]) -> list[Trajectory]:
    """The letters of words, as they are written there."""
    return [letter for word in words for letter in letters_in_context.letters_of(word)]


def pairs(words: list[WordPath]) -> list[tuple[str, SeenPair]]:
    """The pairs of letters of words, with the names of their writers."""
    return [(word.writer, pair) for word in words for pair in letters_in_context.pairs_of(word)]


def ports(found: list[Trajectory]) -> list[tuple[str, SeenPort]]:
    """Where letters are joined, with the names of their writers."""
    return [(letter.writer, port) for letter in found for port in letters_in_context.ports_of(letter)]
