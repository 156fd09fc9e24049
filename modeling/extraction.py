"""Video files to pose tracks, by the reader and the estimator that the camera box uses."""

from pathlib import Path

from modeling.estimator import PoseEstimator
from modeling.pose import PoseTrack
from modeling.video import VideoFile


def extract_track(video: Path, fps: float | None = None) -> PoseTrack:
    """Find the pose in every frame; raises VideoError and CheckpointError.

    `fps` replaces the video's times.
    """
    file = VideoFile(video, fps)
    estimator = PoseEstimator()
    try:
        return PoseTrack.from_poses([estimator.estimate(frame) for frame in file.frames()])
    finally:
        estimator.close()
        file.close()
