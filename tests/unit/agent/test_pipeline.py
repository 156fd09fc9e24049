"""The main loop: heartbeats whatever the clocks do, and what the worker is given."""

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from agent.analysis_worker import AnalysisWorker
from agent.build import brightened
from agent.capture import EndOfSource, Source
from agent.event_factory import EventFactory
from agent.heartbeat_counter import HeartbeatCounter
from agent.outbox.outbox import Outbox
from agent.picture_check import PictureCheck
from agent.pipeline import Estimate, Pipeline
from agent.recent_frames import RecentFrames
from agent.view import MASK_GREY, CameraView, View
from modeling.perception.frames.frame import Frame
from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.perception.images.model import ImageModel
from modeling.perception.looks.night import SIMPLE, NightLook
from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Landmark, Poses
from testkit.moments import MomentKeeper
from testkit.motions import filmed, turned

CHANCE = np.random.default_rng(7)
MIDDLE = np.full((LANDMARK_COUNT, 4), 0.5, dtype=np.float32)
STANDING = (Body(1, MIDDLE),)


@dataclass
class Clocks:
    """Both clocks; the wall clock may be set."""

    now: float = 100.0
    wall_offset: float = 0.0

    def steady(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.wall_offset + self.now


@dataclass
class ScriptedCamera:
    """Hands out what `script` holds, a step of 250 ms each; None is a look that found nothing."""

    script: Iterator[bool]
    clocks: Clocks
    description: str = "camera"
    live: bool = True
    frame_count: int = 0
    may_be_late: bool = False
    frames: int = 0
    opened: float = 100.0
    arrived: float = float("-inf")

    def read(self, timeout_sec: float) -> Poses | None:
        self.clocks.now += timeout_sec
        if (seen := next(self.script, None)) is None:
            raise EndOfSource
        if not seen:
            return None
        self.arrived = self.clocks.now
        self.frames += 1
        return Poses(self.frames, self.arrived - self.opened, 1.0, STANDING)

    def age_sec(self) -> float:
        return self.clocks.now - self.arrived

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class Played(ScriptedCamera):
    """A file of poses, each read as fast as it is asked for."""

    live: bool = False
    poses: Iterator[Poses] = field(default_factory=lambda: iter(()))

    def read(self, _timeout_sec: float) -> Poses | None:
        if (poses := next(self.poses, None)) is None:
            raise EndOfSource
        return poses


def no_estimate(_frame: Any) -> Poses:
    raise AssertionError("a pose track needs no estimate")


def build(
    source: Source,
    outbox: Outbox,
    clocks: Clocks,
    estimate: Estimate = no_estimate,
    model: ImageModel | None = None,
) -> Pipeline:
    return Pipeline(
        source=source,
        estimate=estimate,
        is_moving=lambda: False,
        worker=cast(AnalysisWorker, MomentKeeper()),
        factory=EventFactory("거실", epoch=1.8e9),
        outbox=outbox,
        heartbeat=HeartbeatCounter(3.0),
        picture_check=PictureCheck(model),
        progress=lambda: None,
        follows_wall_clock=source.live,
        clock=clocks.steady,
        wall_clock=clocks.wall,
    )


def beats(outbox: Outbox) -> list[dict[str, Any]]:
    return [json.loads(event.body) for event in outbox.oldest(10_000)]


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def watch(outbox: Outbox, clocks: Clocks, script: Iterable[bool]) -> list[dict[str, Any]]:
    build(cast(Source, ScriptedCamera(iter(script), clocks)), outbox, clocks).run()
    return beats(outbox)


def test_heart_beats_every_three_seconds_and_says_at_last_that_it_is_over(
    outbox: Outbox, clocks: Clocks
) -> None:
    told = watch(outbox, clocks, [True] * 40)
    assert [b["video_ts"] for b in told] == [3.0, 6.0, 9.0, 10.0]
    assert [b["state"] for b in told] == ["watching"] * 3 + ["ended"]
    assert [(b["fps"], b["pose_share"]) for b in told] == [(4.0, 1.0)] * 4


def test_heartbeat_says_how_the_picture_is_and_nothing_of_it_without_one(
    outbox: Outbox, clocks: Clocks, image_checkpoints: Path
) -> None:
    @dataclass
    class DarkCamera(ScriptedCamera):
        def read(self, timeout_sec: float) -> Any:
            pose = super().read(timeout_sec)
            dark = CHANCE.integers(0, 30, (24, 32, 3), dtype=np.uint8)
            return Frame(pose.frame_idx, pose.time, dark) if pose else None

    def estimate(frame: Frame) -> Poses:
        return Poses(frame.index, frame.time, 1.0)

    camera = DarkCamera(iter([True] * 32 + [False] * 48), clocks)
    model = ImageModel.load(CAMERA_HEALTH, image_checkpoints / "camera_health")
    build(cast(Source, camera), outbox, clocks, estimate, model).run()
    said = {b["video_ts"]: b.get("picture") for b in beats(outbox)}
    # Three looks must agree, and what was seen is soon no news.
    assert said == {3: None, 6: "dark", 9: "dark", 12: "dark", 15: None, 18: None, 20: None}


def test_nobody_sees_what_is_masked_and_heartbeats_say_who_walks_on_his_head(
    outbox: Outbox, clocks: Clocks
) -> None:
    @dataclass
    class BrightCamera(ScriptedCamera):
        def read(self, timeout_sec: float) -> Any:
            pose = super().read(timeout_sec)
            bright = np.full((24, 32, 3), 255, dtype=np.uint8)
            return Frame(pose.frame_idx, pose.time, bright) if pose else None

    seen: list[Frame] = []

    def estimate(frame: Frame) -> Poses:
        seen.append(frame)
        joints = MIDDLE.copy()
        joints[:, 0] = abs(frame.time % 4 - 2) / 4 + 0.2
        joints[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 1] += 0.2
        return Poses(frame.index, frame.time, 1.0, (Body(1, joints),))

    camera = BrightCamera(iter([True] * 80), clocks)
    pipeline = build(cast(Source, camera), outbox, clocks, estimate)
    pipeline.recent_frames = RecentFrames()
    pipeline.view = CameraView(View(mask=(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),)))
    pipeline.run()
    assert all((frame.image[:, :16] == MASK_GREY).all() for frame in seen)
    assert all((frame.image[:, 18:] == 255).all() for frame in seen)
    jpeg = pipeline.recent_frames.jpeg_at(seen[-1].time)
    assert jpeg is not None
    kept = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(kept[:, :15].astype(int) - MASK_GREY[0]).max() < 20
    shares = [beat.get("upside_down_share") for beat in beats(outbox)]
    assert (shares[0], shares[-1]) == (None, 1.0)


