"""Cameras of this machine, through V4L2 (PyAV)."""

import re
import time
from collections.abc import Callable, Mapping

import av
from av.container import Flags

from agent.capture.connection import BrokenPacket, ConnectionLost, DecodedPicture, Packet
from agent.capture.stream import Decoder, VideoPacket

INDEX = re.compile(r"(?:/dev/video)?([0-9]{1,3})")
DRIVER = "v4l2"
"""The name that FFmpeg has for it."""
OPTIONS = {
    # A driver that cannot do this chooses the nearest.
    "video_size": "640x480",
    "framerate": "30",
    # A wait inside the driver never ends if the camera hangs.
    "fflags": f"+{Flags.non_block.value}",
}
PROBE_SEC = 0.5
"""FFmpeg polls for the first picture without a pause."""
STALL_SEC = 10.0
"""A camera without a picture for as long counts as lost; some take seconds to start."""
POLL_SEC = 0.005


class Webcam:
    """An open camera; a Connection. `device` is its index ("0") or its device file."""

    def __init__(
        self,
        device: str,
        stall_sec: float = STALL_SEC,
        *,
        driver: str = DRIVER,
        options: Mapping[str, str] = OPTIONS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises ConnectionLost when it is not there."""
        index = INDEX.fullmatch(device)
        path = f"/dev/video{index[1]}" if index else device
        try:
            # As `options` they would set the decoder's picture size, too.
            self._container = av.open(
                path, format=driver, container_options=dict(options), timeout=PROBE_SEC
            )
        except av.FFmpegError:
            raise ConnectionLost("it is not plugged in, or another program uses it") from None
        self._decoder = Decoder(self._container.streams.video[0].codec_context)
        self._stall_sec = stall_sec
        self._clock, self._sleep = clock, sleep

    def receive(self) -> Packet:
        """Wait for the next picture; raises ConnectionLost, BrokenPacket."""
        packet = self._next()
        if not packet.size:  # the driver says that it is damaged
            raise BrokenPacket
        # Decoded at once: the packet is in the driver's memory, which goes with the connection.
        pictures = self._decoder.packet(packet, None).decode(0.0)
        if not pictures:
            raise BrokenPacket
        image = pictures[0].image()
        return Packet(
            None,
            is_key=True,
            size=image.nbytes,
            decode=lambda time: [DecodedPicture(time, lambda: image)],
        )

    def close(self) -> None:
        """Close the device, so that another program can use it."""
        self._container.close()

    def _next(self) -> VideoPacket:
        give_up_at = self._clock() + self._stall_sec
        while self._clock() < give_up_at:
            try:
                return next(self._container.demux(video=0))
            except av.BlockingIOError:
                self._sleep(POLL_SEC)
            except av.FFmpegError:
                break
        raise ConnectionLost("it gives no picture any more")
