"""How far people walked before a camera, for how long, and how often one rose from lying. Pure.

A camera knows no metres: lengths are those of the body, which is twice the torso, about a metre of
who is grown up. What goes towards the camera or away from it is hardly seen to move, so speeds are
those of what goes across the picture: they compare one camera with itself, from week to week.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import dist

from modeling.perception.incidents.recent import Recent
from modeling.perception.windows.posture import Posture, is_jump
from modeling.perception.windows.windows import Moment

LOOK_SEC = 3.0
"""Whether somebody walks is judged over as long, and counted second by second."""
STEP_SEC = 1.0
LEAST_SPEED = 0.2
"""Body lengths a second; who shifts his weight sways less far."""
DIRECTNESS = 0.7
"""Net way by the way of all steps: who turns on the spot or is found badly goes back and forth."""
LYING_SEC = 5.0
LYING_SHARE = 0.8
SEEN_SHARE = 0.5
RATE_HZ = 10.0
FORGOTTEN_AFTER_SEC = 60.0


@dataclass(frozen=True)
class Walked:
    """What was seen of all people: seconds of walking, body lengths, and how often one who had lain
    rose."""

    seconds: float = 0.0
    lengths: float = 0.0
    rises: int = 0


NOBODY_WALKED = Walked()


class Gait:
    """Follows everybody in one stream; feed it every moment in the order of time."""

    def __init__(self) -> None:
        self._walkers: dict[int, _Walker] = {}
        self._walked = NOBODY_WALKED

    def see(self, moment: Moment) -> None:
        """Take what is seen at the next moment."""
        if moment.is_cut:
            self._walkers.clear()
        people = [window.person for window in moment.windows]
        postures = dict(zip(people, moment.postures, strict=True))
        for person in postures:
            self._walkers.setdefault(person, _Walker(moment.time))
        for person, walker in self._walkers.items():
            self._add(walker.see(postures.get(person), moment.time))
        self._walkers = {
            person: walker for person, walker in self._walkers.items() if not walker.is_forgotten
        }

    def take(self) -> Walked:
        """What was seen since this was asked last."""
        walked, self._walked = self._walked, NOBODY_WALKED
        return walked

    def _add(self, new: Walked) -> None:
        seconds, lengths = self._walked.seconds + new.seconds, self._walked.lengths + new.lengths
        self._walked = Walked(seconds, lengths, self._walked.rises + new.rises)


class _Walker:
    """One person, by the tracker's number."""

    def __init__(self, time: float) -> None:
        self._recent = Recent(time)
        self._counted_until = self._up_since = time
        self._lies = False

    @property
    def is_forgotten(self) -> bool:
        return self._recent.time - self._recent.seen_at >= FORGOTTEN_AFTER_SEC

    def see(self, posture: Posture | None, time: float) -> Walked:
        """What this moment adds; without a posture the person is not seen."""
        self._recent.add(posture, time)
        rises = self._risen()
        if time - self._counted_until < STEP_SEC:
            return Walked(rises=rises)
        self._counted_until = time
        seconds, lengths = _last_step(self._recent.last(LOOK_SEC), time)
        return Walked(seconds, lengths, rises)

    def _risen(self) -> int:
        if self._lies and self._recent.is_up():
            self._lies, self._up_since = False, self._recent.time
            return 1
        self._lies = self._lies or self._has_lain()
        return 0

    def _has_lain(self) -> bool:
        seen = self._recent.last(LYING_SEC)
        lying = sum(not posture.is_raised for posture in seen)
        has_lasted = self._recent.time - self._up_since >= LYING_SEC
        return has_lasted and lying >= LYING_SHARE * max(
            len(seen), SEEN_SHARE * LYING_SEC * RATE_HZ
        )


def _last_step(seen: list[Posture], now: float) -> tuple[float, float]:
    """Seconds and body lengths of the last step; both 0 of who does not walk."""
    raised = [posture for posture in seen if posture.is_raised]
    step = [posture for posture in raised if now - posture.time <= STEP_SEC]
    if len(step) < 2 or not _walks(raised):
        return 0.0, 0.0
    seconds = step[-1].time - step[0].time
    lengths = dist(step[0].hips, step[-1].hips) / max(posture.body_length for posture in step)
    return seconds, lengths


def _walks(raised: list[Posture]) -> bool:
    steps = list(pairwise(raised))
    if any(is_jump(before, after) for before, after in steps):
        return False
    seconds = raised[-1].time - raised[0].time
    net = dist(raised[0].hips, raised[-1].hips)
    way = sum(dist(before.hips, after.hips) for before, after in steps)
    far = net >= LEAST_SPEED * seconds * max(posture.body_length for posture in raised)
    return seconds >= STEP_SEC and far and net >= DIRECTNESS * way
