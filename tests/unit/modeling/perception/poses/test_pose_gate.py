"""Pictures that are worth an estimate: few of a still room, those of a fall from its first on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from modeling.perception.frames.frame import Frame
from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Landmark, Poses
from modeling.perception.poses.pose_gate import PoseGate, vertical_speed
from modeling.perception.windows.windows import WINDOW_LENGTH, Moment, track_moments

FPS = 30.0
NOISE = np.random.default_rng(0).normal(0.0, 1.0, (7, 120, 160))


@dataclass(frozen=True)
class Person:
    """Where somebody's hips are, as shares of the picture, and how high above them the head."""

    x: float = 0.5
    y: float = 0.6
    height: float = 0.4


STANDING = Person()
Scene = Callable[[float], Person | None]


def nobody(_time: float) -> Person | None:
    return None


def stands(_time: float) -> Person | None:
    return STANDING


def walks(time: float) -> Person | None:
    return Person(x=0.2 + 0.15 * time)


def falls_at(begin: float) -> Scene:
    def scene(time: float) -> Person | None:
        fallen = float(np.clip(time - begin, 0.0, 1.0))
        return Person(y=0.6 + 0.3 * fallen, height=0.4 - 0.35 * fallen)

    return scene


@dataclass
class Camera:
    """Films a scene, and finds in its pictures who is there: a camera and an estimator in one."""

    scene: Scene
    noise: float = 2.0
    estimated: list[float] = field(default_factory=list)

    def frames(self, until: float, fps: float = FPS) -> Iterable[Frame]:
        rooms = 120.0 + NOISE * self.noise
        for index in range(round(until * fps)):
            time = index / fps
            room = rooms[index % len(rooms)].copy()
            if (person := self.scene(time)) is not None:
                top, left = round(120 * (person.y - person.height)), round(160 * person.x) - 10
                room[top : round(120 * person.y) + 5, left : left + 20] = 30.0
            grey = np.clip(room, 0, 255).astype(np.uint8)
            yield Frame(index, time, np.repeat(grey[..., None], 3, axis=2))

    def estimate(self, frame: Frame) -> Poses:
        self.estimated.append(frame.time)
        person = self.scene(frame.time)
        if person is None:
            return Poses(frame.index, frame.time, 4 / 3)
        landmarks = np.full((LANDMARK_COUNT, 4), person.y, dtype=np.float32)
        landmarks[:, 0] = person.x
        for name in (Landmark.NOSE, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER):
            landmarks[name, 1] = person.y - person.height
        return Poses(frame.index, frame.time, 4 / 3, (Body(1, landmarks),))

    def watched(self, until: float, fps: float = FPS) -> list[Poses]:
        gate = PoseGate(self.estimate)
        given = [gate.poses(frame) for frame in self.frames(until, fps)]
        return [poses for poses in given if poses is not None]


def shows_somebody(moment: Moment) -> bool:
    return any(window.joints[-1, :, 2].any() for window in moment.windows)


def test_empty_room_is_looked_at_every_two_seconds_and_every_second_frame_says_nobody() -> None:
    camera = Camera(nobody)
    poses = camera.watched(20.0)
    assert len(camera.estimated) <= 11
    assert len(poses) > 290
    assert not any(one.bodies for one in poses)


def test_gate_says_whether_something_moves() -> None:
    def share_of_motion(scene: Scene) -> float:
        camera = Camera(scene)
        gate = PoseGate(camera.estimate)
        moves = []
        for frame in camera.frames(10.0, FPS):
            gate.poses(frame)
            moves.append(gate.is_moving)
        return sum(moves) / len(moves)

    assert share_of_motion(nobody) < 0.1
    assert share_of_motion(lambda _: Person(y=0.9, height=0.1)) < 0.1
    assert share_of_motion(walks) > 0.5


def test_person_lying_still_keeps_being_seen_with_a_look_every_two_seconds() -> None:
    camera = Camera(lambda _: Person(y=0.9, height=0.1))
    moments = track_moments(camera.watched(20.0))[WINDOW_LENGTH:]
    assert len(camera.estimated) <= 11
    assert all(map(shows_somebody, moments))
    features = [moment.windows[0].features for moment in moments]
    np.testing.assert_array_equal(features, [features[0]] * len(features))


