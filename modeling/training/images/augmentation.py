"""Pictures of a body as another camera may have taken them, whole batches at a time.

Pictures are (B, 3, H, W) of any type, 0..255; points (B, P, 3) go with them.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

TURN = math.radians(10.0)
ZOOM = 0.22  # of the logarithm: from 0.8 to 1.25
SHIFT = 0.15  # of half the picture
CURVE = 0.8  # middle levels are raised or lowered by up to a quarter of it
GAIN = 0.15  # of the logarithm, a colour
NOISE = 10.0  # levels
DARK = 0.4  # of the pictures
DARKEST = 3.0  # of the logarithm: down to a twentieth of the light
DARK_NOISE = 3.0  # levels


def seen_otherwise(pictures: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
    """Mirrored, turned, nearer or farther, and aside; points that leave are no longer known."""
    count, (height, width) = len(pictures), pictures.shape[2:]
    angle, zoom = spread(count) * TURN, torch.exp(spread(count) * ZOOM)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    across, down = zoom * angle.cos(), zoom * angle.sin()
    matrix = torch.stack([
        torch.stack([across * mirror, -down * height / width], dim=1),
        torch.stack([down * mirror * width / height, across], dim=1),
    ], dim=1)  # fmt: skip
    shift = torch.stack([spread(count), spread(count)], dim=1) * SHIFT
    there = affine_grid(
        torch.cat([matrix, shift[:, :, None]], dim=2), list(pictures.shape), align_corners=False
    )
    moved = grid_sample(pictures.float(), there, padding_mode="border", align_corners=False)
    places = (points[:, :, :2] - shift[:, None]) @ torch.linalg.inv(matrix).transpose(1, 2)
    known = points[:, :, 2:] * (places.abs() <= 1.0).all(dim=2, keepdim=True)
    return moved, torch.cat([places, known], dim=2)


def in_other_light(pictures: Tensor) -> Tensor:
    """Other exposure and colours, with noise."""
    count, _, height, width = pictures.shape
    shares = pictures / 255.0
    curve = (spread(count) * CURVE)[:, None, None, None]
    gain = torch.exp(spread(count * 3) * GAIN).reshape(count, 3, 1, 1)
    noise = torch.randn(count, 1, height, width) * torch.rand(count, 1, 1, 1) * NOISE
    # In place: another pass over a batch in memory takes as long as the arithmetic.
    raised = (1.0 - shares).mul_(curve).add_(1.0).mul_(shares)
    return raised.mul_(255.0 * gain).add_(noise).clamp_(0.0, 255.0)


def often_in_the_dark(pictures: Tensor) -> Tensor:
    """Some of them with little light, and with the noise that a sensor then adds."""
    count = len(pictures)
    light = torch.exp(-DARKEST * torch.rand(count) * (torch.rand(count) < DARK))
    noise = DARK_NOISE * torch.rand(count) * (light < 1.0)
    noise_levels = torch.randn(pictures.shape).mul_(noise[:, None, None, None])
    return pictures.mul(light[:, None, None, None]).add_(noise_levels).clamp_(0.0, 255.0)


def spread(count: int) -> Tensor:
    """Evenly from -1 to 1."""
    return 2.0 * torch.rand(count) - 1.0
