"""Questions that wait for a model, and the threads that answer them, a batch at a time."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeAlias

from backend.errors import ApiError, ModelUnavailable
from backend.vision.errors import VisionBusy

logger = logging.getLogger(__name__)

MAX_WAITING = 64
MAX_WAITING_BYTES = 64 * 2**20
MAX_BATCH = 16


@dataclass(frozen=True)
class Question:
    """What `model_name` says of a picture, as encoded bytes, and of the one before it."""

    model_name: str
    image: bytes
    previous: bytes | None = None

    @property
    def size(self) -> int:
        """The pictures' bytes."""
        return len(self.image) + len(self.previous or b"")


@dataclass(frozen=True)
class Scores:
    """A probability for each of its `labels`, by this version of the model."""

    version: str
    labels: tuple[str, ...]
    values: list[float]


Answer: TypeAlias = Callable[[Sequence[Question]], Sequence[Scores | ApiError]]
Waiting: TypeAlias = tuple[Question, "Future[Scores]"]


class BatchQueue:
    """Bounded in number and in bytes; what does not fit is refused at once.

    `answer` is called in one of `threads` threads with questions for one model, and returns what
    comes of each.
    """

    def __init__(self, answer: Answer, threads: int) -> None:
        self._answer = answer
        self._waiting: deque[Waiting] = deque()
        self._bytes = 0
        self._open = False
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=self._work, name=f"vision-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Take questions from now on."""
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

    def put(self, question: Question) -> "Future[Scores]":
        """Queue up; raises VisionBusy if there is no room."""
        with self._changed:
            is_full = len(self._waiting) >= MAX_WAITING
            if not self._open or is_full or self._bytes + question.size > MAX_WAITING_BYTES:
                raise VisionBusy
            answer: Future[Scores] = Future()
            self._waiting.append((question, answer))
            self._bytes += question.size
            self._changed.notify()
            return answer

    def _work(self) -> None:
        while batch := self._next():
            # Who has left in the meantime is not answered.
            if asked := [item for item in batch if item[1].set_running_or_notify_cancel()]:
                self._settle(asked)

    def _settle(self, asked: Sequence[Waiting]) -> None:
        try:
            found = self._answer([question for question, _ in asked])
        except Exception:  # whatever happens, nobody is left waiting
            name = asked[0][0].model_name
            logger.exception("model %s failed", name)
            found = [ModelUnavailable(f"model {name} failed; the server's log says why")]
            found *= len(asked)
        for (_, answer), result in zip(asked, found, strict=True):
            if isinstance(result, ApiError):
                answer.set_exception(result)
            else:
                answer.set_result(result)

    def _next(self) -> list[Waiting]:
        """All that wait for the model of the first question, up to MAX_BATCH; none at the end."""
        with self._changed:
            while self._open and not self._waiting:
                self._changed.wait()
            batch: list[Waiting] = []
            others: list[Waiting] = []
            while self._waiting and len(batch) < MAX_BATCH:
                item = self._waiting.popleft()
                is_same = not batch or item[0].model_name == batch[0][0].model_name
                (batch if is_same else others).append(item)
            self._waiting.extendleft(reversed(others))
            self._bytes -= sum(question.size for question, _ in batch)
            return batch
