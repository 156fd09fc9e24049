"""Makes the windows on which a camera box tries a version: `python -m testkit.sanity_windows`.

They are of the recording that ships with the demo, as the shipped detector sees it.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.model.trial import SANITY_WINDOWS
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.windows import stacked_features, track_moments

RECORDING = Path(__file__).resolve().parents[1] / "demo" / "recordings" / "fall.npz"
CALM_BELOW, FALL_ABOVE = 0.1, 0.8
EACH = 12


def main() -> None:
    """Write them; what is calm and what is a fall the shipped detector is sure of."""
    moments = track_moments(PoseTrack.load(RECORDING))
    windows = [window for moment in moments for window in moment.windows]
    detector = Detector.load(DEFAULT_CHECKPOINT)
    labels = [label.name for label in detector.manifest.labels]
    scores = detector.scores(stacked_features(windows))[:, labels.index("fall")]
    joints = np.stack([window.joints for window in windows]).astype(np.float16)
    np.savez_compressed(
        SANITY_WINDOWS,
        aspect=np.float64(windows[0].aspect),
        calm=_spread(joints[scores < CALM_BELOW]),
        fall=_spread(joints[scores >= FALL_ABOVE]),
    )


def _spread(found: NDArray[np.float16]) -> NDArray[np.float16]:
    """A dozen over the whole time."""
    chosen = np.linspace(0, len(found) - 1, min(EACH, len(found))).round().astype(int)
    spread: NDArray[np.float16] = found[chosen]
    return spread


if __name__ == "__main__":
    main()
