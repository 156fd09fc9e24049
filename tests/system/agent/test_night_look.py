"""The look for the night on real clips: more poses in the dark, and the same ones in the light."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.video import VideoFile
from modeling.perception.looks.night import SIMPLE, NightLook
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.poses.pose_estimator import PoseEstimator
from modeling.training.looks.darkness import darkened

LIGHT = 1 / 100


def frames(shared_data: Path, name: str, last: int) -> Iterator[Frame]:
    """Ten a second, up to frame `last`."""
    video = VideoFile(shared_data / "urfd" / "videos" / f"{name}.mp4")
    for frame in video.frames():
        if frame.index > last:
            break
        if frame.index % 3 == 0:
            yield frame
    video.close()


def poses_in(shown: Iterator[Frame], look: NightLook | None) -> PoseTrack:
    estimator = PoseEstimator()
    return PoseTrack.from_poses(
        [estimator.estimate(look.seen(frame) if look else frame) for frame in shown]
    )


def test_poses_of_a_bright_clip_are_the_same_with_and_without_it(shared_data: Path) -> None:
    with_it, without = (
        poses_in(frames(shared_data, "fall-05-cam0", 90), look)
        for look in (NightLook(lambda: SIMPLE), None)
    )
    assert len(with_it.rows) > 20
    assert with_it.landmarks.tobytes() == without.landmarks.tobytes()
    np.testing.assert_array_equal(with_it.rows, without.rows)


def test_twice_as_many_pictures_of_a_dark_room_have_a_pose_with_it(shared_data: Path) -> None:
    def dark() -> Iterator[Frame]:
        for frame in frames(shared_data, "fall-16-cam0", 90):
            yield Frame(frame.index, frame.time, darkened(frame.image, LIGHT, frame.index))

    with_it, without = (poses_in(dark(), look) for look in (NightLook(lambda: SIMPLE), None))
    assert len(set(with_it.rows)) >= 10
    assert len(set(with_it.rows)) >= 2 * len(set(without.rows))
