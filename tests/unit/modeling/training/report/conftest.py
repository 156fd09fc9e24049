"""A few judged clips: a fall that is found, one that is missed, and alarms without a fall."""

import numpy as np
import pytest

from modeling.perception.poses.pose import LANDMARK_COUNT, PoseTrack
from modeling.training.datasets.labels import ClipLabels, Span
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.study import Study
from modeling.training.evaluate.study import judge as judge_all

THRESHOLDS = {"fall": 0.6, "lying": 0.5}
HOSTILE_NAME = "</script><script>alert(1)</script>"


@pytest.fixture(scope="session")
def judge():
    """Judge a clip whose fall score is `level` during `high`, and that shows nobody in `unseen`."""

    def _judge(name, *, high=(0.0, 0.0), level=0.9, fall=None, unseen=(9.0, 9.0), seconds=6.0):
        times = [tenth / 10 for tenth in range(round(seconds * 10))]
        rows = [
            None
            if unseen[0] <= time < unseen[1]
            else np.array([level * (high[0] <= time < high[1]), 0.125], dtype=np.float32)
            for time in times
        ]
        spans = () if fall is None else (Span(label="fall", start=fall[0], end=fall[1]),)
        labels = ClipLabels(
            name=name, group=name, room="hall", view="cam0", source="urfd", spans=spans
        )
        scored = ScoredClip(labels, times, rows)
        return judge_all("fold-1", [scored], THRESHOLDS)[0]

    return _judge


@pytest.fixture(scope="session")
def studies(judge):
    """Two models under one protocol; the second finds every fall and alarms at nothing else."""
    careless = [
        judge("found", high=(2.2, 4.0), fall=(2.0, 4.0)),
        judge("overlooked", level=0.4, high=(2.2, 4.0), fall=(2.0, 4.0)),
        judge("sitting", high=(1.0, 2.0)),
        judge("bending", high=(0.5, 1.5), fall=(4.0, 5.0)),
        judge(HOSTILE_NAME, high=(3.0, 4.0)),
    ]
    careful = [
        judge("found", high=(2.2, 4.0), fall=(2.0, 4.0)),
        judge("overlooked", high=(2.2, 4.0), fall=(2.0, 4.0), unseen=(0.0, 0.5)),
        judge("sitting"),
        judge("bending", high=(4.0, 5.5), fall=(4.0, 5.0)),
        judge(HOSTILE_NAME),
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
