"""Answers rows that wait at the same time together: sixteen take little longer than one."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from contract.tabular import TabularRow
from modeling.tabular.model import Answered

MAX_ROWS = 16
"""So many are answered at once, in the event loop, which they hold up for two milliseconds."""

Answers = Callable[[Sequence[TabularRow]], Sequence[Answered]]
Asked = tuple[TabularRow, "asyncio.Future[Answered]"]


class WaitingRows:
    """Asks `answers` for all that came in the same turn of the event loop. One loop alone.

    Another thread would cost as much as the answers do, and rows that come meanwhile are the next
    ones. Answers that take long come `in_thread` all the same, which the loop does not wait for.
    """

    def __init__(self, answers: Answers, *, in_thread: bool = False) -> None:
        self._answers, self._in_thread = answers, in_thread
        self._waiting: deque[Asked] = deque()
        self._is_answering = False

    def ask(self, row: TabularRow) -> "asyncio.Future[Answered]":
        """What is said of the row, in a moment; it fails as `answers` does."""
        loop = asyncio.get_running_loop()
        if not self._is_answering:
            self._is_answering = True
            loop.call_soon(self._answer)
        answer: asyncio.Future[Answered] = loop.create_future()
        self._waiting.append((row, answer))
        return answer

    def _answer(self) -> None:
        """Answer those that wait longest; the others have their turn after what came meanwhile."""
        asked = [self._waiting.popleft() for _ in range(min(MAX_ROWS, len(self._waiting)))]
        rows = [row for row, _ in asked]
        if self._in_thread:
            said = asyncio.get_running_loop().run_in_executor(None, self._answers, rows)
            said.add_done_callback(partial(self._end, asked))
            return
        self._go_on()
        try:
            _hand_out(asked, self._answers(rows))
        except Exception as error:  # noqa: BLE001 (each that asks raises it)
            _fail(asked, error)

    def _end(self, asked: Sequence[Asked], said: "asyncio.Future[Sequence[Answered]]") -> None:
        """What the thread has answered goes to who asked."""
        self._go_on()
        if (error := said.exception()) is not None:
            _fail(asked, error)
        else:
            _hand_out(asked, said.result())

    def _go_on(self) -> None:
        self._is_answering = bool(self._waiting)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._answer)


def _hand_out(asked: Sequence[Asked], said: Sequence[Answered]) -> None:
    for (_, answer), answered in zip(asked, said, strict=True):
        if not answer.done():  # its client may have left
            answer.set_result(answered)


def _fail(asked: Sequence[Asked], error: BaseException) -> None:
    for _, answer in asked:
        if not answer.done():
            answer.set_exception(error)
