"""Virtual cameras: where points of a room lie in their pictures."""

import numpy as np
import pytest

from modeling.training.synthetic.cameras.camera import REACHES, Camera, Place, draw_camera


def straight_camera(distortion: float = 0.0) -> Camera:
    """At 1 m height, looking along x, with a picture of 640x480 that is 90 degrees wide."""
    looking_along_x = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
    return Camera(np.array([0.0, 0.0, 1.0]), looking_along_x, 0.5, distortion, 640, 480)


def places(camera: Camera, *points: tuple[float, float, float]) -> np.ndarray:
    return camera.project(camera.local(np.array(points, dtype=np.float64)))


def test_what_lies_ahead_is_in_the_middle_of_the_picture() -> None:
    assert places(straight_camera(), (3.0, 0.0, 1.0)) == pytest.approx(np.array([[0.5, 0.5]]))


def test_up_is_up_left_is_left_and_a_picture_of_90_degrees_ends_at_45() -> None:
    left, high = places(straight_camera(), (2.0, 2.0, 1.0), (2.0, 0.0, 2.5))
    assert left == pytest.approx([0.0, 0.5])
    assert high == pytest.approx([0.5, 0.5 - 0.5 * 0.75 * 4 / 3])


def test_twice_as_far_is_half_as_large() -> None:
    camera = straight_camera()
    near = places(camera, (2.0, 0.0, 0.0), (2.0, 0.0, 1.0))
    far = places(camera, (4.0, 0.0, 0.0), (4.0, 0.0, 1.0))
    assert near[0, 1] - near[1, 1] == pytest.approx(2 * (far[0, 1] - far[1, 1]))


def test_a_wide_lens_draws_the_edges_inwards() -> None:
    point = (2.0, 1.6, 1.0)
    plain, wide = (places(straight_camera(bend), point)[0, 0] for bend in (0.0, 0.2))
    assert 0.0 < plain < wide < 0.5


def test_who_is_far_beside_the_picture_of_a_wide_lens_does_not_come_back_into_it() -> None:
    across = [(1.0, -metres, 1.0) for metres in (1.0, 2.0, 4.0, 8.0, 16.0)]
    x = places(straight_camera(distortion=0.25), *across)[:, 0]
    assert (np.diff(x) > 0.0).all()


@pytest.mark.parametrize("place", list(Place))
def test_a_camera_hangs_where_it_is_asked_to_with_the_person_in_its_picture(
    place: Place,
) -> None:
    focus, rng = np.array([1.0, -2.0, 0.9]), np.random.default_rng(4)
    cameras = [draw_camera(rng, place, focus) for _ in range(200)]
    seen = np.array([places(camera, tuple(focus.tolist()))[0] for camera in cameras])
    low, high = REACHES[place].height
    assert all(low <= camera.position[2] <= high for camera in cameras)
    assert np.mean((seen > 0.0) & (seen < 1.0)) > 0.95
