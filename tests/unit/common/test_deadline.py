"""An answer that is waited for only so long."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from common.deadline import Deadline, Overdue


def test_answer_in_time_is_given_and_so_is_what_the_question_raises() -> None:
    deadline = Deadline(lambda number: 12 // number, 30.0, "asking")
    assert deadline.ask(4) == 3
    with pytest.raises(ZeroDivisionError):
        deadline.ask(0)
    assert deadline.ask(6) == 2


def test_time_out_of_the_question_itself_is_not_taken_for_an_overdue_answer() -> None:
    def ask(_question: str) -> str:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        Deadline(ask, 30.0, "asking").ask("anything")


def test_while_an_answer_is_overdue_nothing_else_is_asked(eventually: Callable[..., Any]) -> None:
    released, asked = threading.Event(), list[str]()

    def ask(question: str) -> str:
        asked.append(question)
        released.wait()
        return question.upper()

    deadline = Deadline(ask, 0.05, "asking")
    with pytest.raises(Overdue, match="does not answer in time"):
        deadline.ask("one")
    with pytest.raises(Overdue, match="has not answered the last question yet"):
        deadline.ask("two")
    assert asked == ["one"]
    released.set()

    def answer() -> str | None:
        try:
            return deadline.ask("three")
        except Overdue:
            return None

    assert eventually(answer) == "THREE"
