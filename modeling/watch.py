"""Everybody in the picture, each followed by an event machine and a still-down watch of their own.

Pure: time is an argument, nothing is asked of a clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from contract.analysis import Analysis
from modeling.event_machine import EventMachine, EventMachineSettings, Transition
from modeling.still_down import STILL_DOWN_AFTER_SEC, StillDownWatch
from modeling.windows import Moment, Window

FORGOTTEN_AFTER_SEC = 600.0
"""Nobody is tracked again after as long out of sight. What is open of them stays open: they were
not seen to get up."""


@dataclass(frozen=True)
class Status:
    """One person now: the smoothed score of each label, and what is open, such as `fall`."""

    person: int
    scores: Mapping[str, float]
    states: Sequence[str]


class Watch:
    """Follows everybody in one stream; feed it every moment in the order of time."""

    def __init__(
        self,
        settings: EventMachineSettings | None = None,
        still_down_after_sec: float = STILL_DOWN_AFTER_SEC,
    ) -> None:
        self._settings = settings or EventMachineSettings()
        self._still_down_after_sec = still_down_after_sec
        self._people: dict[int, _Person] = {}

    def step(self, moment: Moment, analyses: Sequence[Analysis | None]) -> list[Transition]:
        """What began and ended; `analyses` are those of the moment's windows, None unanswered."""
        seen = {
            window.person: (window, analysis)
            for window, analysis in zip(moment.windows, analyses, strict=True)
        }
        for number in seen.keys() - self._people.keys():
            self._people[number] = self._begin(number, moment.time)
        moves = []
        for number, person in sorted(self._people.items()):
            window, analysis = seen.get(number, (None, None))
            moves += person.step(window, analysis, moment.time)
            if person.is_forgotten(moment.time):
                del self._people[number]
        return moves

    def finish(self, time: float) -> list[Transition]:
        """End what the event machines have open, because the stream ended."""
        return [move for _, one in sorted(self._people.items()) for move in one.finish(time)]

    def status(self, person: int) -> Status:
        """How a person is who had a window in the last moment."""
        return self._people[person].status

    def _begin(self, person: int, time: float) -> "_Person":
        machine = EventMachine(self._settings, person)
        return _Person(machine, StillDownWatch(self._still_down_after_sec), time)


@dataclass
class _Person:
    machine: EventMachine
    still_down: StillDownWatch
    seen_at: float

    def step(
        self, window: Window | None, analysis: Analysis | None, time: float
    ) -> list[Transition]:
        if window is not None:
            self.seen_at = time
        moves = self.machine.step(analysis, time)
        return self._stated(moves + self.still_down.step(window, time, moves))

    def finish(self, time: float) -> list[Transition]:
        return self._stated(self.machine.finish(time))

    def is_forgotten(self, time: float) -> bool:
        is_busy = self.machine.active or self.still_down.is_waiting
        return not is_busy and time - self.seen_at >= FORGOTTEN_AFTER_SEC

    @property
    def status(self) -> Status:
        states = self.machine.active + self.still_down.states
        return Status(self.machine.person, self.machine.scores, states)

    def _stated(self, moves: list[Transition]) -> list[Transition]:
        """The moves, each with what is open of the person after them."""
        state = "+".join(self.status.states) or None
        return [replace(move, state=move.state or state) for move in moves]
