"""How long somebody lay or sat on the floor. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contract.events import FALL, ON_FLOOR, RECOVERED, STILL_DOWN, states_of

DOWN = frozenset({FALL, STILL_DOWN, ON_FLOOR})
NOT_DOWN = frozenset({"false_alarm", "test"})
"""The verdicts after which nobody lay there."""


@dataclass(frozen=True)
class Lain:
    """What is known of an incident; times are seconds since 1970, `there_at` when somebody first
    said that they are there or that it is over."""

    label: str
    began_at: float
    ended_at: float | None
    seen: str | None
    verdict: str | None
    there_at: float | None

    def floor_sec(self, parts: Iterable["Lain"] = ()) -> float | None:
        """From the beginning until the person was seen up or somebody was there, whichever came
        first; None where nobody knows, or nobody was down.

        `parts` are the incidents that came of it, and are answered with it.
        """
        if self.label not in DOWN or self.verdict in NOT_DOWN:
            return None
        ends = [at for one in (self, *parts) for at in one._ends()]
        return max(0.0, min(ends) - self.began_at) if ends else None

    def _ends(self) -> Iterator[float]:
        if self.there_at is not None:
            yield self.there_at
        is_up = self.label != FALL or RECOVERED in states_of(self.seen)
        if is_up and self.ended_at is not None:
            yield self.ended_at
