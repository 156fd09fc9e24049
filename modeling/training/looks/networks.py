"""The three methods as networks: (N, 3) colours of 0 to 1 to what they become."""

from itertools import pairwise, product

import torch
from torch import Tensor, nn

from modeling.perception.looks.lut import Lut, grid_colours

BASES = 3
WIDTH = 64
CHANNELS = (3, 16, 32, 64)


def trilinear(tables: Tensor, colours: Tensor, size: int) -> Tensor:
    """(B, P, 3) colours through (B, size^3, 3) tables, of one table each."""
    places = colours.clamp(0, 1) * (size - 1)
    below = places.floor().clamp(max=size - 2)
    share = places - below
    red, green, blue = below.long().unbind(-1)
    lowest = (blue * size + green) * size + red
    total = torch.zeros_like(colours)
    for corner in product((0, 1), repeat=3):
        at = lowest + (corner[2] * size + corner[1]) * size + corner[0]
        weight = torch.where(torch.tensor(corner, dtype=torch.bool), share, 1 - share).prod(-1)
        picked = tables.gather(1, at.unsqueeze(-1).expand(-1, -1, 3))
        total = total + weight.unsqueeze(-1) * picked
    return total


class PlainLut(nn.Module):
    """One table for every picture."""

    table: Tensor

    def __init__(self, lut: Lut) -> None:
        super().__init__()
        self.size = lut.size
        self.register_buffer("table", torch.from_numpy(lut.table.reshape(1, -1, 3).copy()))

    def forward(self, colours: Tensor) -> Tensor:
        """(N, 3) to (N, 3)."""
        return trilinear(self.table, colours.unsqueeze(0), self.size).squeeze(0).clamp(0, 1)


class AdaptiveLut(nn.Module):
    """Tables that a small network mixes for each picture, of a small copy of it.

    After Zeng, Cai, Li, Cao and Zhang: Learning image-adaptive 3D lookup tables for high
    performance photo enhancement in real-time (TPAMI 2020). Other than theirs the first table
    starts as the one of least squares, the second as what a gain does and the third as what an
    offset does; and the copy is not normalized, for it is its brightness that a night hangs on.
    """

    mean_weights: Tensor

    def __init__(self, lut: Lut) -> None:
        super().__init__()
        self.size = lut.size
        identity = torch.from_numpy(grid_colours(lut.size))
        first = torch.from_numpy(lut.table.reshape(-1, 3).copy())
        self.bases = nn.Parameter(torch.stack([first, identity, torch.ones_like(identity)]))
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(CHANNELS):
            layers += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(CHANNELS[-1], BASES)
        nn.init.zeros_(self.head.weight)
        with torch.no_grad():
            self.head.bias.copy_(torch.eye(BASES)[0])
        self.register_buffer("mean_weights", torch.eye(BASES)[0])

    def weights(self, pictures: Tensor) -> Tensor:
        """(B, 3, 64, 64) small copies to (B, K) weights of the tables."""
        weights: Tensor = self.head(self.body(pictures))
        return weights

    def changed(self, weights: Tensor, colours: Tensor) -> Tensor:
        """(B, P, 3) colours through the tables that (B, K) weights give; not kept within 0 to 1."""
        tables = torch.einsum("bk,kpc->bpc", weights, self.bases)
        return trilinear(tables, colours, self.size)

    def forward(self, colours: Tensor, picture: Tensor, own: Tensor) -> Tensor:
        """(N, 3) to (N, 3), for the (1, 3, 64, 64) copy of a picture where `own` (1,) is 1.

        Where it is 0, the mean weights over the pictures that were learnt from are taken.
        """
        weights = own * self.weights(picture) + (1 - own) * self.mean_weights
        return self.changed(weights, colours.unsqueeze(0)).squeeze(0).clamp(0, 1)


class ImplicitLut(nn.Module):
    """A network in the place of a table; it knows several styles, which may be blended.

    After Conde, Vazquez-Corral, Brown and Timofte: NILUT: conditional neural implicit 3D lookup
    tables for image enhancement (2023). It gives what is to be added to a colour.
    """

    def __init__(self, styles: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(3 + styles, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH), nn.GELU(),
            nn.Linear(WIDTH, 3),
        )  # fmt: skip

    def changed(self, colours: Tensor, styles: Tensor) -> Tensor:
        """(N, 3) colours, of (N, S) shares of the styles each; not kept within 0 to 1."""
        moved: Tensor = self.layers(torch.cat([colours * 2 - 1, styles], dim=1))
        return colours + moved

    def forward(self, colours: Tensor, styles: Tensor) -> Tensor:
        """(N, 3) to (N, 3), all of the same (S,) shares of the styles."""
        shares = styles.unsqueeze(0).expand(colours.shape[0], -1)
        return self.changed(colours, shares).clamp(0, 1)
