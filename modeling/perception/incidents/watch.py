"""Everybody in the picture, each followed by state machines of their own.

Pure: time is an argument, nothing is asked of a clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import dist

from contract.analysis import Analysis
from contract.zones import Zones
from modeling.perception.incidents.event_machine import (
    EventMachine,
    EventMachineSettings,
    Transition,
)
from modeling.perception.incidents.ground import Ground
from modeling.perception.incidents.lost import LOST_AFTER_FALL_SEC, LostWatch
from modeling.perception.incidents.on_floor import ON_FLOOR_AFTER_SEC, FloorWatch
from modeling.perception.incidents.person_watch import PersonWatch, Status
from modeling.perception.incidents.recent import Recent
from modeling.perception.incidents.still_down import STILL_DOWN_AFTER_SEC, StillDownWatch
from modeling.perception.windows.posture import Posture
from modeling.perception.windows.windows import Moment, Window

SAME_PLACE_LENGTHS = 1.0
"""Body lengths: who was lost while low and is found as near has another number, and is the same."""


@dataclass(frozen=True)
class WatchSettings:
    """How the people of a camera are followed; times are seconds."""

    machine: EventMachineSettings = field(default_factory=EventMachineSettings)
    still_down_after: float = STILL_DOWN_AFTER_SEC
    on_floor_after: float = ON_FLOOR_AFTER_SEC
    lost_after_fall: float = LOST_AFTER_FALL_SEC


class Watch:
    """Follows everybody in one stream; feed it every moment in the order of time.

    `ground` is learnt meanwhile; `zones` says what the household says of places now.
    """

    def __init__(
        self,
        settings: WatchSettings | None = None,
        ground: Ground | None = None,
        zones: Callable[[], Zones] = Zones,
    ) -> None:
        self._settings = settings or WatchSettings()
        self._ground = ground or Ground()
        self._zones = zones
        self._people: dict[int, PersonWatch] = {}
        self._numbers: dict[int, int] = {}  # of the tracker, to those that events carry

    def step(self, moment: Moment, analyses: Sequence[Analysis | None]) -> list[Transition]:
        """What began and ended; `analyses` are those of the moment's windows, None unanswered."""
        if moment.is_cut:
            self._lose_places()
        seen = dict[int, tuple[Posture | None, Analysis | None]]()
        of_each = zip(moment.windows, moment.postures, analyses, strict=True)
        for window, posture, analysis in of_each:
            seen[self._number(window, posture, moment.time)] = posture, analysis
        for number, person in self._people.items():
            person.look(seen[number][0] if number in seen else None, moment.time)
        moves = []
        for number, person in sorted(self._people.items()):
            others = [one.recent for key, one in self._people.items() if key != number]
            analysis = seen[number][1] if number in seen else None
            moves += person.step(analysis, others, moment)
        self._forget()
        return moves

    def finish(self, time: float) -> list[Transition]:
        """End the falls that are open, because the stream broke off, and the states with them."""
        return [move for _, one in sorted(self._people.items()) for move in one.finish(time)]

    def status(self, person: int) -> Status:
        """How a person is who had a window in the last moment, by the tracker's number."""
        return self._people[self._numbers[person]].status

    def _number(self, window: Window, posture: Posture | None, time: float) -> int:
        """The number that events carry: who is found again where they lay keeps theirs."""
        if window.person not in self._numbers:
            lost = self._lost_at(posture) if posture is not None else None
            number = window.person if lost is None else lost
            self._numbers[window.person] = number
            if number not in self._people:
                self._people[number] = self._begin(number, time)
        return self._numbers[window.person]

    def _lost_at(self, posture: Posture) -> int | None:
        near = [
            (way, number)
            for number, person in self._people.items()
            if person.is_lost_low and (way := _way(person.recent.newest, posture)) is not None
        ]
        return min(near, default=(0.0, None))[1]

    def _begin(self, number: int, time: float) -> PersonWatch:
        settings, ground = self._settings, self._ground
        return PersonWatch(
            ground,
            Recent(time),
            EventMachine(settings.machine, number),
            StillDownWatch(settings.still_down_after),
            FloorWatch(number, ground, self._zones, settings.on_floor_after),
            LostWatch(number, ground, settings.lost_after_fall),
        )

    def _lose_places(self) -> None:
        """Nobody is found again where they were in another scene; what is open of them stays."""
        self._numbers.clear()
        for person in self._people.values():
            person.lose_place()

    def _forget(self) -> None:
        gone = {number for number, person in self._people.items() if person.is_forgotten}
        for number in gone:
            del self._people[number]
        self._numbers = {key: n for key, n in self._numbers.items() if n not in gone}


def _way(lost: Posture | None, found: Posture) -> float | None:
    """How far the hips are from where they were lost, None if too far to be the same person's."""
    if lost is None:
        return None
    way = dist(found.hips, lost.hips)
    reach = SAME_PLACE_LENGTHS * max(found.body_length, lost.body_length)
    return way if way <= reach else None
