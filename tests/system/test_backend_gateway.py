"""A camera, socket.io, an image model and listeners, over a real server that comes and goes."""

import asyncio
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import httpx2 as httpx
import numpy as np
import pytest
import socketio

from benchmarks.hostile_clients import resident_bytes

MakeEvent = Callable[..., dict[str, Any]]
PATIENCE_SEC = 30.0
WEBSOCKET = ["websocket"]
LIMIT_SEC = 10.0
FRAMES = 40


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A bright square that wanders through a dark room."""
    path = tmp_path / "room.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (320, 240))
    for number in range(FRAMES):
        frame = np.full((240, 320, 3), 40, np.uint8)
        cv2.rectangle(frame, (4 * number, 80), (4 * number + 60, 160), (200, 220, 240), -1)
        writer.write(frame)
    writer.release()
    return path


@pytest.fixture
def server(server_factory: Callable[..., Any], image_checkpoints: Path) -> Any:
    return server_factory(VISION_CHECKPOINTS_PATH=image_checkpoints)


class Camera:
    """Sends a video's pictures, one after the other's answer, over and over."""

    def __init__(self, url: str, video: Path) -> None:
        self.url, self.video = url, video
        self.io = socketio.AsyncClient(reconnection_delay=0.1, reconnection_delay_max=0.5)
        self.results: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.sent = self.connects = 0
        self._answered = asyncio.Event()
        self.io.on("connect", self._connected)
        self.io.on("prediction_result", self._result)
        self.io.on("prediction_error", self.errors.append)

    async def run(self) -> None:
        """Until it is cancelled."""
        await self.io.connect(self.url, transports=WEBSOCKET, wait_timeout=PATIENCE_SEC)
        while True:
            capture = cv2.VideoCapture(str(self.video))
            while (read := capture.read())[0]:
                await self._send(cv2.imencode(".jpg", read[1])[1].tobytes())
            capture.release()

    async def enough(self, results: int) -> None:
        """Wait until so many more pictures are answered."""
        wanted = len(self.results) + results
        async with asyncio.timeout(PATIENCE_SEC):
            while len(self.results) < wanted:  # noqa: ASYNC110 (what is waited for is a count)
                await asyncio.sleep(0.01)

    async def _send(self, image: bytes) -> None:
        self._answered.clear()
        self.sent += 1
        data = {"model_name": "camera_health", "request_id": f"{self.sent}", "image": image}
        try:
            await self.io.emit("image_data", data)
            await asyncio.wait_for(self._answered.wait(), 1.0)
        except (socketio.exceptions.SocketIOError, TimeoutError):
            await asyncio.sleep(0.05)  # the server is away

    def _connected(self) -> None:
        self.connects += 1

    def _result(self, result: dict[str, Any]) -> None:
        self.results.append(result)
        self._answered.set()


def test_camera_goes_on_by_itself_when_the_server_was_stopped_and_started_again(
    server: Any, video: Path
) -> None:
    async def check() -> None:
        camera = Camera(server.url, video)
        running = asyncio.create_task(camera.run())
        await camera.enough(10)
        assert await asyncio.to_thread(server.stop) == 0
        before = len(camera.results)
        await asyncio.to_thread(server.start)
        await camera.enough(10)
        assert camera.connects >= 2
        running.cancel()
        await camera.io.disconnect()
        answered = [result["request_id"] for result in camera.results]
        assert len(set(answered)) == len(answered)
        assert int(answered[-1]) > before
        assert {result["model_name"] for result in camera.results} == {"camera_health"}
        assert camera.errors == []

    asyncio.run(check())
    assert "Traceback" not in server.log()


def test_event_that_is_posted_reaches_who_listens_as_the_log_has_it_and_so_does_its_alert(
    server: Any, make_event: MakeEvent
) -> None:
    async def check() -> list[tuple[str, Any]]:
        told: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        async with socketio.AsyncSimpleClient() as listener:
            await listener.connect(server.url, transports=WEBSOCKET, wait_timeout=PATIENCE_SEC)
            await listener.call("subscribe", {"rooms": ["events", "alerts"]})
            event = make_event("END", camera_id="현관")
            await asyncio.to_thread(server.send, make_event("HEARTBEAT"), event)
            for _ in range(3):
                await told.put(tuple(await listener.receive(PATIENCE_SEC)))
        return [await told.get() for _ in range(3)]

    told = asyncio.run(check())
    assert told[0] == ("event", next(e for e in server.recent() if e["event_type"] == "END"))
    assert [(name, data["outcome"]) for name, data in told[1:]] == [
        ("alert", "decided"),
        ("alert", "sent"),
    ]
    assert {data["camera_id"] for _, data in told} == {"현관"}
    assert server.health()["gateway"]["connects"] == 1


def test_stop_does_not_wait_for_websockets(server: Any) -> None:
    async def check() -> float:
        clients = [socketio.AsyncClient(reconnection=False) for _ in range(6)]
        gone = [asyncio.Event() for _ in clients]
        for number, client in enumerate(clients):
            client.on("disconnect", lambda _reason, number=number: gone[number].set())
            await client.connect(server.url, transports=WEBSOCKET, wait_timeout=PATIENCE_SEC)
        began = time.monotonic()
        assert await asyncio.to_thread(server.stop) == 0
        took = time.monotonic() - began
        await asyncio.gather(*(asyncio.wait_for(event.wait(), PATIENCE_SEC) for event in gone))
        return took

    assert asyncio.run(check()) < LIMIT_SEC
    assert "Cancel" not in server.log()
    assert "Traceback" not in server.log()


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """A websocket's frame as a client sends it, masked with zeros."""
    length = len(payload)
    if length < 126:
        head = bytes([0x80 | opcode, 0x80 | length])
    elif length < 65_536:
        head = bytes([0x80 | opcode, 0xFE]) + length.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, 0xFF]) + length.to_bytes(8, "big")
    return head + bytes(4) + payload


UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket{more} HTTP/1.1\r\nHost: localhost\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
CONNECT = frame(b"40")
HOSTILE = {
    "no packet": frame(b""),
    "unknown engine packet": frame(b"9"),
    "no number": frame(b"x"),
    "text that is none": frame(b"4\xff\xfe"),
    "event of a stranger": frame(b'42["image_data"]'),
    "bytes of a stranger": frame(b"\x00" * 1000, opcode=2),
    "large message of a stranger": frame(b"40" + b"." * 100_000),
    "message without an end": b"\x81\xff" + (2**62).to_bytes(8, "big") + bytes(4),
    "giant message": CONNECT + frame(b"42" + b"." * 7_000_000),
    "invalid JSON": CONNECT + frame(b'42["image_data"'),
    "deep JSON": CONNECT + frame(b"42" + b"[" * 200_000),
    "deep connect": frame(b"40" + b"[" * 10_000),
    "event without a name": CONNECT + frame(b"42[]") + frame(b"42{}") + frame(b"42[[1]]"),
    "events of the library": CONNECT + frame(b'42["connect",{}]') + frame(b'42["disconnect"]'),
    "many attachments": CONNECT + frame(b'4599999999-["image_data"]') + frame(b"x", 2) * 100,
    "attachment that is not there": CONNECT
    + frame(b'451-["image_data",{"image":{"_placeholder":true,"num":7}}]')
    + frame(b"x", 2),
    "attachment of a text": CONNECT
    + frame(b'451-["image_data",{"image":{"_placeholder":true,"num":"x"}}]')
    + frame(b"x", 2),
    "acknowledgement": CONNECT + frame(b"431[]") + frame(b"461-[]"),
    "other namespace": frame(b"40/admin,") + frame(b"41/admin,"),
    "twice": CONNECT * 50,
    "good-bye of a stranger": frame(b"1") + CONNECT,
    "many namespaces": b"".join(frame(b"40/%d," % number) for number in range(1000)),
    "events of another namespace": CONNECT + frame(b'42/admin,["subscribe",{}]') * 3,
    "good-bye and on": CONNECT + frame(b"1") + CONNECT + frame(b'42["subscribe",{}]'),
    "leave and on": CONNECT + frame(b"41") + frame(b'42["subscribe",{}]') + CONNECT,
    "flood": CONNECT + frame(b'42["what"]') * 2100,
    "pings": CONNECT + frame(b"x" * 100, opcode=9) * 5000,
    "unknown opcode": b"\x83\x80" + bytes(4),
    "unmasked": b"\x81\x0240",
    "half": frame(b"40")[:-1],
}
HANDSHAKES = [
    UPGRADE.format(more="&sid=nobody"),
    UPGRADE.format(more="&transport=polling"),
    UPGRADE.format(more="&j=0"),
    UPGRADE.format(more="").replace("transport=websocket", "transport=polling"),
    UPGRADE.format(more="").replace("13", "12"),
    UPGRADE.format(more="").replace("Sec-WebSocket-Key", "X"),
    UPGRADE.format(more="").replace("GET", "POST"),
    UPGRADE.format(more="").replace("websocket HTTP", "polling HTTP"),
    UPGRADE.format(more="").replace("EIO=4", "EIO=3"),
    UPGRADE.format(more="").replace("Upgrade: websocket", "Upgrade: WebSocket, h2c"),
    UPGRADE.format(more="").replace("/socket.io/", "/event/recent"),
    UPGRADE.format(more="").replace("Host: localhost", "Host: x\r\nOrigin: http://evil.test"),
]
POLLS = [
    ("GET", "", b""),
    ("GET", "?EIO=4", b""),
    ("GET", "?EIO=4&transport=polling", b""),
    ("HEAD", "?EIO=4&transport=polling", b""),
    ("GET", "?EIO=4&transport=websocket", b""),
    ("GET", "?EIO=4&transport=polling&j=0", b""),
    ("POST", "?EIO=4&transport=polling&sid=nobody", b"40"),
    ("POST", "?EIO=4&transport=polling&sid=nobody", b"." * 7_000_000),
    ("PUT", "?EIO=4&transport=polling", b"40"),
    ("OPTIONS", "?EIO=4&transport=polling", b""),
]


