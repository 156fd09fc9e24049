"""Files at either pace, under a clock that only the source's waiting and its consumer move."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from agent.capture import EndOfSource, open_source
from agent.capture.file import RecordedSource
from agent.file_pace import FilePace
from modeling.perception.frames.frame import Frame
from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Poses, PoseTrack


@dataclass
class Clock:
    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.pass_by(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def play(clock: Clock, pace: FilePace, times: list[float]) -> RecordedSource:
    image = np.zeros((2, 2, 3), dtype=np.uint8)
    frames = (Frame(index, at, image) for index, at in enumerate(times))
    return RecordedSource("clip", frames, len(times), pace, clock=clock, sleep=clock.sleep)


def watch(
    source: RecordedSource, busy: Callable[[], None] = lambda: None
) -> Iterator[Frame | Poses]:
    """What a consumer sees that does `busy` after each frame."""
    while True:
        try:
            frame = source.read(timeout_sec=1.0)
        except EndOfSource:
            return
        assert frame is not None
        yield frame
        busy()


def test_in_real_time_each_frame_is_released_at_its_own_time(clock: Clock) -> None:
    source = play(clock, FilePace.REALTIME, [0.5, 0.6, 0.9])
    released = [clock.now - 1000.0 for _ in watch(source)]
    assert released == pytest.approx([0.0, 0.1, 0.4])


def test_in_real_time_a_slow_consumer_skips_frames_and_does_not_fall_behind(clock: Clock) -> None:
    source = play(clock, FilePace.REALTIME, [i / 32 for i in range(32)])
    seen = [
        (frame.time, clock.now - 1000.0) for frame in watch(source, lambda: clock.pass_by(0.25))
    ]
    assert seen == [(0.0, 0.0), (0.25, 0.25), (0.5, 0.5), (0.75, 0.75), (31 / 32, 1.0)]


def test_in_real_time_a_read_waits_no_longer_than_its_time_out(clock: Clock) -> None:
    source = play(clock, FilePace.REALTIME, [0.0, 1.0])
    assert source.read(0.25) is not None
    assert source.read(0.25) is None
    assert clock.waits == [0.25]
    assert source.age_sec() == 0.25


def test_in_real_time_the_play_begins_with_the_first_read(clock: Clock) -> None:
    source = play(clock, FilePace.REALTIME, [0.0, 0.1])
    clock.pass_by(60.0)
    assert [frame.time for frame in watch(source)] == [0.0, 0.1]


def test_fast_gives_a_slow_consumer_every_frame_without_waiting(clock: Clock) -> None:
    source = play(clock, FilePace.FAST, [0.0, 0.1, 5.0])
    seen = [frame.time for frame in watch(source, lambda: clock.pass_by(1.0))]
    assert (seen, clock.waits) == ([0.0, 0.1, 5.0], [])


def test_the_age_counts_from_the_last_frame_and_is_infinite_before_the_first(clock: Clock) -> None:
    source = play(clock, FilePace.FAST, [0.0, 0.1])
    assert source.age_sec() == float("inf")
    source.read(1.0)
    clock.pass_by(3.0)
    assert source.age_sec() == 3.0


def test_the_end_is_raised_again_by_every_later_read(clock: Clock) -> None:
    source = play(clock, FilePace.FAST, [0.0])
    source.read(1.0)
    for _ in range(2):
        with pytest.raises(EndOfSource):
            source.read(1.0)


@pytest.mark.parametrize("pace", FilePace)
def test_a_pose_track_is_played_back_as_it_was_recorded(
    tmp_path: Path, clock: Clock, pace: FilePace
) -> None:
    landmarks = np.full((LANDMARK_COUNT, 4), 0.5, dtype=np.float32)
    one, other = Body(1, landmarks), Body(4, landmarks + 0.1)
    bodies = {0: (one, other), 2: (), 3: (other,)}
    poses = [Poses(index, index / 100, 1.5, found) for index, found in bodies.items()]
    PoseTrack.from_poses(poses).save(tmp_path / "fall.npz")
    source = open_source(str(tmp_path / "fall.npz"), pace, "hall")
    assert isinstance(source, RecordedSource)
    played = list(watch(source))
    assert [
        (shown.frame_idx, shown.time, [body.person for body in shown.bodies])
        for shown in played
        if isinstance(shown, Poses)
    ] == [(0, 0.0, [1, 4]), (2, 0.02, []), (3, 0.03, [4])]
    assert (source.live, source.frame_count) == (False, 3)


def test_a_video_in_real_time_takes_as_long_as_it_is(clip: Path) -> None:
    source = open_source(str(clip), FilePace.REALTIME, "hall")
    assert isinstance(source, RecordedSource)
    began = time.monotonic()
    last = list(watch(source))[-1]
    assert last.time == pytest.approx(0.45)
    assert 0.45 <= time.monotonic() - began < 2.0
