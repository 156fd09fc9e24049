"""Packets between the thread that receives them and the one that decodes them, in bounds."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from agent.capture.connection import Packet
from agent.capture.stream_clock import SLEW, Arrival, StreamClock

MAX_BYTES = 64_000_000
"""A minute of a large stream as it was received, or ten decoded pictures of a webcam."""
MAX_WAIT_SEC = 4.0
"""A packet that has waited for longer is of no use: a newer one may show a fall. Pictures that came
together wait for their turn first, at the rate at which they happened."""
CAUGHT_UP_SEC = 0.5


@dataclass(frozen=True)
class Due:
    """A packet whose turn it is. It happened at `time` on the monotonic clock.

    `is_shown` is False where it is only decoded, since what follows needs it.
    """

    packet: Packet
    time: float
    is_shown: bool


@dataclass(frozen=True)
class _Waiting:
    packet: Packet
    arrival: Arrival
    clock: StreamClock


class Backlog:
    """First in, first out. A consumer that is too slow goes on with the newest key picture.

    If none waits, pictures are decoded but not shown until it has caught up.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._skipped = 0
        self._taken_time = float("inf")  # when the last one that was taken happened
        self._turn = float("-inf")  # until when the next one's like have their turn
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._is_hurrying = False
        self._changed = threading.Condition()  # guards all of the above

    def put(self, packet: Packet, clock: StreamClock) -> None:
        """Add a packet that has just been received over the connection of `clock`."""
        now = self._clock()
        with self._changed:
            arrival = Arrival(now, 0.0 if packet.stamp is None else packet.stamp)
            clock.note(arrival)
            self._waiting.append(_Waiting(packet, arrival, clock))
            self._bytes += packet.size
            while self._bytes > MAX_BYTES and len(self._waiting) > 1:
                self._drop()
            self._changed.notify()

    def take(self, timeout_sec: float) -> Due | None:
        """Wait for the next packet's turn; None if that does not come in time."""
        give_up_at = self._clock() + timeout_sec
        with self._changed:
            while (due := self._due()) > (now := self._clock()):
                if now >= give_up_at:
                    return None
                self._changed.wait(min(due, give_up_at) - now)
            self._skip(now - max(due, self._turn))
            return self._next(due)

    def take_skipped(self) -> int:
        """How many were not shown since the last call."""
        with self._changed:
            skipped, self._skipped = self._skipped, 0
            return skipped

    def _due(self) -> float:
        if not self._waiting:
            return float("inf")
        first, last = self._waiting[0], self._waiting[-1]
        if first.clock is not last.clock:  # its connection is over
            return first.arrival.at
        return first.clock.due(self._arrivals())

    def _arrivals(self) -> list[Arrival]:
        """Those of the first packet's connection."""
        clock = self._waiting[0].clock
        return [waiting.arrival for waiting in self._waiting if waiting.clock is clock]

    def _skip(self, waited: float) -> None:
        """Drop what a slow box has no time for."""
        if waited > MAX_WAIT_SEC:
            self._is_hurrying = True
            newest_key = max(
                (i for i, waiting in enumerate(self._waiting) if waiting.packet.is_key), default=0
            )
            for _ in range(newest_key):
                self._drop()
        elif waited < CAUGHT_UP_SEC:
            self._is_hurrying = False

    def _next(self, due: float) -> Due:
        first = self._waiting[0]
        happened = first.clock.happened(self._arrivals())
        # One burst must not delay all later pictures.
        spacing = (1.0 - SLEW) * max(0.0, happened - self._taken_time)
        self._turn, self._taken_time = max(due, self._turn + spacing), happened
        self._waiting.popleft()
        self._bytes -= first.packet.size
        self._skipped += self._is_hurrying
        return Due(first.packet, happened, not self._is_hurrying)

    def _drop(self) -> None:
        self._bytes -= self._waiting.popleft().packet.size
        self._skipped += 1
