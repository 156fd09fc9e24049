"""Hostile bodies beside a heartbeat: `uv run python -m benchmarks.hostile_clients --seconds 60`.

Clients send what should cost a server its memory or its time, again and again, while a camera's
heartbeat is posted every 100 ms. What counts: no 5xx, every heartbeat answered within a second, and
a process that does not grow.
"""

import gzip
import json
import os
import random
import secrets
import socket
import struct
import sys
import tempfile
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx2 as httpx
import typer

from testkit.processes import free_port, start, wait_ready

CLIENTS = 6
BEAT_SEC = 0.1
MAX_ANSWER_SEC = 1.0
MAX_GROWTH_BYTES = 50 * 2**20
MIB = 2**20
LARGE = 500_000  # as a list may be
NPY = {"Content-Type": "application/x-npy"}
PARTS = {"Content-Type": "multipart/form-data; boundary=x"}
HEAD = b'{"event_type":"PROBS","event_id":"%b","camera_id":"hostile","ts":1,'

Send = Callable[[httpx.Client], int]


def _post(
    path: str, body: bytes | Callable[[], Iterator[bytes]], headers: dict[str, str] | None = None
) -> Send:
    def send(http: httpx.Client) -> int:
        content = body if isinstance(body, bytes) else body()
        return http.post(path, content=content, headers=headers).status_code

    return send


def _npy(description: bytes) -> bytes:
    header = description.ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"\x80\x04" * 100


