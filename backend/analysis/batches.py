"""Scores windows that wait at the same time in one batch: sixteen take little longer than two."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

MAX_BATCH = 64
"""Windows. A larger batch gains nothing, and the next request waits for all of it."""
FEW = 8
"""Windows that are scored in the event loop, which they block for a third of a millisecond: another
thread would cost as much, and requests that come meanwhile make the next batch."""


@dataclass(frozen=True, eq=False)
class _Question:
    windows: Array
    scores: "asyncio.Future[Array]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class BatchedScores:
    """Asks `score`, (N, T, F) windows to N rows, one batch at a time.

    Up to `few` windows are scored in the event loop, more in a thread of their own.
    """

    def __init__(self, score: Callable[[Array], Array], few: int = FEW) -> None:
        self._score, self._few = score, few
        self._thread = ThreadPoolExecutor(1, "detector")
        self._waiting: deque[_Question] = deque()
        self._answering: asyncio.Task[None] | None = None

    async def scores(self, windows: Array) -> Array:
        """The rows of `windows`; raises what `score` raises."""
        question = _Question(windows)
        self._waiting.append(question)
        if self._answering is None:
            self._answering = asyncio.create_task(self._answer())
        return await question.scores

    async def _answer(self) -> None:
        """Answer while requests wait; those that come meanwhile are the next batch."""
        while self._waiting:
            batch = self._next()
            windows = np.concatenate([question.windows for question in batch])
            try:
                rows = await self._rows(windows)
            except Exception as error:  # noqa: BLE001 (each request raises it)
                _fail(batch, error)
            else:
                _hand_out(batch, rows)
        self._answering = None

    async def _rows(self, windows: Array) -> Array:
        if len(windows) <= self._few:
            return self._score(windows)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._score, windows)

    def _next(self) -> list[_Question]:
        """The requests that wait longest, at most MAX_BATCH windows unless the first has more."""
        batch = [self._waiting.popleft()]
        size = len(batch[0].windows)
        while self._waiting and size + len(self._waiting[0].windows) <= MAX_BATCH:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].windows)
        return batch


def _hand_out(batch: list[_Question], rows: Array) -> None:
    begin = 0
    for question in batch:
        end = begin + len(question.windows)
        if not question.scores.done():  # its client may have left
            question.scores.set_result(rows[begin:end])
        begin = end


def _fail(batch: list[_Question], error: Exception) -> None:
    for question in batch:
        if not question.scores.done():
            question.scores.set_exception(error)
