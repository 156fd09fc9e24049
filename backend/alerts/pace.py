"""How long what sends waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """In seconds, `give_up` apart."""

    first_retry: float = 1.0
    """After the first failure; doubled after each further one."""
    longest_retry: float = 300.0
    wait: float = 600.0
    """Between attempts while a quota is used up or the household has to log in."""
    check: float = 3600.0
    """Between checks of the channel, which also keep its tokens alive."""
    check_failed: float = 30.0
    """Between checks while they fail; the first that passes makes all due that waits."""
    give_up: int = 400
    """Attempts after which one that fails without a reason is given up: a day or more."""

    def __post_init__(self) -> None:
        if not 0 < self.first_retry <= self.longest_retry:
            raise ValueError("first_retry must be above 0 and at most longest_retry")

    def retry(self, attempts: int, jitter: float) -> float:
        """The back-off after so many attempts; `jitter` in 0..1 takes up to half of it away."""
        doubled = self.first_retry * 2.0 ** min(attempts - 1, 32)
        return min(self.longest_retry, doubled) * (1.0 - jitter / 2)
