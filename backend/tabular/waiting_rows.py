"""Answers rows that wait at the same time together: sixteen take little longer than one."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from contract.tabular import TabularRow
from modeling.tabular.model import Answered

MAX_ROWS = 16
"""So many are answered at once, in the event loop, which they hold up for two milliseconds."""

Answers = Callable[[Sequence[TabularRow]], Sequence[Answered]]
Asked = tuple[TabularRow, "asyncio.Future[Answered]"]


class WaitingRows:
    """Asks `answers` for all that came in the same turn of the event loop. One loop alone.

    Another thread would cost as much as the answers do, and rows that come meanwhile are the next
    ones.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._waiting: deque[Asked] = deque()

    def ask(self, row: TabularRow) -> "asyncio.Future[Answered]":
        """What is said of the row, in a moment; it fails as `answers` does."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._answer)
        answer: asyncio.Future[Answered] = loop.create_future()
        self._waiting.append((row, answer))
        return answer

    def _answer(self) -> None:
        """Answer those that wait longest; the others have their turn after what came meanwhile."""
        asked = [self._waiting.popleft() for _ in range(min(MAX_ROWS, len(self._waiting)))]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._answer)
        try:
            said = self._answers([row for row, _ in asked])
        except Exception as error:  # noqa: BLE001 (each that asks raises it)
            _fail(asked, error)
        else:
            _hand_out(asked, said)


def _hand_out(asked: Sequence[Asked], said: Sequence[Answered]) -> None:
    for (_, answer), answered in zip(asked, said, strict=True):
        if not answer.done():  # its client may have left
            answer.set_result(answered)


def _fail(asked: Sequence[Asked], error: Exception) -> None:
    for _, answer in asked:
        if not answer.done():
            answer.set_exception(error)
