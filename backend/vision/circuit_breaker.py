"""Whether it is worth asking somebody who has not answered of late."""

import math
import time
from collections.abc import Callable

MAX_FAILURES = 5
OPEN_SEC = 5.0


class CircuitBreaker:
    """Closed: everybody may ask. Open, after MAX_FAILURES in a row: nobody, for OPEN_SEC.

    Then one may try; the others wait for what it finds, or for OPEN_SEC more. The libraries for
    this come with storages, listeners and decorators; what is needed are these two numbers. Not
    thread-safe.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._retry_at = 0.0

    def wait(self) -> int:
        """0 where the other may be asked, which `succeeded` or `failed` must follow; else whole
        seconds to wait."""
        now = self._clock()
        if self._failures < MAX_FAILURES:
            return 0
        if now < self._retry_at:
            return math.ceil(self._retry_at - now)
        self._retry_at = now + OPEN_SEC
        return 0

    def succeeded(self) -> None:
        """There was an answer."""
        self._failures = 0

    def failed(self) -> None:
        """There was none that is of use."""
        self._failures += 1
        self._retry_at = self._clock() + OPEN_SEC
