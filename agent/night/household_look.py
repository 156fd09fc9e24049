"""The way that dark pictures are changed now, for all cameras of the box."""

import logging
from functools import partial

import numpy as np

from common.text import one_line
from modeling.perception.frames.image import Image
from modeling.perception.looks.night import SIMPLE, Change, NightWay, by_gamma

logger = logging.getLogger(__name__)

SAMPLE: Image = np.random.default_rng(0).integers(0, 24, (48, 64, 3)).astype(np.uint8)
SAMPLE_MEAN = 12.0
EVERY_NTH = 8
"""Of the rows and columns of a picture that are looked at."""
MAX_FAILURE = 200
"""Characters."""


class LookFailed(Exception):
    """It is of no use in the dark; the message says in one line why."""


class HouseholdLook:
    """The look that the household has chosen, and the simple way where there is none. Any thread.

    `failure` says in one line why the chosen one is not used.
    """

    def __init__(self, way: NightWay = SIMPLE) -> None:
        self.way = way
        self.failure: str | None = None

    def use(self, way: NightWay) -> None:
        """Change dark pictures so from now on, once it has been tried on a sample of noise.

        Raises LookFailed, and goes on as before.
        """
        brightening(way, SAMPLE, SAMPLE_MEAN)
        guarded = NightWay(way.name, partial(self._choose, way), way.holds_sec)
        self.way, self.failure = guarded, None
        logger.info("dark pictures are changed by %s", way.name)

    def drop(self) -> None:
        """Change dark pictures in the simple way from now on."""
        self.way, self.failure = SIMPLE, None

    def note_failure(self, reason: str) -> None:
        """Say why the chosen one is not used."""
        reason = one_line(reason, MAX_FAILURE)
        if reason != self.failure:  # one line per round would hide all others
            logger.error("dark pictures are changed by %s: %s", self.way.name, reason)
        self.failure = reason

    def _choose(self, way: NightWay, image: Image, mean: float) -> Change:
        """By the look; by the simple way, and from then on, where that fails."""
        try:
            return brightening(way, image, mean)
        except LookFailed as failure:
            if self.way.name == way.name:  # another one may have come meanwhile
                self.drop()
                self.note_failure(f"the look {way.name} is not used: {failure}")
            return by_gamma(image, mean)


def brightening(way: NightWay, image: Image, mean: float) -> Change:
    """What `way` chooses for a dark picture; raises LookFailed unless it makes it brighter."""
    some = np.ascontiguousarray(image[::EVERY_NTH, ::EVERY_NTH])
    try:
        change = way.choose(image, mean)
        changed = change(some)
    except Exception as error:  # ONNX Runtime's errors share no base class
        raise LookFailed(f"it cannot be run: {type(error).__name__}") from error
    if changed.mean() <= some.mean():
        raise LookFailed("it makes a dark picture no brighter")
    return change
