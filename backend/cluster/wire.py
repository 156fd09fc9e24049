"""What servers tell each other: lines of text over NOTIFY, each to all others.

Nothing is kept: who is away hears nothing of it. So they are for what is also in the database, and
for what counts only now.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable

import psycopg

from common.repeating import Repeating

logger = logging.getLogger(__name__)

CHANNEL = "dolbom"
MAX_BYTES = 7_900
"""PostgreSQL takes less than 8000 a message."""
MAX_WAITING = 20_000
LISTEN_SEC = 1.0
RETRY_SEC = 1.0


class Wire:
    """Thread-safe. `connect` opens a session of the database; `hear` gets the lines of others, in
    their order, on a thread of its own. `say` does not wait.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], psycopg.Connection],
        hear: Callable[[list[str]], object],
    ) -> None:
        self._name, self._connect, self._hear = name, connect, hear
        self._lines: deque[str] = deque(maxlen=MAX_WAITING)
        self._said = threading.Event()
        self._stopping = self._is_speaking = self._is_listening = False
        self.unsaid = 0
        """Lines that were too long, or too many, since the start."""
        self.breaks = 0
        """How often listening has ended, since the start."""
        self._speaking = Repeating("wire-out", self._speak, RETRY_SEC, "others are not told")
        self._listening = Repeating("wire-in", self._listen, RETRY_SEC, "others are not heard")

    def start(self) -> None:
        """Begin to listen, and to say what waits."""
        self._listening.start()
        self._speaking.start()

    def stop(self) -> None:
        """End both."""
        self._stopping = True
        self._said.set()
        self._speaking.stop()
        self._listening.stop(2 * LISTEN_SEC)

    @property
    def failure(self) -> str | None:
        """Why servers do not hear each other, in one line; None while they do."""
        if self._is_listening and self._is_speaking:
            return None
        failure = self._listening.failure or self._speaking.failure or "not connected"
        return f"the other servers are not heard: {failure}"

    def say(self, lines: Iterable[str]) -> None:
        """Tell the others, in this order; a line has no line break. Any thread."""
        for line in lines:
            if len(line.encode()) > MAX_BYTES - len(self._name) - 1:
                self.unsaid += 1
                continue
            self.unsaid += len(self._lines) == MAX_WAITING
            self._lines.append(line)
        self._said.set()

    def _speak(self) -> None:
        try:
            with self._connect() as session:
                self._is_speaking = True
                while not self._stopping:
                    self._said.wait()
                    self._said.clear()
                    while text := self._next_text():
                        session.execute("SELECT pg_notify(%s, %s)", (CHANNEL, text))
        finally:
            self._is_speaking = False

    def _next_text(self) -> str:
        """As many of the lines as fit, behind the name of this server; empty without any."""
        text, size = [self._name], len(self._name.encode())
        while self._lines and size + 1 + len(self._lines[0].encode()) <= MAX_BYTES:
            line = self._lines.popleft()
            text.append(line)
            size += 1 + len(line.encode())
        return "\n".join(text) if len(text) > 1 else ""

    def _listen(self) -> None:
        try:
            with self._connect() as session:
                session.execute(f"LISTEN {CHANNEL}")
                self._is_listening = True
                while not self._stopping:
                    for notice in session.notifies(timeout=LISTEN_SEC):
                        self._take(notice.payload)
                    session.execute("SELECT 1")  # a connection that is gone is silent otherwise
        finally:
            self._is_listening = False
            self.breaks += 1

    def _take(self, payload: str) -> None:
        name, *lines = payload.split("\n")
        if name == self._name or not lines:
            return
        try:
            self._hear(lines)
        except Exception:
            logger.exception("what another server said was not understood")
