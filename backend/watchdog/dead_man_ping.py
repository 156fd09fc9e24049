"""Calls an outside address while the server lives, so that its death is noticed elsewhere."""

import logging
import threading
from collections.abc import Callable

import httpx2 as httpx
from pydantic import SecretStr

from common.trust import trusted

logger = logging.getLogger(__name__)

EVERY_SEC = 60.0
TIMEOUT_SEC = 10.0


class Ping:
    """A thread that calls `url` while all is well, and `url`/fail while it is not.

    That is the convention of Healthchecks. Who knows the address can feign the server's life, so it
    is a secret: neither it nor an error that may hold it is logged.
    """

    def __init__(
        self, url: SecretStr, is_well: Callable[[], bool], every_sec: float = EVERY_SEC
    ) -> None:
        self._url = httpx.URL(url.get_secret_value())
        self._is_well = is_well
        self._every_sec = every_sec
        self._failed = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog-ping", daemon=True)

    def start(self) -> None:
        """Call for the first time, and then again and again."""
        self._thread.start()

    def stop(self) -> None:
        """Call no more; one call that is under way is left alone."""
        self._stopping.set()

    def _run(self) -> None:
        with httpx.Client(timeout=TIMEOUT_SEC, verify=trusted(), trust_env=False) as http:
            while not self._stopping.is_set():
                try:
                    self._note(self._call(http))
                except Exception:
                    # Not to be called is what the outside notices.
                    logger.exception("the outside address was not called; that is tried again")
                self._stopping.wait(self._every_sec)

    def _call(self, http: httpx.Client) -> str | None:
        """Why nobody outside has heard of it, in one line; None if somebody has."""
        path = self._url.path.rstrip("/")
        url = self._url if self._is_well() else self._url.copy_with(path=f"{path}/fail")
        try:
            status = http.get(url).status_code
        except httpx.HTTPError as error:
            return type(error).__name__
        return None if status < 300 else f"it answers {status}"

    def _note(self, failure: str | None) -> None:
        """Log each failure once, until it works again."""
        if failure and not self._failed:
            logger.warning("WATCHDOG_PING_URL was not reached: %s", failure)
        elif self._failed and not failure:
            logger.info("WATCHDOG_PING_URL is reached again")
        self._failed = failure is not None
