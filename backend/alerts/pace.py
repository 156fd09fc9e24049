"""How long what sends waits for what."""

from dataclasses import dataclass

from common.backoff import Backoff

FAILED = Backoff(first_sec=1.0, longest_sec=300.0)


@dataclass(frozen=True)
class Pace:
    """In seconds, `give_up` apart."""

    retry: Backoff = FAILED
    """After a failure."""
    wait: float = 600.0
    """Between attempts while a quota is used up or the household has to log in."""
    check: float = 3600.0
    """Between checks of the channel, which also keep its tokens alive."""
    check_failed: float = 30.0
    """Between checks while they fail; the first that passes makes all due that waits."""
    give_up: int = 400
    """Attempts after which one that fails without a reason is given up: a day or more."""