def attack(port: int, request: bytes, frames: bytes = b"") -> bytes:
    """Send frames once the request is answered, and read until nothing more comes for a moment."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SEC) as client:
        try:
            client.sendall(request)
            received = client.recv(65_536)
            client.sendall(frames)
            client.settimeout(0.5)
            while chunk := client.recv(65_536):
                received += chunk
        except (TimeoutError, ConnectionError):
            pass
    return received


def test_hostile_packets_are_no_error_of_the_servers_and_leave_nothing(
    server: Any, eventually: Callable[..., Any]
) -> None:
    upgrade, sizes = UPGRADE.format(more="").encode(), []
    for _ in range(3):
        with ThreadPoolExecutor(len(HOSTILE)) as pool:
            answers = list(pool.map(partial(attack, server.port, upgrade), HOSTILE.values()))
        for name, answer in zip(HOSTILE, answers, strict=True):
            assert answer.startswith(b"HTTP/1.1 101"), (name, answer)
        # Whatever came of it, whoever comes next is served.
        assert server.get("/health").status_code == 200
        sizes.append(resident_bytes(server.pid))
    assert sizes[-1] - sizes[0] < 40 * 2**20, sizes
    for handshake in HANDSHAKES:
        answer = attack(server.port, handshake.encode())
        assert not answer.startswith(b"HTTP/1.1 5"), (handshake, answer)
    with httpx.Client(base_url=server.url, trust_env=False, timeout=10) as http:
        for method, query, body in POLLS:
            with suppress(httpx.WriteError):  # it is answered before it was sent
                answered = http.request(method, "/socket.io/" + query, content=body)
                assert answered.status_code == 426, (method, query, body[:20], answered.text)
    eventually(lambda: server.health()["gateway"]["connected"] == 0, 120.0)
    assert "Traceback" not in server.log()
    assert "exception" not in server.log().lower()
