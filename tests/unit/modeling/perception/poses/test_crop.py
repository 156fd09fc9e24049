"""Pixels there and back."""

import numpy as np
import pytest

from modeling.perception.poses.crop import CLOSE_SIZE, Crop, View


def test_a_crop_of_a_body_that_lies_is_turned_upright() -> None:
    crop = Crop.of_circle(np.array([100.0, 80.0]), np.array([140.0, 80.0]))  # head to the right
    matrix = crop.matrix(200)
    assert crop.side == pytest.approx(100.0)
    assert matrix[:, :2] @ [100, 20] + matrix[:, 2] == pytest.approx([140, 80])


def test_a_crop_shows_rgb_of_a_picture_in_bgr_and_goes_on_beyond_its_border() -> None:
    image = np.full((40, 40, 3), (10, 20, 30), dtype=np.uint8)
    shown = Crop(0.0, 0.0, 80.0).cut(image, 16)
    assert shown.shape == (16, 16, 3)
    assert (shown == (30, 20, 10)).all()


def test_a_crop_shows_what_lies_between_two_pixels_and_what_is_turned() -> None:
    rows, columns = np.mgrid[0:60, 0:80]
    image = np.stack([columns, 3 * rows, 0 * rows], axis=-1).astype(np.uint8)
    crop = Crop(40.25, 30.0, 32.0, np.pi / 6)
    matrix, shown = crop.matrix(64), crop.cut(image, 64)
    across, down = np.meshgrid(np.arange(64), np.arange(64))
    places = np.stack([across, down], axis=-1) @ matrix[:, :2].T + matrix[:, 2]
    assert shown[..., 2] == pytest.approx(places[..., 0], abs=0.6)
    assert shown[..., 1] == pytest.approx(3 * places[..., 1], abs=0.7)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_points_of_a_turned_part_come_back_to_the_picture(turns: int) -> None:
    image = np.zeros((60, 90, 3), dtype=np.uint8)
    view = View(10, 5, 40, 30, turns)
    image[20, 30] = 255
    part = np.rot90(image[5:35, 10:50], turns)
    row, column, _ = np.argwhere(part)[0]
    back = view.back(np.array([[column + 0.5, row + 0.5]]))
    assert back[0] == pytest.approx([30.5, 20.5])


def test_a_view_at_the_edge_stays_in_the_picture() -> None:
    image = np.zeros((240, 320, 3), dtype=np.uint8)
    assert View.around(Crop(0.0, 239.0, 100.0), image) == View(0, 140, 100, 100, size=CLOSE_SIZE)
