"""How often somebody may try to log in, or try a code."""

import math
import time
from collections.abc import Callable

from backend.access.rate_limit import RequestLimiter
from backend.errors import TooManyRequests
from backend.http.network import subnet_of

# Failures in a row, and seconds until the next one may follow: of one account from one address,
# and of one address. Whether there is such an account makes no difference.
ACCOUNT_FAILURES, ACCOUNT_SEC = 5, 30.0
ADDRESS_FAILURES, ADDRESS_SEC = 20, 6.0


class Attempts:
    """Thread-safe. An attempt counts until it has succeeded, so that many at once gain nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._of_account = RequestLimiter(1 / ACCOUNT_SEC, clock, ACCOUNT_FAILURES * ACCOUNT_SEC)
        self._of_address = RequestLimiter(1 / ADDRESS_SEC, clock, ADDRESS_FAILURES * ADDRESS_SEC)

    def begin(self, account: str, address: str) -> None:
        """Somebody tries; raises TooManyRequests."""
        subnet = subnet_of(address)
        wait = self._of_address.take(subnet) or self._of_account.take((account, subnet))
        if wait:
            raise TooManyRequests(math.ceil(wait), "attempts")

    def succeed(self, account: str, address: str) -> None:
        """It was right, and counts no more."""
        subnet = subnet_of(address)
        self._of_address.give_back(subnet)
        self._of_account.give_back((account, subnet))
