"""The weights by which letters of free writing are judged: fitted on pages of writers who train the model.

    python benchmarks/letter_odds.py --data DIR [--paths FILE] [--print N] [--joined N] [--found N] [--seed N]

Pages are drawn and seen as in ``joined_pages.py``, from words of ``joined.train``, whose letters are exact, and with
``--paths`` from words of other train writers, which the aligner of pen paths cuts. Logistic regressions tell letters
that are cut right, one those that are pieces of ink of their own, one the others. Prints the weights that
``handfont/scan/freeform/letter_odds.py`` holds, why letters are lost, and what share of all letters is kept at which
share of wrong ones. What is fitted as ``TOGETHER`` hangs on the ``OWN`` that is there: run it again after a change of
that. Dots and bars that the collection gives to the wrong letter count as wrong: pictures show that about half of what
counts as wrong is right. Last, what is kept of pages of writers who train nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import joined_pages
import numpy as np
import torch
from joined_pages import by_writer, cutting, right, scan_of, with_marks

from handfont.core.arrays import BoolArray, DoubleArray
from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.scan.freeform.letter_odds import OWN, TOGETHER, Judging, LetterLook
from handfont.scan.freeform.letter_samples import CERTAIN, parted
from handfont.scan.freeform.reader import aligned_page
from handfont.train.data import word_paths
from handfont.train.data.word_paths import WordPath

WORDS = 30
"""Words that a writer has, at least."""
JOINED = 0.3
"""Share of the pairs that a writer joins, from which on the writer counts as joined."""
MANY, MOST = 45, 80
"""Words of a writer whose letters are found, at least, and at most."""
SHRINK = 1e-3
"""Weight of the squares of weights, in deviations."""
WRONG = (0.005, 0.01, 0.015, 0.02, 0.03)
"""Shares of wrong letters that the table is for."""


class Judged(NamedTuple):
    """Letters of pages: what is known of them, whether each is right, and how many letters the pages have."""

    look: LetterLook
    right: BoolArray
    letters: int


def writers_of(folder: Path, split: str) -> dict[str, list[list[WordPath]]]:
    """Words of a split's writers with exact letters, of those who print and of those who join."""
    kinds: dict[str, list[list[WordPath]]] = {"print": [], "joined": []}
    for words in by_writer(map(with_marks, word_paths.read_joined(folder, split)), WORDS).values():
        joins = np.mean([join for word in words for join in word.joined or ()])
        kinds["joined" if joins > JOINED else "print"].append(words)
    return kinds


def found_writers(folder: Path, paths: Path, most: int) -> dict[str, list[list[WordPath]]]:
    """Words of other train writers, who print and who join, cut by the aligner of pen paths."""
    known = {word.writer for word in word_paths.read_joined(folder, "train")}
    cut = cutting(folder, paths)
    others = by_writer(
        (word for word in word_paths.read_transcribed(folder, "train") if word.writer not in known), MANY
    )
    names = list(others)
    rng = np.random.default_rng(5)
    kinds: dict[str, list[list[WordPath]]] = {"print, found": [], "joined, found": []}
    for number in rng.permutation(len(names)).tolist():
        own = others[names[number]]
        chosen = [own[k] for k in rng.permutation(len(own))[:MOST].tolist()]
        words = cut(chosen)
        if len(words) < WORDS:
            continue
        rate = np.mean([join for word in words for join in word.joined or ()])
        kind = "joined, found" if rate >= joined_pages.JOINED else "print, found" if rate <= joined_pages.PRINT else ""
        if kind and len(kinds[kind]) < most:
            kinds[kind].append(words)
        if min(map(len, kinds.values())) == most:
            break
    return kinds


def judged(writers: list[list[WordPath]], pages: int, seed: int) -> Judged:
    """The letters of so many pages, writers in turn."""
    weights = load_weights()
    looks, good, letters = [], [], 0
    for index in range(pages):
        view, truth, _, label = scan_of(writers[index % len(writers)], index, seed)
        try:
            page = aligned_page(view.page, truth.text, label, weights)
            parts = parted(page, weights, label)
        except ScanError as error:
            print(f"{label}: {error}")
            continue
        looks.append(parts.look)
        good.append(right(parts.samples, truth, view, page.sheet.matrix))
        letters += len(truth.characters)
        print(f"{label} {len(truth.characters)} letters, {int(good[-1].sum())} of {len(good[-1])} right", flush=True)
    return Judged(LetterLook(*(np.concatenate(values) for values in zip(*looks, strict=True))),
                  np.concatenate(good), letters)  # fmt: skip


