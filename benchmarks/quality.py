"""Quality on writers never trained on: ``python benchmarks/quality.py --data DIR [--letters 20]``.

For every UNIPEN dev writer a style is inferred from some of the writer's characters; other characters are then drawn
and compared with the writer's own. The reader is the model's own classifier, so "real" (the same reader on the writer's
real glyphs) is the floor to compare with, not 100 %.

  read      share read as intended, or as a character that looks the same
  overlap   of ink with the writer's real glyph of that character, canonical pen (intersection over union)
  whose     share of writers whose drawn characters are nearest to their own style among all, by the style encoder
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from handfont.charset import ASCII, CHARACTERS, alike
from handfont.enrolment import style_of
from handfont.glyph import GlyphSample, Metrics
from handfont.hand import Hand, _noise
from handfont.model import inference
from handfont.model.loading import load_weights
from handfont.style.posterior import Origin
from handfont.train import corpus as corpora

MIN_CHARACTERS = 40


def samples_by_writer(dev: corpora.Corpus) -> dict[str, list[GlyphSample]]:
    result: dict[str, list[GlyphSample]] = {}
    for field, label, writer, metrics, known in zip(dev.fields, dev.labels, dev.writers, dev.metrics, dev.known,
                                                    strict=True):
        measured = Metrics(float(np.exp(metrics[0])), float(metrics[1]) if known[1] else None)
        shape = field.astype(np.float32) / corpora.FIELD_SCALE
        sample = GlyphSample(CHARACTERS[label], shape, measured, 0.1, "dev", (0, 0, 0, 0))
        result.setdefault(dev.names[writer], []).append(sample)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--letters", type=int, nargs="+", default=[5, 20, 40])
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "handfont-quality")
    options = parser.parse_args()
    weights = load_weights()
    dev = corpora.build(options.data, "dev", options.cache)
    same = alike()

    def read(fields: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return same[labels, inference.read(weights.network, fields).argmax(axis=1)]

    everyone = {name: samples for name, samples in samples_by_writer(dev).items()
                if len({s.character for s in samples}) >= MIN_CHARACTERS}
    print(f"{len(everyone)} held-out writers, {sum(map(len, everyone.values()))} glyphs")
    print(f"{'enrolled from':>14} {'what':18} {'read':>7} {'overlap':>8} {'whose':>7}")
    real = read(dev.fields.astype(np.float32) / corpora.FIELD_SCALE, dev.labels)
    print(f"{'':>14} {'real glyphs':18} {real.mean():7.1%}")
    for letters in options.letters:
        rows: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
        homes, drawn_styles = [], {}
        for name, samples in everyone.items():
            rng = np.random.default_rng([letters, sum(map(ord, name))])
            order = rng.permutation(len(samples))
            firsts: dict[str, GlyphSample] = {}
            for index in order:
                if samples[index].character in ASCII:
                    firsts.setdefault(samples[index].character, samples[index])
            chosen = list(firsts)[:letters]
            style = style_of([firsts[c] for c in chosen], name, "#000000", Origin(), weights)
            hand = Hand(style)
            kinds = {"seen": chosen, "unseen": list(firsts)[letters:]}
            for kind, characters in kinds.items():
                if not characters:
                    continue
                labels = np.array([CHARACTERS.index(c) for c in characters])
                truth = np.stack([firsts[c].shape for c in characters])
                for sampled in (False, True):
                    fields, metrics = draw(hand, characters, labels, sampled)
                    rows.setdefault(f"{kind}, {'sampled' if sampled else 'mean'}", []).append(
                        (read(fields, labels), overlap(fields, truth)))
                    if kind == "unseen" and sampled:
                        invented = [replace(firsts[c], shape=f, metrics=Metrics(float(np.exp(m[0])), float(m[1])))
                                    for c, f, m in zip(characters, fields, metrics, strict=True)]
                        drawn_styles[name] = inference.writer_posterior(weights, invented).mean
            homes.append((name, inference.writer_posterior(weights, [firsts[c] for c in chosen]).mean))
        for kind, parts in rows.items():
            shown = np.concatenate([p[0] for p in parts]).mean(), np.concatenate([p[1] for p in parts]).mean()
            whose = found(homes, drawn_styles) if kind == "unseen, sampled" else None
            print(f"{letters:>14} {kind:18} {shown[0]:7.1%} {shown[1]:8.3f} {'' if whose is None else f'{whose:7.1%}'}")


def draw(hand: Hand, characters: list[str], labels: np.ndarray, sampled: bool) -> tuple[np.ndarray, np.ndarray]:
    """Fields and metrics of characters as the hand draws them, before outlines are traced."""
    hand._prepare(characters)
    noise = _noise(1, "quality", 0, len(characters), hand.weights.network.config.residual)
    picked = [hand._recipes[c][0][1] for c in characters]
    return hand._draw(picked, labels, noise.residual if sampled else 0 * noise.residual)


def overlap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    both, either = ((first > 0) & (second > 0)).sum((1, 2)), ((first > 0) | (second > 0)).sum((1, 2))
    return np.asarray(both / np.maximum(either, 1))


def found(homes: list[tuple[str, np.ndarray]], drawn: dict[str, np.ndarray]) -> float:
    names = [name for name, _ in homes]
    styles = np.stack([style for _, style in homes])
    styles = styles / np.linalg.norm(styles, axis=1, keepdims=True)
    hits = [names[int((styles @ (drawn[name] / np.linalg.norm(drawn[name]))).argmax())] == name for name in drawn]
    return float(np.mean(hits))


if __name__ == "__main__":
    main()
