"""The server's detector: which one answers, or the reason why there is none."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from backend.analysis.batches import BatchedScores
from backend.errors import InvalidInput, ModelUnavailable
from backend.part import Part, part
from contract.analysis import Analysis
from contract.events import FALL
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector, WindowError, check_windows, to_analysis

logger = logging.getLogger(__name__)

FALLBACK_LABELS = frozenset({FALL})

Answered = Callable[[NDArray[np.float32], list[Analysis]], None]
"""Is told of windows and what was answered of them, in the event loop; it must not wait."""


@dataclass(frozen=True)
class _Serving:
    """A detector and its batches: a request is answered by one and the same."""

    detector: Detector
    batches: BatchedScores


class BehaviorService:
    """Analyzes windows with the checkpoint in `folder`; the server also runs without one.

    `failure` says why nothing answers, `refused` why another one than was wanted does. `answered`
    hears of each answer.
    """

    def __init__(self, folder: Path) -> None:
        self.failure: str | None = None
        self.refused: str | None = None
        self.answered: Answered | None = None
        self._serving: _Serving | None = None
        self.serve(folder)

    def serve(self, folder: Path) -> bool:
        """Let the checkpoint in `folder` answer whatever is asked from now on. Any thread.

        What was asked before is answered by the one before, which also goes on where the new one
        cannot be loaded: then False, and `/health` says why.
        """
        try:
            detector = Detector.load(folder)
        except CheckpointError as error:
            self.refuse(str(error))
            return False
        self._serving = _Serving(detector, BatchedScores(detector.scores))
        self.failure = self.refused = None
        return True

    def refuse(self, reason: str) -> None:
        """The one that was wanted cannot answer: whatever answers goes on."""
        logger.error("no detector: %s", reason)
        if self.detector is None:
            self.failure = reason
        else:
            self.refused = f"{reason}; version {self.detector.manifest.version} goes on"

    def confirm(self) -> None:
        """What answers is what is wanted, after all."""
        self.refused = None

    @property
    def detector(self) -> Detector | None:
        """The one that answers now."""
        return self._serving.detector if self._serving else None

    @property
    def anomalous_labels(self) -> frozenset[str]:
        """The labels that the manifest calls anomalous.

        Without a checkpoint, camera boxes still send the falls that their own detector finds.
        """
        return self.detector.manifest.anomalous_labels if self.detector else FALLBACK_LABELS

    @property
    def labels(self) -> frozenset[str]:
        """All labels that the manifest names, anomalous or not."""
        if self.detector is None:
            return FALLBACK_LABELS
        return frozenset(label.name for label in self.detector.manifest.labels)

    @property
    def thresholds(self) -> dict[str, float]:
        """From which score on each label counts; none without a checkpoint."""
        labels = self.detector.manifest.labels if self.detector else ()
        return {label.name: label.threshold for label in labels}

    def health(self) -> Part:
        """The detector, and what it takes."""
        if self.detector is None:
            return part(self.failure)
        manifest = self.detector.manifest
        return part(
            self.refused,
            name=manifest.name,
            version=manifest.version,
            window_length=manifest.window_length,
            feature_layout=manifest.feature_layout,
            feature_count=len(manifest.normalization.mean),
        )

    async def analyze(self, windows: NDArray[np.float32]) -> list[Analysis]:
        """(N, T, F) windows to N analyses; raises ModelUnavailable or InvalidInput.

        Each call is checked before it joins a batch, so that a wrong one fails no other.
        """
        serving = self._serving
        if serving is None:
            raise ModelUnavailable(f"no detector: {self.failure}")
        try:
            check_windows(windows)
            scores = await serving.batches.scores(windows)
            labels = serving.detector.manifest.labels
            analyses = [to_analysis(labels, row) for row in scores.tolist()]
        except WindowError as error:
            raise InvalidInput(str(error)) from error
        except ValidationError as error:
            # Finite features can still overflow on their way through the network.
            raise InvalidInput("features are too large: expected a finite score of them") from error
        if self.answered is not None:
            self.answered(windows, analyses)
        return analyses
