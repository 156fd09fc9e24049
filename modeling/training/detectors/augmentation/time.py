"""Changes of a clip's course: its labels follow."""

from dataclasses import replace

import numpy as np

from contract.events import FALL
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.labels import ClipLabels, Span

HELD_FPS = 30.0
# A fall that takes three to five times as long is somebody who lies down.
SLOWEST, SLOWER = 5.0, 3.0


def hold_end(clip: LabelledClip, seconds: float) -> LabelledClip:
    """Let the last pose seen stay for `seconds`, and so the labels that hold at the end.

    The recordings stop soon after a fall: only this shows what comes once the body is at rest.
    """
    stream, end = list(clip.track), clip.track.times[-1]
    seen = [poses.bodies for poses in stream if poses.bodies]
    if not seen:
        return clip
    last = replace(stream[-1], bodies=seen[-1], is_cut=False)
    held = [
        replace(last, frame_idx=last.frame_idx + after, time=end + after / HELD_FPS)
        for after in range(1, round(seconds * HELD_FPS) + 1)
    ]
    longer = PoseTrack.from_poses(stream + held)
    states = [span for span in clip.labels.spans if span.label != FALL and span.end >= end]
    return LabelledClip(_with_ends(clip.labels, states, seconds), longer)


def warp_time(clip: LabelledClip, pace: float) -> LabelledClip:
    """Stretch time by `pace`: above 1 the motion is slower."""
    spans = [
        span.model_copy(update={"start": span.start * pace, "end": span.end * pace})
        for span in clip.labels.spans
    ]
    return LabelledClip(
        _with_spans(clip.labels, spans), replace(clip.track, times=clip.track.times * pace)
    )


def lie_down_slowly(clip: LabelledClip, rng: np.random.Generator) -> LabelledClip:
    """A fall at so slow a pace that it is none; what shows no fall stays as it is."""
    if not clip.labels.falls:
        return clip
    slow = warp_time(clip, float(rng.uniform(SLOWER, SLOWEST)))
    states = [span for span in slow.labels.spans if span.label != FALL]
    return replace(slow, labels=_with_spans(slow.labels, states))


def turn_back(clip: LabelledClip) -> LabelledClip:
    """Let time run backwards: who fell gets up, and that is no fall."""
    track, end = clip.track, float(clip.track.times[-1] + clip.track.times[0])
    stream = [
        replace(poses, frame_idx=index, time=end - poses.time, is_cut=False)
        for index, poses in enumerate(reversed(list(track)))
    ]
    spans = [
        span.model_copy(update={"start": end - span.end, "end": end - span.start})
        for span in clip.labels.spans
        if span.label != FALL
    ]
    return LabelledClip(_with_spans(clip.labels, spans), PoseTrack.from_poses(stream))


def _with_spans(labels: ClipLabels, spans: list[Span]) -> ClipLabels:
    return labels.model_copy(update={"spans": tuple(spans)})


def _with_ends(labels: ClipLabels, prolonged: list[Span], seconds: float) -> ClipLabels:
    spans = [
        span.model_copy(update={"end": span.end + seconds}) if span in prolonged else span
        for span in labels.spans
    ]
    return _with_spans(labels, spans)
