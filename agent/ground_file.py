"""What is known of a camera's ground, kept over restarts."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from common.files import replace_whole
from modeling.perception.incidents.ground import Ground, GroundRecord

logger = logging.getLogger(__name__)

SAVE_SEC = 600.0
"""A power cut costs as much of what was learnt."""


class GroundFile:
    """The ground of one camera, `ground.json` in its `folder`; only for the analysis thread.

    Where the file is missing or damaged, the ground is learnt again.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / "ground.json"
        self._clock = clock
        self.ground = Ground(self._read())
        self._saved_at = clock()

    def save_if_due(self) -> None:
        """Save, if the last time was ten minutes ago."""
        if self._clock() - self._saved_at >= SAVE_SEC:
            self.save()

    def save(self) -> None:
        """Write what is known now, all or nothing; a failure is logged."""
        self._saved_at = self._clock()
        try:
            replace_whole(self._path, self.ground.record.model_dump_json())
        except OSError as error:
            logger.warning("the ground cannot be saved: %s", error)

    def _read(self) -> GroundRecord | None:
        try:
            return GroundRecord.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            logger.warning("%s cannot be read (%s): the ground is learnt again", self._path, error)
            return None
