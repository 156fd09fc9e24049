"""Who waits for an answer: each for one at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.access.keys import Caller
from backend.assistant.errors import AnswerGoing

Who = tuple[int, int | None]


class Going:
    """For one event loop."""

    def __init__(self) -> None:
        self._going: set[Who] = set()

    @contextmanager
    def one(self, caller: Caller, said: str) -> Iterator[None]:
        """The caller waits as long as this lasts; raises AnswerGoing, which says `said`."""
        who = caller.household_id, caller.person_id
        if who in self._going:
            raise AnswerGoing(said)
        self._going.add(who)
        try:
            yield
        finally:
            self._going.discard(who)
