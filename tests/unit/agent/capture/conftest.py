"""Small real videos, and real servers that stream them."""

import itertools
import select
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from testkit.processes import free_port

SIZE = (64, 48)
RTSP_SERVER = Path(__file__).with_name("rtsp_server.py")
# Its packages are Debian's, so it needs Debian's Python.
SYSTEM_PYTHON = "/usr/bin/python3"

WriteVideo = Callable[[str, list[float]], Path]


def jpeg(number: int) -> bytes:
    """A picture in one grey, another one for each number."""
    image = np.full((SIZE[1], SIZE[0], 3), number * 8 % 256, dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", image)[1])


@pytest.fixture
def write_video(tmp_path: Path) -> WriteVideo:
    """Writes a video with a picture at each of `times`, in seconds."""

    def write(name: str, times: list[float]) -> Path:
        path = tmp_path / name
        # At 1000 frames/s the writer's time stamps are in milliseconds.
        fourcc = cv2.VideoWriter.fourcc(*"MJPG")
        options = [cv2.VIDEOWRITER_PROP_RAW_VIDEO, 1]
        writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, fourcc, 1000.0, SIZE, options)
        for number, shown_at in enumerate(times):
            writer.set(cv2.VIDEOWRITER_PROP_PTS, round(shown_at * 1000))
            writer.write(np.frombuffer(jpeg(number), dtype=np.uint8).reshape(1, -1))
        writer.release()
        return path

    return write


@pytest.fixture
def clip(write_video: WriteVideo) -> Path:
    """Ten pictures at 20 frames/s."""
    return write_video("clip.mkv", [i / 20 for i in range(10)])


@pytest.fixture
def jpegs_without_times(tmp_path: Path) -> Path:
    """Five pictures in a file that knows no time stamps; FFmpeg takes it for 25 frames/s."""
    path = tmp_path / "clip.mjpeg"
    path.write_bytes(b"".join(jpeg(i) for i in range(5)))
    return path


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


class RtspServer:
    """An RTSP camera that can be switched off and on again, at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"rtsp://watcher:secret@127.0.0.1:{self.port}/live?token=secret"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Switch on; skips the test where Debian's Python or GStreamer is missing."""
        if not Path(SYSTEM_PYTHON).exists():
            pytest.skip(f"an RTSP server needs Debian's {SYSTEM_PYTHON}")
        command = [SYSTEM_PYTHON, str(RTSP_SERVER), str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], 10.0)[0], "the RTSP server hangs"
        answer = self.process.stdout.readline().strip()
        if answer != "ready":
            self.kill()
            pytest.skip(answer or "the RTSP server did not start")

    def kill(self) -> None:
        """Switch off, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@pytest.fixture
def rtsp_server() -> Iterator[RtspServer]:
    """An RTSP camera, off at first."""
    server = RtspServer()
    server.start()  # skips before the test has begun, if need be
    server.kill()
    yield server
    server.kill()
