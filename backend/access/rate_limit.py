"""How many requests a client may send."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

# A client that was idle may send what it was not sending for as long.
BURST_SEC = 10.0
MAX_CLIENTS = 10_000


class RequestLimiter:
    """A token bucket a client: `rate` requests a second, and those of `burst_sec` at once.

    A bucket is the time at which it is full again, so that no clock needs to fill it. The library
    `limits` does the same with a storage and a strategy between; there is one process to count in.
    """

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        burst_sec: float = BURST_SEC,
    ) -> None:
        self._interval, self._burst_sec = 1.0 / rate, burst_sec
        self._clock = clock
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, client: Hashable, cost: int = 1) -> float:
        """Let a request in and return 0, or the seconds after which it may come again.

        One that costs more than there is left is let in, and the next one waits the longer.
        """
        now = self._clock()
        full_at = max(self._full_at.get(client, now), now)
        wait = full_at + self._interval - now - self._burst_sec
        if wait > 0:
            return wait
        self._full_at[client] = full_at + cost * self._interval
        self._full_at.move_to_end(client)
        if len(self._full_at) > MAX_CLIENTS:
            self._full_at.popitem(last=False)
        return 0.0

    def give_back(self, client: Hashable) -> None:
        """A request that was let in shall not have counted."""
        if client in self._full_at:
            self._full_at[client] -= self._interval
