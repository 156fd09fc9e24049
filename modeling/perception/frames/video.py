"""Video files as timed frames: the one reader that training and the camera box share."""

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.format import Flags
from av.stream import Disposition
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.frame_times import FrameTimes
from modeling.perception.frames.image import Image, fitted, oriented, square_pixels

logger = logging.getLogger(__name__)

LEAST_FPS = 7.0
"""Pictures a second; below, more falls are lost the fewer there are."""
GUESSED_FPS = 25.0
GOOD_FPS = 10.0
"""A track of a file with as many pictures a second is not slow."""
LOOKED_AT = 30
"""Pictures after which it is known how fast they come."""
INDEXED_SHARE = 0.1
"""A file with an index of fewer of its frames has lost it."""
READ_FAILURES = 100
"""So many reads in a row that fail are the end of a file."""
TIMELESS_FORMATS = ("_pipe", "mjpeg")
"""Ends of the names of formats whose times FFmpeg invents without saying so."""
ASIDE = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image


class VideoError(Exception):
    """The file is missing, is no video, or holds no frame; the message is one plain line."""


@dataclass(frozen=True)
class VideoInfo:
    """What the container claims; `frame_count` is 0 where it does not say.

    Without `has_times` the times are those of `fps`, which is then a guess unless it was given.
    """

    fps: float
    frame_count: int
    has_times: bool


class VideoFile:
    """A decoded video file, read once from its first frame to its last.

    Pictures are as a player shows them: turned, and with square pixels, as the file says, and all
    of the first one's size. What of the file cannot be read or believed is said in the log.
    """

    def __init__(self, path: Path, fps: float | None = None) -> None:
        """Open `path`; `fps` replaces its times, where it has none or wrong ones.

        Raises VideoError when it is not there or is no video.
        """
        self._path = path
        self._container = _opened(path)
        self._stream = _best_track(self._container, path)
        self._is_timed = fps is None and _has_times(self._container)
        self._broken = 0
        self.info = VideoInfo(
            fps=fps or _rate(self._stream, is_timed=self._is_timed),
            frame_count=_frame_count(self._stream),
            has_times=_has_times(self._container),
        )
        self._times = FrameTimes(1.0 / self.info.fps)
        self._reformatter = VideoReformatter()
        if fps is None and not self._is_timed:
            logger.warning(
                "%s has no times: taken for %.0f pictures a second; --fps says how many it has",
                *(self._path, self.info.fps),
            )

    def frames(self) -> Iterator[Frame]:
        """Yield every frame that can be read, in order; times strictly increase.

        `index` counts the frames that could not be read as well. Raises VideoError after the end
        if there was none.
        """
        count, size, time = 0, None, 0.0
        for decoded in self._decoded():
            picture = self._picture(decoded)
            size = size or (picture.shape[1], picture.shape[0])
            index = count + self._broken
            time = self._time(decoded, index)
            yield Frame(index, time, fitted(picture, size))
            count += 1
            if count == LOOKED_AT:
                self._say_if_slow(count, time)
        if count == 0:
            raise VideoError(f"not a single frame could be decoded: {self._path}")
        if count < LOOKED_AT:
            self._say_if_slow(count, time)
        self._say_what_is_missing(count)

    def close(self) -> None:
        """Release the decoder."""
        self._container.close()

    def _decoded(self) -> Iterator[av.VideoFrame]:
        """All that can be decoded: a packet that cannot be costs only itself."""
        for packet in _packets(self._container, self._stream):
            yield from self._frames_of(packet)

    def _frames_of(self, packet: "av.Packet[VideoStream]") -> list[av.VideoFrame]:
        try:
            return packet.decode()
        except av.FFmpegError:
            self._broken += 1
            return []

    def _picture(self, decoded: av.VideoFrame) -> Image:
        converted = self._reformatter.reformat(decoded, format="bgr24").to_ndarray()
        aspect = float(self._stream.sample_aspect_ratio or 1)
        image = square_pixels(np.asarray(converted, dtype=np.uint8), aspect)
        matrix: Any = decoded.side_data.get("DISPLAYMATRIX")
        return image if matrix is None else oriented(image, np.frombuffer(matrix, np.int32))

    def _time(self, decoded: av.VideoFrame, index: int) -> float:
        if not self._is_timed:
            return index / self.info.fps
        start = float((self._stream.start_time or 0) * (self._stream.time_base or 0))
        jump = self._times.jump
        time = self._times.after((decoded.time or 0.0) - start)
        if jump is None and self._times.jump is not None:
            logger.warning(
                "%s: its times jump by %.0f s: from %.1f s on it counts as another recording",
                *(self._path, self._times.jump, time),
            )
        return time

    def _say_if_slow(self, count: int, time: float) -> None:
        rate = (count - 1) / max(time, 1e-3)
        if count > 1 and rate < LEAST_FPS:
            logger.warning(
                "%s gives %.1f pictures a second, too few to see a fall: expected %.0f or more",
                *(self._path, rate, LEAST_FPS),
            )

    def _say_what_is_missing(self, count: int) -> None:
        # What a container says of its length is worth nothing once its times are not believed.
        claimed = 0 if self._times.jump is not None else self.info.frame_count
        skipped = self._times.skipped if claimed == 0 else 0
        missing = max(claimed - count, self._broken, skipped)
        if missing > 0:
            logger.warning(
                "%s: %d of its %d frames are missing or could not be read",
                *(self._path, missing, count + missing),
            )