def _huge_png() -> bytes:
    """A whole picture of 10,000 x 10,000 in some 12 kB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    size, rows = 10_000, zlib.compress(bytes(10_000 * 1251), 9)
    header = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _picture(image: bytes) -> Send:
    def send(http: httpx.Client) -> int:
        data, files = {"model_name": "posture"}, {"image": image}
        return http.post("/api/v1/predict", data=data, files=files).status_code

    return send


def _chunks() -> Iterator[bytes]:
    for _ in range(20):
        yield b"[" * MIB


def _nested_event(http: httpx.Client) -> int:
    """A good event, as large as one may be, that is twenty times as large when parsed."""
    body = HEAD % uuid.uuid4().hex.encode() + b'"x":[' + b"[]," * 1300 + b"[]]}"
    return http.post("/event/payload", content=body).status_code


def _slow_body(http: httpx.Client) -> int:
    """Half a request that is left there; the answer is not waited for."""
    address = (http.base_url.host, http.base_url.port or 80)
    with socket.create_connection(address, timeout=5) as client:
        lines = ["POST /event/payload HTTP/1.1", "Host: localhost", "Content-Length: 1000000"]
        lines.append(f"Authorization: {http.headers.get('authorization', '')}")
        client.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + b"." * 100_000)
        time.sleep(0.5)
    return 0


_KEYS = json.dumps({f"{n:x}": n for n in range(32_000)}).encode()
_PROBS = b'"probs":' + json.dumps({f"{n:x}": 2 for n in range(40_000)}).encode()
_SHAPE = b"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 16, 37), }"
_OBJECTS = b"{'descr': '|O', 'fortran_order': False, 'shape': (16, 37), }"

HOSTILE: dict[str, Send] = {
    "20 MiB": _post("/event/payload", b"." * 20 * MIB),
    "20 MiB, chunked": _post("/echo", _chunks),
    "deep": _post("/event/payloads", b"[" * LARGE),
    "lists": _post("/event/payloads", b"[" + b"[]," * (LARGE // 3 - 2) + b"[]]"),
    "lists in an event": _post(
        "/event/payload", HEAD % b"e" + b'"x":[' + b"[]," * 20_000 + b"[]]}"
    ),
    "keys": _post("/behavior/analyze", _KEYS),
    "keys in an event": _post("/event/payloads", b"[" + HEAD % b"e" + _KEYS[1:] + b"]"),
    "wrong probabilities": _post("/event/payloads", b"[" + HEAD % b"e" + _PROBS + b"}]"),
    "a long number": _post("/echo", b"9" * 60_000),
    "NaN": _post("/event/payload", HEAD % b"e" + b'"prob":NaN}'),
    "no UTF-8": _post("/event/payload", b'"' + b"\xff" * 1000 + b'"'),
    "gzip bomb": _post(
        "/event/payload", gzip.compress(b"." * 200 * MIB, 1), {"Content-Encoding": "gzip"}
    ),
    "npy of a huge shape": _post("/behavior/analyze", _npy(_SHAPE), NPY),
    "npy of objects": _post("/behavior/analyze", _npy(_OBJECTS), NPY),
    "half a body": _slow_body,
    "nested event": _nested_event,
    "a picture of 10,000 x 10,000": _picture(_huge_png()),
    "half a picture": _picture(_huge_png()[:6000]),
    "no base64": _post(
        "/api/v1/predict", b'{"model_name":"posture","image_base64":"' + b"?" * LARGE + b'"}'
    ),
    "parts without end": _post("/api/v1/predict", b"--x\r\n" * 50_000, PARTS),
}
"""What each client sends, in an order of its own."""


@dataclass
class Outcome:
    """What came of it."""

    statuses: set[int] = field(default_factory=set)
    sent: int = 0
    beats: int = 0
    slowest_sec: float = 0.0
    unanswered: int = 0
    grown_bytes: int = 0

    @property
    def failures(self) -> list[str]:
        """What is short of the promise, in words."""
        errors = sorted(status for status in self.statuses if status >= 500)
        found = [f"answered {status}" for status in errors]
        if self.unanswered or self.slowest_sec > MAX_ANSWER_SEC:
            slowest = f"the slowest took {self.slowest_sec:.1f} s"
            found.append(f"{self.unanswered} heartbeats unanswered, {slowest}")
        if self.grown_bytes > MAX_GROWTH_BYTES:
            found.append(f"grown by {self.grown_bytes / MIB:.0f} MiB")
        return found


def attack(url: str, pid: int, api_key: str, seconds: float, seed: int = 0) -> Outcome:
    """Send all that is hostile to the server for so long, and watch its heartbeat and its size."""
    outcome, stopping = Outcome(), threading.Event()
    headers = {"Authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=10.0) as http:
        _beat(http, outcome)
        before = resident_bytes(pid)
        threads = [
            threading.Thread(target=_harass, args=(url, headers, seed + n, stopping, outcome))
            for n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            _beat(http, outcome)
            outcome.grown_bytes = max(outcome.grown_bytes, resident_bytes(pid) - before)
            time.sleep(BEAT_SEC)
        stopping.set()
        for thread in threads:
            thread.join()
    return outcome


def _harass(
    url: str, headers: dict[str, str], seed: int, stopping: threading.Event, outcome: Outcome
) -> None:
    order = random.Random(seed)  # noqa: S311 (a load, no secret)
    with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=10.0) as http:
        while not stopping.is_set():
            for send in order.sample(list(HOSTILE.values()), len(HOSTILE)):
                with suppress(httpx.TransportError, OSError):  # hanging up on us is fair
                    outcome.statuses.add(send(http))
                outcome.sent += 1
                if stopping.is_set():
                    return


def _beat(http: httpx.Client, outcome: Outcome) -> None:
    event = {"event_type": "HEARTBEAT", "event_id": uuid.uuid4().hex, "camera_id": "hall"}
    began = time.monotonic()
    try:
        outcome.unanswered += not http.post("/event/payload", json={**event, "ts": 1}).is_success
    except httpx.TransportError:
        outcome.unanswered += 1
    outcome.beats += 1
    outcome.slowest_sec = max(outcome.slowest_sec, time.monotonic() - began)


def resident_bytes(pid: int) -> int:
    """How much memory the process holds now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def main(
    seconds: Annotated[float, typer.Option(help="How long.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Of the order.")] = 0,
) -> None:
    """Attack a server of its own, and say how it stood it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dolbom-bench-")))
        port, api_key = free_port(), secrets.token_urlsafe(16)
        environment = {"DATA_DIR": str(folder / "data"), "API_KEY": api_key}
        options = ("--host", "127.0.0.1", "--port", str(port))
        part = start("run-backend", *options, folder=folder, environment=environment)
        stack.callback(part.stop)
        wait_ready(part, f"http://127.0.0.1:{port}/health")
        found = attack(f"http://127.0.0.1:{port}", part.process.pid, api_key, seconds, seed)
    typer.echo(
        f"{found.sent} hostile requests in {seconds:.0f} s, answered with "
        f"{sorted(found.statuses - {0})}; {found.beats} heartbeats, {found.unanswered} unanswered, "
        f"the slowest in {found.slowest_sec * 1000:.0f} ms; grown by "
        f"{found.grown_bytes / MIB:.0f} MiB"
    )
    if found.failures:
        sys.exit(f"short of what is promised: {'; '.join(found.failures)}")


if __name__ == "__main__":
    typer.run(main)
