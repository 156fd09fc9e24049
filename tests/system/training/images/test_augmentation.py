import pytest

torch = pytest.importorskip("torch")

from modeling.training.images.augmentation import in_other_light, seen_otherwise  # noqa: E402


def test_points_stay_on_what_they_mark_when_a_picture_is_turned_and_moved():
    torch.manual_seed(0)
    pictures = torch.zeros(64, 3, 96, 128)
    row, column = 40, 80
    pictures[:, :, row - 2 : row + 3, column - 2 : column + 3] = 255.0
    place = [(2 * column + 1) / 128 - 1, (2 * row + 1) / 96 - 1, 1.0]
    moved, points = seen_otherwise(pictures, torch.tensor([[place]]).repeat(64, 1, 1))
    for picture, (x, y, known) in zip(moved[:, 0], points[:, 0], strict=True):
        assert known == 1.0
        marked = picture[int((y + 1) * 48), int((x + 1) * 64)]
        assert marked > 128.0


def test_points_that_leave_the_picture_are_no_longer_known():
    torch.manual_seed(0)
    corner = torch.tensor([[[0.99, 0.99, 1.0]]]).repeat(64, 1, 1)
    _, points = seen_otherwise(torch.zeros(64, 3, 96, 128), corner)
    inside = (points[:, 0, :2].abs() <= 1.0).all(dim=1)
    assert 0 < inside.sum() < 64
    assert torch.equal(points[:, 0, 2] == 1.0, inside)


def test_other_light_keeps_levels_in_their_range_and_changes_them():
    torch.manual_seed(0)
    pictures = torch.rand(8, 3, 96, 128) * 255.0
    lit = in_other_light(pictures)
    assert lit.min() >= 0.0
    assert lit.max() <= 255.0
    assert (lit - pictures).abs().mean(dim=(1, 2, 3)).min() > 0.5
