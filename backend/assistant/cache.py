"""Answers that were given, for who asks the same again: in memory, bounded in number and age.

One counts only if each of its calls, asked again by who asks now, has the same answer: so it is of
the same data, and shows nobody what they may not see.
"""

import hashlib
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic_core import to_json

from contract.assistant import ToolCall

MAX_KEPT = 200
MAX_AGE_SEC = 86_400.0


@dataclass(frozen=True)
class Given:
    """An answer that was given."""

    response: str
    calls: tuple[ToolCall, ...]
    at: float


class AnswerCache:
    """Thread-safe; those that were asked for longest ago give way."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._kept: OrderedDict[str, Given] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: str) -> Given | None:
        """The answer of this key."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.at < self._clock() - MAX_AGE_SEC:
                return None
            self._kept.move_to_end(key)
            return found

    def keep(self, key: str, response: str, calls: Sequence[ToolCall]) -> None:
        """Keep an answer that stands on calls, all of which have one."""
        if not calls or not all(it.answer for it in calls):
            return
        with self._lock:
            self._kept[key] = Given(response, tuple(calls), self._clock())
            self._kept.move_to_end(key)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()


def key_of(question: str, *circumstances: object) -> str:
    """The same for the same question in other spacing, case or punctuation, all else equal."""
    plain = " ".join(unicodedata.normalize("NFKC", question).casefold().split()).rstrip(" ?!.。")
    return hashlib.sha256(to_json([plain, *circumstances])).hexdigest()