def test_pose_track_says_nothing_of_a_picture(outbox: Outbox, clocks: Clocks) -> None:
    assert {b.get("picture") for b in watch(outbox, clocks, [True] * 40)} == {None}


def test_heart_of_a_camera_without_pictures_goes_on_beating(outbox: Outbox, clocks: Clocks) -> None:
    told = watch(outbox, clocks, [True] * 8 + [False] * 32)
    assert [b["video_ts"] for b in told] == [3.0, 6.0, 9.0, 10.0]
    assert [b["fps"] for b in told] == [2.67, 0.0, 0.0, 0.0]
    assert [b["frame_age_sec"] for b in told] == [1.0, 4.0, 7.0, 8.25]


def test_heartbeat_says_what_was_missed_of_a_stream_that_drops_every_three_seconds(
    outbox: Outbox, clocks: Clocks
) -> None:
    told = watch(outbox, clocks, ([True] * 12 + [False] * 6) * 4)
    assert [b["missed_sec"] for b in told if b["missed_sec"]] == [1.75] * 3


def test_heartbeat_says_in_how_many_pictures_something_moved(
    outbox: Outbox, clocks: Clocks
) -> None:
    moves = itertools.cycle([True, False, False])
    camera = cast(Source, ScriptedCamera(iter([True] * 12), clocks))
    pipeline = build(camera, outbox, clocks)
    pipeline.is_moving = lambda: next(moves)
    pipeline.run()
    assert beats(outbox)[0]["motion_share"] == pytest.approx(1 / 3, abs=0.001)


def test_heartbeats_say_how_far_somebody_walked(outbox: Outbox, clocks: Clocks) -> None:
    def across(time: float) -> NDArray[np.float32]:
        moved = turned(0.0)
        moved[:, 0] += 0.12 * time - 0.3
        return moved

    poses = iter(filmed(across, seconds=5.0))
    build(cast(Source, Played(iter([True]), clocks, poses=poses)), outbox, clocks).run()
    told = beats(outbox)
    assert sum(it["walked_sec"] for it in told) == pytest.approx(3.5, abs=1.0)
    speed = sum(it["walked_lengths"] for it in told) / sum(it["walked_sec"] for it in told)
    assert 0.2 < speed < 1.0
    assert [it["rises"] for it in told] == [0] * len(told)


def test_camera_that_is_lost_shows_the_worker_nobody(outbox: Outbox, clocks: Clocks) -> None:
    script = iter([True] * 8 + [False] * 16)
    pipeline = build(cast(Source, ScriptedCamera(script, clocks)), outbox, clocks)
    pipeline.run()
    moments = cast(MomentKeeper, pipeline.worker).moments
    times = [moment.time for moment in moments]
    assert times == sorted(times)
    assert next(m.time for m in moments if not m.windows and m.time > 2.0) <= 4.0
    assert times[-1] == pytest.approx(6.0)


