"""Cameras and streams as sources: always the newest picture, and a connection that comes back."""

import atexit
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.video import Frame

logger = logging.getLogger(__name__)

TIMEOUT_SEC = 5.0
CLOSE_TIMEOUT_SEC = 1.0


@dataclass(frozen=True)
class Backoff:
    """Seconds between two attempts to connect: they double from `first_sec` to `max_sec`.

    Each is drawn at random, so that the boxes of a house do not call one recorder all at once.
    """

    first_sec: float = 1.0
    max_sec: float = 30.0

    def delays(self) -> Iterator[float]:
        """Yield one delay after the other, without end."""
        low = self.first_sec
        while True:
            high = min(2 * low, self.max_sec)
            yield random.uniform(low, high)  # noqa: S311 (no secret)
            low = min(high, self.max_sec / 2)


RECONNECT = Backoff()


class LiveSource:
    """The newest frame of a camera or stream, which is connected to again whenever it is lost.

    `connect` opens it anew and may fail (a capture that is not opened); `connected` is the first
    connection where there is one already. A read that takes `timeout_sec` counts as lost.
    Frames are counted and timed as they arrive: `time` is seconds since this object was made.
    One consumer; the connection belongs to a thread of its own.
    """

    live = True
    frame_count = 0

    def __init__(
        self,
        description: str,
        connect: Callable[[], cv2.VideoCapture],
        *,
        connected: cv2.VideoCapture | None = None,
        timeout_sec: float = TIMEOUT_SEC,
        backoff: Backoff = RECONNECT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start to receive."""
        self.description = description
        self._connect = connect
        self._timeout_sec = timeout_sec
        self._backoff = backoff
        self._clock = clock
        self._opened = clock()
        self._arrived = float("-inf")
        self._received = 0
        self._newest: Frame | None = None
        self._fresh = threading.Condition()  # guards the three above
        self._closing = threading.Event()
        # A daemon: a name look-up or a driver may hold the thread for minutes.
        self._reader = threading.Thread(
            target=self._run, args=(connected,), name="capture", daemon=True
        )
        self._reader.start()
        # cv2 aborts the process if it returns into an interpreter that is shutting down, so the
        # exit waits until the call under way must have timed out.
        atexit.register(self._stop, timeout_sec + CLOSE_TIMEOUT_SEC)

    def read(self, timeout_sec: float) -> Frame | None:
        """Wait for the newest frame, each handed out once; None when there is no new one."""
        with self._fresh:
            self._fresh.wait_for(lambda: self._newest is not None, timeout_sec)
            frame, self._newest = self._newest, None
            return frame

    def age_sec(self) -> float:
        """Seconds since the newest frame arrived, read or not; inf before the first."""
        with self._fresh:
            return self._clock() - self._arrived

    def close(self) -> None:
        """Stop to receive; a reader that hangs is waited for `CLOSE_TIMEOUT_SEC` and left alone."""
        self._stop(CLOSE_TIMEOUT_SEC)

    def _stop(self, wait_sec: float) -> None:
        self._closing.set()
        self._reader.join(wait_sec)

    def _run(self, connected: cv2.VideoCapture | None) -> None:
        """Reader thread: receive until the connection is lost, wait, connect again."""
        delays = self._backoff.delays()
        while True:
            if self._receive(connected or self._connect()):
                delays = self._backoff.delays()
            if self._closing.is_set():
                return
            connected, delay = None, next(delays)
            logger.warning("no picture from %s, next try in %.0f s", self.description, delay)
            self._closing.wait(delay)

    def _receive(self, connection: cv2.VideoCapture) -> bool:
        """Keep the newest picture until the connection is lost; False if there was not one."""
        received = False
        while (image := self._next_image(connection)) is not None:
            if not received:
                logger.info("pictures from %s", self.description)
            received = True
            self._publish(image)
        connection.release()
        return received

    def _next_image(self, connection: cv2.VideoCapture) -> NDArray[np.uint8] | None:
        if self._closing.is_set():
            return None
        asked = self._clock()
        try:
            ok, image = connection.read()
        except cv2.error:  # a picture too broken to be converted
            return None
        # After a stall FFmpeg hands out what its decoder still held: a picture of the past.
        stalled = self._clock() - asked >= self._timeout_sec
        return np.asarray(image, dtype=np.uint8) if ok and not stalled else None

    def _publish(self, image: NDArray[np.uint8]) -> None:
        with self._fresh:
            self._arrived = self._clock()
            self._newest = Frame(self._received, self._arrived - self._opened, image)
            self._received += 1
            self._fresh.notify()
