"""After a fall: has the person got up? A small state machine over windows; time is an argument."""

import statistics
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist

import numpy as np
from numpy.typing import NDArray

from contract.events import FALL, OUT_OF_SIGHT, STILL_DOWN, EventType
from contract.layout import FEATURE_NAMES
from modeling.event_machine import Transition
from modeling.windows import Window

STILL_DOWN_AFTER_SEC = 15.0

COLUMN = {name: index for index, name in enumerate(FEATURE_NAMES)}

MEMORY_SEC = 5.0
SEEN_SEC = 1.0
# A recovery is what this share of the windows shows, and so many at least; what is not tracked
# shows nothing. A late analysis drops windows: those that came are what counts.
SHOWN_SHARE = 0.8
SHOWN_LEAST = 3
STANDING_SEC = 1.0
# Cosine of the torso's angle to the vertical, height by width of the body, and how far the
# ankles are below the hips: about 0.7 body lengths of who stands, 0.4 on a chair, 0.2 on the floor.
STANDING_TORSO = 0.8
STANDING_SLIMNESS = 1.5
STANDING_LEGS = 0.45
# Who lies along the line of sight has the shape of who stands, but not the height.
STANDING_HEIGHT = 0.7
WALKING_SEC = 2.0
WALKING_TORSO = 0.5
WALKING_LENGTHS = 1.0
# Net way by the way of all steps: writhing and jitter go back and forth.
WALKING_DIRECTNESS = 0.7
# Body lengths a second; nobody runs like this, so the tracker has jumped.
JUMP_SPEED = 6.0


@dataclass(frozen=True)
class Posture:
    """One tracked pose; lengths are shares of the picture's height unless it says body lengths."""

    time: float
    hips: tuple[float, float]
    torso: float
    slimness: float
    legs: float  # body lengths
    height: float
    body_length: float

    @classmethod
    def of(cls, window: Window, time: float) -> "Posture | None":
        """The newest pose of the window at `time`, None where it was not seen but held."""
        if not _value(window.features, "tracked"):
            return None
        ankles, seen = (
            sum(_value(window.features, f"{side}_ankle_{what}") for side in ("left", "right"))
            for what in ("y", "seen")
        )
        width, height = (_value(window.features, f"body_extent_{axis}") for axis in "xy")
        length = _value(window.features, "body_length")
        return cls(
            time=time,
            hips=(_value(window.features, "hip_x"), _value(window.features, "hip_y")),
            torso=_value(window.features, "torso_upright"),
            slimness=height / max(width, 1e-6),
            legs=ankles / max(seen, 1e-6),  # the better one is seen, the more it counts
            height=height * length,
            body_length=length,
        )

    @property
    def is_upright(self) -> bool:
        """Whether it has the shape of somebody who stands: neither sits, kneels nor lies."""
        return (
            self.torso >= STANDING_TORSO
            and self.slimness >= STANDING_SLIMNESS
            and self.legs >= STANDING_LEGS
        )


