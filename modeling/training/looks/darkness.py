"""What a camera's sensor makes of a room when the light goes: dark pictures of bright ones."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from modeling.perception.frames.image import Image

Light: TypeAlias = NDArray[np.float32]
"""Linear light, 1 where the bright picture is white."""

HIGHEST = 255.0


@dataclass(frozen=True)
class Sensor:
    """How a small camera counts light, for each colour of each pixel.

    `full_well` electrons are white, `read_noise` of them are added or missed by reading, at random.
    The picture that comes out is that of `gain` times the light; then `gamma` bends it (above 1:
    darker), as a camera's curve may, before its levels are rounded to 8 bits.
    """

    full_well: float = 4000.0
    read_noise: float = 4.0
    gain: float = 1.0
    gamma: float = 1.0


SMALL_CAMERA = Sensor()


def darkened(picture: Image, light: float, seed: int, sensor: Sensor = SMALL_CAMERA) -> Image:
    """An (H, W, 3) bright picture as `sensor` sees it at a share `light` (0 to 1) of its light.

    Shot noise is Poisson's: what is dark is noisy. The same seed gives the same picture.
    """
    if not 0.0 < light <= 1.0:
        raise ValueError(f"light of {light}, expected more than 0 and at most 1")
    random = np.random.default_rng(seed)
    electrons = linear(picture) * np.float32(light * sensor.full_well)
    counted = random.poisson(electrons).astype(np.float32)
    counted += random.normal(0.0, sensor.read_noise, counted.shape).astype(np.float32)
    amplified = np.clip(counted * np.float32(sensor.gain / sensor.full_well), 0, 1)
    return encoded(amplified ** np.float32(sensor.gamma))


def linear(picture: Image) -> Light:
    """sRGB levels as linear light (IEC 61966-2-1)."""
    return _LIGHT_OF_LEVEL[picture]


def encoded(light: Light) -> Image:
    """Linear light of 0 to 1 as the nearest sRGB levels."""
    low, high = light * np.float32(12.92), np.float32(1.055) * light ** np.float32(1 / 2.4)
    values = np.where(light <= 0.0031308, low, high - np.float32(0.055))
    levels: Image = np.rint(values * np.float32(HIGHEST)).astype(np.uint8)
    return levels


def _light_of_level() -> Light:
    values = np.arange(256, dtype=np.float32) / np.float32(HIGHEST)
    high = ((values + 0.055) / 1.055) ** 2.4
    return np.where(values <= 0.04045, values / 12.92, high).astype(np.float32)


_LIGHT_OF_LEVEL = _light_of_level()
