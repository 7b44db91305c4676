"""Networks run beside each other: on the cores there are, and with the same results on any number of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from threading import Thread

import numpy as np
import pytest
import torch
from torch.nn.modules.module import register_module_forward_pre_hook

from handfont.hand import Hand
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
        np.testing.assert_allclose(one, other, atol=0.05)


def test_networks_see_batches_of_one_size_alone(style) -> None:
    """Otherwise a glyph would depend, in its last bits, on how many others are drawn with it."""
    seen: dict[str, set[int]] = {}

    def look(module: torch.nn.Module, inputs: tuple[object, ...]) -> None:
        seen.setdefault(type(module).__name__, set()).update(len(x) for x in inputs if isinstance(x, torch.Tensor))

    hand = Hand(style)
    hook = register_module_forward_pre_hook(look)
    try:
        for text in ("a", "été Q%", "some words " * 12):
            hand.write(text.replace(" ", ""), seed=1)
        assert hand.slant
        inference.read(hand.weights.reader, hand.sample("sevenq", seed=1).fields)
    finally:
        hook.remove()
    assert {"Linear", "Decoder", "Proofreader", "Reader", "Embedder", "Prior"} <= set(seen)
    assert set.union(*seen.values()) == {inference.BATCH}, seen


def test_a_batch_holds_what_was_asked_for_and_nothing_else() -> None:
    rows = np.arange(2.0 * inference.BATCH + 3, dtype=np.float32)
    for count in (1, inference.BATCH, len(rows)):
        doubled, mean = inference.on_batches(lambda x: (2 * x, x.mean().expand(len(x))), rows[:count])
        assert np.array_equal(doubled, 2 * rows[:count])
        assert len(mean) == count


def tasks(count, made, work=lambda number: number):
    for number in range(count):
        made.append(number)
        yield partial(work, number)


def test_results_of_tasks_come_in_their_order():
    def late(number):
        time.sleep(0.02 if number % 2 else 0.0)
        return number

    assert list(inference.side_by_side(tasks(20, [], late))) == list(range(20))
    assert list(inference.side_by_side(iter([]))) == []


def test_tasks_are_begun_only_a_little_ahead():
    made: list[int] = []
    with closing(inference.side_by_side(tasks(100, made))) as results:
        assert next(results) == 0
        assert len(made) <= inference.cores() + 1


def test_a_single_task_is_done_here_with_all_cores():
    here = threading.get_ident()
    (found,) = inference.side_by_side(iter([lambda: (threading.get_ident(), inference.cores())]))
    assert found == (here, inference.cores())


def test_tasks_side_by_side_take_one_core_each():
    before = inference.cores()
    assert set(inference.side_by_side(iter([inference.cores] * 8))) == {1}
    assert inference.cores() == before


def test_what_a_task_raises_is_raised_in_its_place():
    def broken(number):
        if number == 3:
            raise ValueError("broken")
        return number

    results = inference.side_by_side(tasks(100, [], broken))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(results)
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]