def test_fall_after_minutes_of_stillness_is_estimated_from_its_first_frames() -> None:
    camera = Camera(falls_at(120.0))
    camera.watched(122.0, fps=10.0)
    assert len([time for time in camera.estimated if 1.0 < time <= 120.0]) <= 120
    fall = [time for time in camera.estimated if 120.0 < time <= 121.0]
    assert fall[0] <= 120.0 + 0.25
    assert np.diff(fall)[1:].max() <= 0.1 + 0.01


def test_look_at_a_still_room_does_not_delay_the_fall_that_follows_it() -> None:
    for begin in np.arange(2.0, 3.0, 0.1):
        camera = Camera(falls_at(float(begin)))
        camera.watched(4.0)
        first = next(time for time in camera.estimated if time > begin + 0.03)
        assert first - begin <= 0.3


def test_rate_follows_how_fast_the_body_rises_or_sinks() -> None:
    walking, falling = Camera(walks), Camera(falls_at(0.0))
    walking.watched(4.0)
    falling.watched(1.0)
    assert len(walking.estimated) / 4.0 == pytest.approx(5.0, abs=0.5)
    assert len(falling.estimated) >= 8


def test_person_who_comes_into_an_empty_room_is_found_at_once() -> None:
    camera = Camera(lambda time: Person(x=0.1 + 0.2 * (time - 4.5)) if time >= 4.5 else None)
    poses = camera.watched(7.0)
    found = next(one.time for one in poses if one.bodies)
    assert found == pytest.approx(4.5, abs=0.25)


def test_person_who_moves_too_little_for_the_gate_is_seen_where_they_are_soon() -> None:
    camera = Camera(lambda time: Person(y=0.6 + 0.003 * time), noise=15.0)
    poses = camera.watched(15.0)
    assert len(camera.estimated) < 100
    for one in poses:
        (body,) = one.bodies
        assert body.landmarks[Landmark.LEFT_HIP, 1] == pytest.approx(
            0.6 + 0.003 * one.time, abs=0.03
        )


def test_lamp_that_is_switched_on_costs_a_look_and_not_more() -> None:
    class LampCamera(Camera):
        def frames(self, until: float, fps: float = FPS) -> Iterable[Frame]:
            for frame in super().frames(until, fps):
                if frame.time >= 5.5:
                    frame.image[:60, :60] += 90
                yield frame

    camera = LampCamera(stands)
    camera.watched(10.0)
    assert len(camera.estimated) <= 8
    assert any(5.5 <= time <= 5.75 for time in camera.estimated)


@pytest.mark.parametrize("fps", [5.0, 7.5, 12.0, 15.0, 25.0, 60.0])
def test_whatever_the_frame_rate_a_walk_has_windows_without_holes(fps: float) -> None:
    camera = Camera(walks)
    moments = track_moments(camera.watched(4.0, fps))
    assert len(moments) >= 38
    assert all(map(shows_somebody, moments[3:]))
    assert len(camera.estimated) <= 4.0 * min(fps, 6.5)


def test_vertical_speed_is_in_body_lengths_and_none_where_nobody_is_seen() -> None:
    pose = Camera(falls_at(0.0)).estimate
    frames = [Frame(0, time, np.zeros((3, 4, 3), np.uint8)) for time in (0.0, 0.5)]
    before, after = (pose(frame) for frame in frames)
    assert vertical_speed(before, after) == pytest.approx((0.3 + 0.35) / 2 / 0.8 / 0.5, rel=0.01)
    assert vertical_speed(before, Poses(1, 0.5, 4 / 3)) == 0.0


def test_who_falls_beside_somebody_who_stands_sets_the_rate() -> None:
    class TwoPeople(Camera):
        def estimate(self, frame: Frame) -> Poses:
            fallen = super().estimate(frame)
            standing = Camera(stands).estimate(frame).bodies[0]
            return replace(fallen, bodies=(replace(standing, person=2), *fallen.bodies))

    camera = TwoPeople(falls_at(0.0))
    camera.watched(1.0)
    assert len(camera.estimated) >= 8


def test_two_who_change_places_in_the_estimate_do_not_count_as_one_who_rises() -> None:
    high, low = (Camera(scene).estimate for scene in (stands, lambda _: Person(y=0.9)))
    frame = Frame(0, 0.0, np.zeros((3, 4, 3), np.uint8))
    one, other = high(frame).bodies[0], replace(low(frame).bodies[0], person=2)
    before, after = Poses(0, 0.0, 4 / 3, (one, other)), Poses(1, 0.1, 4 / 3, (other, one))
    assert vertical_speed(before, after) == 0.0
