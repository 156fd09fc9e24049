"""The service behind WATCHDOG_PING_URL, as Healthchecks documents it: a check that goes down."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from testkit.scripted_server import Request, ScriptedServer

PERIOD_SEC, GRACE_SEC = 60.0, 300.0
"""What docs/household.md says to set."""
PATH = "/a-check"


class Call(NamedTuple):
    """One call, when it came in seconds since 1970, and whether it said that all is well."""

    at: float
    is_well: bool


class OutsideWatch:
    """Keeps the calls at `url`; it alerts when one says /fail, and when they stay away."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._server = ScriptedServer(script=self._answer)
        self.url = self._server.url + PATH

    def is_down(self) -> bool:
        """Whether it has alerted, and has not heard since that all is well."""
        return down_since(list(self.calls), time.time()) is not None

    def close(self) -> None:
        """Refuse connections from now on."""
        self._server.close()

    def _answer(self, request: Request) -> tuple[int, bytes]:
        if request.path not in (PATH, f"{PATH}/fail"):
            return 404, b"not found"
        self.calls.append(Call(request.at, request.path == PATH))
        return 200, b"OK"


def down_since(calls: Sequence[Call], now: float) -> float | None:
    """When a check with these calls, oldest first, went down; None while it is up, or is new."""
    since: float | None = None
    for call, following in zip(calls, [*(it.at for it in calls[1:]), now], strict=False):
        late = call.at + PERIOD_SEC + GRACE_SEC
        if call.is_well:
            since = late if following > late else None
        elif since is None:
            since = call.at
    return since
