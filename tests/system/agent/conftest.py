"""`run-agent` as a process, what its outbox holds, and a server that says what a test wants."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from modeling.perception.poses.pose import PoseTrack
from testkit.processes import Part, free_port
from testkit.rtsp_camera import NoRtspServer, RtspCamera
from testkit.scripted_server import Script, ScriptedServer

Json = dict[str, Any]


@pytest.fixture
def recording(repository: Path) -> Path:
    """The pose track of a real fall that ships with the project."""
    return repository / "demo" / "recordings" / "fall.npz"


@pytest.fixture
def repeated(recording: Path, tmp_path: Path) -> Callable[[int], Path]:
    """Writes a pose track that shows the recording so many times in a row, 30 poses a second."""

    def write(times: int) -> Path:
        shown = PoseTrack.load(recording)
        track = PoseTrack.from_poses(
            [
                replace(poses, frame_idx=index, time=index / 30)
                for index, poses in enumerate([*shown] * times)
            ]
        )
        path = tmp_path / f"{times}-times.npz"
        track.save(path)
        return path

    return write


@pytest.fixture
def start_agent(command: Any, recording: Path, tmp_path: Path) -> Callable[..., Part]:
    """Starts `run-agent` on the recording, as fast as possible, unless something else is said."""

    def start(
        *options: object, source: object = recording, pace: str = "fast", **settings: object
    ) -> Part:
        settings = {"DATA_DIR": tmp_path / "box", "CAMERA_ID": "거실", **settings}
        told = [str(option) for option in options]
        part: Part = command.fork(
            "run-agent", "--source", str(source), "--pace", pace, *told, **settings
        )
        return part

    return start


@pytest.fixture
def run_agent(start_agent: Callable[..., Part]) -> Callable[..., tuple[int, list[str]]]:
    """Runs `run-agent` to its end; its exit status and the lines that it said."""

    def run(*options: object, **settings: object) -> tuple[int, list[str]]:
        part = start_agent(*options, **settings)
        return part.process.wait(60), part.log.read_text(encoding="utf-8").splitlines()

    return run


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], list[Json]]:
    """What is in the agent's outbox, oldest first; empty before there is one."""

    def read() -> list[Json]:
        bodies: list[str] = []
        for file in (tmp_path / "box" / "outbox").glob("*.sqlite3"):
            with sqlite3.connect(file) as db, suppress(sqlite3.OperationalError):  # no table yet
                rows = db.execute("SELECT body FROM events ORDER BY number")
                bodies += [body for (body,) in rows]
        return [json.loads(body) for body in bodies]

    return read


@pytest.fixture
def incidents() -> Callable[[list[Json]], list[tuple[Json, Json]]]:
    """Pairs each START of `fall` with the END of the same incident."""

    def pair(events: list[Json]) -> list[tuple[Json, Json]]:
        starts = [e for e in events if (e["event_type"], e.get("event")) == ("START", "fall")]
        ends = [e for e in events if (e["event_type"], e.get("event")) == ("END", "fall")]
        by_incident = {end["incident_id"]: end for end in ends}
        assert len(by_incident) == len(ends) == len(starts)
        return [(start, by_incident[start["incident_id"]]) for start in starts]

    return pair


@pytest.fixture
def nobody_there() -> str:
    """The URL of a server that is not there."""
    return f"http://127.0.0.1:{free_port()}"


class LoginPage(BaseHTTPRequestHandler):
    """What answers in a hotel."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Welcome!</html>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def login_page() -> Iterator[str]:
    """The URL of a server that says 200 to everything, and means nothing by it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), LoginPage) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def scripted_server() -> Iterator[ScriptedServer]:
    """A server that answers 404 until its `script` is set."""
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def server_at() -> Iterator[Callable[[int, Script], ScriptedServer]]:
    """Starts a server at a port where another one was before."""
    servers = []

    def start(port: int, script: Script) -> ScriptedServer:
        servers.append(ScriptedServer(port, script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def rtsp_camera_factory() -> Iterator[Callable[..., RtspCamera]]:
    """Makes cameras of RTSP, which are off at first; skips the test where they cannot be."""
    cameras = []

    def make(login: tuple[str, str] = ("", "")) -> RtspCamera:
        cameras.append(camera := RtspCamera(login))
        try:
            camera.start()
        except NoRtspServer as missing:
            pytest.skip(str(missing))
        camera.kill()
        return camera

    yield make
    for camera in cameras:
        camera.kill()


@pytest.fixture
def rtsp_camera(rtsp_camera_factory: Callable[..., RtspCamera]) -> RtspCamera:
    """One that asks for no password."""
    return rtsp_camera_factory()