def examine(path: Path) -> VideoInfo:
    """What `path` holds, its frames counted, without decoding them; raises VideoError."""
    with _opened(path) as container:
        track = _best_track(container, path)
        has_times = _has_times(container)
        packets = _packets(container, track)
        frame_count = sum(packet.size > 0 and not packet.is_discard for packet in packets)
        return VideoInfo(_rate(track, is_timed=has_times), frame_count, has_times)


def _packets(container: InputContainer, track: VideoStream) -> Iterator["av.Packet[VideoStream]"]:
    """Everything that can be read of the track; an error is passed over."""
    failures = 0
    while failures < READ_FAILURES:
        try:
            for packet in container.demux(track):
                failures = 0
                yield packet
        except av.FFmpegError:
            failures += 1
        else:
            return


def _opened(path: Path) -> InputContainer:
    if not path.is_file():
        raise VideoError(f"no such video file: {path}")
    try:
        # Absolute: in a relative name FFmpeg takes what is before a colon for a protocol.
        return av.open(str(path.absolute()), metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise VideoError(f"not a video that can be decoded: {path}") from error


def _best_track(container: InputContainer, path: Path) -> VideoStream:
    """No cover picture; one that is fast enough, and of those the largest."""
    tracks = [
        track for track in container.streams.video if not Disposition(track.disposition) & ASIDE
    ]
    if not tracks:
        raise VideoError(f"not a video that can be decoded: {path} holds no moving picture")
    known = [track for track in tracks if track.codec_context is not None]
    if not known:
        raise VideoError(
            f"not a video that can be decoded: nothing here knows the codec of {path}; "
            f"convert it: ffmpeg -i {path.name} -c:v libx264 converted.mp4"
        )
    return max(known, key=lambda track: (_speed(track), track.width * track.height))


def _speed(track: VideoStream) -> float:
    return min(float(track.average_rate or 0), GOOD_FPS)


def _has_times(container: InputContainer) -> bool:
    invented = container.format.name.endswith(TIMELESS_FORMATS)
    return not invented and not Flags.no_timestamps & Flags(container.format.flags)


def _rate(track: VideoStream, *, is_timed: bool) -> float:
    said = track.guessed_rate if is_timed else track.codec_context.framerate
    rate = float(said or GUESSED_FPS)
    return rate if 0.0 < rate <= 240.0 else GUESSED_FPS


def _frame_count(track: VideoStream) -> int:
    """Neither what is cut away without being deleted, as phones do, nor what is empty counts."""
    if track.frames > 0:
        index = [entry.size > 0 and not entry.is_discard for entry in track.index_entries]
        return sum(index) if len(index) > INDEXED_SHARE * track.frames else track.frames
    duration = track.metadata.get("DURATION")  # Matroska, "00:00:14.000000000"
    if duration is None or not _is_steady(track):
        return 0
    hours, minutes, seconds = (float(part) for part in duration.split(":"))
    return round((3600 * hours + 60 * minutes + seconds) * float(track.average_rate or 0))


def _is_steady(track: VideoStream) -> bool:
    """Whether the pictures come at one rate, so that time tells how many there should be."""
    mean, rate = float(track.average_rate or 0), float(track.base_rate or 0)
    return mean > 0.0 and math.isclose(mean, rate, rel_tol=0.01)
