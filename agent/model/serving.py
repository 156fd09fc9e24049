"""The model that serves on the camera box, and those that it falls back to."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.model.score_watch import ScoreWatch
from contract.analysis import Analysis
from modeling.perception.detector.detector import Detector, WindowError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """A detector; without a `version_id` it is the one that came with the box."""

    detector: Detector
    version_id: str | None = None

    @property
    def version(self) -> str:
        """As its manifest says it."""
        return self.detector.manifest.version


OnFallBack = Callable[[Loaded, str, tuple[str, ...]], None]
"""Who was taken back, why, and the ids of those that are left."""


class ServingModel:
    """Answers with the first of its `chain`, and falls back to the next where that one fails.

    Thread-safe: another model takes over between two windows. `failure` says in one line why a
    version that was to serve does not; `on_fall_back` hears of each that is taken back.
    """

    def __init__(self, *chain: Loaded, on_fall_back: OnFallBack | None = None) -> None:
        self._chain = chain
        self._on_fall_back = on_fall_back
        self._watches: dict[str, ScoreWatch] = {}
        self._lock = threading.Lock()
        self.failure: str | None = None

    @property
    def serving(self) -> Loaded:
        """Who answers now."""
        return self._chain[0]

    @property
    def version_ids(self) -> tuple[str, ...]:
        """Of those that were fetched, the one that serves first."""
        return tuple(it.version_id for it in self._chain if it.version_id is not None)

    def swap(self, loaded: Loaded) -> None:
        """Let `loaded` serve from the next window on, before the one of now and the box's own."""
        with self._lock:
            others = [it for it in self._chain if it.version_id != loaded.version_id]
            self._chain = (loaded, *others[:1], *others[1:][-1:])
            self._watches = {}
        logger.info("the model %s serves", loaded.version)

    def analyze(self, camera_id: str, time: float, windows: NDArray[np.float32]) -> list[Analysis]:
        """(N, 16, F) windows of one camera at a time of its stream to N analyses.

        One thread per camera. Raises what the last of the chain raises.
        """
        serving = self.serving
        try:
            analyses = serving.detector.analyze(windows)
        except WindowError:
            raise
        except Exception as error:  # ONNX Runtime's share no base class
            if not self._fall_back(serving, f"it cannot answer: {type(error).__name__}"):
                raise
            return self.analyze(camera_id, time, windows)
        watch = self._watches.setdefault(camera_id, ScoreWatch())
        if reason := watch.implausible(time, analyses):
            self._fall_back(serving, reason)
        return analyses

    def _fall_back(self, failed: Loaded, reason: str) -> bool:
        """Whether another one serves now."""
        with self._lock:
            if self._chain[0] is not failed:  # another camera was faster
                return True
            self.failure = f"version {failed.version} was taken back: {reason}"
            if len(self._chain) == 1:
                self.failure = f"version {failed.version} is the only one: {reason}"
                return False
            self._chain, self._watches = self._chain[1:], {}
            logger.error(self.failure)
            if self._on_fall_back is not None:
                self._on_fall_back(failed, reason, self.version_ids)
        return True
