"""Time that passes only when a test says so."""

from dataclasses import dataclass


@dataclass
class Clock:
    """Seconds, for whatever takes a clock and a sleep."""

    now: float = 0.0

    def __call__(self) -> float:
        """The time now."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass, at once."""
        self.now += seconds
