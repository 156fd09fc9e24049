"""Video files to pose tracks, by the reader and the estimator that the camera box uses."""

from collections.abc import Iterator
from pathlib import Path

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.video import VideoFile
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.poses.pose_estimator import PoseEstimator

PICTURE_SEC = 1 / 15
"""A picture that comes sooner after the last one is passed over, as a camera box passes it over:
windows hold ten poses a second."""
EARLY_SEC = 0.005
"""The times of a video are rounded."""


def extract_track(video: Path, fps: float | None = None) -> PoseTrack:
    """Find the poses, in at most 15 pictures a second; raises VideoError and CheckpointError.

    `fps` replaces the video's times.
    """
    file = VideoFile(video, fps)
    estimator = PoseEstimator()
    try:
        return PoseTrack.from_poses([estimator.estimate(frame) for frame in _spaced(file.frames())])
    finally:
        estimator.close()
        file.close()


def _spaced(frames: Iterator[Frame]) -> Iterator[Frame]:
    due = float("-inf")
    for frame in frames:
        if frame.time >= due:
            due = frame.time + PICTURE_SEC - EARLY_SEC
            yield frame
