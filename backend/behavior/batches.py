"""Windows that wait together are scored together: sixteen take little longer than two."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

MAX_BATCH = 64
"""Windows. More gain nothing, and whoever comes next waits for all of them."""


@dataclass(frozen=True, eq=False)
class _Question:
    windows: Array
    scores: "asyncio.Future[Array]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class BatchedScores:
    """Asks `score`, (N, T, F) windows to N rows, in a thread of its own, one batch at a time.

    All the rest happens in the event loop.
    """

    def __init__(self, score: Callable[[Array], Array]) -> None:
        self._score = score
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
        """Answer as long as somebody waits; what comes meanwhile is the next batch."""
        while self._waiting:
            batch = self._next()
            windows = np.concatenate([question.windows for question in batch])
            try:
                rows = await asyncio.get_running_loop().run_in_executor(
                    self._thread, self._score, windows
                )
            except Exception as error:  # noqa: BLE001 (whoever asked is told, whatever it is)
                _fail(batch, error)
            else:
                _hand_out(batch, rows)
        self._answering = None

    def _next(self) -> list[_Question]:
        """The first that wait, together at most MAX_BATCH windows unless one alone has more."""
        batch = [self._waiting.popleft()]
        size = len(batch[0].windows)
        while self._waiting and size + len(self._waiting[0].windows) <= MAX_BATCH:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].windows)
        return batch


def _hand_out(batch: list[_Question], rows: Array) -> None:
    ends = np.cumsum([len(question.windows) for question in batch])
    for question, own in zip(batch, np.split(rows, ends[:-1]), strict=True):
        if not question.scores.done():  # its client may have left
            question.scores.set_result(own)


def _fail(batch: list[_Question], error: Exception) -> None:
    for question in batch:
        if not question.scores.done():
            question.scores.set_exception(error)
