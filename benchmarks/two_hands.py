"""Whether the hands of two people on one page are told from one person's, and where the second begins.

    python benchmarks/two_hands.py --data DIR [--split train] [--writers N] [--seed N]

Each writer of UNIPEN gets a page, all with one pen and one scanner, which is read as ``handfont enroll`` reads it.
Pages of two people are made of the upper lines of one and the lower ones of another. Prints what share of them is
noticed, and how often a page by one person counts as two people's, for each ratio of variances from which on it does
(``DIFFERENT`` in ``handfont/scan/freeform/two_hands.py`` is chosen on writers who train the model).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import joined_pages
import numpy as np
from joined_pages import by_writer, page_of
from odd_pages import SCANNER
from paper import PENS, seen
from writing import SIZE

from handfont.core.arrays import FloatArray, IntArray
from handfont.core.charset import INDEX
from handfont.errors import ScanError
from handfont.model import inference
from handfont.model.loading import load_weights
from handfont.scan.freeform.letter_samples import CERTAIN, parted
from handfont.scan.freeform.reader import aligned_page
from handfont.scan.freeform.two_hands import ratios
from handfont.train.data import word_paths
from handfont.train.data.word_paths import WordPath

WORDS, PAGE = 60, 90
"""Words that a writer has, at least, and that are given to a page."""
OTHERS = 6
"""People whose lines stand below those of each writer."""
FEWEST = 60
"""Letters that a hand has on a page, in the second row of the table."""
BOUNDS = (1.8, 2.0, 2.3, 2.6, 3.0)


class Letters(NamedTuple):
    """What the embedder sees of N letters, their characters and lines."""

    seen: FloatArray
    characters: IntArray
    lines: IntArray

    def part(self, lines: IntArray) -> Letters:
        kept = np.isin(self.lines, lines)
        return Letters(self.seen[kept], self.characters[kept], self.lines[kept])


def read(words: list[WordPath], name: str, rng: np.random.Generator) -> Letters:
    """The letters of a page that would go into a style."""
    weights = load_weights()
    sheet, truth = page_of([words[k] for k in rng.permutation(len(words))[:PAGE]], "plain", rng)
    view = seen(sheet.inked(sheet.pen, rng), SIZE, SCANNER, rng)  # type: ignore[attr-defined]
    parts = parted(aligned_page(view.page, truth.text, name, weights), weights, name)
    used = np.flatnonzero(parts.look.odds() >= CERTAIN)
    characters = np.array([INDEX[parts.samples[n].character] for n in used])
    shapes = np.stack([parts.samples[n].shape for n in used])
    lines = np.array([parts.found.letters[n].line for n in used])
    return Letters(inference.embedded(weights.embedder, shapes, characters), characters, lines)


def mixed(first: Letters, second: Letters, rng: np.random.Generator) -> tuple[Letters, int, int] | None:
    """The upper lines of one page over the lower lines of another, where the second hand begins, and how many letters
    the hand of fewer has.
    """
    upper, lower = np.unique(first.lines), np.unique(second.lines)
    if min(len(upper), len(lower)) < 3:
        return None
    own, other = rng.integers(1, len(upper)), rng.integers(1, len(lower))
    above, below = first.part(upper[:own]), second.part(lower[other:])
    start = int(upper[own])
    parts = above, below._replace(lines=below.lines - lower[other] + start)
    page = Letters(*(np.concatenate(pair) for pair in zip(*parts, strict=True)))
    return page, start, min(len(above.lines), len(below.lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--split", default="dev", choices=("train", "dev"))
    parser.add_argument("--writers", type=int, default=40, help="at most")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    joined_pages.PENS = [PENS[1]]
    words = by_writer(word_paths.read_transcribed(options.data / "unipen", options.split), WORDS)
    rng = np.random.default_rng(options.seed)
    names = list(words)
    pages = []
    for name in [names[k] for k in rng.permutation(len(names))[: options.writers]]:
        try:
            pages.append(read(words[name], name, rng))
        except ScanError as error:
            print(error)
    highest = [max(ratios(*page).values(), default=0.0) for page in pages]
    found, least = [], []
    for number, page in enumerate(pages):
        others = [k for k in rng.permutation(len(pages)).tolist() if k != number][:OTHERS]
        for made in (mixed(page, pages[k], rng) for k in others):
            if made is not None:
                known = ratios(*made[0])
                value, start = max(((value, start) for start, value in known.items()), default=(0.0, -1))
                found.append((value, start == made[1]))
                least.append(made[2])
    value, right, enough = *np.array(found).T, np.array(least) >= FEWEST
    alone = np.array(highest)
    print(f"\n{len(pages)} pages of {options.split} writers, {len(value)} of two people\n")
    print(f"| ratio from which on | {' | '.join(map(str, BOUNDS))} |\n| ---{' | ---' * len(BOUNDS)} |")
    for label, chosen in (("two people noticed", value > 0), (f"of those with {FEWEST} letters by either", enough)):
        print(f"| {label} | {' | '.join(f'{np.mean(value[chosen] > least):.1%}' for least in BOUNDS)} |")
    print(f"| at the right line | {' | '.join(f'{np.mean(right[value > least]):.1%}' for least in BOUNDS)} |")
    print(f"| one person's that count as two people's | {' | '.join(f'{np.mean(alone > b):.1%}' for b in BOUNDS)} |")


if __name__ == "__main__":
    main()
