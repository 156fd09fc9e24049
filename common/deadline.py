"""An answer that is waited for only so long."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Overdue(Exception):
    """No answer came in time, or the last question is still unanswered."""


class Deadline(Generic[Q, A]):
    """Asks `ask` in a thread of its own and waits at most `seconds` for each answer.

    An overdue call cannot be cancelled: until it returns, nothing else is asked. One caller.
    """

    def __init__(self, ask: Callable[[Q], A], seconds: float, thread_name: str) -> None:
        self._ask = ask
        self._seconds = seconds
        self._thread = ThreadPoolExecutor(1, thread_name)
        self._answer: Future[A] | None = None

    def ask(self, question: Q) -> A:
        """The answer to `question`; raises Overdue, and what `ask` itself raises."""
        if self._answer is not None and not self._answer.done():
            raise Overdue("it has not answered the last question yet")
        self._answer = self._thread.submit(self._ask, question)
        try:
            return self._answer.result(self._seconds)
        except FutureTimeoutError as error:
            if self._answer.done():  # the question itself has raised a TimeoutError
                raise
            raise Overdue("it does not answer in time") from error
