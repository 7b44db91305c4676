"""Quality on writers never trained on: ``python benchmarks/quality.py --data DIR [--letters 20]``.

For every UNIPEN dev writer a style is inferred from some of the writer's characters; these ("seen") and the others
("unseen") are then drawn, and compared with the writer's own glyphs. Rows "real" put a second real glyph of the same
writer and character in the place of the drawn one: the floor to compare with. Labels of UNIPEN are not all right, and
the reader is the model's own classifier.

  read      share read as intended, or as a character that looks the same
  overlap   of ink with the writer's real glyph of that character, canonical pen (intersection over union)
  whose     share of writers whose unseen characters, drawn or real, are nearest to their own style among all
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from handfont.charset import ASCII, CHARACTERS, INDEX, alike
from handfont.enrolment import style_of
from handfont.glyph import GlyphSample, Metrics
from handfont.hand import Hand
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.style.posterior import Origin
from handfont.train import corpus as corpora

MIN_CHARACTERS = 40

Glyphs = dict[str, GlyphSample]


def glyphs_by_writer(dev: corpora.Corpus) -> dict[str, tuple[Glyphs, Glyphs]]:
    """Of each writer one glyph of every character, in random order, and a second one where there is one."""
    rng = np.random.default_rng(1)
    result: dict[str, tuple[Glyphs, Glyphs]] = {}
    for row in rng.permutation(len(dev.labels)):
        character = CHARACTERS[dev.labels[row]]
        if character not in ASCII:
            continue
        metrics = dev.metrics[row]
        measured = Metrics(float(np.exp(metrics[0])), float(metrics[1]) if dev.known[row, 1] else None)
        shape = dev.fields[row].astype(np.float32) / corpora.FIELD_SCALE
        sample = GlyphSample(character, shape, measured, 0.1, "dev", (0, 0, 0, 0))
        firsts, seconds = result.setdefault(dev.names[dev.writers[row]], ({}, {}))
        if firsts.setdefault(character, sample) is not sample:
            seconds.setdefault(character, sample)
    return {name: pair for name, pair in sorted(result.items()) if len(pair[0]) >= MIN_CHARACTERS}


def drawn(hand: Hand, characters: list[str]) -> Glyphs:
    sampled = hand.sample("".join(characters), seed=1)
    return {character: GlyphSample(character, field, Metrics(float(size), float(centre)), 0.1, "drawn", (0, 0, 0, 0))
            for character, field, size, centre in zip(characters, sampled.fields, sampled.size, sampled.centre_y,
                                                      strict=True)}


def overlap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    both, either = ((first > 0) & (second > 0)).sum((1, 2)), ((first > 0) | (second > 0)).sum((1, 2))
    return np.asarray(both / np.maximum(either, 1))


class Tally:
    """Reading and overlap of many glyphs of one kind, and the style each writer's glyphs speak of."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.read: list[np.ndarray] = []
        self.overlap: list[np.ndarray] = []
        self.styles: dict[str, np.ndarray] = {}

    def add(self, writer: str, glyphs: Glyphs, truth: Glyphs, spoken: Glyphs) -> None:
        """Compare glyphs with the true ones; ``spoken`` are those whose style is looked for among the writers."""
        self.styles[writer] = inference.writer_posterior(self.weights, list(spoken.values())).mean
        characters = [character for character in glyphs if character in truth]
        if not characters:
            return
        fields = np.stack([glyphs[c].shape for c in characters])
        reading = inference.read(self.weights.network, fields).argmax(axis=1)
        self.read.append(alike()[[INDEX[c] for c in characters], reading])
        self.overlap.append(overlap(fields, np.stack([truth[c].shape for c in characters])))

    def row(self, homes: dict[str, np.ndarray] | None) -> str:
        shown = f"{np.concatenate(self.read).mean():7.1%} {np.concatenate(self.overlap).mean():8.3f}"
        return shown if homes is None else f"{shown} {whose(homes, self.styles):7.1%}"


def whose(homes: dict[str, np.ndarray], styles: dict[str, np.ndarray]) -> float:
    """Share of styles whose nearest home, by the angle, is their own."""
    names = list(homes)
    table = np.stack([home / np.linalg.norm(home) for home in homes.values()])
    return float(np.mean([names[int((table @ style).argmax())] == name for name, style in styles.items()]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--letters", type=int, nargs="+", default=[5, 20, 40])
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "handfont-quality")
    options = parser.parse_args()
    weights = load_weights()
    everyone = glyphs_by_writer(corpora.build(options.data, "dev", options.cache))
    print(f"{len(everyone)} held-out writers, {sum(len(firsts) for firsts, _ in everyone.values())} characters")
    print(f"{'enrolled from':>14} {'what':16} {'read':>7} {'overlap':>8} {'whose':>7}")
    for letters in options.letters:
        tallies: dict[str, Tally] = defaultdict(lambda: Tally(weights))
        homes: dict[str, np.ndarray] = {}
        for name, (firsts, seconds) in everyone.items():
            chosen = dict(list(firsts.items())[:letters])
            style = style_of(list(chosen.values()), name, "#000000", Origin(), weights)
            homes[name] = style.writer.mean
            hands = {"mean": Hand(style, neatness=0), "sampled": Hand(style)}
            for kind, truth in (("seen", chosen), ("unseen", dict(list(firsts.items())[letters:]))):
                if not truth:
                    continue
                for how, hand in hands.items():
                    glyphs = drawn(hand, list(truth))
                    tallies[f"{kind}, {how}"].add(name, glyphs, truth, glyphs)
                tallies[f"{kind}, real"].add(name, seconds, truth, truth)
        for kind, tally in tallies.items():
            print(f"{letters:>14} {kind:16} {tally.row(homes if kind.startswith('unseen') else None)}")


if __name__ == "__main__":
    main()
