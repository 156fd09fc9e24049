"""Cameras that give one picture per request: ten requests a second."""

import time
from collections.abc import Callable

import av

from agent.capture.connection import Packet
from agent.capture.reasons import lost
from agent.capture.stream import Decoder, opened

EVERY_SEC = 0.1


class Snapshots:
    """Requests one picture after the other; a Connection."""

    def __init__(
        self,
        url: str,
        stall_sec: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url
        self._stall_sec = stall_sec
        self._clock, self._sleep = clock, sleep
        self._asked_at = float("-inf")
        self._decoder: Decoder | None = None

    def receive(self) -> Packet:
        """Wait until the next picture is due, and request it; raises ConnectionLost."""
        self._sleep(max(0.0, self._asked_at + EVERY_SEC - self._clock()))
        self._asked_at = self._clock()
        try:
            with opened(self._url, self._stall_sec) as container:
                packet = next(container.demux(video=0))
                context = container.streams.video[0].codec_context
        except (av.FFmpegError, IndexError) as error:
            raise lost(error, self._url) from None
        self._decoder = self._decoder or Decoder(context)
        return self._decoder.packet(packet, None)

    def close(self) -> None:
        """Nothing is held between two pictures."""
