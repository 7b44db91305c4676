"""Networks run beside each other: on the cores there are, and with the same results on any number of them."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.modules.module import register_module_forward_pre_hook

from handfont.core import sdf
from handfont.core.charset import INDEX
from handfont.core.glyph import GlyphSample, Metrics
from handfont.model import inference
from handfont.model.loading import load_weights
from handfont.util import parallel

ROWS = np.arange(2.0 * inference.BATCH + 3, dtype=np.float32)


@pytest.fixture
def two_cores(monkeypatch) -> Iterator[None]:
    """As on a machine of two cores."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    parallel.limit(2)
    yield
    parallel.limit(None)
    torch.set_num_threads(before)


def _threads_of_a_new_thread() -> int:
    seen: list[int] = []
    thread = Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return seen[0]


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("count", [1, len(ROWS)])
def test_a_batch_takes_one_core_and_threads_started_afterwards_may_use_all(count: int) -> None:
    (inside,) = inference.on_batches(lambda x: (torch.full((len(x),), float(torch.get_num_threads())),), ROWS[:count])
    assert set(inside.tolist()) == {1.0}
    assert torch.get_num_threads() == 2
    assert _threads_of_a_new_thread() == 2


@pytest.mark.usefixtures("two_cores")
def test_the_cores_come_back_when_the_work_fails() -> None:
    def fails(x: torch.Tensor) -> tuple[torch.Tensor]:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        inference.on_batches(fails, ROWS)
    assert _threads_of_a_new_thread() == 2


def glyphs(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Fields of scrawls, and characters that they might be."""
    rng = np.random.default_rng(0)
    drawn = [
        sdf.from_strokes([rng.normal(0, 0.4, (12, 2)).cumsum(axis=0).astype(np.float32)], sdf.MIN_SIZE).field
        for _ in range(count)
    ]
    return np.stack(drawn), rng.integers(0, 94, count)


def test_results_do_not_depend_on_the_cores_or_the_company(monkeypatch) -> None:
    weights, (fields, labels) = load_weights(), glyphs(2 * inference.BATCH + 3)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)

    def looked_at(part: slice) -> list[np.ndarray]:
        return [
            inference.read(weights.reader, fields[part]),
            inference.embedded(weights.embedder, fields[part], labels[part]),
        ]

    results = []
    try:
        for cores in (1, 2):
            parallel.limit(cores)
            results.append(looked_at(slice(None)))
    finally:
        parallel.limit(None)
    for one, other, alone in zip(*results, looked_at(slice(70, 71)), strict=True):
        assert np.array_equal(one, other)
        assert np.allclose(one[70], alone[0], atol=1e-3)


def test_networks_see_batches_of_one_size_alone() -> None:
    """Otherwise what is read of a glyph would depend, in its last bits, on how many others are read with it."""
    seen: dict[str, set[int]] = {}

    def look(module: torch.nn.Module, inputs: tuple[object, ...]) -> None:
        seen.setdefault(type(module).__name__, set()).update(len(x) for x in inputs if isinstance(x, torch.Tensor))

    weights, (fields, labels) = load_weights(), glyphs(inference.BATCH + 1)
    hook = register_module_forward_pre_hook(look)
    try:
        for count in (1, 7, inference.BATCH, inference.BATCH + 1):
            inference.read(weights.reader, fields[:count])
            inference.embedded(weights.embedder, fields[:count], labels[:count])
    finally:
        hook.remove()
    assert {"Linear", "Conv2d", "Reader", "Embedder"} <= set(seen)
    assert set.union(*seen.values()) == {inference.BATCH}, seen


@given(st.integers(1, len(ROWS)))
def test_a_batch_holds_what_was_asked_for_and_nothing_else(count: int) -> None:
    doubled, mean = inference.on_batches(lambda x: (2 * x, x.mean().expand(len(x))), ROWS[:count])
    assert np.array_equal(doubled, 2 * ROWS[:count])
    assert len(mean) == count


@given(st.floats(-10, 10))
def test_what_decides_is_rounded(figure: float) -> None:
    near = inference.rounded(np.array([figure, figure + 1e-9], np.float64))
    assert np.abs(near - figure).max() <= 0.5 * 10.0**-inference.PLACES + 1e-8
    assert near[0] * 10**inference.PLACES == pytest.approx(round(near[0] * 10**inference.PLACES), abs=1e-6)


def test_legibility_is_that_of_the_character_and_of_those_that_look_the_same() -> None:
    probabilities = np.zeros((2, len(INDEX)), np.float32)
    probabilities[:, INDEX["x"]], probabilities[:, INDEX["X"]], probabilities[:, INDEX["a"]] = 0.5, 0.25, 0.25
    assert inference.legibility(probabilities, np.array([INDEX["x"], INDEX["a"]])) == pytest.approx([0.75, 0.25])


def test_more_letters_narrow_what_is_known_of_a_writer() -> None:
    weights, (fields, labels) = load_weights(), glyphs(40)
    characters = list(INDEX)
    samples = [
        GlyphSample(characters[label], field, Metrics(1.0, 0.5), 0.1, "", (0, 0, 0, 0))
        for field, label in zip(fields, labels.tolist(), strict=True)
    ]
    few, many = (inference.writer_posterior(weights.embedder, weights.evidence, samples[:count]) for count in (5, 40))
    assert (many.variance < few.variance).all()
    assert (few.variance < 1).all()
    without = [GlyphSample(one.character, one.shape, Metrics(1.0), 0.1, "", (0, 0, 0, 0)) for one in samples[:5]]
    assert (inference.writer_posterior(weights.embedder, weights.evidence, without).variance > few.variance).all()
