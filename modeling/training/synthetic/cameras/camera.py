"""Virtual cameras: where a camera may hang in a home, and what it sees of points in metres."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

NEAREST = 0.15  # metres before the lens; nothing nearer is in the picture


class Place(StrEnum):
    """Where the camera is: its kind of view."""

    CORNER = "corner"
    SHELF = "shelf"
    WALL = "wall"
    OVERHEAD = "overhead"
    FAR = "far"


@dataclass(frozen=True)
class Reach:
    """Ranges to draw from: height and horizontal distance in metres, field of view in degrees."""

    height: tuple[float, float]
    distance: tuple[float, float]
    field_of_view: tuple[float, float]


REACHES = {
    Place.CORNER: Reach((2.1, 2.8), (1.8, 6.0), (65.0, 115.0)),
    Place.SHELF: Reach((0.8, 1.5), (1.8, 6.0), (50.0, 100.0)),
    Place.WALL: Reach((1.5, 2.1), (1.8, 6.0), (50.0, 110.0)),
    Place.OVERHEAD: Reach((2.4, 3.2), (0.2, 1.6), (80.0, 120.0)),
    Place.FAR: Reach((1.5, 3.0), (6.5, 18.0), (50.0, 80.0)),
}
PICTURES = ((640, 480), (640, 360), (1280, 720))
WIDE_ANGLE = 80.0  # degrees; lenses from here on bend straight lines
MAX_ROLL = 4.0  # degrees


@dataclass(frozen=True, eq=False)
class Camera:
    """A lens at `position` (3,) in metres, z up.

    The rows of `rotation` (3, 3) point to its right, down and ahead. `focal` is in picture widths,
    `distortion` the share by which a point at a tangent of 1 off the axis is drawn inwards.
    """

    position: NDArray[np.float64]
    rotation: NDArray[np.float64]
    focal: float
    distortion: float
    width: int
    height: int

    @property
    def aspect(self) -> float:
        """The picture's width divided by its height."""
        return self.width / self.height

    def local(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (..., 3) of the room as metres to the right, down and ahead of the lens."""
        turned: NDArray[np.float64] = (points - self.position) @ self.rotation.T
        return turned

    def project(self, local: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where `local` points (..., 3) lie in the picture: (..., 2), shares of its sides."""
        ahead = np.maximum(local[..., 2:], NEAREST)
        tangent = np.clip(local[..., :2] / ahead, -50.0, 50.0)
        off = np.square(tangent).sum(axis=-1, keepdims=True)
        if self.distortion:  # beyond its largest place the formula would fold back into the picture
            off = np.minimum(off, 1.0 / self.distortion)
        bent = tangent / (1.0 + self.distortion * off)
        places: NDArray[np.float64] = 0.5 + self.focal * bent * np.array([1.0, self.aspect])
        return places


def draw_camera(rng: np.random.Generator, place: Place, focus: NDArray[np.float64]) -> Camera:
    """A camera at `place` that has `focus` (3,) somewhere in its picture, seldom at its edge."""
    reach = REACHES[place]
    width, height = PICTURES[rng.integers(len(PICTURES))]
    degrees = rng.uniform(*reach.field_of_view)
    focal = 0.5 / np.tan(np.radians(degrees / 2))
    azimuth, distance = rng.uniform(0.0, 2 * np.pi), rng.uniform(*reach.distance)
    position = np.array(
        [
            focus[0] - distance * np.cos(azimuth),
            focus[1] - distance * np.sin(azimuth),
            rng.uniform(*reach.height),
        ]
    )
    spread = 0.5 if rng.random() < 0.15 else 0.3
    across, down = rng.uniform(-spread, spread, 2)
    yaw = azimuth + np.arctan(across / focal)
    sinking = np.arctan2(position[2] - focus[2], distance)
    pitch = sinking - np.arctan(down * height / width / focal)
    roll = np.radians(rng.normal(0.0, MAX_ROLL / 2))
    distortion = rng.uniform(0.0, 0.25) if degrees > WIDE_ANGLE else 0.0
    return Camera(position, _rotation(yaw, pitch, roll), focal, distortion, width, height)


def _rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """Rows right, down, ahead for a camera that looks to `yaw`, sunk by `pitch`; in radians."""
    ahead = np.array([np.cos(pitch) * np.cos(yaw), np.cos(pitch) * np.sin(yaw), -np.sin(pitch)])
    right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    down = np.cross(ahead, right)
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    return np.vstack([turn @ np.vstack([right, down]), ahead])
