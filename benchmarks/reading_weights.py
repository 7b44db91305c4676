"""What the beginning of each character is worth where lines are read without a transcript: the weights BEGINNINGS of
``handfont/scan/freeform/line_grammar.py``, fitted on words of train writers of UNIPEN, for each network anew.

    python benchmarks/reading_weights.py --data DIR [--writers 80] [--rounds 3]

Lines are drawn as the network was trained on them, and read (an averaged perceptron, Collins 2002): characters that are
read too seldom are made likelier, others less so. Every fourth writer only tells how well that works.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from joined_pages import simple
from writing import distance

from handfont.model.ink_aligner import CHARACTERS, InkAligner, codes
from handfont.model.loading import load_weights
from handfont.scan.freeform.language import without_accents
from handfont.scan.freeform.line_grammar import BEGINNINGS
from handfont.scan.freeform.line_reader import text_of
from handfont.train.data import drawn_lines, word_paths
from handfont.train.data.word_paths import WordPath

LINES, WORDS = 5, 6
"""Lines of a writer, and words of a line."""
RATE, SLOWER = 0.1, 0.7
"""What one character too few is worth in the first round, and how much less in each further one."""
MOST = 5
"""Characters too few or too many on a page that count, at most."""


class Page(NamedTuple):
    """Lines of a writer: scores (3, C, N) of their columns, and what they say."""

    lines: list[np.ndarray]
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--writers", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pages = drawn_pages(options.data / "unipen", options.writers, load_weights().ink_aligner)
    held, own = pages[::4], [page for number, page in enumerate(pages) if number % 4]
    added = np.zeros(len(CHARACTERS))
    print(f"before: {100 * misread(held, added):.2f} % misread")
    total, weight, rate = np.zeros(len(CHARACTERS)), 0.0, RATE
    for turn in range(options.rounds):
        for number in np.random.default_rng(turn).permutation(len(own)).tolist():
            added = added + rate * missing(own[number], added)
            total, weight = total + added, weight + 1
        print(f"round {turn + 1}: {100 * misread(held, total / weight):.2f} % misread", flush=True)
        # Later rounds count more.
        total, weight, rate = 0.3 * total, 0.3 * weight, SLOWER * rate
    for characters, before in BEGINNINGS.items():
        print(f'    "{characters}": {tuple(np.round(before + (total / weight)[codes(characters)], 1).tolist())},')


def drawn_pages(folder: Path, count: int, network: InkAligner) -> list[Page]:
    by_writer: dict[str, list[WordPath]] = defaultdict(list)
    for word in word_paths.read_transcribed(folder, "train"):
        if simple(word.text):
            by_writer[word.writer].append(word)
    able = sorted(writer for writer, words in by_writer.items() if len(words) >= LINES * WORDS)
    rng = np.random.default_rng(3)
    return [drawn_page(by_writer[writer], rng, network) for writer in rng.permutation(able)[:count].tolist()]


def drawn_page(words: list[WordPath], rng: np.random.Generator, network: InkAligner) -> Page:
    lines, texts = [], []
    for own in rng.permutation(len(words))[: LINES * WORDS].reshape(LINES, WORDS).tolist():
        line = drawn_lines.drawn(drawn_lines.line_of([words[k] for k in own], rng), rng)
        with torch.inference_mode():
            lines.append(network(torch.from_numpy(line.picture)[None, None]).columns[0].numpy())
        texts.append(line.text.strip())
    return Page(lines, " ".join(texts))


def read(page: Page, added: np.ndarray) -> str:
    lines = [line.copy() for line in page.lines]
    for line in lines:
        line[1] += added[:, None].astype(np.float32)
    return " ".join(without_accents(text_of(lines)).split())


def missing(page: Page, added: np.ndarray) -> np.ndarray:
    """How many of each character were read too few; none of those that no page has."""
    counts = [np.bincount(codes(text), minlength=len(CHARACTERS)) for text in (page.text, read(page, added))]
    fitted = np.isin(np.arange(len(CHARACTERS)), codes("".join(BEGINNINGS)))
    return np.clip(counts[0] - counts[1], -MOST, MOST) * fitted


def misread(pages: list[Page], added: np.ndarray) -> float:
    return float(np.mean([distance(read(page, added), page.text) / len(page.text) for page in pages]))


if __name__ == "__main__":
    main()
