"""Everybody in the picture, each followed by state machines of their own.

Pure: time is an argument, nothing is asked of a clock.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import dist

from contract.analysis import Analysis
from contract.events import BROKEN_OFF, FALL, OUT_OF_SIGHT, RECOVERED, EventType
from contract.zones import Zones
from modeling.event_machine import EventMachine, EventMachineSettings, Transition
from modeling.ground import Ground
from modeling.lost import LOST_AFTER_FALL_SEC, LostWatch
from modeling.on_floor import ON_FLOOR_AFTER_SEC, FloorWatch, is_up
from modeling.posture import Posture
from modeling.still_down import STILL_DOWN_AFTER_SEC, StillDownWatch
from modeling.windows import Moment, Window

MEMORY_SEC = 5.0
SEEN_SEC = 1.0
"""Who was not seen for as long is out of sight."""
FORGOTTEN_AFTER_SEC = 60.0
"""Who has nothing open is not known again after as long out of sight."""
SAME_PLACE_LENGTHS = 1.0
"""Body lengths: who was lost while low and is found as near has another number, and is the same."""
LEAST_SEEN = 10
"""Poses after which somebody who stands is known to be no slip of the tracker."""


@dataclass(frozen=True)
class Status:
    """One person now: the smoothed score of each label, and what is open, such as `fall`."""

    person: int
    scores: Mapping[str, float]
    states: Sequence[str]


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
        self._people: dict[int, _Person] = {}
        self._numbers: dict[int, int] = {}  # of the tracker, to those that events carry

    def step(self, moment: Moment, analyses: Sequence[Analysis | None]) -> list[Transition]:
        """What began and ended; `analyses` are those of the moment's windows, None unanswered."""
        if moment.is_cut:
            self._lose_places()
        seen = dict[int, tuple[Posture | None, Analysis | None]]()
        for window, analysis in zip(moment.windows, analyses, strict=True):
            posture = Posture.of(window, moment)
            seen[self._number(window, posture, moment.time)] = posture, analysis
        moves = []
        for number, person in sorted(self._people.items()):
            others = [one for key, (one, _) in seen.items() if key != number and one is not None]
            posture, analysis = seen.get(number, (None, None))
            moves += person.step(posture, analysis, others, moment)
        self._forget(moment.time)
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
            lost = self._lost_at(posture, time) if posture is not None else None
            number = window.person if lost is None else lost
            self._numbers[window.person] = number
            if number not in self._people:
                self._people[number] = self._begin(number, time)
        return self._numbers[window.person]

    def _lost_at(self, posture: Posture, time: float) -> int | None:
        near = (
            (dist(posture.hips, person.newest.hips), number)
            for number, person in self._people.items()
            if person.newest is not None
            and person.is_lost_low(time)
            and dist(posture.hips, person.newest.hips)
            <= SAME_PLACE_LENGTHS * max(posture.body_length, person.newest.body_length)
        )
        return min(near, default=(0.0, None))[1]

    def _begin(self, number: int, time: float) -> "_Person":
        settings, ground = self._settings, self._ground
        return _Person(
            ground,
            EventMachine(settings.machine, number),
            StillDownWatch(settings.still_down_after),
            FloorWatch(number, ground, self._zones, settings.on_floor_after),
            LostWatch(number, ground, settings.lost_after_fall),
            time,
        )

    def _lose_places(self) -> None:
        """Nobody is found again where they were in another scene; what is open of them stays."""
        self._numbers.clear()
        for person in self._people.values():
            person.lose_place()

    def _forget(self, time: float) -> None:
        gone = {number for number, person in self._people.items() if person.is_forgotten(time)}
        for number in gone:
            del self._people[number]
        self._numbers = {key: n for key, n in self._numbers.items() if n not in gone}


