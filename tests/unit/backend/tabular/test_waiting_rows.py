"""Rows that wait at the same time."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from backend.tabular.waiting_rows import MAX_ROWS, WaitingRows
from contract.tabular import TabularRow
from modeling.tabular.model import Answered


class Asked:
    """Answers each row by its number, and remembers how many came at once."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, rows: Sequence[TabularRow]) -> list[Answered]:
        self.sizes.append(len(rows))
        if any(row["x"] == "bad" for row in rows):
            raise ValueError("no such row")
        return [Answered(float(row["x"] or 0), None, None, "", "", (), ()) for row in rows]


def test_each_gets_its_own_answer_and_those_of_one_turn_are_asked_together() -> None:
    asked = Asked()

    async def ask() -> list[Answered]:
        rows = WaitingRows(asked)
        return await asyncio.gather(*(rows.ask({"x": number}) for number in range(40)))

    answers = asyncio.run(ask())
    assert [answer.value for answer in answers] == [float(number) for number in range(40)]
    assert asked.sizes == [MAX_ROWS, MAX_ROWS, 40 - 2 * MAX_ROWS]


def test_answers_in_a_thread_leave_the_loop_free_and_what_comes_meanwhile_is_next() -> None:
    asked, may_answer = Asked(), threading.Event()

    def slowly(rows: Sequence[TabularRow]) -> list[Answered]:
        assert may_answer.wait(10)
        return asked(rows)

    async def ask() -> list[Answered]:
        rows = WaitingRows(slowly, in_thread=True)
        first = rows.ask({"x": 0})
        await asyncio.sleep(0)  # the thread has it
        later = [rows.ask({"x": number}) for number in (1, 2)]
        may_answer.set()
        return [await first, *await asyncio.gather(*later)]

    assert [answer.value for answer in asyncio.run(ask())] == [0.0, 1.0, 2.0]
    assert asked.sizes == [1, 2]


@pytest.mark.parametrize("in_thread", [False, True])
def test_failure_reaches_each_that_asked_and_the_next_are_answered(*, in_thread: bool) -> None:
    async def ask() -> None:
        rows = WaitingRows(Asked(), in_thread=in_thread)
        first = [rows.ask({"x": "bad"}), rows.ask({"x": 1})]
        for answer in first:
            with pytest.raises(ValueError, match="no such row"):
                await answer
        assert (await rows.ask({"x": 2})).value == 2.0

    asyncio.run(ask())


def test_client_that_has_left_keeps_nobody_from_an_answer() -> None:
    async def ask() -> float:
        rows = WaitingRows(Asked())
        left, stays = rows.ask({"x": 1}), rows.ask({"x": 2})
        left.cancel()
        return (await stays).value

    assert asyncio.run(ask()) == 2.0
