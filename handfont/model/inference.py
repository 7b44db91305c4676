"""Inference with a trained network, numpy in and numpy out: what enrolment and the hand need of the model."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from copy import deepcopy
from functools import lru_cache
from itertools import chain, islice
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from handfont.charset import alike
from handfont.forms import euler_number
from handfont.gaussian import Gaussian, product
from handfont.glyph import FloatArray, GlyphSample
from handfont.model.gaussians import Mixture
from handfont.model.loading import Weights
from handfont.model.network import HandModel
from handfont.model.objective import shape_error
from handfont.model.proofreader import Proofreader
from handfont.model.reader import Reader

BATCH = 64
"""Networks run on batches of exactly so many rows, the last one filled up: processors add numbers up in an order that
depends on the number of rows, and a glyph would depend on how many others are drawn with it."""

PLACES = 3
"""Figures that decide which of several glyphs is written are rounded to so many decimal places: the choice must not
hang on the last bits of a matrix product, which differ from one kind of processor to another."""

_Result = TypeVar("_Result")

REFINEMENT = 48
RATE = 0.15
"""Steps of gradient ascent at enrolment, and how far the first one goes; twice as many steps raise the overlap with the
writer's ink by two thousandths."""

WRONG_FORM = 300.0
"""Nats that a glyph of other parts and loops than its target's counts as."""
LEAST_GAIN = 0.1
"""Nats by which a glyph must be nearer to its target to be taken instead of another one."""


@lru_cache(maxsize=1)
def _computes_bfloat16() -> bool:
    """Sampling runs in bfloat16 where the processor computes in it: outlines move by a hundredth of a sample."""
    capabilities: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def _fast() -> torch.autocast:
    return torch.autocast("cpu", torch.bfloat16, enabled=_computes_bfloat16())


_Module = TypeVar("_Module", bound=nn.Module)


@lru_cache(maxsize=8)
def _quick(module: _Module) -> _Module:
    """The module as it is drawn with: under autocast every batch would convert all weights anew."""
    return deepcopy(module).bfloat16() if _computes_bfloat16() else module


def cores() -> int:
    """Threads that torch may use here."""
    return torch.get_num_threads()


def in_parallel(work: Callable[[slice], _Result], parts: list[slice]) -> list[_Result]:
    """Results of ``work`` on each part, on as many threads as torch may use.

    Each thread computes on one core: batches side by side keep cores busier than the threads inside one batch do, and
    results do not depend on how many cores there are. That holds for a single part, too: threads inside a batch wait
    for each other in a busy loop, which takes seconds where other programs want the cores.
    """
    most = cores()
    if most == 1 or not parts:
        return [work(part) for part in parts]
    try:
        with ThreadPoolExecutor(min(most, len(parts)), initializer=torch.set_num_threads, initargs=(1,)) as threads:
            return list(threads.map(work, parts))
    finally:
        # What a thread sets for itself is also what torch gives to every thread that is started later.
        torch.set_num_threads(most)


def side_by_side(tasks: Iterator[Callable[[], _Result]]) -> Generator[_Result, None, None]:
    """Results of tasks, in their order and some ahead of their use: as many tasks at a time as torch may use threads,
    each on one core. A task that is the only one has all cores to itself, and is done when its result is asked for.
    """
    some = list(islice(tasks, 2))
    if len(some) < 2:
        yield from (task() for task in some)
        return
    most = cores()
    waiting: deque[Future[_Result]] = deque()
    with ThreadPoolExecutor(most, initializer=torch.set_num_threads, initargs=(1,)) as threads:
        try:
            for task in chain(some, tasks):
                waiting.append(threads.submit(task))
                if len(waiting) > most:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            torch.set_num_threads(most)


def batches(count: int) -> list[slice]:
    """Slices of at most ``BATCH`` that make up ``count``."""
    return [slice(start, start + BATCH) for start in range(0, count, BATCH)]


