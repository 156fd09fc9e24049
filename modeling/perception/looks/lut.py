"""A table of colours, and a picture through it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL.Image import fromarray
from PIL.ImageFilter import Color3DLUT

from modeling.perception.frames.image import Image

Colours: TypeAlias = NDArray[np.float32]
"""(..., 3), red first, 0 to 1."""

LEVELS = 256
FEWEST_POINTS = 2
COLOUR = 0xFFFFFF
ROWS_AT_ONCE = 64  # what they need stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Lut:
    """The colours that those of an even grid become; between its points they are interpolated.

    `table` is (size, size, size, 3) of 0 to 1 by blue, green and red, as a `.cube` file has it: red
    changes fastest.
    """

    table: Colours

    def __post_init__(self) -> None:
        size = self.table.shape[0]
        if self.table.shape != (size, size, size, 3) or size < FEWEST_POINTS:
            raise ValueError(f"a table of {self.table.shape}, expected (size, size, size, 3)")

    @classmethod
    def identity(cls, size: int) -> Self:
        """The table that changes nothing."""
        return cls(grid_colours(size).reshape(size, size, size, 3))

    @property
    def size(self) -> int:
        """Points along each axis."""
        return len(self.table)

    @property
    def blue_first(self) -> "Lut":
        """The same for pictures whose first channel is blue."""
        return Lut(np.ascontiguousarray(self.table.transpose(2, 1, 0, 3)[..., ::-1]))

    def at(self, colours: Colours) -> Colours:
        """What (..., 3) `colours` become, trilinearly; those outside of 0 to 1 as its edge."""
        places = np.clip(colours, 0, 1) * np.float32(self.size - 1)
        below = np.minimum(places.astype(np.intp), self.size - 2)
        share = places - below
        total = np.zeros_like(places)
        for corner in product((0, 1), repeat=3):
            weights = np.where(corner, share, 1 - share).prod(axis=-1, keepdims=True)
            red, green, blue = np.moveaxis(below + corner, -1, 0)
            total += weights * self.table[blue, green, red]
        return total

    def apply(self, picture: Image) -> Image:
        """An (H, W, 3) picture, red first, through the table, each level the nearest to the exact.

        The first call takes a fifth of a second and 64 MB, which the table then keeps; so this is
        for a table that many pictures, or large ones, go through.
        """
        changed = np.empty(picture.shape, dtype=np.uint8)
        for top in range(0, len(picture), ROWS_AT_ONCE):
            rows = slice(top, top + ROWS_AT_ONCE)
            unpack(self._every_colour.take(_numbers(picture[rows]), mode="clip"), changed[rows])
        return changed

    def apply_once(self, picture: Image) -> Image:
        """As `apply`, ten times slower and within one level of it, but without a first time."""
        return np.asarray(fromarray(picture).filter(self._filter))

    @cached_property
    def _filter(self) -> Color3DLUT:
        return Color3DLUT(self.size, self.table.ravel())

    @cached_property
    def _every_colour(self) -> NDArray[np.uint32]:
        return packed(self, np.arange(LEVELS))


def packed(lut: Lut, levels: NDArray[np.int64]) -> NDArray[np.uint32]:
    """What each colour of three of these levels becomes, red + 256 green + 65536 blue.

    They follow each other as in a table: red changes fastest.
    """
    channels = lut.table.transpose(3, 0, 1, 2) * np.float32(LEVELS - 1)
    planes = _stretched(_stretched(channels, 3, levels), 2, levels)
    colours = np.empty((len(levels),) * 3, dtype=np.uint32)
    for number in range(len(levels)):
        red_green_blue = _stretched(planes, 1, levels[number : number + 1])[:, 0]
        nearest = np.clip(red_green_blue, 0, LEVELS - 1) + np.float32(0.5)
        said = nearest.astype(np.uint32)
        colours[number] = said[0] | said[1] << 8 | said[2] << 16
    return colours.ravel()


def grid_colours(size: int) -> Colours:
    """The (size^3, 3) colours of a grid's points, in the order of a table."""
    steps = np.linspace(0, 1, size, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.stack([red, green, blue], axis=-1).reshape(-1, 3)


def _stretched(table: Colours, axis: int, levels: NDArray[np.int64]) -> Colours:
    """The table with a point for each of these levels along an axis."""
    last = table.shape[axis] - 1
    places = levels * (last / (LEVELS - 1))
    below = np.minimum(places.astype(np.intp), last - 1)
    share = (places - below).astype(np.float32)
    share = share.reshape([-1 if at == axis else 1 for at in range(table.ndim)])
    mixed: Colours = table.take(below, axis) * (1 - share) + table.take(below + 1, axis) * share
    return mixed


def _numbers(picture: Image) -> NDArray[np.int64]:
    """(H, W): the number of each pixel's colour, red + 256 green + 65536 blue."""
    numbers = np.empty(picture.shape[:2], dtype=np.int64)
    levels = np.ascontiguousarray(picture).reshape(-1)
    np.bitwise_and(_quads(levels), COLOUR, out=numbers.reshape(-1)[:-1])
    numbers[-1, -1] = int.from_bytes(levels[-3:].tobytes(), "little")
    return numbers


def unpack(numbers: NDArray[np.uint32], picture: Image) -> None:
    """Fill a picture, (H, W, 3) without holes, with colours of which each is one number."""
    levels, colours = picture.reshape(-1), numbers.reshape(-1)
    _quads(levels)[:] = colours[:-1]
    levels[-3:] = colours[-1:].view(np.uint8)[:3]


def _quads(levels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Each pixel but the last with the first level of the next one, as one number.

    Numpy copies three bytes a pixel far slower than four. Whoever writes here from the first to the
    last writes each next pixel over the fourth byte of the one before.
    """
    return np.ndarray((len(levels) // 3 - 1,), "<u4", levels, strides=(3,))
