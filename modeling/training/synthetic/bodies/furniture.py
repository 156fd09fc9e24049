"""What stands in the room: boxes that carry the body, stop it or hide it from a camera."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Box:
    """A piece of furniture or a wall: `centre` and `half` sizes in m, turned by `yaw` about z."""

    name: str
    centre: tuple[float, float, float]
    half: tuple[float, float, float]
    yaw: float = 0.0


def chair(seat: float, x: float, y: float = 0.0, *, has_back: bool = True) -> tuple[Box, ...]:
    """A chair whose seat is `seat` m high, about `x` and `y`, facing along x."""
    parts = [Box("chair", (x, y, seat / 2), (0.22, 0.22, seat / 2))]
    if has_back:
        back = seat + 0.22
        parts.append(Box("chair back", (x - 0.25, y, back), (0.025, 0.21, 0.22)))
    return tuple(parts)


def bed(top: float, x: float, y: float, *, along_y: bool = False) -> tuple[Box, ...]:
    """A bed or a sofa, `top` m high, 2 m long."""
    long, wide = 1.0, 0.46
    half = (wide, long, top / 2) if along_y else (long, wide, top / 2)
    return (Box("bed", (x, y, top / 2), half),)


def wall(x: float) -> tuple[Box, ...]:
    """A wall behind somebody who faces along x; its front is at `x`."""
    return (Box("wall", (x - 0.1, 0.0, 1.25), (0.1, 1.5, 1.25)),)


def clutter(rng: np.random.Generator, clear_m: float, heading: float) -> tuple[Box, ...]:
    """Up to three pieces, at least `clear_m` from the middle and not where somebody came from.

    `heading` is where he goes, in radians about z.
    """
    boxes = []
    for _ in range(int(rng.integers(0, 4))):
        height = float(rng.choice([0.4, 0.45, 0.75, 0.9, 1.8]))
        half = rng.uniform(0.2, 0.6, size=2)
        away = clear_m + float(np.hypot(*half)) + float(rng.uniform(0.0, 1.0))
        angle = heading + float(rng.uniform(-0.6 * np.pi, 0.6 * np.pi))
        boxes.append(Box(
            "table" if height < 1.0 else "cupboard",
            (away * float(np.cos(angle)), away * float(np.sin(angle)), height / 2),
            (float(half[0]), float(half[1]), height / 2), float(rng.uniform(0.0, np.pi)),
        ))  # fmt: skip
    return tuple(boxes)
