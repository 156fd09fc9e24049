"""A provider that is busy, away or cut off is asked again, within bounds of tries and time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from backend.providers.base import Failure, Provider, ProviderFailed
from backend.providers.talk import Hear, ModelTurn, Talk

TRIES = 4
TOTAL_SEC = 120.0
"""Of one turn, with all its tries."""
FIRST_WAIT_SEC = 1.0
"""Before the second try; each next one waits twice as long, or as long as the provider says."""


@dataclass(frozen=True)
class Patience:
    """How long somebody waits for a turn; `sleep` and `clock` are in seconds."""

    tries: int = TRIES
    total_sec: float = TOTAL_SEC
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic

    async def turn(
        self, provider: Provider, talk: Talk, hear: Hear, again: Callable[[], None]
    ) -> ModelTurn:
        """The next turn; `again` says that what was heard so far is void. Raises ProviderFailed."""
        ends_at = self.clock() + self.total_sec
        for number in range(1, self.tries + 1):
            try:
                async with asyncio.timeout(ends_at - self.clock()):
                    return await provider.talk(talk, hear)
            except TimeoutError:
                raise ProviderFailed(Failure.TIMEOUT) from None
            except ProviderFailed as failed:
                wait = _wait(failed, number)
                if wait is None or number == self.tries or self.clock() + wait >= ends_at:
                    raise
            again()
            await self.sleep(wait)
        raise AssertionError("the last try returns or raises")


def _wait(failed: ProviderFailed, number: int) -> float | None:
    """Seconds before the next try, after so many; None where another is of no use."""
    if failed.retry_after is None:
        return None
    return max(failed.retry_after, FIRST_WAIT_SEC * 2.0 ** (number - 1))