@dataclass
class StillDownWatch:
    """Waits, from a person's fall's END on, until they are seen upright or walking.

    Without either for `after_sec` seconds the person is still down: a START, at once, and an END
    once recovery is seen. An END means that and nothing else, so that a stream which stops
    before leaves the incident open. `duration_sec` counts from the fall's END in both, `prob` is
    the fall's. Who is out of sight, or not analyzed, has not recovered. A fall while an incident
    is open begins anew: the person must have got up unseen, and the incident stays open.

    It sees a body in two dimensions. It cannot tell standing from lying in a picture from the
    ceiling; nor, if nobody was seen upright in the seconds before the fall, from lying stretched
    along the line of sight.
    """

    after_sec: float = STILL_DOWN_AFTER_SEC
    _postures: deque[Posture] = field(default_factory=deque, init=False)
    _times: deque[float] = field(default_factory=deque, init=False)  # of all windows, seen or not
    _time: float = field(default=0.0, init=False)
    _height: float = field(default=0.0, init=False)  # upright, before the fall
    _fall: Transition | None = field(default=None, init=False)  # the END that nobody got up from
    _is_told: bool = field(default=False, init=False)

    def step(
        self, window: Window | None, time: float, moves: Iterable[Transition]
    ) -> list[Transition]:
        """Take the window at `time`, None where there is none, and what was made of it."""
        self._look(window, time)
        for move in moves:
            if move.label == FALL and (self._fall is None or self._is_told):
                self._note(move)
        if self._fall is None:
            return []
        if self._stands(self._fall) or self._walks(self._fall):
            return self._recover(self._fall)
        if not self._is_told and self._time - self._fall.time >= self.after_sec:
            self._is_told = True
            return [self._transition(EventType.START, self._fall)]
        return []

    @property
    def is_waiting(self) -> bool:
        """Whether a fall is over that it may have to tell of yet."""
        return self._fall is not None and not self._is_told

    @property
    def states(self) -> list[str]:
        """That the person is still down, and perhaps out of sight; empty while no START is open."""
        if not self._is_told:
            return []
        is_seen = any(self._time - posture.time < SEEN_SEC for posture in self._postures)
        return [STILL_DOWN] if is_seen else [STILL_DOWN, OUT_OF_SIGHT]

    def _look(self, window: Window | None, time: float) -> None:
        self._time, posture = time, None if window is None else Posture.of(window, time)
        self._times.append(time)
        while self._time - self._times[0] > MEMORY_SEC:
            self._times.popleft()
        if posture is not None:
            self._postures.append(posture)
        while self._postures and self._time - self._postures[0].time > MEMORY_SEC:
            self._postures.popleft()

    def _note(self, move: Transition) -> None:
        if move.event_type is EventType.END:
            self._fall, self._is_told = move, False
            return
        heights = [posture.height for posture in self._postures if posture.is_upright]
        self._height = statistics.median(heights) if heights else 0.0

    def _recover(self, fall: Transition) -> list[Transition]:
        end = [self._transition(EventType.END, fall)] if self._is_told else []
        self._fall, self._is_told = None, False
        return end

    def _stands(self, fall: Transition) -> bool:
        lowest = STANDING_HEIGHT * self._height
        recent = self._since(fall, STANDING_SEC)
        standing = [p for p in recent if p.is_upright and p.height >= lowest]
        return self._is_shown(standing, fall, STANDING_SEC)

    def _walks(self, fall: Transition) -> bool:
        raised = [p for p in self._since(fall, WALKING_SEC) if p.torso >= WALKING_TORSO]
        if not self._is_shown(raised, fall, WALKING_SEC):
            return False
        steps = list(pairwise(raised))
        if any(_is_jump(before, after) for before, after in steps):
            return False
        net = dist(raised[0].hips, raised[-1].hips)
        way = sum(dist(before.hips, after.hips) for before, after in steps)
        far = net >= WALKING_LENGTHS * max(posture.body_length for posture in raised)
        return far and net >= WALKING_DIRECTNESS * way

    def _since(self, fall: Transition, seconds: float) -> list[Posture]:
        """The postures of the last `seconds`, none of them from before the fall's END."""
        start = max(fall.time, self._time - seconds)
        return [posture for posture in self._postures if posture.time > start]

    def _is_shown(self, postures: list[Posture], fall: Transition, seconds: float) -> bool:
        start = max(fall.time, self._time - seconds)
        windows = sum(time > start for time in self._times)
        has_lasted = self._time - fall.time >= SHOWN_SHARE * seconds
        return has_lasted and len(postures) >= max(SHOWN_SHARE * windows, SHOWN_LEAST)

    def _transition(self, event_type: EventType, fall: Transition) -> Transition:
        duration = self._time - fall.time
        return Transition(event_type, STILL_DOWN, self._time, fall.prob, duration, fall.person)


def _value(features: NDArray[np.float32], name: str) -> float:
    return float(features[-1, COLUMN[name]])


def _is_jump(before: Posture, after: Posture) -> bool:
    way = dist(before.hips, after.hips) / max(before.body_length, after.body_length)
    return way > JUMP_SPEED * (after.time - before.time)
