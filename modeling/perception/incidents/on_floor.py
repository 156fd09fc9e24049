"""Does somebody lie or sit on the floor? A small state machine a person; time is an argument."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contract.events import ON_FLOOR, EventType
from contract.zones import ZoneKind, Zones
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.ground import Ground
from modeling.perception.incidents.recent import Recent
from modeling.perception.incidents.zones import kind_at
from modeling.perception.windows.posture import Posture

ON_FLOOR_AFTER_SEC = 20.0
LOW = 0.62
"""Of a standing person's height: who sits on the floor is about half as high, on a chair 0.75."""
SITTING_LEGS = 0.3
"""Body lengths that the ankles are below the hips, at most: 0.2 on the floor, 0.4 on a chair."""
PATIENCE_SEC = 10.0
"""Who is not seen, or looks different, for no longer is on the floor all the same: an estimator
loses a third of those who lie."""
REST_SEC = 5.0
"""Who was low for longer and gets up by himself has rested there."""
STILL_LENGTHS = 1.0
"""Body lengths; who moves further meanwhile crawls or sweeps, and the time begins again."""


@dataclass
class FloorWatch:
    """Follows one person; START once they are low on ground for `after_sec`, however it came.

    Ground is where people walk, or what a zone says; a place where people rest as a rule is none.
    The END says that they were seen upright or walking. Without knowledge of the ground nothing is
    told: a bed looks like a floor. Who got up has rested there: also somebody of whom it was told,
    if nobody else was in sight meanwhile.
    """

    person: int
    ground: Ground
    zones: Callable[[], Zones]
    after_sec: float = ON_FLOOR_AFTER_SEC
    _low: list[Posture] = field(default_factory=list, init=False)  # the first and the last one
    _is_told: bool = field(default=False, init=False)
    _is_alone: bool = field(default=True, init=False)  # nobody was there who could have helped

    def step(
        self, recent: Recent, others: Sequence[Recent], *, is_silent: bool
    ) -> list[Transition]:
        """Take what was seen of late, up to now, of the person and of everybody else.

        With `is_silent` nothing begins: another incident tells of it already, or it is nobody.
        """
        time = recent.time
        self._is_alone = (self._is_alone or not self._low) and not any(o.is_seen for o in others)
        if recent.now is not None and self._is_on_floor(recent.now):
            self._note(recent.now)
        elif self._low and recent.is_up(self._low[-1].time):
            return self._get_up(time)
        elif self._low and not self._is_told and time - self._low[-1].time > PATIENCE_SEC:
            self._low = []
        lasting = time - self._low[0].time if self._low else 0.0
        if is_silent or self._is_told or lasting < self.after_sec:
            return []
        self._is_told = True
        return [self._transition(EventType.START, time)]

    @property
    def is_open(self) -> bool:
        """Whether it has told of somebody who has not got up."""
        return self._is_told

    @property
    def is_low(self) -> bool:
        """Whether the person was on the floor when seen last."""
        return bool(self._low)

    def _is_on_floor(self, posture: Posture) -> bool:
        lowest = (posture.hips[0], min(posture.bottom, 1.0))
        standing = self.ground.standing_height(lowest[1])
        if standing is None or posture.is_leaving:
            return False
        if posture.is_raised and posture.legs > SITTING_LEGS:
            return False  # stands, or sits on a chair
        if lowest[1] - posture.top > LOW * standing:
            return False
        kind = kind_at(self.zones(), lowest[0] / posture.aspect, lowest[1])
        if kind is not None:
            return kind is ZoneKind.FLOOR
        is_rest = self.ground.is_rest(posture.hips, posture.aspect)
        return self.ground.is_walked(lowest, posture.aspect) and not is_rest

    def _note(self, posture: Posture) -> None:
        if self._low and not self._is_told:
            first = self._low[0]
            way = abs(posture.hips[0] - first.hips[0]) + abs(posture.hips[1] - first.hips[1])
            if way > STILL_LENGTHS * max(first.body_length, posture.body_length):
                self._low = []
        self._low = [*self._low[:1], posture]

    def _get_up(self, time: float) -> list[Transition]:
        end = [self._transition(EventType.END, time)] if self._is_told else []
        has_rested = time - self._low[0].time > REST_SEC
        if has_rested and (self._is_alone or not self._is_told):
            self.ground.rested(self._low[-1])
        self._low, self._is_told = [], False
        return end

    def _transition(self, event_type: EventType, time: float) -> Transition:
        lasting = time - self._low[0].time
        return Transition(event_type, ON_FLOOR, time, 1.0, lasting, self.person)
