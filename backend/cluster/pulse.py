"""Whether the database answers at all: a thread that asks it next to nothing, time and again."""

import contextlib
from collections.abc import Callable

import psycopg

from backend.storage.postgres_session import NoAnswer
from common.repeating import Repeating

PULSE_SEC = 0.3
PATIENCE_SEC = 2.5
"""A database that takes longer for that hangs."""


class Pulse:
    """`connect` opens a session that waits no longer than PATIENCE_SEC.

    `note` hears after each question whether there was an answer, and whether it hangs.
    """

    def __init__(
        self, connect: Callable[[], psycopg.Connection], note: Callable[[bool, bool], object]
    ) -> None:
        self._connect, self._note = connect, note
        self._session: psycopg.Connection | None = None
        self.answers = False
        """Whether the last question was answered."""
        self.misses = 0
        """How many were not, since the start."""
        self._repeating = Repeating(
            "pulse", self._ask, PULSE_SEC, "the database does not answer; it is asked again"
        )

    def start(self) -> None:
        """Begin to ask."""
        self._repeating.start()

    def stop(self) -> None:
        """Ask no more."""
        self._repeating.stop()
        self._close()

    def _ask(self) -> None:
        try:
            self._session = self._session or self._connect()
            self._session.execute("SELECT 1")
        except psycopg.Error as error:
            self.answers = False
            self.misses += 1
            self._note(False, isinstance(error, NoAnswer))
            self._close()
            raise
        self.answers = True
        self._note(True, False)

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(psycopg.Error):
                session.close()


def is_too_long(waited_sec: float) -> bool:
    """Whether a session that asks so little has waited for too long."""
    return waited_sec > PATIENCE_SEC
