"""Time that nobody sets."""

import time
from collections.abc import Callable


class SteadyClock:
    """Seconds since 1970 as the wall clock had it when this was made, and a second a second since.

    The difference of two of its times is a duration, however the wall clock is set meanwhile.
    """

    def __init__(
        self,
        wall_clock: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._began = wall_clock() - clock()

    def __call__(self) -> float:
        """The time now."""
        return self._began + self._clock()
