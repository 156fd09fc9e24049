"""Finds out which kind of network camera answers at a URL."""

import time

import av
from av.container import InputContainer

from agent.capture.connection import Connection, ConnectionLost
from agent.capture.reasons import NO_VIDEO, lost
from agent.capture.snapshots import Snapshots
from agent.capture.stream import CONNECT_SEC, Stream, opened

STALL_SEC = 5.0
"""A connection without a packet for as long counts as lost."""
SEGMENT_STALL_SEC = 20.0
"""The same for HLS, whose segments are some seconds long."""
JPEG_BEGINS = b"\xff\xd8\xff"


def connect(url: str, stall_sec: float = STALL_SEC) -> Connection:
    """Connect to the camera at `url`, whatever kind it is; raises ConnectionLost."""
    asked = time.monotonic()
    try:
        container = opened(url, stall_sec)
        if container.format.name == "hls" and stall_sec < SEGMENT_STALL_SEC:
            container = opened(url, SEGMENT_STALL_SEC)
        if _is_picture(container):
            return Snapshots(url, stall_sec)
        return Stream(container, url)
    except av.FFmpegError as error:
        # An answer that is cut off by the time-out is said to be invalid.
        if time.monotonic() - asked >= min(CONNECT_SEC, stall_sec):
            raise lost(av.TimeoutError(0, ""), url) from None
        if not url.startswith("http"):
            raise lost(error, url) from None
        return _bare_jpegs(url, stall_sec, error)


def _is_picture(container: InputContainer) -> bool:
    return container.format.name == "image2" or container.format.name.endswith("_pipe")


def _bare_jpegs(url: str, stall_sec: float, error: av.FFmpegError) -> Connection:
    """JPEGs in a multipart body that FFmpeg does not understand are found by their first bytes."""
    try:
        with opened(url, stall_sec, "data") as raw:
            head = bytes(next(raw.demux()))
        if JPEG_BEGINS in head:
            return Stream(opened(url, stall_sec, "mjpeg"), url)
    except (av.FFmpegError, StopIteration):
        raise lost(error, url) from None
    is_page = head.lstrip().startswith(b"<")
    raise ConnectionLost("it answers with a web page, no video" if is_page else NO_VIDEO)
