"""Network cameras through FFmpeg (PyAV): packets as they come, each decoded on demand."""

from collections.abc import Iterator
from functools import partial
from typing import TypeAlias

import av
import numpy as np
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from agent.capture.connection import (
    BrokenPacket,
    ConnectionLost,
    DecodedPicture,
    Image,
    Packet,
)
from agent.capture.reasons import ENDED, lost
from modeling.perception.frames.image import square_pixels

VideoPacket: TypeAlias = "av.Packet[av.VideoStream]"

CONNECT_SEC = 5.0
MICROSECONDS = 1_000_000
NO_TIMESTAMPS = 0x80  # FFmpeg's AVFMT_NOTIMESTAMPS: it makes them up
OPTIONS = {
    "rtsp_flags": "prefer_tcp",
    "allowed_media_types": "video",
    # HLS: from the newest segment on, not from the last but two.
    "live_start_index": "-1",
    # The frame rate is of no interest, and guessing it takes seconds.
    "fpsprobesize": "0",
    "analyzeduration": "1000000",
}


def opened(url: str, stall_sec: float, format_name: str | None = None) -> InputContainer:
    """Open `url` as the format that FFmpeg detects, or as `format_name`; raises FFmpegError."""
    options = OPTIONS if format_name is None else OPTIONS | {"analyzeduration": "50000"}
    return av.open(
        url, format=format_name, options=options, timeout=(min(CONNECT_SEC, stall_sec), stall_sec)
    )


class Stream:
    """One connection to a camera, from its first packet on; raises ConnectionLost, FFmpegError."""

    def __init__(self, container: InputContainer, url: str) -> None:
        self._container = container
        self._url = url
        video = container.streams.best("video")
        if not isinstance(video, av.VideoStream):
            only = " but sound" if container.streams.audio else ""
            raise ConnectionLost(f"it sends nothing{only}, no video")
        _check_live(container, url)
        self._video = video
        self._decoder = Decoder(video.codec_context)
        self._has_times = not container.format.flags & NO_TIMESTAMPS
        self._stamp = 0.0
        self._packets = self._demuxed()
        self._first: VideoPacket | None = next(self._packets)

    def receive(self) -> Packet:
        """Wait for the next picture; raises ConnectionLost, BrokenPacket."""
        packet, self._first = self._first, None
        try:
            packet = packet or next(self._packets)
        except av.InvalidDataError:
            self._packets = self._demuxed()
            raise BrokenPacket from None
        except (av.ExitError, av.TimeoutError):
            raise ConnectionLost("it has stopped sending") from None
        except av.FFmpegError as error:
            raise lost(error, self._url) from None
        if not packet.size:  # FFmpeg's own, at the end
            raise ConnectionLost(ENDED)
        return self._decoder.packet(packet, self._stamp_of(packet))

    def close(self) -> None:
        """Close the connection."""
        self._container.close()

    def _demuxed(self) -> Iterator[VideoPacket]:
        return self._container.demux(self._video)

    def _stamp_of(self, packet: VideoPacket) -> float | None:
        if not self._has_times:
            return None
        stamp = packet.pts if packet.dts is None else packet.dts
        if stamp is not None:
            self._stamp = float(stamp * packet.time_base)
        return self._stamp


class Decoder:
    """Packets to pictures with square pixels; for one thread at a time."""

    def __init__(self, context: VideoCodecContext | None) -> None:
        """Raises ConnectionLost where FFmpeg knows no decoder."""
        if context is None:
            raise ConnectionLost("its video codec cannot be decoded here")
        # Half a JPEG counts as broken.
        context.options = {"err_detect": "explode"} if context.name == "mjpeg" else {}
        self._context = context
        self._reformatter = VideoReformatter()

    def packet(self, packet: VideoPacket, stamp: float | None) -> Packet:
        """FFmpeg's `packet` as one of a Connection, which this decoder decodes."""
        return Packet(stamp, packet.is_keyframe, packet.size, partial(self._decode, packet))

    def _decode(self, packet: VideoPacket, time: float) -> list[DecodedPicture]:
        shown_later = 0.0
        if packet.pts is not None and packet.dts is not None:
            shown_later = float((packet.pts - packet.dts) * packet.time_base)
        # The decoder gives each picture the time of its packet, in whatever order they come out.
        packet.pts = round((time + shown_later) * MICROSECONDS)
        try:
            frames = self._context.decode(packet)
        except av.FFmpegError:
            raise BrokenPacket from None
        return [
            DecodedPicture(frame.pts / MICROSECONDS, partial(self._image, frame))
            for frame in frames
            if frame.pts is not None
        ]

    def _image(self, frame: VideoFrame) -> Image:
        try:
            image = self._reformatter.reformat(frame, format="bgr24").to_ndarray()
        except av.FFmpegError:
            raise BrokenPacket from None
        pixel_aspect = float(self._context.sample_aspect_ratio or 1.0)
        return square_pixels(np.asarray(image, dtype=np.uint8), pixel_aspect)


def _check_live(container: InputContainer, url: str) -> None:
    """Raise ConnectionLost for a recording; RTSP plays one at its own pace."""
    seconds = (container.duration or 0) / av.time_base
    if seconds > 0.0 and url.startswith("http"):
        raise ConnectionLost(
            f"it is a recording of {seconds:.0f} s, no live picture: give the file itself"
        )
