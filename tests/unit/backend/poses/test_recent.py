"""The newest poses of each camera stay bounded, in time and in number."""

from collections.abc import Callable

from backend.cameras.names import MAX_CAMERAS
from backend.poses.frame import PoseFrame
from backend.poses.recent import KEPT_SEC, MOST_FRAMES, RecentPoses

MakeFrame = Callable[..., PoseFrame]


def times(recent: RecentPoses, camera_id: str = "hall") -> list[float]:
    return [frame.at for frame in recent.of(camera_id)]


def test_last_seconds_are_kept(make_frame: MakeFrame) -> None:
    recent = RecentPoses()
    for at in (1.0, 2.0, 2.0 + KEPT_SEC):
        recent.add(make_frame(at))
    assert times(recent) == [2.0, 2.0 + KEPT_SEC]
    assert recent.last_seen("hall") == 2.1 + KEPT_SEC
    assert recent.last_seen("attic") is None
    assert times(recent, "attic") == []


def test_clock_that_is_set_back_leaves_no_old_poses(make_frame: MakeFrame) -> None:
    recent = RecentPoses()
    for at in (1000.0, 1000.1, 5.0, 5.1):
        recent.add(make_frame(at))
    assert times(recent) == [5.0, 5.1]


def test_frames_and_cameras_are_bounded(make_frame: MakeFrame) -> None:
    recent = RecentPoses()
    for number in range(MOST_FRAMES + 10):
        recent.add(make_frame(number / 1000))
    assert len(times(recent)) == MOST_FRAMES
    for number in range(MAX_CAMERAS - 1):
        recent.add(make_frame(1.0, f"camera {number}"))
    recent.add(make_frame(1.0, "hall"))
    recent.add(make_frame(1.0, "one more"))
    assert times(recent, "camera 0") == []
    assert times(recent, "camera 1") == [1.0]
    assert times(recent)


def test_what_is_erased_is_of_the_camera_and_the_span(make_frame: MakeFrame) -> None:
    recent = RecentPoses()
    for camera_id in ("hall", "bedroom"):
        for at in (1.0, 2.0, 3.0):
            recent.add(make_frame(at, camera_id))
    recent.erase("hall".__eq__, 2.0, 3.0)
    assert (times(recent), times(recent, "bedroom")) == ([1.0, 3.0], [1.0, 2.0, 3.0])
    recent.erase(lambda _: True, 0.0, 10.0)
    assert (times(recent), times(recent, "bedroom")) == ([], [])
    assert recent.last_seen("hall") is None
