"""Whether a camera still shows the room: the model `camera_health` checks a picture now and then.

`benchmarks/pictures.py` shows its answers for real rooms, and how long a check takes.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contract.events import Picture
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.frames.frame import Frame
from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.perception.images.model import ImageModel
from modeling.perception.images.task import RgbImage

logger = logging.getLogger(__name__)

LOOK_EVERY_SEC = 2.0
LOOKS = 3
"""As many in a row must agree before their answer counts."""
FROZEN_AFTER_SEC = 60.0
"""Long, because a stream that saves bits may repeat a still room for seconds, without its noise."""
STALE_AFTER_SEC = 3 * LOOK_EVERY_SEC
"""An older look says nothing of the picture now."""


def load_camera_health(folder: Path) -> ImageModel | None:
    """The model below `folder`; None, and a line in the log, where it cannot be loaded.

    A fall can be seen without it. The heartbeats say that pictures are not checked.
    """
    try:
        return ImageModel.load(CAMERA_HEALTH, folder / CAMERA_HEALTH.name)
    except CheckpointError as error:
        logger.warning("covered and frozen cameras are not noticed: %s", error)
        return None


@dataclass
class PictureCheck:
    """Follows the pictures of one stream. Times are seconds of the stream; one thread.

    A stream that stutters looks frozen for seconds: `frozen` is ignored until it was the only
    answer for a minute.
    """

    model: ImageModel | None
    _judged: Picture | None = None
    _looked_at: float = float("-inf")
    _previous: Frame | None = None
    _said: Picture | None = None
    _looks: int = 0
    _frozen_since: float | None = None

    def look(self, frame: Frame) -> None:
        """Check `frame`, unless the last look was less than two seconds ago."""
        if frame.time - self._looked_at < LOOK_EVERY_SEC:
            return
        self._looked_at = frame.time
        if self.model is None:
            self._judged = Picture.UNCHECKED
            return
        said = judge(self.model, frame, self._previous)
        self._previous = frame
        if said is Picture.FROZEN:
            self._note_frozen(frame.time)
        else:
            self._note(said)

    def at(self, now: float) -> Picture | None:
        """How the picture is; None when that is not known, or the last look is too old."""
        return self._judged if now - self._looked_at <= STALE_AFTER_SEC else None

    def _note_frozen(self, now: float) -> None:
        if self._frozen_since is None:
            self._frozen_since = now
        if now - self._frozen_since >= FROZEN_AFTER_SEC:
            self._judged, self._said, self._looks = Picture.FROZEN, None, 0

    def _note(self, said: Picture) -> None:
        self._frozen_since = None
        self._looks = self._looks + 1 if said is self._said else 1
        self._said = said
        if self._looks >= LOOKS:
            self._judged = said


def judge(model: ImageModel, frame: Frame, previous: Frame | None) -> Picture:
    """The model's answer for one look and the one before it."""
    before = None if previous is None else _rgb(previous)
    scores = model.scores(model.task.prepare(_rgb(frame), before)[None])[0]
    return Picture(model.task.labels[int(np.argmax(scores))])


def _rgb(frame: Frame) -> RgbImage:
    return np.ascontiguousarray(frame.image[..., ::-1])
