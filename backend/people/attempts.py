"""How often somebody may try to log in, or try a code."""

import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from backend.access.rate_limit import RequestLimiter
from backend.errors import TooManyRequests
from backend.http.network import subnet_of

# Failures in a row, and seconds until the next one may follow: of one account from one address,
# of one address, and of one account from all addresses that it has never come from. Whether there
# is such an account makes no difference.
ACCOUNT_FAILURES, ACCOUNT_SEC = 5, 30.0
ADDRESS_FAILURES, ADDRESS_SEC = 20, 6.0
ANYWHERE_FAILURES, ANYWHERE_SEC = 100, 60.0


@dataclass(frozen=True)
class Attempt:
    """What it counts for until it has succeeded."""

    counted: tuple[tuple[RequestLimiter, Hashable], ...]


class Attempts:
    """Thread-safe. An attempt counts until it has succeeded, so that many at once gain nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._of_account = _limiter(ACCOUNT_FAILURES, ACCOUNT_SEC, clock)
        self._of_address = _limiter(ADDRESS_FAILURES, ADDRESS_SEC, clock)
        self._anywhere = _limiter(ANYWHERE_FAILURES, ANYWHERE_SEC, clock)
        self._lock = threading.Lock()

    def begin(self, account: str, address: str, *, is_known: bool) -> Attempt:
        """Somebody tries; raises TooManyRequests.

        From an address that `is_known` to be the account's own, what strangers do elsewhere makes
        no difference: nobody is locked out by them.
        """
        subnet = subnet_of(address)
        counted: list[tuple[RequestLimiter, Hashable]] = [
            (self._of_address, subnet),
            (self._of_account, (account, subnet)),
        ]
        if not is_known:
            counted.append((self._anywhere, account))
        with self._lock:
            wait = next((wait for it, whose in counted if (wait := it.take(whose))), 0.0)
        if wait:
            raise TooManyRequests(math.ceil(wait), "attempts")
        return Attempt(tuple(counted))

    def succeed(self, attempt: Attempt) -> None:
        """It was right, and counts no more."""
        with self._lock:
            for limiter, whose in attempt.counted:
                limiter.give_back(whose)


def _limiter(failures: int, seconds: float, clock: Callable[[], float]) -> RequestLimiter:
    return RequestLimiter(1 / seconds, clock, failures * seconds)
