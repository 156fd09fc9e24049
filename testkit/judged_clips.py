"""A clip of a few seconds that was judged, as a report shows it."""

import numpy as np

from modeling.training.datasets.labels import ClipLabels, Span
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.study import JudgedClip, judge

THRESHOLDS = {"fall": 0.6, "lying": 0.5}


def judged_clip(
    name: str,
    *,
    high: tuple[float, float] = (0.0, 0.0),
    level: float = 0.9,
    fall: tuple[float, float] | None = None,
    unseen: tuple[float, float] = (9.0, 9.0),
    seconds: float = 6.0,
) -> JudgedClip:
    """Judge a clip whose fall score is `level` during `high`, and that shows nobody in `unseen`."""
    times = [tenth / 10 for tenth in range(round(seconds * 10))]
    rows = [
        None
        if unseen[0] <= time < unseen[1]
        else np.array([level * (high[0] <= time < high[1]), 0.125], dtype=np.float32)
        for time in times
    ]
    spans = () if fall is None else (Span(label="fall", start=fall[0], end=fall[1]),)
    labels = ClipLabels(name=name, group=name, room="hall", view="cam0", source="urfd", spans=spans)
    return judge("fold-1", [ScoredClip(labels, times, rows)], THRESHOLDS)[0]
