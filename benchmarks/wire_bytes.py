"""Bytes on the wire for one decision: `uv run python -m benchmarks.wire_bytes`.

Counts what a proxy in between passes on, both ways, headers and all: the camera box's own question
about each window of a recording, and the same window as JSON from httpx as it comes.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx2 as httpx
import typer
from pydantic import SecretStr

from agent.analyzer import RemoteAnalyzer
from agent.server import connect
from benchmarks.comparison import Comparison, Run
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell, timed
from benchmarks.peers.every_frame import as_json
from benchmarks.servers import serving
from demo.cli import RECORDING
from modeling.pose import PoseTrack
from modeling.windows import Window, track_windows

API_KEY = SecretStr("k" * 43)  # as long as a household's
TIMEOUT_SEC = 10.0
CHUNK = 64 * 1024


@dataclass
class Counter:
    """A proxy that counts the bytes which pass it, both ways together."""

    port: int
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    passed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        """Pass on what comes until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.port))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                with self._lock:
                    self.passed += len(data)
                sink.sendall(data)
        sink.close()


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    recording: Annotated[Path, typer.Option(help="A recorded pose track.")] = RECORDING,
) -> None:
    """Count the bytes of a decision."""
    seen = track_windows(PoseTrack.load(recording))
    windows = [window for window in seen if window.features is not None]
    with serving("run-backend") as server, _counting(server.port) as counter:
        runs, peers = by_turns(
            lambda: _run(counter, windows, _packed), lambda: _run(counter, windows, _json), repeats
        )
    tell(_comparison(len(windows), runs, peers), results)


@contextlib.contextmanager
def _counting(port: int) -> Iterator[Counter]:
    counter = Counter(port)
    threading.Thread(target=counter.serve, daemon=True).start()
    try:
        yield counter
    finally:
        counter.listener.close()


def _packed(url: str, windows: list[Window]) -> None:
    with connect(url, API_KEY, TIMEOUT_SEC) as client:
        analyzer = RemoteAnalyzer(client)
        for window in windows:
            analyzer.analyze(window)


def _json(url: str, windows: list[Window]) -> None:
    headers = {"Authorization": f"Bearer {API_KEY.get_secret_value()}"}
    with httpx.Client(
        base_url=url, headers=headers, timeout=TIMEOUT_SEC, trust_env=False
    ) as client:
        for window in windows:
            if window.features is not None:
                question = as_json(window.features)
                client.post("/behavior/analyze", json=question).raise_for_status()


def _run(counter: Counter, windows: list[Window], ask: Callable[[str, list[Window]], None]) -> Run:
    before = counter.passed
    with timed() as watch:
        ask(counter.url, windows)
    passed = counter.passed - before
    return Run(passed / len(windows), len(windows), watch.wall_sec, watch.cpu_sec)


def _comparison(windows: int, ours: tuple[Run, ...], peers: tuple[Run, ...]) -> Comparison:
    return Comparison(
        name="wire_bytes",
        work=f"A decision on the wire, both ways with all headers: {windows} windows of a fall.",
        peer="the same windows as JSON, sent with httpx as it comes",
        unit="bytes",
        better="lower",
        target=15,
        command="uv run python -m benchmarks.wire_bytes",
        ours=ours,
        peers=peers,
    )


if __name__ == "__main__":
    typer.run(main)
