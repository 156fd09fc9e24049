"""The thread that keeps a camera connected and puts its packets into a backlog."""

import logging
import random
import threading
import time
from collections.abc import Callable

from agent.capture.backlog import Backlog
from agent.capture.connection import BrokenPacket, Connection, ConnectionLost, Packet
from agent.capture.stream_clock import ArrivalClock, StampClock, StreamClock
from agent.capture.tally import Tally
from common.backoff import Backoff

logger = logging.getLogger(__name__)

AT_ONCE_SEC = 0.2
"""The pause before a camera that has just given pictures is connected to again."""
BROKEN_IN_A_ROW = 50
PICTURELESS_SEC = 40.0
"""The longest time between key pictures: before the first one nothing can be decoded."""
SOON_SEC = 300.0
"""A stream that falls behind twice within as long has wrong times."""


RECONNECT = Backoff(first_sec=2.0, longest_sec=30.0)


class Receiver:
    """Connects with `connect`, again and again, until it is stopped; logs once a minute why.

    `camera` is its name in log lines. `connected_at` is when the connection began, `pictured_at`
    when a picture was last decoded, which the decoding thread sets.
    """

    def __init__(
        self,
        camera: str,
        connect: Callable[[], Connection],
        backlog: Backlog,
        tally: Tally,
        *,
        backoff: Backoff = RECONNECT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.connected_at = float("-inf")
        self.pictured_at = float("-inf")
        self.is_connected = False
        self._camera = camera
        self._connect = connect
        self._backlog = backlog
        self._tally = tally
        self._backoff = backoff
        self._clock = clock
        self._times_are_wrong = False
        self._falls_behind = 0
        self._stopping = threading.Event()
        # A daemon: a name look-up or a driver may block the thread for minutes.
        self._thread = threading.Thread(target=self._run, name=f"{camera} capture", daemon=True)

    def start(self) -> None:
        """Start receiving, unless it has started."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self, wait_sec: float) -> None:
        """Stop receiving; a thread that hangs is abandoned after `wait_sec`."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(wait_sec)

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = self._clock()
            try:
                self._receive(self._connect())
            except ConnectionLost as lost:
                self._log_lost(str(lost))
            except Exception as error:  # noqa: BLE001 (whatever it is, the camera is tried again)
                self._log_lost(f"connecting has failed: {type(error).__name__}")
            failures = 0 if self.pictured_at >= began else failures + 1
            self._stopping.wait(self._delay(failures))

    def _delay(self, failures: int) -> float:
        if failures == 0:
            return AT_ONCE_SEC
        return self._backoff.delay(failures, random.random())  # noqa: S311 (no secret)

    def _log_lost(self, reason: str) -> None:
        if self._stopping.is_set():
            return
        if count := self._tally.add(reason):
            times = f" ({count} times)" if count > 1 else ""
            logger.warning("no picture from %s: %s%s", self._camera, reason, times)

    def _receive(self, connection: Connection) -> None:
        """Put packets into the backlog until the receiver is stopped; raises ConnectionLost."""
        stream_clock: StreamClock | None = None
        self.is_connected, self.connected_at = True, self._clock()
        try:
            while not self._stopping.is_set():
                packet = self._next(connection)
                stream_clock = stream_clock or self._clock_for(packet)
                self._backlog.put(packet, stream_clock)
                self._check(stream_clock)
        finally:
            self.is_connected = False
            connection.close()

    def _next(self, connection: Connection) -> Packet:
        for _ in range(BROKEN_IN_A_ROW):
            try:
                return connection.receive()
            except BrokenPacket:
                note_broken(self._camera, self._tally)
        raise ConnectionLost("nothing that it sends can be read")

    def _clock_for(self, packet: Packet) -> StreamClock:
        if packet.stamp is None or self._times_are_wrong:
            return ArrivalClock()
        return StampClock()

    def _check(self, stream_clock: StreamClock) -> None:
        """Raise ConnectionLost if another connection may give a better picture."""
        now = self._clock()
        if now - max(self.connected_at, self.pictured_at) > PICTURELESS_SEC:
            raise ConnectionLost("it sends nothing that can be decoded")
        if now - self.connected_at > SOON_SEC:
            self._falls_behind = 0
        if behind_sec := stream_clock.behind_sec():
            self._note_behind()
            raise ConnectionLost(f"it had fallen {behind_sec:.0f} s behind")

    def _note_behind(self) -> None:
        self._falls_behind += 1
        if self._falls_behind == 2:
            self._times_are_wrong = True
            logger.warning(
                "the times in the stream of %s do not fit the clock: its pictures are taken to "
                "have happened when they came",
                self._camera,
            )


def note_broken(camera: str, tally: Tally) -> None:
    """Count one broken packet, and log once a minute how many there were."""
    if count := tally.add("broken"):
        logger.warning("%d broken pictures from %s passed over", count, camera)