@dataclass
class _Person:
    ground: Ground
    machine: EventMachine
    still_down: StillDownWatch
    floor: FloorWatch
    lost: LostWatch
    seen_at: float
    recent: deque[Posture] = field(default_factory=deque)
    newest: Posture | None = None
    seen: int = 0
    time: float = 0.0

    def step(
        self,
        posture: Posture | None,
        analysis: Analysis | None,
        others: list[Posture],
        moment: Moment,
    ) -> list[Transition]:
        self._look(posture, moment.time)
        recent = list(self.recent)
        if analysis is not None and self.newest is not None and self.newest.is_leaving:
            analysis = _without_fall(analysis)  # also while the last pose is held
        moves = self._stated(self.machine.step(analysis, moment.time), moment)
        lost = self.lost.step(recent, others, moment.time, self.machine.peak(FALL))
        moves += self._if_news(lost)
        moves += self.still_down.step(posture, moment.time, moves, is_known=self.floor.is_open)
        moves += self.floor.step(recent, moment.time, is_known=self._is_known_down)
        return self._with_states(moves)

    def finish(self, time: float) -> list[Transition]:
        peak = self.machine.peak(FALL)
        moves = self._if_news(self.lost.finish(time, peak)) + self.machine.finish(time)
        broken = [replace(m, state=BROKEN_OFF) if m.label == FALL else m for m in moves]
        return self._with_states(broken)

    def is_lost_low(self, time: float) -> bool:
        """Whether the person was lost where they were low, or while something is open of them."""
        is_low = self.floor.is_low or self.still_down.is_busy
        return is_low and not self._is_seen(time)

    def is_forgotten(self, time: float) -> bool:
        is_busy = self.machine.active or self.still_down.is_busy or self.floor.is_open
        return not is_busy and time - self.seen_at >= FORGOTTEN_AFTER_SEC

    def lose_place(self) -> None:
        """Another scene begins: where the person was says nothing any more."""
        self.recent.clear()
        self.newest = None
        self.lost.forget()

    @property
    def status(self) -> Status:
        states = self.machine.active + self.still_down.states + self.floor.states(self.time)
        return Status(self.machine.person, self.machine.scores, list(dict.fromkeys(states)))

    def _look(self, posture: Posture | None, time: float) -> None:
        self.time = time
        if posture is not None:
            self.recent.append(posture)
            self.newest, self.seen_at = posture, time
            self.seen += 1
            if posture.is_upright and self.seen >= LEAST_SEEN:
                self.ground.walked(posture)
        while self.recent and time - self.recent[0].time > MEMORY_SEC:
            self.recent.popleft()

    def _is_seen(self, time: float) -> bool:
        return self.newest is not None and time - self.seen_at < SEEN_SEC

    @property
    def _is_known_down(self) -> bool:
        """Whether a fall tells of it already, one that is open or from which nobody got up."""
        return FALL in self.machine.active or self.still_down.is_busy

    def _if_news(self, moves: list[Transition]) -> list[Transition]:
        """The moves of a fall, unless an incident tells of it already."""
        is_known = self.machine.is_told(FALL) or self.still_down.is_busy or self.floor.is_open
        return [] if is_known else moves

    def _stated(self, moves: list[Transition], moment: Moment) -> list[Transition]:
        """The moves; the END of a fall says how it ended."""
        return [
            replace(move, state=self._ending(moment))
            if (move.label, move.event_type) == (FALL, EventType.END)
            else move
            for move in moves
        ]

    def _ending(self, moment: Moment) -> str | None:
        if not moment.has_picture:
            return BROKEN_OFF
        if not self._is_seen(moment.time):
            return OUT_OF_SIGHT
        return RECOVERED if is_up(list(self.recent), moment.time) else None

    def _with_states(self, moves: list[Transition]) -> list[Transition]:
        """The moves, each also with what is open of the person after them."""
        open_now = self.status.states
        return [replace(move, state=_joined(move.state, open_now)) for move in moves]


def _joined(state: str | None, states: Iterable[str]) -> str | None:
    words = [state, *states] if state else list(states)
    return "+".join(dict.fromkeys(words)) or None


def _without_fall(analysis: Analysis) -> Analysis:
    """The analysis of somebody who walks out of the picture, which looks like a fall."""
    scores = [
        0.0 if name == FALL else score
        for name, score in zip(analysis.events, analysis.scores, strict=True)
    ]
    return analysis.model_copy(update={"scores": scores})
