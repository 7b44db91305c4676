"""Joined words judged by a network that had no part in making them: which writer wrote them, and what they say.

    python benchmarks/joined_judge.py --data DIR [--minutes 12]

A small network learns on words of UNIPEN's train writers, seen as lines of one width, to tell their writers (by the
angle between what it sees and one direction for each writer) and to read them (connectionist temporal classification).
Then writers of ``joined.dev``: a style is made of the exact letters of half of the words of each; the others are judged
as the writer wrote it and as handfont draws it. A page's words are the writer's if what is seen of them is nearer to
other words of that writer than to those of any other dev writer.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from joined_pages import writers_of
from joins import style_from, written
from torch import nn
from torch.nn import functional
from writing import distance

from handfont.core.arrays import FloatArray
from handfont.model.loading import load_weights
from handfont.train.data import word_paths
from handfont.train.data.letters_in_context import letters_of, pairs_of
from handfont.train.data.word_paths import WordPath, on_line

SCALE, ABOVE, HEIGHT, WIDTH = 9.0, 2.6, 40, 120
"""Pixels to an x-height; x-heights over the baseline; pixels of a picture."""
SEEN = 64
"""Numbers that the network sees of a word."""
BATCH = 96
TOGETHER = 10
"""Words of a writer that are judged together."""
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'-.,"


class Judge(nn.Module):
    """Pictures (N, 1, HEIGHT, WIDTH) to what is seen (N, SEEN) and log probabilities (WIDTH / 4, N, characters + 1)."""

    def __init__(self, writers: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for after, pool in ((24, 2), (48, 2), (96, (2, 1)), (128, (2, 1))):
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(pool)]
            before = after
        self.trunk = nn.Sequential(*layers)
        self.along = nn.GRU(128 * 2, 96, bidirectional=True)
        self.read = nn.Linear(192, len(ALPHABET) + 1)
        self.see = nn.Linear(128 * 2 + 192, SEEN)
        self.people = nn.Parameter(torch.randn(writers, SEEN))

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.trunk(pictures).flatten(1, 2)
        columns, _ = self.along(found.permute(2, 0, 1))
        both = torch.cat([found.mean(dim=2), columns.mean(dim=0)], dim=1)
        return functional.normalize(self.see(both), dim=1), self.read(columns).log_softmax(2)


def picture(word: WordPath, rng: np.random.Generator | None = None) -> FloatArray:
    """A word as lines of one width, at most WIDTH wide; varied a little if there is something to draw numbers from."""
    scale, shift, thick = SCALE, np.zeros(2), 2
    if rng is not None:
        scale *= np.exp(rng.normal(0, 0.1))
        shift, thick = rng.normal(0, [2, 1.5]), int(rng.integers(1, 4))
    points = word.points.astype(np.float64)
    at = (points - [points[:, 0].min() - 0.4, 0]) * [scale, -scale] + [0, ABOVE * SCALE] + shift
    seen = np.zeros((HEIGHT, WIDTH), np.uint8)
    for number in np.unique(word.stroke):
        line = np.rint(at[word.stroke == number] * 16).astype(np.int32)
        cv2.polylines(seen, [line[:, None]], False, 255, thick, cv2.LINE_AA, 4)
    return seen.astype(np.float32) / 255


def fits(word: WordPath) -> bool:
    return len(word.text) >= 2 and set(word.text) <= set(ALPHABET) and np.ptp(word.points[:, 0]) * SCALE < WIDTH - 10


def trained(words: list[WordPath], minutes: float) -> Judge:
    """The judge after some minutes of training."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    names = sorted({word.writer for word in words})
    number = {name: i for i, name in enumerate(names)}
    network = Judge(len(names))
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=1e-3)
    start, batches = time.monotonic(), 0
    while (passed := (time.monotonic() - start) / 60 / minutes) < 1:
        own = [words[i] for i in rng.integers(0, len(words), BATCH)]
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * passed)))
        seen, read = network(torch.from_numpy(np.stack([picture(word, rng) for word in own])[:, None]))
        likeness = seen @ functional.normalize(network.people, dim=1).T
        people = torch.tensor([number[word.writer] for word in own])
        margin = 0.1 * functional.one_hot(people, len(names))
        text = torch.tensor([ALPHABET.index(c) + 1 for word in own for c in word.text])
        loss = functional.cross_entropy(16 * (likeness - margin), people) + functional.ctc_loss(
            read, text, [read.shape[0]] * BATCH, [len(word.text) for word in own], zero_infinity=True
        )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        batches += 1
        if batches % 100 == 0:
            print(f"{batches} batches, {100 * passed:.0f} % of the time, loss {float(loss):.2f}", flush=True)
    return network.eval()


