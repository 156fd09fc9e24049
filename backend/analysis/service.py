"""The server's detector: loaded once, or the reason why there is none."""

import logging
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


class BehaviorService:
    """Analyzes windows with the checkpoint in `folder`; the server also runs without one."""

    def __init__(self, folder: Path) -> None:
        self.detector: Detector | None = None
        self.failure: str | None = None
        self._batches: BatchedScores | None = None
        try:
            self.detector = Detector.load(folder)
            self._batches = BatchedScores(self.detector.scores)
        except CheckpointError as error:
            self.failure = str(error)
            logger.error("no detector: %s", error)

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
            None,
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
        if self.detector is None or self._batches is None:
            raise ModelUnavailable(f"no detector: {self.failure}")
        try:
            check_windows(windows)
            scores = await self._batches.scores(windows)
            labels = self.detector.manifest.labels
            return [to_analysis(labels, row) for row in scores.tolist()]
        except WindowError as error:
            raise InvalidInput(str(error)) from error
        except ValidationError as error:
            # Finite features can still overflow on their way through the network.
            raise InvalidInput("features are too large: expected a finite score of them") from error
