"""Questions that wait for a model, and the threads that answer them, a batch at a time."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeAlias

from backend.errors import VisionBusy

MAX_WAITING = 64
MAX_WAITING_BYTES = 64 * 2**20
MAX_BATCH = 16


@dataclass(frozen=True, eq=False)
class Question:
    """What `model_name` says of a picture, as encoded bytes; `answer` is version and scores."""

    model_name: str
    image: bytes
    previous: bytes | None = None
    answer: "Future[tuple[str, list[float]]]" = field(default_factory=Future)

    @property
    def size(self) -> int:
        """The pictures' bytes."""
        return len(self.image) + len(self.previous or b"")


Answer: TypeAlias = Callable[[Sequence[Question]], None]


class WaitingLine:
    """Bounded in number and in bytes; what does not fit is refused at once.

    `answer` is called in one of `threads` threads with questions for one model, and must settle
    the answer of each.
    """

    def __init__(self, answer: Answer, threads: int) -> None:
        self._answer = answer
        self._waiting: deque[Question] = deque()
        self._bytes = 0
        self._open = False
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=self._work, name=f"vision-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Open the line."""
        self._open = True
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Refuse what comes, answer what waits, and return then."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def put(self, question: Question) -> None:
        """Queue up; raises VisionBusy if there is no room."""
        with self._changed:
            is_full = len(self._waiting) >= MAX_WAITING
            if not self._open or is_full or self._bytes + question.size > MAX_WAITING_BYTES:
                raise VisionBusy
            self._waiting.append(question)
            self._bytes += question.size
            self._changed.notify()

    def _work(self) -> None:
        while batch := self._next():
            if asked := [q for q in batch if q.answer.set_running_or_notify_cancel()]:
                self._answer(asked)

    def _next(self) -> list[Question]:
        """All that wait for the model of the first in line, up to MAX_BATCH; none at the end."""
        with self._changed:
            while self._open and not self._waiting:
                self._changed.wait()
            batch: list[Question] = []
            others: list[Question] = []
            while self._waiting and len(batch) < MAX_BATCH:
                question = self._waiting.popleft()
                is_same = not batch or question.model_name == batch[0].model_name
                (batch if is_same else others).append(question)
            self._waiting.extendleft(reversed(others))
            self._bytes -= sum(question.size for question in batch)
            return batch
