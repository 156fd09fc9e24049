"""Cameras and streams as sources: the pictures in their order, and when each happened."""

import atexit
import logging
import time
from collections import deque
from collections.abc import Callable

from agent.capture.backlog import Backlog, Due
from agent.capture.connection import BrokenPacket, Connection, DecodedPicture
from agent.capture.receiver import RECONNECT, Receiver, note_broken
from agent.capture.stream_clock import HELD_BACK_SEC
from agent.capture.tally import Tally
from common.backoff import Backoff
from modeling.perception.frames.frame import Frame

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT_SEC = 1.0
EXIT_TIMEOUT_SEC = 6.0


class LiveSource:
    """The pictures of a camera; a lost connection is opened again.

    `connect` opens it, and raises ConnectionLost. `name` is the household's name for the camera,
    `description` what is watched. Times are seconds since this object was made. Packets are
    received in a thread of their own, and decoded by the only consumer.
    """

    live = True
    frame_count = 0

    def __init__(
        self,
        name: str,
        description: str,
        connect: Callable[[], Connection],
        *,
        backoff: Backoff = RECONNECT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is received before the first `read`."""
        self.description = description
        self._camera = f"{name} ({description})"
        self._clock = clock
        self._opened = clock()
        self._backlog = Backlog(clock)
        self._tally = Tally(clock)
        self._decoded: deque[DecodedPicture] = deque()
        self._count = 0
        self._happened = float("-inf")  # the newest picture that was read, on the clock
        self._receiver = Receiver(
            self._camera, connect, self._backlog, self._tally, backoff=backoff, clock=clock
        )
        # A native call that returns while the interpreter shuts down may abort the process, so the
        # exit waits until the current one must have timed out.
        atexit.register(self._receiver.stop, EXIT_TIMEOUT_SEC)

    def read(self, timeout_sec: float) -> Frame | None:
        """Wait for the next frame, each given once; None when there is no new one."""
        self._receiver.start()
        give_up_at = self._clock() + timeout_sec
        while (left := give_up_at - self._clock()) >= 0.0:
            if self._decoded:
                if (frame := self._frame(self._decoded.popleft())) is not None:
                    return frame
            elif (due := self._backlog.take(left)) is not None:
                self._decode(due)
        return None

    def age_sec(self) -> float:
        """Seconds since the newest frame that was read happened; inf before the first."""
        return max(0.0, self._clock() - self._happened)

    @property
    def may_be_late(self) -> bool:
        """Whether pictures of what has happened by now may still come."""
        return self._receiver.is_connected and self.age_sec() < HELD_BACK_SEC

    def close(self) -> None:
        """Stop receiving; a call that hangs is abandoned after `CLOSE_TIMEOUT_SEC`."""
        self._receiver.stop(CLOSE_TIMEOUT_SEC)

    def _frame(self, picture: DecodedPicture) -> Frame | None:
        try:
            image = picture.image()
        except BrokenPacket:
            note_broken(self._camera, self._tally)
            return None
        # A corrected stream clock must not change the order of the pictures.
        self._happened = max(picture.time, self._happened + 1e-3)
        self._count += 1
        return Frame(self._count - 1, self._happened - self._opened, image)

    def _decode(self, due: Due) -> None:
        try:
            pictures = due.packet.decode(due.time)
        except BrokenPacket:
            # Before the first key picture of a connection nothing can be decoded.
            if self._receiver.pictured_at >= self._receiver.connected_at:
                note_broken(self._camera, self._tally)
            return
        if pictures:
            self._receiver.pictured_at = self._clock()
        if due.is_shown:
            self._decoded.extend(pictures)
        self._log_skipped()

    def _log_skipped(self) -> None:
        if (skipped := self._backlog.take_skipped()) and (
            count := self._tally.add("skipped", skipped)
        ):
            logger.warning("this box is too slow for %s: %d pictures skipped", self._camera, count)