@torch.inference_mode()
def judged(network: Judge, words: list[WordPath]) -> tuple[FloatArray, list[str]]:
    """What is seen of words (N, SEEN), and what they are read as."""
    seen, texts = [], []
    for start in range(0, len(words), BATCH):
        pictures = np.stack([picture(word) for word in words[start : start + BATCH]])[:, None]
        own, read = network(torch.from_numpy(pictures))
        seen.append(own.numpy())
        for codes in read.argmax(2).T.tolist():
            kept = [c for c, before in zip(codes, [0, *codes], strict=False) if c and c != before]
            texts.append("".join(ALPHABET[c - 1] for c in kept))
    return np.concatenate(seen), texts


def together(seen: FloatArray) -> FloatArray:
    """Means of ``TOGETHER`` words each, as unit vectors."""
    count = max(1, len(seen) // TOGETHER)
    means = np.stack([part.mean(axis=0) for part in np.array_split(seen, count)])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def misread(texts: list[str], words: list[WordPath]) -> float:
    return sum(distance(read, word.text) for read, word in zip(texts, words, strict=True)) / sum(
        len(word.text) for word in words
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--minutes", type=float, default=12.0, help="of training")
    options = parser.parse_args()
    folder, weights = options.data / "unipen", load_weights()
    train = [*word_paths.read_transcribed(folder, "train"), *word_paths.read_joined(folder, "train")]
    train = [on_line(word) for word in train if fits(word)]
    print(f"{len(train)} words of {len({word.writer for word in train})} writers")
    network = trained(train, options.minutes)
    others: dict[str, list[WordPath]] = defaultdict(list)
    for word in word_paths.read_transcribed(folder, "dev"):
        if fits(word):
            others[word.writer].append(on_line(word))
    exact = writers_of(options.data / "unipen", None)["exact"]
    known = {name: judged(network, words[:60])[0].mean(axis=0) for name, words in others.items() if len(words) >= 20}
    rows = []
    for writer, words in exact.items():
        first, second = ([on_line(word) for word in half if fits(word)] for half in (words[::2], words[1::2]))
        pairs = [pair for word in words[::2] for pair in pairs_of(word)]
        style = style_from([letter for word in words[::2] for letter in letters_of(word)], pairs, weights)
        known[writer] = judged(network, first)[0].mean(axis=0)
        plain = {"as drawn": style, "drawn unjoined": replace(style, joins=None)}
        rows.append(
            (writer, second, {name: [written(word.text, own) for word in second] for name, own in plain.items()})
        )
    names = list(known)
    gallery = np.stack([known[name] / np.linalg.norm(known[name]) for name in names])
    print(f"\nof {len(names)} dev writers, {TOGETHER} words at a time, and characters misread\n")
    print("| writer | | found | nearer than | misread |\n| --- | --- | --- | --- | --- |")
    for writer, second, drawn in rows:
        for kind, words in (("real", second), *drawn.items()):
            seen, texts = judged(network, words)
            likeness = together(seen) @ gallery.T
            own = likeness[:, names.index(writer)][:, None]
            found, rank = float((likeness.argmax(axis=1) == names.index(writer)).mean()), float((own > likeness).mean())
            wrong = misread(texts, words)
            print(f"| {writer[:9]} | {kind} | {100 * found:.0f} % | {100 * rank:.1f} % | {100 * wrong:.1f} % |")


if __name__ == "__main__":
    main()
