"""Pictures of a dark room made bright before anybody is looked for in them; bright ones stay.

What is too dark for the pose networks is often seen well enough by the sensor: docs/night.md.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from PIL.Image import fromarray

from contract.looks import LookMethod
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.image import Image
from modeling.perception.frames.motion import DARK, glance
from modeling.perception.looks.dark_table import DarkTable
from modeling.perception.looks.look import SMALL_SIDE, Look
from modeling.perception.looks.lut import LEVELS, Lut

Change: TypeAlias = Callable[[Image], Image]
"""A picture, blue first, to another one of its size."""
Choose: TypeAlias = Callable[[Image, float], Change]
"""The change for pictures like this one, blue first, whose mean grey level is given."""

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
WHITE = 255.0
ADAPTED_SEC = 1.0
"""So often the network of an adaptive look sees a picture."""
DRIFT = 1.15
"""The curve stays while the light does, within this factor: a new one is like another lamp."""


@dataclass(frozen=True)
class NightWay:
    """One way to change dark pictures; a choice holds for `holds_sec` at most."""

    name: str
    choose: Choose
    holds_sec: float = math.inf


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
    """Follows the light of one stream; one thread, pictures in the order of their times.

    `way` gives the way that is to be used now: another one takes over between two pictures.
    """

    def __init__(self, way: Callable[[], NightWay]) -> None:
        self._way = way
        self._light = LightWatch()
        self._measured = float("-inf")
        self._choice: _Choice | None = None

    @property
    def is_on(self) -> bool:
        """Whether the last picture was changed."""
        return self._choice is not None

    def seen(self, frame: Frame) -> Frame:
        """What the pose networks are to see: `frame` itself unless it is dark."""
        if frame.time - self._measured >= MEASURE_SEC:
            self._measured = frame.time
            self._follow(frame, float(glance(frame).mean()))
        if self._choice is None:
            return frame
        return Frame(frame.index, frame.time, self._choice.change(frame.image))

    def _follow(self, frame: Frame, mean: float) -> None:
        self._light.note(mean, frame.time)
        if not self._light.is_dark:
            self._choice = None
            return
        way, mean = self._way(), max(mean, LEAST_MEAN)
        if self._choice is None or not self._choice.holds(way, mean, frame.time):
            change = way.choose(frame.image, mean)
            self._choice = _Choice(way, mean, frame.time, change)


@dataclass(frozen=True)
class _Choice:
    """A change, the way that it is of, and the light and time for which it was chosen."""

    way: NightWay
    mean: float
    time: float
    change: Change

    def holds(self, way: NightWay, mean: float, time: float) -> bool:
        """Whether it is still good."""
        is_as_bright = 1 / DRIFT <= mean / self.mean <= DRIFT
        return way is self.way and is_as_bright and time - self.time < way.holds_sec


def by_gamma(_image: Image, mean: float) -> Change:
    """The gamma curve that brings a level of `mean` to AIM: each level of a colour by itself."""
    gamma = math.log(AIM / WHITE) / math.log(mean / WHITE)
    curve = np.rint(WHITE * (np.arange(LEVELS) / WHITE) ** gamma).astype(np.uint8).tolist() * 3
    return lambda image: np.asarray(fromarray(image).point(curve))


SIMPLE = NightWay("gamma", by_gamma)
"""What ships."""


def by_table(lut: Lut, name: str) -> NightWay:
    """A table of a household's own, for any darkness."""
    table = lut.blue_first
    return NightWay(name, lambda _image, _mean: table.apply)


def by_look(look: Look, name: str) -> NightWay:
    """A household's look: of an adaptive one a new table every second, of another the only one."""

    @cache
    def only_table() -> Lut:
        return look.lut().blue_first

    def choose(image: Image, _mean: float) -> Change:
        small = np.asarray(fromarray(image).reduce(max(1, min(image.shape[:2]) // SMALL_SIDE)))
        return DarkTable(look.lut(small[..., ::-1]).blue_first).apply

    if look.manifest.method is LookMethod.ADAPTIVE_LUT:
        return NightWay(name, choose, holds_sec=ADAPTED_SEC)
    return NightWay(name, lambda _image, _mean: only_table().apply)
