"""One person in the picture: what is open of them, by all the state machines that follow them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contract.analysis import Analysis
from contract.events import (
    BROKEN_OFF,
    FALL,
    LYING,
    ON_FLOOR,
    OUT_OF_SIGHT,
    RECOVERED,
    STILL_DOWN,
    EventType,
)
from modeling.perception.incidents.event_machine import EventMachine, Transition, past_fall
from modeling.perception.incidents.found_down import found_down_at
from modeling.perception.incidents.ground import Ground
from modeling.perception.incidents.lost import LostWatch
from modeling.perception.incidents.on_floor import FloorWatch
from modeling.perception.incidents.recent import Recent
from modeling.perception.incidents.still_down import StillDownWatch
from modeling.perception.incidents.thing import ThingCheck
from modeling.perception.windows.posture import Posture
from modeling.perception.windows.windows import Moment

FORGOTTEN_AFTER_SEC = 60.0
"""Who has nothing open is not known again after as long out of sight."""
LEAST_SEEN = 10
"""Poses after which somebody who stands is known to be no slip of the tracker."""


@dataclass(frozen=True)
class Status:
    """One person now: the smoothed score of each label, and what is open, such as `fall`."""

    person: int
    scores: Mapping[str, float]
    states: Sequence[str]


@dataclass
class PersonWatch:
    """Follows one person; feed it every moment from the one on in which they are seen first."""

    ground: Ground
    recent: Recent
    machine: EventMachine
    still_down: StillDownWatch
    floor: FloorWatch
    lost: LostWatch
    _seen: int = field(default=0, init=False)
    _thing: ThingCheck = field(default_factory=ThingCheck, init=False)

    def look(self, posture: Posture | None, time: float) -> None:
        """Take the posture at `time`, None where the person is not seen; before each `step`."""
        self.recent.add(posture, time)
        if posture is not None:
            self._seen += 1
            self._thing.add(posture)
            if posture.is_upright and self._seen >= LEAST_SEEN and not self._thing.is_thing:
                self.ground.walked(posture)

    def step(
        self, analysis: Analysis | None, others: Sequence[Recent], moment: Moment
    ) -> list[Transition]:
        """What began and ended at the moment; the analysis is None where nobody answered.

        `others` is what was seen of everybody else.
        """
        newest = self.recent.newest
        if analysis is not None and newest is not None and newest.is_leaving:
            analysis = _without_fall(analysis)  # also while the last pose is held
        moves = self._stated(self.machine.step(analysis, moment.time), moment)
        if any(_ends_fall(move) and move.state == RECOVERED for move in moves):
            self.machine.end_cooldown(FALL)
        moves += self._if_news(self._found_down(moves))
        moves += self._if_news(self.lost.step(self.recent, others, self.machine.peak(FALL)))
        moves += self.still_down.step(self.recent, moves, is_known=self.floor.is_open)
        is_silent = self._is_known_down or self._thing.is_thing
        moves += self.floor.step(self.recent, others, is_silent=is_silent)
        return self._with_states(moves)

    def finish(self, time: float) -> list[Transition]:
        """End the fall that is open, because the stream broke off, and the states with it."""
        peak = self.machine.peak(FALL)
        moves = self._if_news(self.lost.finish(time, peak)) + self.machine.finish(time)
        broken = [replace(m, state=BROKEN_OFF) if m.label == FALL else m for m in moves]
        return self._with_states(broken)

    def lose_place(self) -> None:
        """Another scene begins: where the person was says nothing any more."""
        self.recent.forget()
        self.lost.forget()

    @property
    def is_lost_low(self) -> bool:
        """Whether the person was lost where they were low, or while something is open of them."""
        is_low = self.floor.is_low or self.still_down.is_busy
        return is_low and not self.recent.is_seen

    @property
    def is_forgotten(self) -> bool:
        """Whether nobody needs to know this person any more."""
        is_busy = self.machine.active or self.still_down.is_busy or self.floor.is_open
        return not is_busy and self.recent.time - self.recent.seen_at >= FORGOTTEN_AFTER_SEC

    @property
    def status(self) -> Status:
        """What is open of the person now, and the scores."""
        told = {STILL_DOWN: self.still_down.is_open, ON_FLOOR: self.floor.is_open}
        lasting = [label for label, is_open in told.items() if is_open]
        hidden = [OUT_OF_SIGHT] if lasting and not self.recent.is_seen else []
        states = [*self.machine.active, *lasting, *hidden]
        return Status(self.machine.person, self.machine.scores, states)

    @property
    def _is_known_down(self) -> bool:
        """Whether a fall tells of it already, one that is open or from which nobody got up."""
        return FALL in self.machine.active or self.still_down.is_busy

    def _found_down(self, moves: list[Transition]) -> list[Transition]:
        """A fall that nobody saw, of which a person who begins to lie speaks."""
        begins = any((m.label, m.event_type) == (LYING, EventType.START) for m in moves)
        found = found_down_at(self.recent) if begins else None
        if found is None:
            return []
        return past_fall(found, self.recent.time, self.machine.peak(FALL), self.machine.person)

    def _if_news(self, moves: list[Transition]) -> list[Transition]:
        """The moves of a fall, unless an incident tells of it already."""
        is_known = self.machine.is_told(FALL) or self.still_down.is_busy or self.floor.is_open
        return [] if is_known else moves

    def _stated(self, moves: list[Transition], moment: Moment) -> list[Transition]:
        """The moves; the END of a fall says how it ended."""
        return [
            replace(move, state=self._ending(moment)) if _ends_fall(move) else move
            for move in moves
        ]

    def _ending(self, moment: Moment) -> str | None:
        if not moment.has_picture:
            return BROKEN_OFF
        if not self.recent.is_seen:
            return OUT_OF_SIGHT
        height = self.still_down.standing_height
        return RECOVERED if self.recent.is_up(standing_height=height) else None

    def _with_states(self, moves: list[Transition]) -> list[Transition]:
        """The moves, each also with what is open of the person after them."""
        open_now = self.status.states
        return [replace(move, state=_joined(move.state, open_now)) for move in moves]


def _ends_fall(move: Transition) -> bool:
    return (move.label, move.event_type) == (FALL, EventType.END)


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
