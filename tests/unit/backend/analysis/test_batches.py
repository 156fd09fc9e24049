"""Windows that wait together: everybody gets his own scores."""

import asyncio
import threading
from collections.abc import Awaitable

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.analysis.batches import FEW, MAX_BATCH, BatchedScores

Array = NDArray[np.float32]


def windows(*values: float) -> Array:
    """A window a value, which it is full of."""
    return np.array(values, dtype=np.float32)[:, None, None] * np.ones((1, 2, 3), np.float32)


class Network:
    """The score of a window is its first number; it waits until it is let go."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.is_busy, self.may_go = threading.Event(), threading.Event()

    def score(self, windows: Array) -> Array:
        self.sizes.append(len(windows))
        self.is_busy.set()
        assert self.may_go.wait(30)
        if (windows < 0).any():
            raise ValueError("a window that cannot be scored")
        return windows[:, 0, :1]


async def ask_while_busy(network: Network, *questions: Array) -> list[Array | BaseException]:
    """Ask all of `questions` while the network is at another one, and then let it go on."""
    batches = BatchedScores(network.score, few=0)
    first = asyncio.create_task(batches.scores(windows(0.5)))
    await asyncio.to_thread(network.is_busy.wait, 30)
    asked: list[Awaitable[Array]] = [asyncio.create_task(batches.scores(q)) for q in questions]
    await asyncio.sleep(0)
    network.may_go.set()
    assert (await first).tolist() == [[0.5]]
    return await asyncio.gather(*asked, return_exceptions=True)


def test_those_that_wait_are_one_batch_and_each_gets_its_own() -> None:
    network = Network()
    asked = [windows(1), windows(2, 3, 4), windows(5, 6), *(windows(n) for n in range(7, 20))]
    answers = asyncio.run(ask_while_busy(network, *asked))
    assert network.sizes == [1, 19]
    for question, answer in zip(asked, answers, strict=True):
        assert isinstance(answer, np.ndarray)
        assert answer.tolist() == question[:, 0, :1].tolist()


@pytest.mark.parametrize(("count", "in_loop"), [(FEW, True), (FEW + 1, False)])
def test_few_of_one_turn_are_one_batch_in_the_event_loop(count: int, in_loop: bool) -> None:
    batches: list[tuple[int, bool]] = []
    loop_thread = threading.current_thread()

    def score(windows: Array) -> Array:
        batches.append((len(windows), threading.current_thread() is loop_thread))
        return windows[:, 0, :1]

    async def ask() -> list[Array]:
        scores = BatchedScores(score).scores
        return await asyncio.gather(*(scores(windows(n)) for n in range(count)))

    assert [answer.tolist() for answer in asyncio.run(ask())] == [[[n]] for n in range(count)]
    assert batches == [(count, in_loop)]


def test_batch_has_its_limit_and_a_question_is_not_cut() -> None:
    network = Network()
    large = windows(*range(MAX_BATCH + 6))
    half = windows(*range(MAX_BATCH // 2))
    answers = asyncio.run(ask_while_busy(network, half, half, windows(7), large, windows(8)))
    assert network.sizes == [1, MAX_BATCH, 1, MAX_BATCH + 6, 1]
    assert [len(answer) for answer in answers if isinstance(answer, np.ndarray)] == [
        MAX_BATCH // 2, MAX_BATCH // 2, 1, MAX_BATCH + 6, 1
    ]  # fmt: skip


def test_failure_is_told_to_the_batch_and_ends_nothing() -> None:
    async def ask() -> None:
        network = Network()
        network.may_go.set()
        batches = BatchedScores(network.score, few=0)
        with pytest.raises(ValueError, match="cannot be scored"):
            await batches.scores(windows(-1))
        assert (await batches.scores(windows(3))).tolist() == [[3]]

    asyncio.run(ask())


def test_client_that_leaves_takes_nobodys_answer_along() -> None:
    async def ask() -> Array:
        network = Network()
        batches = BatchedScores(network.score, few=0)
        leaver = asyncio.create_task(batches.scores(windows(1)))
        await asyncio.to_thread(network.is_busy.wait, 30)
        stayer = asyncio.create_task(batches.scores(windows(2)))
        leaver.cancel()
        network.may_go.set()
        return await stayer

    assert asyncio.run(ask()).tolist() == [[2]]
