"""The networks of the image tasks: prepared pictures, uint8, to logits; normalisation inside."""

import torch
from torch import Tensor, nn


class ImageNetwork(nn.Module):
    """Pictures (N, *input_shape), uint8 or float, to logits (N, L)."""

    def loss(self, pictures: Tensor, targets: Tensor, _points: Tensor) -> Tensor:
        """What training makes small: cross-entropy to (N, L) targets."""
        return nn.functional.cross_entropy(self(pictures), targets)


class CameraHealthNetwork(ImageNetwork):
    """Grey levels and changes (N, 2, H, W) to logits (N, 5)."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            convolution(2, 16, 4, size=5),
            convolution(16, 32, 2),
            convolution(32, 48, 2),
            convolution(48, 64, 1),
        )
        self.output = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * 64 + 6, labels))

    def forward(self, pictures: Tensor) -> Tensor:
        """Score each picture. Changes count by their order of magnitude: noise is a few levels."""
        levels = pictures.float()
        grey, change = levels[:, :1] / 255.0, torch.log2(levels[:, 1:] + 1.0) / 8.0
        seen = torch.cat([grey, change], dim=1)
        mean = seen.mean(dim=(2, 3))
        spread = (seen - mean[:, :, None, None]).square().mean(dim=(2, 3)).add(1e-6).sqrt()
        moments = torch.cat([mean, spread, seen.amax(dim=(2, 3))], dim=1)
        features = self.body(seen - 0.5)
        pooled = [features.mean(dim=(2, 3)), features.amax(dim=(2, 3)), moments]
        logits: Tensor = self.output(torch.cat(pooled, dim=1))
        return logits


class PostureNetwork(ImageNetwork):
    """Colours (N, 3, H, W) to logits (N, 4).

    It looks for some points of a body on the way, and judges by where they are, by what is to be
    seen there, and by the picture as a whole. Each picture counts relative to its own mean and
    deviation, so that a dark room is like a bright one.
    """

    def __init__(self, labels: int, points: int) -> None:
        super().__init__()
        self.near = nn.Sequential(
            convolution(3, 16, 2),
            convolution(16, 32, 2),
            convolution(32, 48, 2),
            convolution(48, 48, 1),
        )
        self.far = nn.Sequential(convolution(48, 64, 2), convolution(64, 64, 1))
        self.attention = nn.Conv2d(48, points, 1)
        self.output = nn.Sequential(
            nn.Dropout(0.3),
            nn.Linear(2 * 64 + points * (48 + 2), 64),
            nn.ReLU(inplace=True),
            nn.Dropout(0.2),
            nn.Linear(64, labels),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        return self.with_points(pictures)[0]

    def with_points(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N, 4), and where the points are (N, P, 2), from -1 to 1 across the picture."""
        near = self.near(standardized(pictures))
        far = self.far(near)
        attention = self.attention(near).flatten(2).softmax(dim=2)
        points = attention @ grid(near)
        there = attention @ near.flatten(2).transpose(1, 2)
        everything = [
            far.mean(dim=(2, 3)),
            far.amax(dim=(2, 3)),
            points.flatten(1),
            there.flatten(1),
        ]
        logits: Tensor = self.output(torch.cat(everything, dim=1))
        return logits, points

    def loss(self, pictures: Tensor, targets: Tensor, points: Tensor) -> Tensor:
        """Cross-entropy, and how far from the known points (N, P, 3) it looks for them."""
        logits, found = self.with_points(pictures)
        known = points[:, :, 2]
        distances = (found - points[:, :, :2]).abs().sum(dim=2) * known
        return nn.functional.cross_entropy(logits, targets) + distances.sum() / known.sum().clamp(1)


class PictureNetwork(ImageNetwork):
    """Colours (N, 3, H, W) to logits (N, L), for few pictures of things that fill some of them."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            convolution(3, 16, 2),
            convolution(16, 32, 2),
            convolution(32, 48, 2),
            convolution(48, 64, 2),
        )
        self.output = nn.Sequential(nn.Dropout(0.3), nn.Linear(2 * 64, labels))

    def forward(self, pictures: Tensor) -> Tensor:
        features = self.body(standardized(pictures))
        pooled = [features.mean(dim=(2, 3)), features.amax(dim=(2, 3))]
        logits: Tensor = self.output(torch.cat(pooled, dim=1))
        return logits


class Mirrored(nn.Module):
    """The mean of what a scorer says of a picture and of its mirror image."""

    def __init__(self, scorer: nn.Module) -> None:
        super().__init__()
        self.scorer = scorer

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (N, C, H, W) to probabilities (N, L)."""
        mean: Tensor = (self.scorer(pictures) + self.scorer(pictures.flip(3))) / 2.0
        return mean


def standardized(pictures: Tensor) -> Tensor:
    """Each picture with mean 0 and deviation 1 over all its colours."""
    levels = pictures.float()
    centered = levels - levels.mean(dim=(1, 2, 3), keepdim=True)
    variance = centered.square().mean(dim=(1, 2, 3), keepdim=True)
    return centered / (variance + 1.0).sqrt()


def grid(features: Tensor) -> Tensor:
    """Where the (H * W, 2) cells of (N, C, H, W) features are, from -1 to 1: x, then y."""
    rows, columns = (torch.linspace(-1.0, 1.0, size) for size in features.shape[2:])
    down, across = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([across.flatten(), down.flatten()], dim=1)


def convolution(channels: int, width: int, stride: int, size: int = 3) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels, width, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(inplace=True),
    )


class Weighed(nn.Module):
    """What a scorer says, each class by its weight, adding up to one again."""

    def __init__(self, scorer: nn.Module, weights: Tensor) -> None:
        super().__init__()
        self.scorer = scorer
        self.register_buffer("weights", weights)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (N, C, H, W) to probabilities (N, L)."""
        products: Tensor = self.scorer(pictures) * self.weights
        return products / products.sum(dim=1, keepdim=True)


def scorer(network: nn.Module) -> nn.Module:
    """Pictures, uint8, to the probabilities of a trained network, which add up to one."""
    return Mirrored(nn.Sequential(network, nn.Softmax(dim=1))).eval()
