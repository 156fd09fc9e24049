"""Which pictures are worth an estimate: few while nothing moves, more the faster a body does.

An estimate costs a hundred times what a glance at a picture does. So there is none of a picture
in which nothing has moved since the last one, apart from a look now and then; of a body that
moves there are as many as its speed asks for.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.motion import Glance, glance, has_moved
from modeling.perception.poses.pose import Body, Landmark, Poses

LOOK_SEC = 6.0
CALM_SEC = 0.2
FAST_SEC = 0.1
"""Seconds between two estimates: nothing moves; somebody sits or walks; somebody falls, bends, sits
down or gets up."""
GLANCE_SEC = 1 / 15
"""Seconds between two glances while nothing moves."""
EARLY_SEC = 0.02
"""A frame may be taken so much earlier: none comes at the very moment."""
FAST_FROM = 0.5
"""Body lengths a second, up or down, of shoulders or hips. Walking stays below it."""
FAST_FOR_SEC = 0.4
JITTER = 0.02
"""Shares of the picture: an estimate of the same picture that differs by less says nothing new."""

SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
# Below a twentieth of the picture's height a body is too far away to be measured.
MIN_BODY_LENGTH = 0.05

Estimate = Callable[[Frame], Poses]


class PoseGate:
    """Stands before the estimator of one stream; one thread, frames in the order of their times."""

    def __init__(self, estimate: Estimate) -> None:
        self._estimate = estimate
        self._last: Poses | None = None
        self._seen: Glance | None = None  # the picture of the last estimate
        self._glanced = float("-inf")
        self.is_moving = True
        """Whether something moved between the picture of the last estimate and the last glance."""
        self._fast_until = float("-inf")

    def poses(self, frame: Frame) -> Poses | None:
        """The bodies in `frame`; None where it is passed over, since another one comes soon.

        A picture in which nothing has moved gets the bodies that were found there.
        """
        last, before = self._last, self._seen
        if last is None or before is None:
            return self._look(frame, glance(frame))
        since = frame.time - last.time + EARLY_SEC
        interval = FAST_SEC if frame.time < self._fast_until else CALM_SEC
        if self.is_moving and since < interval:
            return None
        if frame.time - self._glanced + EARLY_SEC < GLANCE_SEC:
            return None
        seen, self._glanced = glance(frame), frame.time
        self.is_moving = has_moved(seen, before)
        if not self.is_moving and since < LOOK_SEC:
            return Poses(frame.index, frame.time, last.aspect, last.bodies)
        if self.is_moving and since < interval:
            return None
        return self._look(frame, seen)

    def _look(self, frame: Frame, seen: Glance) -> Poses:
        poses, last = self._estimate(frame), self._last
        if last is not None:
            if not self.is_moving:
                poses = replace(poses, bodies=_steadied(poses, last))
            if vertical_speed(last, poses) >= FAST_FROM:
                self._fast_until = poses.time + FAST_FOR_SEC
        self._last, self._seen = poses, seen
        return poses


def vertical_speed(before: Poses, after: Poses) -> float:
    """Body lengths a second that the fastest person's shoulders or hips rise or sink.

    0 where nobody is in both.
    """
    pairs, seconds = _pairs(before, after), max(after.time - before.time, 1e-3)
    return max((_rise(*pair, after.aspect) for pair in pairs), default=0.0) / seconds


def _pairs(before: Poses, after: Poses) -> list[tuple[Body, Body]]:
    """Each person who is in both."""
    earlier = {body.person: body for body in before.bodies}
    return [(earlier[one.person], one) for one in after.bodies if one.person in earlier]


def _rise(before: Body, after: Body, aspect: float) -> float:
    """Body lengths, up or down."""
    shoulders, hips = middles(after.landmarks - before.landmarks)
    length = max(_body_length(before, aspect), _body_length(after, aspect), MIN_BODY_LENGTH)
    return max(abs(float(shoulders[1])), abs(float(hips[1]))) / length


def _body_length(body: Body, aspect: float) -> float:
    """As a share of the picture's height; a torso is about half of it."""
    shoulders, hips = middles(body.landmarks)
    torso = (shoulders - hips) * (aspect, 1.0)
    return 2.0 * float(np.hypot(*torso))


def middles(landmarks: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The (2,) middles of shoulders and hips of (33, 4) landmarks."""
    return landmarks[SHOULDERS, :2].mean(axis=0), landmarks[HIPS, :2].mean(axis=0)


def _steadied(poses: Poses, last: Poses) -> tuple[Body, ...]:
    """The bodies, each as it was where the estimate only jitters."""
    same = {one.person: before for before, one in _pairs(last, poses) if _is_same(one, before)}
    return tuple(same.get(body.person, body) for body in poses.bodies)


def _is_same(body: Body, last: Body) -> bool:
    return bool(np.abs(body.landmarks[:, :2] - last.landmarks[:, :2]).max() < JITTER)
