"""After a fall: has the person got up? A small state machine over windows; time is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contract.events import FALL, STILL_DOWN, EventType
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.recent import Recent

STILL_DOWN_AFTER_SEC = 15.0


@dataclass
class StillDownWatch:
    """Waits, from a person's fall's END on, until they are seen upright or walking.

    Without either for `after_sec` seconds the person is still down: a START, at once, and an END
    once recovery is seen. An END means that and nothing else, so that a stream which stops
    before leaves the incident open. `duration_sec` counts from the fall's END in both, `prob` is
    the fall's. Who is out of sight, or not analyzed, has not recovered. A fall while an incident
    is open begins again: the person must have got up unseen, and the incident stays open.

    It sees a body in two dimensions. It cannot tell standing from lying in a picture from the
    ceiling; nor, if nobody was seen upright in the seconds before the fall, from lying stretched
    along the line of sight.
    """

    after_sec: float = STILL_DOWN_AFTER_SEC
    standing_height: float = field(default=0.0, init=False)  # before the fall
    _fall: Transition | None = field(default=None, init=False)  # the END that nobody got up from
    _is_told: bool = field(default=False, init=False)

    def step(
        self, recent: Recent, moves: Iterable[Transition], *, is_known: bool = False
    ) -> list[Transition]:
        """Take what was seen of late, up to now, and what began or ended now.

        With `is_known` another incident tells already that the person is down.
        """
        for move in moves:
            if move.label == FALL and (self._fall is None or self._is_told):
                self._note(move, recent)
        if self._fall is None:
            return []
        if recent.is_up(self._fall.time, self.standing_height):
            return self._recover(self._fall, recent.time)
        is_due = not self._is_told and recent.time - self._fall.time >= self.after_sec
        if is_due and not is_known:
            self._is_told = True
            return [_transition(EventType.START, self._fall, recent.time)]
        return []

    @property
    def is_busy(self) -> bool:
        """Whether a fall is over from which nobody was seen to get up."""
        return self._fall is not None

    @property
    def is_open(self) -> bool:
        """Whether it has told of somebody who has not got up."""
        return self._is_told

    def _note(self, move: Transition, recent: Recent) -> None:
        if move.event_type is EventType.END:
            self._fall, self._is_told = move, False
        else:
            self.standing_height = recent.standing_height

    def _recover(self, fall: Transition, time: float) -> list[Transition]:
        end = [_transition(EventType.END, fall, time)] if self._is_told else []
        self._fall, self._is_told = None, False
        return end


def _transition(event_type: EventType, fall: Transition, time: float) -> Transition:
    return Transition(event_type, STILL_DOWN, time, fall.prob, time - fall.time, fall.person)
