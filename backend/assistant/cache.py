"""Answers that were given, for who asks the same again: in memory, bounded in number and age.

One counts only if each of its calls, asked again by who asks now, has the same answer: so it is of
the same data, and shows nobody what they may not see. Of what was answered only a digest is kept.
"""

import hashlib
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import JsonValue
from pydantic_core import to_json

from contract.assistant import ToolCall
from contract.tools import ToolAnswer

MAX_KEPT = 200
MAX_AGE_SEC = 86_400.0
DIGITS = 9
"""Of a number, by which two answers are told apart."""


@dataclass(frozen=True)
class GivenCall:
    """A call of an answer that was given: what was asked, and the digest of what came of it."""

    id: str
    tool: str
    table: str
    arguments: dict[str, JsonValue]
    digest: str

    @classmethod
    def of(cls, call_id: str, answer: ToolAnswer) -> Self:
        """What is kept of a call."""
        return cls(call_id, answer.tool, answer.basis.table, answer.arguments, digest_of(answer))


@dataclass(frozen=True)
class Given:
    """An answer that was given."""

    response: str
    calls: tuple[GivenCall, ...]
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
        given = tuple(GivenCall.of(it.id, it.answer) for it in calls if it.answer)
        if not calls or len(given) < len(calls):
            return
        with self._lock:
            self._kept[key] = Given(response, given, self._clock())
            self._kept.move_to_end(key)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()


def digest_of(answer: ToolAnswer) -> str:
    """The same for an answer that says the same, of whatever version of the data.

    A camera box reports every few seconds, and what it says changes few answers. Threads add in any
    order, so that last digits may differ.
    """
    said = answer.model_dump(mode="json", exclude={"basis": {"data_version"}})
    return hashlib.sha256(to_json(_rounded(said))).hexdigest()


def _rounded(said: JsonValue) -> JsonValue:
    if isinstance(said, dict):
        return {name: _rounded(value) for name, value in said.items()}
    if isinstance(said, list):
        return [_rounded(value) for value in said]
    return float(f"{said:.{DIGITS}g}") if isinstance(said, float) else said


def key_of(question: str, *circumstances: object) -> str:
    """The same for the same question in other spacing, case or punctuation, all else equal."""
    plain = " ".join(unicodedata.normalize("NFKC", question).casefold().split()).rstrip(" ?!.。")
    return hashlib.sha256(to_json([plain, *circumstances])).hexdigest()
