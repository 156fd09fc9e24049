"""The minutes of one person: where, doing what, and how much of each was walked. Pure."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

A_DAY = 1440
AN_HOUR = 60


class Room(IntEnum):
    """Where somebody is; nowhere else hangs a camera."""

    LIVING_ROOM = 0
    BEDROOM = 1
    KITCHEN = 2
    ELSEWHERE = 3


class Doing(IntEnum):
    """What somebody does. On the floor is after a fall."""

    STILL = 0
    ACTIVE = 1
    LYING = 2
    ON_FLOOR = 3


@dataclass(frozen=True)
class Minutes:
    """One entry a minute, from a midnight on; `walked_lengths` are lengths of the body.

    `rises` is 1 where somebody got up who had lain or sat.
    """

    room: NDArray[np.int8]
    doing: NDArray[np.int8]
    walked_sec: NDArray[np.float64]
    walked_lengths: NDArray[np.float64]
    rises: NDArray[np.int8]

    @classmethod
    def in_bed(cls, count: int) -> "Minutes":
        """So many of them, all asleep."""
        return cls(
            np.full(count, Room.BEDROOM, np.int8),
            np.full(count, Doing.LYING, np.int8),
            np.zeros(count),
            np.zeros(count),
            np.zeros(count, np.int8),
        )

    def put(self, begin: int, end: int, room: Room, doing: Doing) -> None:
        """Let this be so from `begin` to before `end`."""
        self.room[begin:end] = room
        self.doing[begin:end] = doing

    def part(self, begin: int, end: int) -> "Minutes":
        """Those from `begin` to before `end`."""
        return Minutes(
            self.room[begin:end],
            self.doing[begin:end],
            self.walked_sec[begin:end],
            self.walked_lengths[begin:end],
            self.rises[begin:end],
        )

    def count_rises(self) -> None:
        """Fill `rises` from what was done."""
        before = np.roll(self.doing, 1)
        before[0] = Doing.ACTIVE
        self.rises[:] = (self.doing == Doing.ACTIVE) & (before != Doing.ACTIVE)
