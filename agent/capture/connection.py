"""The seam between `LiveSource` and whatever sends pictures: a stream, a webcam, snapshots."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""(H, W, 3) in BGR."""


class ConnectionLost(Exception):
    """Nothing more comes from this connection; the message is the reason, without any secret."""


class BrokenPacket(Exception):
    """One picture was damaged on its way; the next one may be whole."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture. `image` converts it, which may cost as much; raises BrokenPacket."""

    time: float
    image: Callable[[], Image]


@dataclass(frozen=True)
class Packet:
    """One picture as it was received, mostly not yet decoded.

    `stamp` is when it is to be decoded by the stream's own times, in seconds; None without such.
    `decode` takes the time of that moment and gives the pictures that are complete then; raises
    BrokenPacket. It is called by one thread, packet by packet.
    """

    stamp: float | None
    is_key: bool
    size: int
    decode: Callable[[float], list[Picture]]


class Connection(Protocol):
    """An open way to a camera; one thread receives and closes."""

    def receive(self) -> Packet:
        """Wait for the next picture, some seconds at most; raises ConnectionLost, BrokenPacket."""

    def close(self) -> None:
        """Let go of it. What was received can still be decoded."""
