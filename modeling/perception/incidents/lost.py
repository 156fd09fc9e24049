"""Who went down and is not seen any more: behind furniture, or lost by the tracker on the floor."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist

from contract.events import OUT_OF_SIGHT
from modeling.perception.incidents.event_machine import Transition, past_fall
from modeling.perception.incidents.ground import Ground
from modeling.perception.incidents.recent import Recent
from modeling.perception.windows.posture import Posture

LOST_AFTER_FALL_SEC = 5.0
END_SEC = 2.0
"""Who is lost for as long when the stream ends is told of: nobody will see them again."""
SINKING_SEC = 1.5
SINK = 0.3
"""Of the height of somebody who stands there: sitting down lowers the shoulders by a quarter."""
HOLE_SEC = 0.8
"""What is found after it is perhaps another body, or none: who went out left it behind."""
LEAST_STANDING = 0.7
"""Body lengths that somebody who stands is high at least, whatever the ground says."""
EDGE = 0.03
"""Of the picture's width or height: a body that is so near to an edge may have left there."""
NEAR_LENGTHS = 1.0


@dataclass
class LostWatch:
    """Follows one person from the moment when they are lost while they go down.

    They have fallen if nobody sees them, nor anybody upright at that place, for `after_sec`.
    """

    person: int
    ground: Ground
    after_sec: float = LOST_AFTER_FALL_SEC
    _sunk: Posture | None = field(default=None, init=False)  # the last one, while it is waited for
    _began: float = field(default=0.0, init=False)

    def step(self, recent: Recent, others: Sequence[Recent], prob: float) -> list[Transition]:
        """Take what was seen of the person of late, up to now, and of everybody else.

        `prob` is the highest score of a fall of late. A fall that is told begins and ends at once.
        """
        time = recent.time
        if recent.now is not None:
            self._look(recent, recent.now)
            return []
        if self._sunk is None or self._is_found(self._sunk, others):
            self._sunk = None
            return []
        return self._fallen(time, prob) if time - self._sunk.time >= self.after_sec else []

    def forget(self) -> None:
        """Nobody is waited for: where they were lost is not in the picture any more."""
        self._sunk = None

    def finish(self, time: float, prob: float) -> list[Transition]:
        """The stream has ended: who is waited for has fallen as far as anybody knows."""
        is_lost = self._sunk is not None and time - self._sunk.time >= END_SEC
        return self._fallen(time, prob) if is_lost else []

    def _fallen(self, time: float, prob: float) -> list[Transition]:
        self._sunk = None
        return past_fall(self._began, time, prob, self.person, OUT_OF_SIGHT)

    def _look(self, recent: Recent, now: Posture) -> None:
        """Remember the posture if the person is going down, and nothing else."""
        sinking = _unbroken(recent.last(SINKING_SEC))
        highest = min(sinking, key=lambda posture: posture.shoulders[1])
        sink = now.shoulders[1] - highest.shoulders[1]
        is_low = sink >= SINK * self._standing(highest) and not now.stands
        is_sinking = is_low and highest.is_raised and not _may_leave(now)
        self._sunk, self._began = (now, highest.time) if is_sinking else (None, 0.0)

    def _standing(self, posture: Posture) -> float:
        """The height of somebody who stands there: as the ground says, else as the body does."""
        known = self.ground.standing_height(min(posture.bottom, 1.0))
        return max(known or 0.0, LEAST_STANDING * posture.body_length)

    def _is_found(self, sunk: Posture, others: Sequence[Recent]) -> bool:
        """Whether somebody is up at that place who was not beside the person: the same one."""
        reach = NEAR_LENGTHS * sunk.body_length
        return any(
            other.now.is_raised and dist(other.now.hips, sunk.hips) <= reach
            for other in others
            if other.now is not None and other.began > sunk.time
        )


def _unbroken(postures: list[Posture]) -> list[Posture]:
    """Those since the person was out of sight last."""
    holes = [at for at, (a, b) in enumerate(pairwise(postures), 1) if b.time - a.time > HOLE_SEC]
    return postures[holes[-1] :] if holes else postures


def _may_leave(posture: Posture) -> bool:
    """Whether the body is cut by an edge, or so near to one that it may have left there."""
    x, y = posture.share_of_picture
    is_cut = posture.outside > (0.0 if posture.is_raised else 0.5)
    return is_cut or not EDGE < x < 1.0 - EDGE or y > 1.0 - EDGE
