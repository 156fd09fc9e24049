"""What may stand after `--source`, and what is said about anything else."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.capture import EndOfSource, Source, SourceError, is_live, open_source
from agent.capture.open_source import mask_url
from agent.file_pace import FilePace
from modeling.perception.frames.frame import Frame


def read_frames(source: Source) -> list[Frame]:
    frames: list[Frame] = []
    while True:
        try:
            frame = source.read(1.0)
        except EndOfSource:
            source.close()
            return frames
        assert isinstance(frame, Frame)
        frames.append(frame)


def test_a_video_gives_every_frame_in_order_with_its_picture(clip: Path) -> None:
    source = open_source(str(clip), FilePace.FAST, "hall")
    assert (source.description, source.live) == (str(clip), False)
    frames = read_frames(source)
    assert [frame.index for frame in frames] == list(range(10))
    assert [round(float(frame.image.mean()) / 8) for frame in frames] == list(range(10))


def test_frames_at_uneven_times_keep_the_times_of_the_file(
    write_video: Callable[[str, list[float]], Path],
) -> None:
    times = [0.0, 0.033, 0.1, 0.133, 0.3, 0.333]
    path = write_video("uneven.mkv", times)
    frames = read_frames(open_source(str(path), FilePace.FAST, "hall"))
    assert [frame.time for frame in frames] == pytest.approx(times)


def test_frames_of_a_file_without_time_stamps_are_evenly_spaced_from_zero(
    jpegs_without_times: Path,
) -> None:
    source = open_source(str(jpegs_without_times), FilePace.FAST, "hall")
    assert source.frame_count == 0
    times = [frame.time for frame in read_frames(source)]
    assert times == pytest.approx([0.0, 0.04, 0.08, 0.12, 0.16])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("missing.mp4", "no such video file: missing.mp4"),
        ("", "no such video file"),
        ("missing.npz", "no such pose track: missing.npz"),
        *(
            (url, "a stream's URL must begin with rtsp://")
            for url in (
                "rtps://watcher:secret@cam.local/s",
                "rtsp:/watcher:secret@cam.local/s",
                "rtsp//watcher:secret@cam.local/s",
                "rtsp:watcher:secret@cam.local",
                "watcher:secret@cam.local/s",
                "cam.local/video?password=secret",
                "cam.local/user=watcher&password=secret&channel=1",
                "192.168.0.3/user=watcher_password=secret_channel=1",
                "cam.local/snapshot.cgi&usr=watcher&pwd=secret",
                "192.168.0.3,watcher,secret",
                "watcher:secret＠cam.local/s",
            )
        ),
        ("rtsp://watcher:se#secret@cam.local/s", "must be written as %23, %2F and %3F"),
        (
            "ftp://watcher:secret@cam.local/clip.mp4",
            "must begin with rtsp://, rtsps://, http:// or https://",
        ),
    ],
)
def test_what_cannot_be_opened_is_refused_in_one_line(source: str, expected: str) -> None:
    with pytest.raises(SourceError) as refused:
        open_source(source, FilePace.FAST, "hall")
    message = str(refused.value)
    assert expected in message
    assert "\n" not in message
    assert "secret" not in message


BY_ID = "/dev/v4l/by-id/usb-cam-index0"


@pytest.mark.parametrize(
    ("source", "description"),
    [
        ("99", "camera 99"),
        ("/dev/video99", "camera 99"),
        (BY_ID, f"camera {BY_ID}"),
        ("/dev/null", "camera /dev/null"),
    ],
)
def test_a_camera_that_is_not_there_may_be_plugged_in_later(source: str, description: str) -> None:
    camera = open_source(source, FilePace.REALTIME, "hall")
    try:
        assert (camera.live, camera.description) == (True, description)
        assert camera.read(0.1) is None
        assert camera.age_sec() == float("inf")
    finally:
        camera.close()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("text.mp4", b"Dear diary, I am no video.\n", "not a video"),
        ("empty.mp4", b"", "not a video"),
        ("text.npz", b"Nor a track.\n", "not a recording"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=expected):
        open_source(str(tmp_path / name), FilePace.FAST, "hall")


def test_a_name_that_leads_to_a_device_file_is_a_camera(tmp_path: Path) -> None:
    (tmp_path / "usb-cam").symlink_to("/dev/null")
    assert is_live(str(tmp_path / "usb-cam"))
    assert open_source(str(tmp_path / "usb-cam"), FilePace.FAST, "hall").live


@pytest.mark.parametrize("name", ["12:30:05.mkv", "./12:30:05.mkv", "cam1-2026-11-28T12:30.mkv"])
def test_a_colon_in_the_name_of_a_file_makes_no_url_of_it(
    clip: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(clip.parent)
    clip.rename(name)
    assert len(read_frames(open_source(name, FilePace.FAST, "hall"))) == 10


def test_the_decoders_write_nothing_to_stderr(tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("Dear diary, I am no video.")
    # FFmpeg's own line on this one is "moov atom not found".
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2\x00\x00\x40\x00mdat")
    script = """
import sys
from agent.capture import SourceError, open_source
from agent.file_pace import FilePace
for source in sys.argv[1:]:
    try:
        open_source(source, FilePace.FAST, "hall")
    except SourceError as error:
        sys.stdout.write(f"{error}\\n")
"""
    command = [sys.executable, "-c", script, str(text), str(cut)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("rtsp://camera.local:554/stream1", "rtsp://camera.local:554"),
        ("rtsp://admin:secret@camera.local/stream1", "rtsp://camera.local"),
        ("rtsp://admin:se/cr#e?t@camera.local/1", "rtsp://***"),
        ("rtsp://admin:se@cret@camera.local/1", "rtsp://camera.local"),
        ("http://camera.local/video?user=admin&password=secret", "http://camera.local"),
        ("http://camera.local/video?password=se@cret", "http://***"),
        ("rtsps://camera.local:7441/s3cretT0ken", "rtsps://camera.local:7441"),
        ("http://[fe80::1]:8080/video", "http://[fe80::1]:8080"),
    ],
)
def test_a_url_is_shown_without_anything_that_may_be_secret(url: str, masked: str) -> None:
    assert mask_url(url) == masked
