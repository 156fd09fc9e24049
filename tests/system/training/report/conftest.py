"""A few judged clips: a fall that is found, one that is missed, and alarms without a fall."""

import numpy as np
import pytest

from modeling.perception.poses.pose import LANDMARK_COUNT, PoseTrack
from modeling.training.evaluate.study import Study
from testkit.judged_clips import judged_clip

HOSTILE_NAME = "</script><script>alert(1)</script>"


@pytest.fixture(scope="session")
def studies():
    """Two models under one protocol; the second finds every fall and alarms at nothing else."""
    careless = [
        judged_clip("found", high=(2.2, 4.0), fall=(2.0, 4.0)),
        judged_clip("overlooked", level=0.4, high=(2.2, 4.0), fall=(2.0, 4.0)),
        judged_clip("sitting", high=(1.0, 2.0)),
        judged_clip("bending", high=(0.5, 1.5), fall=(4.0, 5.0)),
        judged_clip(HOSTILE_NAME, high=(3.0, 4.0)),
    ]
    careful = [
        judged_clip("found", high=(2.2, 4.0), fall=(2.0, 4.0)),
        judged_clip("overlooked", high=(2.2, 4.0), fall=(2.0, 4.0), unseen=(0.0, 0.5)),
        judged_clip("sitting"),
        judged_clip("bending", high=(4.0, 5.5), fall=(4.0, 5.0)),
        judged_clip(HOSTILE_NAME),
    ]
    return [Study("by group", "a <b> & $x_1$", careless), Study("by group", "careful", careful)]


@pytest.fixture(scope="session")
def tracks(studies):
    """The poses of those clips: somebody who drifts to the right, lost in the fourth frame."""
    frames = np.arange(180)
    landmarks = np.full((180, LANDMARK_COUNT, 4), 0.5, dtype=np.float32)
    landmarks[:, :, 0] += frames[:, None] / 1000
    landmarks[3] = np.nan
    track = PoseTrack.of_person(frames / 30, landmarks, 4 / 3)
    return {clip.scored.labels.name: track for clip in studies[0].clips}
