"""One server of all does what is to be done once: it has the lock of whoever is on duty."""

import contextlib
import time
from collections.abc import Callable

import psycopg

DUTY_LOCK = 7_236_432
"""The advisory lock, which PostgreSQL takes from a server whose connection is gone."""
SURE_SEC = 4.0
"""For so long after the lock was last seen to be held, nobody else has it."""


class Duty:
    """`hold` is called by one thread; `is_mine` by any. `connect` opens a session of the database.

    `monotonic` is any clock that nobody sets.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect, self._monotonic = connect, monotonic
        self._session: psycopg.Connection | None = None
        self._has_lock = False
        self._held_at: float | None = None

    def is_mine(self) -> bool:
        """Whether this server is on duty. Asks nobody."""
        held_at = self._held_at
        return held_at is not None and self._monotonic() - held_at < SURE_SEC

    def hold(self) -> None:
        """Take the lock, or see that it is still held. Raises psycopg.Error."""
        now = self._monotonic()
        try:
            self._session = self._session or self._connect()
            self._has_lock = self._has_lock or self._try_lock(self._session)
            self._session.execute("SELECT 1")
        except psycopg.Error:
            self.release()
            raise
        self._held_at = now if self._has_lock else None

    def release(self) -> None:
        """Let another server be on duty."""
        self._held_at, self._has_lock = None, False
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(psycopg.Error):
                session.close()

    def _try_lock(self, session: psycopg.Connection) -> bool:
        row = session.execute("SELECT pg_try_advisory_lock(%s)", (DUTY_LOCK,)).fetchone()
        return bool(row and row[0])
