"""Inference with the networks, numpy in and numpy out: what reading scans and checking drawings need of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handfont.core.arrays import DoubleArray, FloatArray, IntArray
from handfont.core.charset import INDEX, alike
from handfont.core.gaussian import Gaussian, product
from handfont.core.glyph import GlyphSample
from handfont.core.sdf import MIN_SIZE, from_strokes
from handfont.model.embedder import Embedder
from handfont.model.evidence import Evidence
from handfont.model.reader import Reader
from handfont.util import parallel

BATCH = 64
"""Rows of every batch that networks run on, the last one filled up: processors add numbers up in an order that
depends on the number of rows, and what is read of a glyph would depend on how many others are read with it."""

PLACES = 3
"""Decimal places of figures that decide, which are rounded: a choice must not hang on the last bits of a matrix
product, which differ from one kind of processor to another."""

_Result = TypeVar("_Result")


@lru_cache(maxsize=1)
def _computes_bfloat16() -> bool:
    """The reader runs in bfloat16 where the processor computes in it."""
    capabilities: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def _fast() -> torch.autocast:
    return torch.autocast("cpu", torch.bfloat16, enabled=_computes_bfloat16())


def _in_parallel(work: Callable[[slice], _Result], parts: list[slice]) -> list[_Result]:
    """Results of ``work`` on each part.

    Each thread computes on one core: batches side by side keep cores busier than the threads inside one batch do, and
    results do not depend on how many cores there are. That holds for a single part, too: threads inside a batch wait
    for each other in a busy loop, which takes seconds where other programs want the cores.
    """
    most, before = parallel.threads(), torch.get_num_threads()
    if before == 1 and (most == 1 or len(parts) == 1):
        return [work(part) for part in parts]
    try:
        with ThreadPoolExecutor(
            max(1, min(most, len(parts))), initializer=torch.set_num_threads, initargs=(1,)
        ) as threads:
            return list(threads.map(work, parts))
    finally:
        # What a thread sets for itself is also what torch gives to every thread that is started later.
        torch.set_num_threads(before)


def on_batches(network: Callable[..., tuple[Tensor, ...]], *inputs: NDArray[Any]) -> list[FloatArray]:
    """What a network makes of N rows of each of its inputs, as arrays of N rows: run on batches of exactly ``BATCH``
    rows, on as many threads as this process may use.
    """

    @torch.no_grad()  # of the thread that runs it
    def one(part: slice) -> list[FloatArray]:
        rows = [torch.from_numpy(np.array(array[part])) for array in inputs]
        return [result[: len(rows[0])].float().numpy() for result in network(*map(_filled, rows))]

    count = len(inputs[0])
    results = _in_parallel(one, [slice(start, start + BATCH) for start in range(0, count, BATCH)])
    return [np.concatenate(parts) for parts in zip(*results, strict=True)]


def _filled(rows: Tensor) -> Tensor:
    """The rows, and the first of them repeated until there are ``BATCH``."""
    short = BATCH - len(rows)
    return torch.cat([rows, rows[:1].expand(short, *rows.shape[1:])]) if short else rows


def rounded(figures: NDArray[Any]) -> DoubleArray:
    """Figures as decisions take them, to ``PLACES`` decimal places."""
    return np.asarray(np.round(figures.astype(np.float64), PLACES))


def writer_posterior(embedder: Embedder, evidence: Evidence, samples: list[GlyphSample]) -> Gaussian:
    """q(z | samples): the product of the prior N(0, I) and every sample's evidence."""
    labels = np.array([INDEX[sample.character] for sample in samples])
    packed = [sample.metrics.packed() for sample in samples]
    metrics, known = (np.stack(column) for column in zip(*packed, strict=True))
    seen = embedded(embedder, np.stack([sample.shape for sample in samples]), labels)
    return product([Gaussian.standard(evidence.loading.shape[2]), *evidence.of(seen, labels, metrics, known)])


def embedded(embedder: Embedder, fields: FloatArray, characters: IntArray) -> FloatArray:
    """Unit vectors (N, E): how fields (N, grid, grid) of characters (N,) look to the embedder."""
    (found,) = on_batches(lambda field, label: (embedder(field, label),), fields, characters)
    return found


def read(
    reader: Reader, fields: FloatArray, metrics: FloatArray | None = None, known: FloatArray | None = None
) -> FloatArray:
    """Probabilities (N, C) of every character for fields (N, grid, grid), by shape alone or with metrics (N, 4)."""

    def probabilities(*inputs: Tensor) -> tuple[Tensor]:
        with _fast():
            logits = reader(*inputs)
        return (logits.softmax(-1),)

    (found,) = on_batches(probabilities, fields, *([] if metrics is None or known is None else [metrics, known]))
    return found


def legibility(probabilities: FloatArray, characters: IntArray) -> DoubleArray:
    """Of what :func:`read` gives, the probability (N,) of each one's own character (N,) or one that looks the same,
    rounded.
    """
    return rounded((probabilities * _alike()[characters]).sum(axis=1))


def legibility_of_strokes(
    reader: Reader, characters: Sequence[str], strokes: Sequence[Sequence[FloatArray]]
) -> DoubleArray:
    """The same (N,) for characters drawn as lines, each with its strokes."""
    fields = np.stack([from_strokes(list(own), MIN_SIZE)[0] for own in strokes])
    return legibility(read(reader, fields), np.array([INDEX[character] for character in characters]))


_alike = lru_cache(maxsize=1)(alike)