def test_camera_whose_pictures_may_still_come_shows_the_worker_no_empty_room(
    outbox: Outbox, clocks: Clocks
) -> None:
    camera = ScriptedCamera(iter([True] * 8 + [False] * 16), clocks, may_be_late=True)
    pipeline = build(cast(Source, camera), outbox, clocks)
    pipeline.run()
    moments = cast(MomentKeeper, pipeline.worker).moments
    assert moments
    assert all(moment.time <= 2.0 for moment in moments)


def test_pictures_that_come_late_keep_their_times_and_the_heart_beats_on(
    outbox: Outbox, clocks: Clocks
) -> None:
    @dataclass
    class HeldBack(ScriptedCamera):
        """Four seconds of pictures, each two seconds late."""

        def read(self, timeout_sec: float) -> Poses | None:
            pose = super().read(timeout_sec)
            return pose and Poses(pose.frame_idx, pose.time - 2.0, 1.0, STANDING)

        def age_sec(self) -> float:
            return super().age_sec() + 2.0

    pipeline = build(cast(Source, HeldBack(iter([True] * 16), clocks)), outbox, clocks)
    pipeline.run()
    moments = cast(MomentKeeper, pipeline.worker).moments
    assert (moments[0].time, moments[-1].time) == pytest.approx((-1.75, 2.0), abs=0.1)
    assert [(b["video_ts"], b["frame_age_sec"]) for b in beats(outbox)] == [(3.0, 2.0), (4.0, 2.25)]
    assert pipeline.factory.epoch == pytest.approx(100.0)


def test_box_that_crashes_says_no_good_bye(outbox: Outbox, clocks: Clocks) -> None:
    def breaking() -> Iterator[bool]:
        yield from [True] * 16
        raise RuntimeError("the decoder broke")

    pipeline = build(cast(Source, ScriptedCamera(breaking(), clocks)), outbox, clocks)
    with pytest.raises(RuntimeError):
        pipeline.run()
    assert cast(MomentKeeper, pipeline.worker).finished
    assert [b["state"] for b in beats(outbox)] == ["watching"]


def test_clock_that_is_set_before_the_first_picture_stops_no_heart(
    outbox: Outbox, clocks: Clocks
) -> None:
    def box_without_battery() -> Iterator[bool]:
        yield from [False] * 14
        clocks.wall_offset = 1.8e9  # until now it was 1970
        yield from [False] * 10
        yield from [True] * 24

    told = watch(outbox, clocks, box_without_battery())
    assert [b["video_ts"] for b in told] == [3.0, 6.0, 9.0, 12.0, 12.0]
    assert [b["ts"] for b in told] == [103.0, *(1.8e9 + t for t in (106, 109, 112, 112))]


def test_clock_that_is_set_back_stops_no_heart(outbox: Outbox, clocks: Clocks) -> None:
    def summer_time_by_hand() -> Iterator[bool]:
        yield from [True] * 4
        clocks.wall_offset -= 3600.0
        yield from [False] * 20

    clocks.wall_offset = 1.8e9
    told = watch(outbox, clocks, summer_time_by_hand())
    assert [b["video_ts"] for b in told] == [3.0, 6.0, 6.0]


def test_worker_is_finished_and_the_last_heartbeat_is_told_when_it_is_stopped(
    outbox: Outbox, clocks: Clocks
) -> None:
    def stop_after(count: int) -> Iterator[bool]:
        yield from [True] * count
        pipeline.stopping.set()
        yield from [True] * 100

    pipeline = build(cast(Source, ScriptedCamera(stop_after(4), clocks)), outbox, clocks)
    pipeline.run()
    assert cast(MomentKeeper, pipeline.worker).finished
    assert [b["state"] for b in beats(outbox)] == ["stopped"]


@pytest.mark.parametrize(("level", "is_changed"), [(12, True), (90, False)])
def test_only_the_poses_get_a_dark_picture_bright(
    outbox: Outbox, clocks: Clocks, level: int, is_changed: bool
) -> None:
    class Room(ScriptedCamera):
        def read(self, timeout_sec: float) -> Any:
            seen = super().read(timeout_sec)
            picture = np.full((48, 64, 3), level, np.uint8)
            return seen and Frame(seen.frame_idx, seen.time, picture)

    given: list[Frame] = []

    def estimate(frame: Frame) -> Poses:
        given.append(frame)
        return Poses(frame.index, frame.time, 1.0, STANDING)

    night_look = NightLook(lambda: SIMPLE)
    camera = cast(Source, Room(iter([True] * 8), clocks))
    pipeline = build(camera, outbox, clocks, brightened(estimate, night_look))
    pipeline.night_look = night_look
    pipeline.recent_frames = RecentFrames()
    pipeline.run()
    assert [frame.image.mean() > level for frame in given] == [is_changed] * 8
    assert [beat["is_brightened"] for beat in beats(outbox)] == [is_changed]
    kept = cv2.imdecode(np.frombuffer(pipeline.recent_frames.jpeg_at(2.0) or b"", np.uint8), 1)
    assert kept is not None
    assert kept.mean() == pytest.approx(level, abs=1)