def on_batches(network: Callable[..., tuple[Tensor, ...]], *inputs: NDArray[Any]) -> list[FloatArray]:
    """What a network makes of N rows of each of its inputs, as arrays of N rows: run on batches of exactly ``BATCH``
    rows, on as many threads as torch may use.
    """

    @torch.no_grad()  # of the thread that runs it
    def one(part: slice) -> list[FloatArray]:
        rows = [torch.from_numpy(np.array(array[part])) for array in inputs]
        return [result[: len(rows[0])].float().numpy() for result in network(*map(_filled, rows))]

    results = in_parallel(one, batches(len(inputs[0])))
    return [np.concatenate(parts) for parts in zip(*results, strict=True)]


def _filled(rows: Tensor) -> Tensor:
    """The rows, and the first of them repeated until there are ``BATCH``."""
    short = BATCH - len(rows)
    return torch.cat([rows, rows[:1].expand(short, *rows.shape[1:])]) if short else rows


def rounded(figures: NDArray[Any]) -> NDArray[np.float64]:
    """Figures as decisions take them, to ``PLACES`` decimal places."""
    return np.asarray(np.round(figures.astype(np.float64), PLACES))


def sample_tensors(network: HandModel, samples: list[GlyphSample]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(fields, characters, metrics, known) of samples."""
    index = {character: i for i, character in enumerate(network.config.characters)}
    packed = [sample.metrics.packed() for sample in samples]
    return (torch.from_numpy(np.stack([sample.shape for sample in samples])),
            torch.tensor([index[sample.character] for sample in samples]),
            torch.from_numpy(np.stack([values for values, _ in packed])),
            torch.from_numpy(np.stack([known for _, known in packed])))


def writer_posterior(weights: Weights, samples: list[GlyphSample]) -> Gaussian:
    """q(z | samples): the product of the prior and every sample's evidence."""
    network = weights.network
    means, log_variances = on_batches(network.evidence, *(each.numpy() for each in sample_tensors(network, samples)))
    return product([Gaussian.standard(network.config.style),
                    *(Gaussian(mean.astype(np.float64), np.exp(log_variance.astype(np.float64)))
                      for mean, log_variance in zip(means, log_variances, strict=True))])


def residual_posteriors(
    weights: Weights, samples: list[GlyphSample], style: FloatArray, steps: int = REFINEMENT
) -> list[Gaussian]:
    """q(u | sample, z) for every sample, refined by gradient ascent on the ELBO.

    The encoder's guess is good to a stroke's width; ``steps`` of Adam on the mean bring the writer's own glyph back
    nearly exactly (semi-amortised inference: Kim, Wiseman, Miller, Sontag, Rush 2018).
    """
    network = weights.network
    fields, characters, metrics, known = sample_tensors(network, samples)
    z_row = torch.from_numpy(style)
    result: list[Gaussian] = []
    for part in batches(len(samples)):
        target, label = fields[part], characters[part]
        z = z_row.expand(len(target), -1)
        with torch.no_grad():
            first = network.residual(network.encode(target), label, metrics[part], known[part], z)
            prior = network.prior(z, label)
        mean = _refined(network, target, label, z, first.mean, prior, steps)
        if steps:
            mean = _with_its_form(network, target, label, z, mean, prior, steps)
        result += [Gaussian(m.double().numpy(), v.double().exp().numpy())
                   for m, v in zip(mean, first.log_variance, strict=True)]
    return result


def _refined(
    network: HandModel, target: Tensor, label: Tensor, z: Tensor, mean: Tensor, prior: Mixture, steps: int
) -> Tensor:
    u = mean.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([u], lr=RATE)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = RATE * (1 - step / steps)
        with _fast():
            field, _ = network.decode(z, u, label)
        loss = (shape_error(field, target) - 0.3 * prior.log_prob(u)).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return u.detach()


def _with_its_form(
    network: HandModel, target: Tensor, label: Tensor, z: Tensor, mean: Tensor, prior: Mixture, steps: int
) -> Tensor:
    """Means whose glyphs have the parts and loops of their targets, where that can be had.

    Ascent from the encoder's guess may end at a j grown together with its dot, a small error in pixels. Where the form
    came out wrong the ascent starts again from each component of the prior, and a wrong form counts as much as
    ``WRONG_FORM`` nats.
    """

    def judged(u: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            field, _ = network.decode(z[rows], u, label[rows])
        other = torch.from_numpy(euler_number(field.numpy() > 0) != form[rows.numpy()])
        return shape_error(field, target[rows]) + WRONG_FORM * other, other

    form = euler_number(target.numpy() > 0)
    error, other = judged(mean, torch.arange(len(mean)))
    wrong = torch.nonzero(other)[:, 0]
    if not len(wrong):
        return mean
    best, best_error = mean[wrong], error[wrong]
    chosen = prior.at(wrong)
    for component in range(network.config.modes):
        u = _refined(network, target[wrong], label[wrong], z[wrong], chosen.means[:, component], chosen, steps)
        error, _ = judged(u, wrong)
        better = error < best_error - LEAST_GAIN
        best, best_error = torch.where(better[:, None], u, best), torch.where(better, error, best_error)
    return mean.index_copy(0, wrong, best)


def decode(
    network: HandModel, style: FloatArray, residuals: FloatArray, characters: NDArray[np.int64]
) -> tuple[FloatArray, FloatArray]:
    """Fields (N, grid, grid) in samples and metrics (N, 4) of residuals (N, U), in one style (Z,) or one each (N, Z).
    """
    condition, decoder = _quick(network.condition), _quick(network.decoder)

    def draw(z: Tensor, u: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        joint = torch.cat([z, u, network.character(label)], -1)
        field = decoder(condition(joint.to(next(condition.parameters()).dtype)), label)
        with _fast():
            return field, network.metrics_head(joint)

    fields, metrics = on_batches(draw, _each(style, len(residuals)), residuals, characters)
    return fields, metrics


def _each(style: FloatArray, count: int) -> FloatArray:
    """A style (Z,) for each of N glyphs, or styles that are (N, Z) already."""
    return np.broadcast_to(style, (count, style.shape[-1]))


def likeness(
    network: HandModel, style: FloatArray, fields: FloatArray, characters: NDArray[np.int64]
) -> NDArray[np.float64]:
    """How much drawn fields (N, grid, grid) look like what is expected of a style (Z,): cosines (N,) of embeddings,
    rounded.
    """

    def compare(z: Tensor, field: Tensor, label: Tensor) -> tuple[Tensor]:
        with _fast():
            seen = network.embedder(field, label)
        return (torch.cosine_similarity(seen, network.evidence_head.expected(z, label), dim=-1),)

    cosines, = on_batches(compare, _each(style, len(fields)), fields, characters)
    return rounded(cosines)


def read(
    reader: Reader, fields: FloatArray, metrics: FloatArray | None = None, known: FloatArray | None = None
) -> FloatArray:
    """Probabilities (N, C) of every character for fields (N, grid, grid), by shape alone or with metrics (N, 4)."""

    def probabilities(*inputs: Tensor) -> tuple[Tensor]:
        with _fast():
            logits = reader(*inputs)
        return (logits.softmax(-1),)

    found, = on_batches(probabilities, fields, *([] if metrics is None or known is None else [metrics, known]))
    return found


def proofread(proofreader: Proofreader, fields: FloatArray) -> FloatArray:
    """Probabilities (N, C) of every character for drawn fields (N, grid, grid)."""
    quick = _quick(proofreader)
    found, = on_batches(lambda batch: (quick(batch.to(quick.head.weight.dtype)).softmax(-1),), fields)
    return found


def legibility(probabilities: FloatArray, characters: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of what :func:`read` or :func:`proofread` gives, the probability (N,) of each one's own character (N,) or one
    that looks the same, rounded.
    """
    return rounded((probabilities * _alike()[characters]).sum(axis=1))


_alike = lru_cache(maxsize=1)(alike)


def prior(network: HandModel, style: FloatArray, characters: NDArray[np.int64]) -> list[tuple[FloatArray, ...]]:
    """p(u | z, c) for each character: (weights (K,), means (K, U), variances (K, U))."""

    def mixture(z: Tensor, label: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        found = network.prior(z, label)
        return found.logits.softmax(-1), found.means, found.log_variances.exp()

    return list(zip(*on_batches(mixture, _each(style, len(characters)), characters), strict=True))
