"""The key picture of a fall: through a real server to the memo, and never without SHARE_FRAMES."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from pydantic import SecretStr

from agent.backend_client import connect
from agent.event_factory import EventFactory
from agent.fall_verifier import FallVerifier
from agent.recent_frames import RecentFrames
from contract.events import EventType
from modeling.perception.frames.frame import Frame
from modeling.perception.images.posture import POSTURE
from modeling.perception.incidents.event_machine import Transition

Json = dict[str, Any]
RunAgent = Callable[..., tuple[int, list[str]]]
CLIP = "fall-16-cam0"
BLUE, RED, BLACK = (255, 0, 0), (0, 0, 255), (0, 0, 0)  # in BGR


class Recorder(BaseHTTPRequestHandler):
    """Takes every event, and keeps what it was sent."""

    requests: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.requests.append((self.path, body))
        told = json.loads(body)
        ids = [event["event_id"] for event in told] if isinstance(told, list) else told["event_id"]
        name = "event_ids" if isinstance(told, list) else "event_id"
        answer = json.dumps({"success": True, name: ids}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def recorder() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """The URL of a server, and what it was sent: path and body."""
    handler: Any = type("Handler", (Recorder,), {"requests": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler.requests
        server.shutdown()


SAID = {
    BLUE: ("confirmed", "사진 확인: 누워 있음"),
    RED: ("questioned", "사진으로는 서 있거나 앉아 있음"),
    BLACK: ("questioned", "사진으로는 아무도 없음"),
}


PATIENCE_SEC = 30.0
"""A server that has just started may take its time."""


def fall_that_shows(colour: tuple[int, int, int], client: httpx.Client) -> list[Json]:
    """The START and END of a fall, its key picture judged as the camera box does it."""
    frames = RecentFrames()
    frames.keep(Frame(90, 3.0, np.full((480, 640, 3), colour, np.uint8)))
    verification = FallVerifier(frames, client, PATIENCE_SEC).verify(3.0)
    factory = EventFactory("거실", epoch=1.8e9)
    start = Transition(EventType.START, "fall", 2.0, 0.9)
    end = Transition(EventType.END, "fall", 3.0, 0.9, 1.0)
    events = [
        factory.transition(start, 60),
        factory.transition(end, 90, verification),
    ]
    return [event.model_dump(mode="json", exclude_unset=True) for event in events]


def test_picture_of_a_fall_is_judged_by_the_server_and_reported_beside_it(
    server_factory: Callable[..., Any],
    sandbox: Any,
    image_checkpoints: Path,
    eventually: Callable[..., Any],
) -> None:
    server = server_factory(
        API_KEY="key-of-the-household",
        CAMERA_KEYS="거실=key-of-the-camera",
        VISION_CHECKPOINTS_PATH=image_checkpoints,
    )
    with connect(server.url, SecretStr("key-of-the-camera"), 30.0) as client:
        for colour in SAID:
            server.send(*fall_that_shows(colour, client))
    ends = [record for record in server.records() if record["event_type"] == "END"]
    assert [end["verdict"] for end in ends] == [verdict for verdict, _ in SAID.values()]
    eventually(lambda: len(sandbox.memos()) == len(SAID), timeout=30.0)
    for text, (_, line) in zip(sandbox.texts(), SAID.values(), strict=True):
        assert text.startswith("낙상 (넘어짐) 감지 - 거실\n")
        assert line in text
    # The server keeps nothing of the pictures.
    written = b"".join(f.read_bytes() for f in server.data_dir.rglob("*") if f.is_file())
    assert b"fall" in written
    assert not any(mark in written for mark in (b"\xff\xd8\xff", b"/9j/"))
    assert "/9j/" not in server.log()


def test_server_without_the_model_leaves_the_fall_as_it_is(
    server_factory: Callable[..., Any], tmp_path: Path
) -> None:
    server = server_factory(VISION_CHECKPOINTS_PATH=tmp_path / "nowhere")
    frames = RecentFrames()
    frames.keep(Frame(90, 3.0, np.full((48, 64, 3), BLUE, np.uint8)))
    with connect(server.url, None, 30.0) as client:
        assert FallVerifier(frames, client, PATIENCE_SEC).verify(3.0).verdict == "absent"


def test_real_fall_is_reported_with_what_its_picture_says(
    shared_data: Path,
    server_factory: Callable[..., Any],
    sandbox: Any,
    image_checkpoints: Path,
    run_agent: RunAgent,
    eventually: Callable[..., Any],
) -> None:
    server = server_factory(VISION_CHECKPOINTS_PATH=image_checkpoints)
    video = shared_data / "urfd" / "videos" / f"{CLIP}.mp4"
    status, said = run_agent("--backend-url", server.url, source=video, SHARE_FRAMES="incident")
    assert status == 0, said
    (end,) = [e for e in server.records() if (e["event_type"], e.get("event")) == ("END", "fall")]
    eventually(sandbox.memos, timeout=30.0)
    if end["verdict"] == "absent":  # a machine that takes longer than a second
        assert "사진" not in sandbox.texts()[0]
    else:
        assert end["posture"] in POSTURE.labels
        assert "사진" in sandbox.texts()[0]


def test_of_a_real_fall_no_picture_leaves_unless_that_is_turned_on(
    shared_data: Path, run_agent: RunAgent, recorder: tuple[str, list[tuple[str, bytes]]]
) -> None:
    url, requests = recorder
    video = shared_data / "urfd" / "videos" / f"{CLIP}.mp4"
    status, said = run_agent("--backend-url", url, "--inference", "local", source=video)
    assert status == 0, said
    bodies = b"".join(body for _, body in requests)
    assert b'"fall"' in bodies
    assert {path for path, _ in requests} <= {"/event/payload", "/event/payloads"}
    assert not any(mark in bodies for mark in (b"\xff\xd8\xff", b"/9j/", b"verdict"))
    assert max(len(body) for _, body in requests) < 100_000
