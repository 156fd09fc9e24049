"""From the value of `--source` to the source that it means."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from agent.capture.camera import LiveSource
from agent.capture.file import RecordedSource
from agent.capture.network import STALL_SEC, connect
from agent.capture.reasons import password_hint
from agent.capture.receiver import RECONNECT
from agent.capture.source import Source, SourceError
from agent.capture.webcam import INDEX, Webcam
from agent.file_pace import FilePace
from common.backoff import Backoff
from modeling.perception.frames.video import VideoError, VideoFile
from modeling.perception.poses.pose import PoseTrack, PoseTrackError

STREAM_SCHEMES = {"rtsp", "rtsps", "http", "https"}
EXPECTED_SCHEME = "a stream's URL must begin with rtsp://, rtsps://, http:// or https://"
# Anything else that is no file may be a mistyped URL, which may hold a password.
FILE_NAME = re.compile(r"[\w\s./~()-]+\.\w{2,5}")

OpenSource = Callable[[str, FilePace, str, float | None], Source]
"""As `open_source`."""


def open_source(source: str, pace: FilePace, name: str, fps: float | None = None) -> Source:
    """Open a camera ("0", "/dev/…"), a stream's URL, a pose track (`.npz`) or a video file.

    `pace` is for files, `fps` for video files whose own times are missing or wrong, and `name` is
    the camera's name in log lines. A camera or stream may start later than this box, so it is
    tried until it answers; an unreadable file or a wrong URL raises SourceError.
    """
    if is_device(source):
        return open_camera(source, name)
    if "://" in source:
        return open_stream(source, name)
    if not FILE_NAME.fullmatch(source) and not _exists(source):
        raise SourceError(f"there is no such file, and {EXPECTED_SCHEME}")
    try:
        if is_pose_track(source):
            return open_track(Path(source), pace)
        return open_video(Path(source), pace, fps)
    except (PoseTrackError, VideoError) as error:
        raise SourceError(str(error)) from error


def is_live(source: str) -> bool:
    """Whether `source` names a camera or a stream, and no file."""
    return "://" in source or is_device(source)


def is_device(source: str) -> bool:
    """Whether `source` names a camera of this machine, plugged in or not."""
    return bool(INDEX.fullmatch(source)) or source.startswith("/dev/") or _is_device_file(source)


def _exists(source: str) -> bool:
    try:
        return Path(source).exists()
    except (OSError, ValueError):  # no path at all
        return False


def _is_device_file(source: str) -> bool:
    try:
        return Path(source).is_char_device()
    except (OSError, ValueError):  # no path at all
        return False


def is_pose_track(source: str) -> bool:
    """Whether `source` names a recorded pose track, which needs no pose estimation."""
    return "://" not in source and Path(source).suffix.lower() == ".npz"


def open_camera(device: str, name: str) -> LiveSource:
    """Watch a camera of this machine, which may be plugged in later."""
    index = INDEX.fullmatch(device)
    camera = f"camera {index[1] if index else device}"
    return LiveSource(name, camera, partial(Webcam, device))


def open_stream(
    url: str, name: str, stall_sec: float = STALL_SEC, backoff: Backoff = RECONNECT
) -> LiveSource:
    """Watch a network camera; `stall_sec` is how long it may send nothing."""
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in STREAM_SCHEMES:
        raise SourceError(EXPECTED_SCHEME)
    url = f"{scheme.lower()}://{rest}"
    if not _has_host(url):
        raise SourceError(
            "expected a stream's URL such as rtsp://user:password@camera/path" + password_hint(url)
        )
    return LiveSource(name, mask_url(url), partial(connect, url, stall_sec), backoff=backoff)


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, or a port that is no number
        return False


def mask_url(url: str) -> str:
    """Cut `url` down to its scheme, host and port: user, path and query may all hold secrets."""
    scheme, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest)[0]
    if rest.count("@") > host.count("@"):  # a password that is not percent-encoded, perhaps
        host = "***"
    return f"{scheme}://{host.rpartition('@')[2]}"


def open_video(path: Path, pace: FilePace, fps: float | None = None) -> RecordedSource:
    """Play a video file; raises VideoError when not a single frame of it can be decoded."""
    video = VideoFile(path, fps)
    frames, count = video.frames(), video.info.frame_count
    return RecordedSource(str(path), frames, count, pace, release=video.close)


def open_track(path: Path, pace: FilePace) -> RecordedSource:
    """Play a recorded pose track; raises PoseTrackError when `path` is none."""
    track = PoseTrack.load(path)
    return RecordedSource(str(path), iter(track), len(track), pace)
