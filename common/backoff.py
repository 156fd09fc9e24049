"""How long to wait before the next attempt."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Seconds that double from `first_sec` to `longest_sec`, each shortened at random.

    So those who wait for the same server do not all come back at once.
    """

    first_sec: float = 1.0
    longest_sec: float = 300.0

    def __post_init__(self) -> None:
        if not 0 < self.first_sec <= self.longest_sec:
            raise ValueError("first_sec must be above 0 and at most longest_sec")

    def delay(self, failures: int, jitter: float) -> float:
        """The wait after so many failures in a row; `jitter` in 0..1 takes up to half of it."""
        doubled = self.first_sec * 2.0 ** min(failures - 1, 32)
        return min(self.longest_sec, doubled) * (1.0 - jitter / 2)