def fitted(look: LetterLook, good: BoolArray, names: list[str]) -> dict[str, float]:
    """Weights of some of what is known, and ``even``, by logistic regression."""
    known = torch.tensor(np.column_stack([getattr(look, name) for name in names]))
    middle, deviation = known.mean(0), known.std(0) + 1e-9
    known, true = (known - middle) / deviation, torch.tensor(good, dtype=torch.double)
    weight = torch.zeros(len(names) + 1, dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        odds = known @ weight[:-1] + weight[-1]
        cost = torch.nn.functional.binary_cross_entropy_with_logits(odds, true) + SHRINK * (weight[:-1] ** 2).sum()
        cost.backward()
        return cost

    optimizer.step(loss)
    own = (weight.detach()[:-1] / deviation).numpy()
    even = float(weight.detach()[-1]) - float(own @ middle.numpy())
    return {**{name: round(float(value), 2) for name, value in zip(names, own, strict=True)}, "even": round(even, 2)}


def judging(look: LetterLook, good: BoolArray, like: Judging) -> Judging:
    """Weights of letters that are pieces of their own, and of those that are cut off from other ink, of the same that
    is known as ``like`` has.
    """
    parts = []
    for own, weights in ((look.whole > 0, like.whole), (look.whole == 0, like.cut)):
        part = LetterLook(*(values[own] for values in look))
        parts.append(fitted(part, good[own], [name for name in weights if name != "even"]))
    return Judging(*parts)


def table(name: str, odds: DoubleArray, known: Judged) -> None:
    """Prints what share of all letters is kept at each share of wrong ones, and from which log odds on."""
    order = np.argsort(-odds)
    wrong = np.cumsum(~known.right[order]) / np.arange(1, len(order) + 1)
    cells = []
    for least in WRONG:
        good = np.flatnonzero(wrong <= least)
        count = int(good.max()) + 1 if len(good) else 0
        cells.append(f"{100 * count / known.letters:.1f} % ({odds[order[count - 1]]:.2f})" if count else "none")
    print(f"| {name} | {' | '.join(cells)} |")


def reasons(name: str, known: Judged) -> None:
    """Prints what becomes of the letters of pages, as shares of all."""
    sure, good = known.look.odds() >= CERTAIN, known.right
    counts = {
        "right and kept": (good & sure).sum(), "wrong and kept": (~good & sure).sum(),
        "right, odds too low": (good & ~sure).sum(), "wrong, odds too low": (~good & ~sure).sum(),
        "no ink": known.letters - len(sure),
    }  # fmt: skip
    print(f"{name}: " + "; ".join(f"{what} {100 * count / known.letters:.1f} %" for what, count in counts.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--print", type=int, default=18, help="pages of writers who print")
    parser.add_argument("--joined", type=int, default=12, help="pages of writers who join")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--paths", type=Path, help="weights of the aligner of pen paths; else only exact letters")
    parser.add_argument("--found", type=int, default=10, help="pages of writers of each kind whose letters it finds")
    options = parser.parse_args()
    kinds = writers_of(options.data / "unipen", "train")
    found = {kind: judged(kinds[kind], vars(options)[kind], options.seed) for kind in kinds}
    if options.paths is not None:
        more = found_writers(options.data / "unipen", options.paths, options.found)
        found |= {kind: judged(writers, options.found, options.seed + 3) for kind, writers in more.items()}
    look = LetterLook(*(np.concatenate(values) for values in zip(*(one.look for one in found.values()), strict=True)))
    good = np.concatenate([one.right for one in found.values()])
    own = judging(look, good, OWN)
    together = judging(look, good, TOGETHER)
    print(f"OWN = {own}\nTOGETHER = {together}")
    for kind, one in found.items():
        reasons(kind, one)
    print(f"| kept at wrong (log odds) | {' | '.join(f'{100 * least:.1f} %' for least in WRONG)} |")
    print("| --- " * (1 + len(WRONG)) + "|")
    for kind, one in found.items():
        table(f"{kind}, as the package judges", one.look.odds(), one)
        table(f"{kind}, fitted, by themselves", one.look.odds(own), one)
        table(f"{kind}, fitted, together", one.look.odds(together), one)
    held_out = [words for kind in writers_of(options.data / "unipen", "dev").values() for words in kind]
    table("held-out writers, as the package judges", (known := judged(held_out, len(held_out), 0)).look.odds(), known)
    table("held-out writers, fitted, together", known.look.odds(together), known)


if __name__ == "__main__":
    main()
