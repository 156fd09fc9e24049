"""What is another scene, and what is the same room with other light or somebody in it."""

import cv2
import numpy as np
import pytest

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.motion import glance
from modeling.perception.frames.scene import SceneWatch
from modeling.perception.frames.video import VideoFile
from modeling.perception.poses.pose import Body, Poses
from modeling.perception.windows.windows import track_moments

NOISE = np.random.default_rng(3)


def room(seed):
    """A room full of things, 320x240."""
    things = np.random.default_rng(seed).uniform(60, 200, (12, 16, 3))
    return cv2.resize(things, (320, 240), interpolation=cv2.INTER_CUBIC)


def noisy(image, light=1.0):
    return np.clip(image * light + NOISE.normal(0, 3, image.shape), 0, 255).astype(np.uint8)


def cuts(*images, fps=10.0):
    watch = SceneWatch()
    frames = (Frame(i, i / fps, image) for i, image in enumerate(images))
    return [frame.index for frame in frames if watch.is_cut(glance(frame), frame.time)]


def with_body(image, place, size=120):
    image = image.copy()
    cv2.ellipse(image, place, (size // 2, size), 0, 0, 360, (90, 60, 40), -1)
    return image


def test_another_room_is_a_cut_for_a_second_from_its_first_picture_on():
    pictures = [noisy(room(seed)) for seed in (1, 2) for _ in range(30)]
    assert cuts(*pictures) == list(range(30, 41))


def test_tour_of_three_rooms_is_a_cut_each_time():
    pictures = [noisy(room(seed)) for seed in (1, 2, 3, 1) for _ in range(5)]
    assert {5, 10, 15} < set(cuts(*pictures, fps=1.5))


@pytest.mark.parametrize("light", [0.05, 0.2, 0.5, 1.4])
def test_light_that_goes_on_and_off_is_no_cut(light):
    levels = [light] * 5 + [1.0] * 5 + [light] * 5
    assert cuts(*[noisy(room(1), level) for level in levels]) == []


def test_exposure_that_follows_is_no_cut():
    assert cuts(*[noisy(room(1), 0.3 + 0.07 * i) for i in range(15)]) == []


def test_body_that_falls_close_to_the_camera_is_no_cut():
    places = [(160, 60 + 15 * i) for i in range(10)]
    assert cuts(*[noisy(with_body(room(1), place)) for place in places], fps=15.0) == []


def test_black_between_two_rooms_hides_no_cut_and_makes_none():
    black = [np.zeros((240, 320, 3), np.uint8)] * 8
    assert cuts(noisy(room(1)), *black, noisy(room(2)))[0] == 9
    assert cuts(noisy(room(1)), *black, noisy(room(1))) == []


def test_room_that_dissolves_into_another_is_a_cut():
    first, second = room(1), room(2)
    shares = np.clip((np.arange(30) - 10) / 10, 0, 1)
    assert cuts(*[noisy(first * (1 - share) + second * share) for share in shares])


def test_camera_that_is_turned_to_another_corner_is_a_cut():
    wide = cv2.resize(room(1), (960, 240))
    views = [noisy(wide[:, left : left + 320]) for left in (0, 0, 0, 80, 160, 240, 320, 400, 400)]
    assert cuts(*views)


def test_no_picture_of_a_real_fall_is_a_cut(shared_data):
    for number in (1, 3, 9, 11):
        video = VideoFile(shared_data / "urfd" / "videos" / f"fall-{number:02}-cam0.mp4")
        watch = SceneWatch()
        assert not any(watch.is_cut(glance(frame), frame.time) for frame in video.frames())


def test_windows_begin_anew_at_a_cut(standing):
    lying = standing.copy()
    lying[:, :2] = standing[:, 1::-1]
    poses = [
        Poses(i, i / 30, 4 / 3, (Body(1, standing if i < 45 else lying),), is_cut=i == 45)
        for i in range(90)
    ]
    after = next(m for m in track_moments(poses) if m.frame_idx >= 45 and m.windows)
    assert after.time >= 45 / 30
    places = after.windows[0].joints[..., :2]
    assert np.ptp(places, axis=0).max() == 0.0, "nothing of the scene before"
