"""What the network costs on one core: ``python benchmarks/model.py [--threads 1]``.

Milliseconds a glyph in large batches, the best of several rounds: drawing and reading back, in the precision used for
sampling, and tracing, beside a plain matrix product on the same machine; and what the larger reader takes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch

from handfont import outline
from handfont.model import inference
from handfont.model.loading import load_weights

GLYPHS = 4 * inference.BATCH


def best(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds a glyph of the fastest round."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return 1000 * min(seconds) / GLYPHS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    weights = load_weights()
    rng = np.random.default_rng(0)
    config = weights.network.config
    z = rng.standard_normal(config.style).astype(np.float32)
    u = rng.standard_normal((GLYPHS, config.residual)).astype(np.float32)
    labels = rng.integers(0, 94, GLYPHS)
    fields, _ = inference.decode(weights.network, z, u, labels)
    metrics = np.full(GLYPHS, 1.2, np.float32), np.full(GLYPHS, 0.5, np.float32), np.full(GLYPHS, 0.1, np.float32)
    size = 640
    left, right = (torch.randn(size, size) for _ in range(2))
    product = best(lambda: left @ right, 20 * options.rounds) * GLYPHS / size**3 * 1e9
    print(f"{options.threads} thread(s), batches of {inference.BATCH}; a float32 matrix product: {product:.1f} ms for "
          "10^9 multiply-adds")
    for name, work in (("draw", lambda: inference.decode(weights.network, z, u, labels)),
                       ("read back", lambda: inference.proofread(weights.proofreader, fields)),
                       ("trace", lambda: outline.trace(fields, *metrics)),
                       ("read what was written", lambda: inference.read(weights.reader, fields))):
        milliseconds = best(work, options.rounds)
        print(f"{name:21} {milliseconds:.3f} ms a glyph, {milliseconds / product:.3f} of that product")


if __name__ == "__main__":
    main()
