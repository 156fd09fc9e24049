"""Pictures of a dark room made bright before anybody is looked for in them; bright ones stay.

What is too dark for the pose networks is often seen well enough by the sensor: docs/night.md.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from PIL.Image import fromarray

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.image import Image
from modeling.perception.frames.motion import DARK, glance
from modeling.perception.looks.lut import Lut

Change: TypeAlias = Callable[[Image], Image]
"""A picture, blue first, to another one of its size."""
Choose: TypeAlias = Callable[[float], Change]
"""The change for a picture whose mean grey level is given."""

BRIGHT = 30.0
"""A mean grey level of 255: below DARK it is dark, above this it is not. From 23 to
30 the networks see nearly as much without a curve."""
MEASURE_SEC = 0.5
AGREED_SEC = 2.0
"""It must be dark, or bright, for so long before anything changes: a flicker changes nothing."""
AIM = 60.0
"""The mean grey level that a dark picture is brought to."""
LEAST_MEAN = 4.0
"""Below it there is nothing but the sensor's noise: that is not made brighter still."""
LEVELS, WHITE = 256, 255.0
DRIFT = 1.15
"""The curve stays while the light does, within this factor: a new one is like another lamp."""


class LightWatch:
    """Whether a room is dark, by the mean grey level of its pictures; the first decides at once."""

    def __init__(self) -> None:
        self.is_dark: bool | None = None
        self._otherwise_since: float | None = None

    def note(self, mean: float, time: float) -> None:
        """Take the level of the picture of `time` seconds."""
        says = mean < (BRIGHT if self.is_dark else DARK)
        if self.is_dark is None or says is self.is_dark:
            self.is_dark, self._otherwise_since = says, None
            return
        if self._otherwise_since is None:
            self._otherwise_since = time
        if time - self._otherwise_since >= AGREED_SEC:
            self.is_dark, self._otherwise_since = says, None


class NightLook:
    """Follows the light of one stream; one thread, pictures in the order of their times."""

    def __init__(self, choose: Choose) -> None:
        """`choose` gives the change for the dark: `by_gamma`, or `by_table` of a household's."""
        self._choose = choose
        self._light = LightWatch()
        self._measured = float("-inf")
        self._chosen_for = 0.0
        self._change: Change | None = None

    @property
    def is_on(self) -> bool:
        """Whether the last picture was changed."""
        return self._change is not None

    def seen(self, frame: Frame) -> Frame:
        """What the pose networks are to see: `frame` itself unless it is dark."""
        if frame.time - self._measured >= MEASURE_SEC:
            self._measured = frame.time
            self._follow(float(glance(frame).mean()), frame.time)
        if self._change is None:
            return frame
        return Frame(frame.index, frame.time, self._change(frame.image))

    def _follow(self, mean: float, time: float) -> None:
        self._light.note(mean, time)
        if not self._light.is_dark:
            self._change = None
            return
        mean = max(mean, LEAST_MEAN)
        if self._change is None or not 1 / DRIFT <= mean / self._chosen_for <= DRIFT:
            self._change, self._chosen_for = self._choose(mean), mean


def by_gamma(mean: float) -> Change:
    """The gamma curve that brings a level of `mean` to AIM: each level of a colour by itself."""
    gamma = math.log(AIM / WHITE) / math.log(mean / WHITE)
    curve = np.rint(WHITE * (np.arange(LEVELS) / WHITE) ** gamma).astype(np.uint8).tolist() * 3
    return lambda image: np.asarray(fromarray(image).point(curve))


def by_table(lut: Lut) -> Choose:
    """A household's own table, for any darkness."""
    blue_first = Lut(np.ascontiguousarray(lut.table.transpose(2, 1, 0, 3)[..., ::-1]))
    return lambda _: blue_first.apply
