"""Networks run beside each other: on the cores there are, and with the same results on any number of them."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import numpy as np
import pytest
import torch

from handfont.model import inference
from handfont.model.loading import load_weights


@pytest.fixture
def two_cores() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def _threads_of_a_new_thread() -> int:
    seen: list[int] = []
    thread = Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return seen[0]


@pytest.mark.usefixtures("two_cores")
def test_threads_started_afterwards_may_use_all_cores() -> None:
    inside = inference.in_parallel(lambda part: torch.get_num_threads(), inference.batches(5 * inference.BATCH))
    assert inside == [1] * 5
    assert torch.get_num_threads() == 2
    assert _threads_of_a_new_thread() == 2


@pytest.mark.usefixtures("two_cores")
def test_the_cores_come_back_when_the_work_fails() -> None:
    def fails(part: slice) -> None:
        raise ValueError(part)

    with pytest.raises(ValueError, match="slice"):
        inference.in_parallel(fails, inference.batches(2 * inference.BATCH))
    assert _threads_of_a_new_thread() == 2


def test_results_do_not_depend_on_the_cores() -> None:
    weights = load_weights()
    rng = np.random.default_rng(0)
    count = 2 * inference.BATCH + 3
    style = rng.standard_normal(weights.network.config.style).astype(np.float32)
    residuals = rng.standard_normal((count, weights.network.config.residual)).astype(np.float32)
    labels = rng.integers(0, 94, count)

    def drawn() -> list[np.ndarray]:
        fields, metrics = inference.decode(weights.network, style, residuals, labels)
        return [fields, metrics, inference.read(weights.reader, fields),
                inference.likeness(weights.network, style, fields, labels)]

    before, results = torch.get_num_threads(), []
    try:
        for cores in (1, 2):
            torch.set_num_threads(cores)
            results.append(drawn())
    finally:
        torch.set_num_threads(before)
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)
