"""The words of training writers, every letter found along the pen's path."""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path

import numpy as np

from handfont.core.pairs import SeenPair, SeenPort
from handfont.train import fit_aligner
from handfont.train.config import TrainConfig
from handfont.train.data import letters_in_context, photographed_words, word_paths
from handfont.train.data.font_words import FOLDERS, font_words
from handfont.train.data.photographed_words import PhotographedWord
from handfont.train.data.unipen import Trajectory
from handfont.train.data.word_paths import WordPath
from handfont.train.data.writers import by_writer, of_first
from handfont.train.pen_marks import MarkPlaces
from handfont.train.trajectory_aligner import TrajectoryAligner, align, labeled

FONTS = 0.25
"""Share of the lines for the aligner of ink that fonts write, at most: lines of all writers are as many."""
WORDS_OF_A_FONT = 60
"""Words that each font writes."""


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


def with_fonts(
    found: list[WordPath], data: Path, seed: int, report: Callable[[str], None], limit: int | None = None
) -> list[WordPath]:
    """Words found, and some of them as the fonts of a data folder write them.

    Args:
        limit: number of faces of each folder, all if None.

    Raises:
        DataError: a list of fonts or a font is missing or damaged.
    """
    written = by_writer(font_words(data, [word.text for word in found], WORDS_OF_A_FONT, seed, limit))
    most = max(1, int(len(by_writer(found)) * FONTS / (1 - FONTS)))
    chosen = np.random.default_rng(seed).permutation(sorted(written))[:most]
    for folder in (folder for folder in FOLDERS if not (data / folder).is_dir()):
        report(f"{data} has no folder '{folder}': the aligner of ink learns without its fonts")
    words = [word for face in chosen for word in written[face]]
    report(f"{len(words)} words written with {len(chosen)} fonts")
    return [*found, *words]


def photographed(data: Path, report: Callable[[str], None], limit: int | None = None) -> list[PhotographedWord]:
    """The photographed words of a data folder, of the first ``limit`` writers if it is given.

    Raises:
        DataError: the list of the words or a picture is missing or damaged.
    """
    folder = data / "dhsd"
    if not folder.is_dir():
        report(f"{data} has no folder 'dhsd': the aligner of ink learns without photographed words")
        return []
    return of_first(photographed_words.read(folder, "train"), limit)


def letters(words: list[WordPath]) -> list[Trajectory]:
    """The letters of words, as they are written there."""
    return [letter for word in words for letter in letters_in_context.letters_of(word)]


def pairs(words: list[WordPath]) -> list[tuple[str, SeenPair]]:
    """The pairs of letters of words, with the names of their writers."""
    return [(word.writer, pair) for word in words for pair in letters_in_context.pairs_of(word)]


def ports(found: list[Trajectory]) -> list[tuple[str, SeenPort]]:
    """Where letters are joined, with the names of their writers."""
    return [(letter.writer, port) for letter in found for port in letters_in_context.ports_of(letter)]
