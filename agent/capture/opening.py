"""From what the user wrote after `--source` to the source that it means."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import cv2

from agent.capture.live import RECONNECT, TIMEOUT_SEC, Backoff, LiveSource
from agent.capture.recorded import RecordedSource
from agent.capture.source import Pace, Source, SourceError
from modeling.pose import PoseTrack, PoseTrackError
from modeling.video import VideoError, VideoFile, silence_decoders

CAMERA = re.compile(r"(?:/dev/video)?([0-9]{1,3})")
STREAM_SCHEMES = {"rtsp", "rtsps", "http", "https"}


def open_source(source: str, pace: Pace, fps: float | None = None) -> Source:
    """Open a camera ("0", "/dev/video0"), a stream's URL, a pose track (`.npz`) or a video file.

    `pace` is for files, `fps` for video files whose own times are missing or wrong. A camera or a
    stream may come up later than this box, so it is tried until it does; a file that cannot be
    read, and a URL that is none, raise SourceError.
    """
    if camera := CAMERA.fullmatch(source):
        return open_camera(int(camera[1]))
    if "://" in source:
        return open_stream(source)
    try:
        if is_pose_track(source):
            return open_track(Path(source), pace)
        return open_video(Path(source), pace, fps)
    except (PoseTrackError, VideoError) as error:
        raise SourceError(str(error)) from error


def is_live(source: str) -> bool:
    """Whether `source` names a camera or a stream, which may come back, and no file."""
    return "://" in source or CAMERA.fullmatch(source) is not None


def is_pose_track(source: str) -> bool:
    """Whether `source` names a recorded pose track, which needs no pose estimation."""
    return "://" not in source and Path(source).suffix.lower() == ".npz"


def open_camera(index: int) -> LiveSource:
    """Watch a camera of this machine, which may be plugged in later."""
    silence_decoders()
    return LiveSource(f"camera {index}", lambda: cv2.VideoCapture(index))


def open_stream(
    url: str, timeout_sec: float = TIMEOUT_SEC, backoff: Backoff = RECONNECT
) -> LiveSource:
    """Watch a network camera; `timeout_sec` bounds the connecting and the wait for each picture."""
    if url.partition("://")[0].lower() not in STREAM_SCHEMES:
        raise SourceError("a stream's URL must begin with rtsp://, rtsps://, http:// or https://")
    if not _has_host(url):
        raise SourceError("expected a stream's URL such as rtsp://user:password@camera/path")
    silence_decoders()
    milliseconds = int(timeout_sec * 1000)
    options = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, milliseconds),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, milliseconds),
        # Each further thread of the decoder would hold back one more picture.
        *(cv2.CAP_PROP_N_THREADS, 1),
    ]
    # FFmpeg as OpenCV builds it in asks for RTSP over TCP first.
    return LiveSource(
        mask_url(url),
        lambda: cv2.VideoCapture(url, cv2.CAP_FFMPEG, options),
        timeout_sec=timeout_sec,
        backoff=backoff,
    )


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:  # brackets that do not close
        return False


def mask_url(url: str) -> str:
    """Cut `url` down to its scheme, host and port: user, path and query may all hold secrets."""
    scheme, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest)[0]
    if rest.count("@") > host.count("@"):  # a password that is not percent-encoded, perhaps
        host = "***"
    return f"{scheme}://{host.rpartition('@')[2]}"


def open_video(path: Path, pace: Pace, fps: float | None = None) -> RecordedSource:
    """Play a video file; raises VideoError when not a single frame of it can be decoded."""
    video = VideoFile(path, fps)
    frames, count = video.frames(), video.info.frame_count
    return RecordedSource(str(path), frames, count, pace, release=video.close)


def open_track(path: Path, pace: Pace) -> RecordedSource:
    """Play a recorded pose track; raises PoseTrackError when `path` is none."""
    track = PoseTrack.load(path)
    return RecordedSource(str(path), iter(track), len(track), pace)
