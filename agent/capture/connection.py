"""What `LiveSource` needs of whatever sends pictures: a stream, a webcam, snapshots."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""(H, W, 3) in BGR."""


class ConnectionLost(Exception):
    """The connection is over; the message is the reason, without any secret."""


class BrokenPacket(Exception):
    """One picture was damaged; the next one may be whole."""


@dataclass(frozen=True)
class DecodedPicture:
    """`image` converts it, which may cost as much as decoding it; raises BrokenPacket."""

    time: float
    image: Callable[[], Image]


@dataclass(frozen=True)
class Packet:
    """One picture as it was received, mostly not yet decoded.

    `stamp` is its decoding time by the stream's own clock, in seconds; None if it has none.
    `decode` takes the same time on our clock and returns the pictures that are complete then;
    raises BrokenPacket. Only one thread calls it, packet by packet.
    """

    stamp: float | None
    is_key: bool
    size: int
    decode: Callable[[float], list[DecodedPicture]]


class Connection(Protocol):
    """An open connection to a camera; one thread receives and closes."""

    def receive(self) -> Packet:
        """Wait for the next picture, some seconds at most; raises ConnectionLost, BrokenPacket."""

    def close(self) -> None:
        """Close it. What was received can still be decoded."""
