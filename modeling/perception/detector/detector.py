"""The detector at run time: windows to scores on ONNX Runtime, without torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from contract.analysis import Analysis
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import (
    ONNX_NAME,
    CheckpointError,
    Label,
    Manifest,
    load_manifest,
)
from modeling.perception.detector.onnx_session import open_session

WINDOW_SHAPE = (WINDOW_LENGTH, FEATURE_COUNT)
DIGITS = 4


class WindowError(ValueError):
    """A window of the wrong shape or with numbers that are none; says what was expected."""


class Detector:
    """A loaded checkpoint. Thread-safe: an ONNX Runtime session runs from any thread."""

    def __init__(self, manifest: Manifest, session: ort.InferenceSession) -> None:
        self.manifest = manifest
        self._session = session
        self._mean = np.array(manifest.normalization.mean, dtype=np.float32)
        self._std = np.array(manifest.normalization.std, dtype=np.float32)

    @classmethod
    def load(cls, folder: Path) -> "Detector":
        """Load the checkpoint and try it on one window; raises CheckpointError."""
        manifest = load_manifest(folder)
        path = folder / ONNX_NAME
        detector = cls(manifest, open_session(path))
        try:
            scores = detector.scores(np.zeros((1, *WINDOW_SHAPE), dtype=np.float32))
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise CheckpointError(f"{path} cannot be run: {type(error).__name__}") from error
        if scores.shape != (1, len(manifest.labels)):
            raise CheckpointError(f"{path} answers {scores.shape}, expected one score a label")
        return detector

    def scores(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 16, F) windows to (N, L) probabilities, one a label of the manifest."""
        check_windows(windows)
        normalized = (windows.astype(np.float32, copy=False) - self._mean) / self._std
        scores: NDArray[np.float32] = self._session.run(None, {"windows": normalized})[0]
        return scores

    def analyze(self, windows: NDArray[np.float32]) -> list[Analysis]:
        """(N, 16, F) windows to N analyses; raises WindowError."""
        labels = self.manifest.labels
        return [to_analysis(labels, row) for row in self.scores(windows).tolist()]


def to_analysis(labels: Sequence[Label], scores: list[float]) -> Analysis:
    """What one probability per label says, given the labels' thresholds.

    It says them to four digits: nobody knows more, and each further one would travel.
    """
    scores = [round(score, DIGITS) for score in scores]
    anomalies = [
        (score, label.threshold)
        for label, score in zip(labels, scores, strict=True)
        if label.anomalous
    ]
    anomaly = max((score for score, _ in anomalies), default=0.0)
    return Analysis(
        is_anomaly=any(score >= threshold for score, threshold in anomalies),
        normal_score=round(1.0 - anomaly, DIGITS),
        anomaly_score=anomaly,
        events=[label.name for label in labels],
        scores=scores,
        thresholds=[label.threshold for label in labels],
    )


def check_windows(windows: NDArray[np.float32]) -> None:
    """Raise WindowError unless `windows` is (N, 16, F), N at least 1, and finite."""
    if windows.ndim != 3 or len(windows) == 0 or windows.shape[1:] != WINDOW_SHAPE:
        raise WindowError(
            f"expected windows of {WINDOW_LENGTH} frames with {FEATURE_COUNT} features each, "
            f"got an array of shape {windows.shape}"
        )
    if not np.isfinite(windows).all():
        raise WindowError("features must be finite numbers, got NaN or infinity")
