"""Stops in good order under load: `uv run python -m benchmarks.stopping --stops 10`.

Six clients post to `run-backend`, two more are in the middle of a post, and the server is stopped
(SIGTERM). Who had been let in is to be answered, who never finishes a body is not, and the process
is to end with 0 in time. Then it is started again, and every answered event must stand in the log
once, each camera's in their order.
"""

import json
import socket
import sys
import tempfile
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from benchmarks.log_kills import Client, Json, load, outcome, recorded
from testkit.stoppable_server import WAIT_SEC, StoppableServer

LIMIT_SEC = 10.0
READY_SEC = 120.0
ENOUGH = 100
"""Answers before the stop."""


class Post:
    """A post that the server has let in, and whose body it waits for."""

    def __init__(self, port: int, camera_id: str) -> None:
        """Send the head, and wait until the server asks for the body."""
        event = {"event_type": "PROBS", "camera_id": camera_id, "ts": time.time()}
        self.event_id = uuid.uuid4().hex
        self._body = json.dumps({"event_id": self.event_id, **event}).encode()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SEC)
        self._socket.sendall(
            b"POST /event/payload HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(self._body)
        )
        if not self._read().startswith(b"HTTP/1.1 100 "):
            raise ConnectionError("the server does not ask for the body")

    def send(self, share: float) -> None:
        """Send so much of the body."""
        with suppress(ConnectionError):  # a server that has left shows in the answer
            self._socket.sendall(self._body[: round(len(self._body) * share)])

    def is_answered(self) -> bool:
        """Whether it has been recorded, as the server says; waits until it says so or hangs up."""
        with self._socket:
            return self._read().startswith(b"HTTP/1.1 200 ")

    def _read(self) -> bytes:
        try:
            return self._socket.recv(4096)
        except ConnectionError:
            return b""


@dataclass(frozen=True)
class Stop:
    """What came of one stop; `faults` are the promises that were broken."""

    answered: int
    seconds: float
    faults: list[str]


def stop_under_load(server: StoppableServer, seed: int) -> Stop:
    """Stop `server` under load, start it again, and look."""
    server.start()
    try:
        with load(server, seed) as clients:
            _wait_for_answers(clients)
            whole, half = Post(server.port, "whole"), Post(server.port, "half")
            half.send(0.5)
            began = time.monotonic()
            server.ask_to_stop()
            whole.send(1.0)
            status = server.wait()
            seconds = time.monotonic() - began
            server.start()
        faults = [*_faults_of(whole, half), *_faults_in_log(server, clients, whole, half)]
        if status != 0:
            faults.append(f"it ended with {status}")
        if seconds > LIMIT_SEC:
            faults.append(f"it took {seconds:.1f} s")
        return Stop(sum(len(client.answered) for client in clients), seconds, faults)
    finally:
        server.kill()


def _wait_for_answers(clients: list[Client]) -> None:
    give_up_at = time.monotonic() + READY_SEC
    while sum(len(client.answered) for client in clients) < ENOUGH:
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"the server has not answered for {READY_SEC:.0f} s")
        time.sleep(0.005)


def _faults_of(whole: "Post", half: "Post") -> list[str]:
    found = [] if whole.is_answered() else ["a post that was let in was not answered"]
    return [*found, "half a post was answered"] if half.is_answered() else found


def _faults_in_log(
    server: StoppableServer, clients: list[Client], whole: "Post", half: "Post"
) -> list[str]:
    records, _ = recorded(server.folder)
    counts = Counter(record["event_id"] for record in records)
    found = outcome(server, clients)
    faults = [] if found.is_clean else [f"{len(found.lost)} lost, {len(found.doubled)} doubled"]
    if (counts[whole.event_id], counts[half.event_id]) != (1, 0):
        faults.append("what was answered and what was recorded differ")
    if any(seqs != sorted(seqs) for seqs in _seqs(records).values()):
        faults.append("the events of a camera are not in their order")
    return faults


def _seqs(records: list[Json]) -> dict[str, list[int]]:
    seqs: dict[str, list[int]] = {}
    for record in records:
        seqs.setdefault(record["camera_id"], []).append(record.get("seq", 0))
    return seqs


def main(
    stops: Annotated[int, typer.Option(help="How often the server is stopped.")] = 10,
    seed: Annotated[int, typer.Option(help="Of the load.")] = 0,
) -> None:
    """Stop the server under load, and say what was broken."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        found = [
            stop_under_load(StoppableServer(Path(name) / str(number)), seed + number)
            for number in track(range(stops), "stops", disable=not sys.stderr.isatty())
        ]
    faults = [fault for stop in found for fault in stop.faults]
    answered, slowest = sum(s.answered for s in found), max(s.seconds for s in found)
    typer.echo(
        f"{stops} stops, {answered} events answered, the slowest in {slowest:.1f} s, "
        f"{len(faults)} broken promises"
    )
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    typer.run(main)
