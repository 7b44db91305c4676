"""What a glyph costs on one core: ``python benchmarks/model.py``.

Milliseconds a glyph in batches as pages are drawn in, the best of several rounds: varying strokes, inking them, all of
a hand's writing, fitting strokes to ink, and reading a glyph, beside a plain matrix product on the same machine.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from handfont.core.charset import ASCII
from handfont.core.inking import ink
from handfont.core.sdf import MIN_SIZE, from_strokes
from handfont.core.strokes import StrokeGlyph
from handfont.core.variation import varied
from handfont.model import inference
from handfont.scan.estimation import fit
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand
from handfont.train.data.unipen import Trajectory
from handfont.train.strokes import sample_of
from handfont.util import parallel

GLYPHS = 1504


def best(work: Callable[[], object], rounds: int, count: int = GLYPHS) -> float:
    """Milliseconds a glyph of the fastest round."""
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return 1000 * min(seconds) / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--style", default="print")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    parallel.limit(1)
    hand = Hand(load_style(options.style))
    text = ASCII * (GLYPHS // len(ASCII))
    written = hand.write(text, seed=1)
    ways = [hand.allographs(character)[0] for character in ASCII]
    means, directions = (np.stack([getattr(way, name) for way in ways]) for name in ("points", "directions"))
    which = np.arange(len(text)) % len(ASCII)
    noise = np.random.default_rng(0).standard_normal((len(text), directions.shape[1])).astype(np.float32)
    glyphs = [StrokeGlyph(glyph.character, glyph.strokes) for glyph in written]
    some = [sample_of(Trajectory("", glyph.character, list(glyph.strokes), True)) for glyph in written[: len(ASCII)]]
    fields = np.stack([from_strokes(list(glyph.strokes), MIN_SIZE).field for glyph in written[: len(ASCII)]])
    weights = hand.weights
    skeletons = [replace(sample, strokes=None) for sample in some]
    product = np.ones((640, 640), np.float32)
    unit = best(lambda: product @ product, 20 * options.rounds, 1) / 640**3 * 1e9
    curves = np.mean([sum(map(len, glyph.outline.contours)) for glyph in written])
    print(
        f"one core, {len(text)} glyphs of '{options.style}', {curves:.0f} curves each; a float32 matrix product: "
        f"{unit:.1f} ms for 10^9 multiply-adds"
    )
    for name, work, count in (
        ("vary strokes", lambda: varied(means, directions, which, noise), len(text)),
        ("ink strokes", lambda: ink(glyphs, hand.nib), len(text)),
        ("write, all of it", lambda: hand.write(text, seed=1), len(text)),
        ("fit strokes to ink", lambda: [fit(sample, weights.strokes) for sample in skeletons], len(some)),
        ("read", lambda: inference.read(weights.reader, fields), len(some)),
    ):
        print(f"{name:20} {best(work, options.rounds, count):.3f} ms a glyph")


if __name__ == "__main__":
    main()
