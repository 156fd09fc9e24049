"""Streams over real sockets, on good days and bad ones, and a program that watches one."""

import itertools
import logging
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np
import pytest

from agent.capture.camera import LiveSource
from agent.capture.open_source import open_stream
from common.backoff import Backoff
from modeling.perception.frames.frame import Frame
from testkit.rtsp_camera import RtspCamera

QUICK = Backoff(0.05, 0.1)


def jpeg(number: int) -> bytes:
    """A picture in one grey, another one for each number."""
    image = np.full((48, 64, 3), number * 8 % 256, dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", image)[1])


class MjpegServer(ThreadingHTTPServer):
    """Streams as cheap network cameras do: 50 pictures a second, as multipart HTTP."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MjpegHandler)
        self.url = f"http://127.0.0.1:{self.server_port}/video"
        self.connections = 0
        self.sent = 0
        self.flowing = threading.Event()
        self.flowing.set()


class MjpegHandler(BaseHTTPRequestHandler):
    """Sends pictures while the server's `flowing` is set, until the client has gone."""

    server: MjpegServer

    def do_GET(self) -> None:
        self.server.connections += 1
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        try:
            for number in itertools.count():
                self.send_picture(jpeg(number))
        except ConnectionError:
            return

    def send_picture(self, picture: bytes) -> None:
        self.server.flowing.wait()
        head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
        self.wfile.write(head.encode() + picture + b"\r\n")
        self.server.sent += 1
        time.sleep(0.02)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def mjpeg_server() -> Iterator[MjpegServer]:
    """An HTTP camera."""
    with MjpegServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.flowing.set()
        server.shutdown()
        server.server_close()


def next_frame(source: LiveSource) -> Frame:
    frame = source.read(10.0)
    assert frame is not None, "no frame within 10 s"
    return frame


def drain(source: LiveSource) -> None:
    """Read until nothing new comes."""
    while source.read(0.3) is not None:
        pass


def test_each_frame_is_read_once_and_in_its_order(
    mjpeg_server: MjpegServer, eventually: Callable[..., object]
) -> None:
    source = open_stream(mjpeg_server.url, "hall")
    first = next_frame(source)
    sent = mjpeg_server.sent
    eventually(lambda: mjpeg_server.sent >= sent + 20)
    frames = [next_frame(source) for _ in range(20)]
    source.close()
    assert [frame.index for frame in frames] == list(range(first.index + 1, first.index + 21))
    assert [round(float(f.image.mean()) / 8) for f in frames] == [f.index % 32 for f in frames]
    steps = np.diff([frame.time for frame in frames])
    assert steps.min() > 0.0
    assert steps.mean() == pytest.approx(0.02, abs=0.01)


def test_the_age_is_infinite_before_the_first_frame_and_small_while_frames_come(
    mjpeg_server: MjpegServer,
) -> None:
    mjpeg_server.flowing.clear()
    source = open_stream(mjpeg_server.url, "hall")
    assert source.read(0.1) is None
    assert source.age_sec() == float("inf")
    mjpeg_server.flowing.set()
    next_frame(source)
    assert source.age_sec() < 1.0
    source.close()


def test_a_stalled_stream_shows_its_age_gives_no_old_picture_and_is_connected_to_again(
    mjpeg_server: MjpegServer,
) -> None:
    source = open_stream(mjpeg_server.url, "hall", stall_sec=0.5, backoff=QUICK)
    before = next_frame(source)
    mjpeg_server.flowing.clear()
    drain(source)
    assert source.age_sec() >= 0.25
    while mjpeg_server.connections < 2:
        assert source.read(0.05) is None
    assert source.age_sec() >= 0.5
    mjpeg_server.flowing.set()
    after = next_frame(source)
    source.close()
    assert after.index > before.index
    assert after.time > before.time + 0.5


def test_an_rtsp_camera_may_come_late_and_may_be_restarted(
    rtsp_camera: RtspCamera, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    source = open_stream(rtsp_camera.url, "hall", backoff=QUICK)
    assert source.read(0.5) is None
    rtsp_camera.start()
    before = next_frame(source)
    assert before.image.shape == (120, 160, 3)

    rtsp_camera.kill()
    drain(source)
    assert source.age_sec() >= 0.25

    rtsp_camera.start()
    after = next_frame(source)
    source.close()
    assert after.index > before.index
    assert after.time > before.time
    nobody = r"no picture from hall \(rtsp://127.0.0.1:\d+\): nothing listens at that port"
    assert re.fullmatch(nobody, caplog.messages[0])
    assert "secret" not in caplog.text


def run_program(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_closing_is_quick_and_the_program_ends_well_while_a_stream_does_not_answer() -> None:
    script = """
import socket, time
from agent.capture.open_source import open_stream
silent = socket.create_server(("127.0.0.1", 0))
source = open_stream(f"http://127.0.0.1:{silent.getsockname()[1]}/", "hall", stall_sec=2.0)
assert source.read(0.2) is None
began = time.monotonic()
source.close()
assert time.monotonic() - began < 1.5
"""
    done = run_program(script)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_program_that_forgets_to_close_still_ends_with_its_own_exit_code(
    mjpeg_server: MjpegServer,
) -> None:
    script = """
import sys
from agent.capture.open_source import open_stream
source = open_stream(sys.argv[1], "hall")
assert source.read(10.0) is not None
sys.exit(3)
"""
    done = run_program(script, mjpeg_server.url)
    assert (done.returncode, done.stderr) == (3, "")
