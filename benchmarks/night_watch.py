"""Clips watched in the dark, as the camera box would: poses, kept so that none is found twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.night_ways import See
from contract.events import FALL
from modeling.perception.detector.detector import Detector
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.video import VideoFile
from modeling.perception.incidents.replay import Incident, analyze_moments, find_incidents
from modeling.perception.poses.extract_poses import EARLY_SEC, PICTURE_SEC
from modeling.perception.poses.pose import Body, PoseTrack
from modeling.perception.poses.pose_estimator import PoseEstimator
from modeling.perception.poses.pose_gate import PoseGate, middles
from modeling.perception.windows.windows import MAX_GAP_SEC, RATE_HZ, track_moments
from modeling.training.looks.darkness import darkened

NEAR = 0.5
"""Torso lengths between the middles of a body in the dark and in the light that are one body's."""


@dataclass(frozen=True)
class Stretch:
    """Frames `first` to `last` of a video, which is None at its end; named for what is kept."""

    name: str
    file: Path
    first: int = 0
    last: int | None = None


def watched(stretch: Stretch, light: float, way: str, see: See, kept: Path) -> PoseTrack:
    """What the camera box finds at a share `light` of the light; read if it was found before."""
    path = kept / f"{stretch.name}.{round(1 / light)}.{way.replace(' ', '-')}.npz"
    if path.is_file():
        return PoseTrack.load(path)
    estimator = PoseEstimator()
    gate = PoseGate(lambda frame: estimator.estimate(see(frame)))
    found = (gate.poses(frame) for frame in _frames(stretch, light))
    track = PoseTrack.from_poses([poses for poses in found if poses is not None])
    path.parent.mkdir(parents=True, exist_ok=True)
    track.save(path)
    return track


def _frames(stretch: Stretch, light: float) -> Iterator[Frame]:
    """Fifteen a second at most, made dark; each has noise of its own."""
    file, due = VideoFile(stretch.file), float("-inf")
    for frame in file.frames():
        if stretch.last is not None and frame.index > stretch.last:
            break
        if frame.index >= stretch.first and frame.time >= due:
            due = frame.time + PICTURE_SEC - EARLY_SEC
            image = frame.image if light == 1.0 else darkened(frame.image, light, frame.index)
            yield Frame(frame.index, frame.time, image)
    file.close()


def instants(track: PoseTrack, seconds: float) -> Iterator[tuple[float, tuple[Body, ...]]]:
    """Ten times a second, up to `seconds`: who is in the newest answer, if it is no older."""
    stream = list(track)
    times = np.array([poses.time for poses in stream])
    for time in np.arange(stream[0].time, seconds, 1 / RATE_HZ):
        newest = int(np.searchsorted(times, time, side="right")) - 1
        is_fresh = time - times[newest] <= MAX_GAP_SEC
        yield float(time), stream[newest].bodies if is_fresh else ()


def is_where(body: Body, others: Iterable[Body], aspect: float) -> bool:
    """Whether one of the others is where `body` is."""
    here, length = _place(body, aspect)
    return any(np.hypot(*(_place(one, aspect)[0] - here)) <= NEAR * length for one in others)


def _place(body: Body, aspect: float) -> tuple[NDArray[np.float64], float]:
    """The middle of the torso, and its length, in heights of the picture."""
    shoulders, hips = (middle * (aspect, 1.0) for middle in middles(body.landmarks))
    return (shoulders + hips) / 2, max(float(np.hypot(*(shoulders - hips))), 0.05)


def falls_in(track: PoseTrack, detector: Detector) -> list[Incident]:
    """The falls that the whole product would find."""
    moments = track_moments(track)
    incidents = find_incidents(moments, analyze_moments(detector, moments))
    return [one for one in incidents if one.label == FALL]
