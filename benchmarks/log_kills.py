"""Answered events over kills of the server: `uv run python -m benchmarks.log_kills --kills 200`.

Clients post single events and lists to `run-backend`, and each repeats what was not answered, as a
camera box does. The server is killed (kill -9) at random moments and started again. At the end
every answered event must stand in the log exactly once.
"""

import json
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Protocol

import httpx2 as httpx
import typer
from rich.progress import track

from testkit.stoppable_server import StoppableServer

CLIENTS = 6
LONGEST_LIST = 20
LONGEST_RUN_SEC = 0.2
READY_SEC = 120.0

Json = dict[str, Any]


class Server(Protocol):
    """What can be killed and started again on the same log."""

    @property
    def folder(self) -> Path:
        """The event log's."""

    @property
    def url(self) -> str:
        """Where it answers."""

    def start(self) -> None:
        """Start it; it answers soon."""

    def kill(self) -> None:
        """kill -9."""


class Client(threading.Thread):
    """Posts events of one camera until it is told to stop; repeats each post until it is answered.

    Every tenth post is sent again although it was answered: an answer may be lost on its way.
    """

    def __init__(self, url: str, camera_id: str, seed: int) -> None:
        super().__init__(name=camera_id)
        self.camera_id = camera_id
        self.answered: list[str] = []
        self._url = url
        self._random = random.Random(seed)  # noqa: S311 (a load, no secret)
        self._stop_asked = threading.Event()
        self._numbers = count()

    def stop(self) -> None:
        """Have the current post answered, and end."""
        self._stop_asked.set()
        self.join()

    def run(self) -> None:
        """Post."""
        with httpx.Client(base_url=self._url, trust_env=False, timeout=5.0) as http:
            while not self._stop_asked.is_set():
                self._send(http, [self._event() for _ in range(self._length())])

    def _length(self) -> int:
        return self._random.choice((1, 1, 1, self._random.randint(2, LONGEST_LIST)))

    def _event(self) -> Json:
        fields = {"event_type": "PROBS", "camera_id": self.camera_id, "ts": time.time()}
        return {"event_id": uuid.uuid4().hex, "seq": next(self._numbers), **fields}

    def _send(self, http: httpx.Client, events: list[Json]) -> None:
        for _ in range(2 if self._random.random() < 0.1 else 1):
            while not _is_answered(http, events):
                time.sleep(0.01)
        self.answered += [event["event_id"] for event in events]


def _is_answered(http: httpx.Client, events: list[Json]) -> bool:
    path, body = ("/payload", events[0]) if len(events) == 1 else ("/payloads", events)
    try:
        answer = http.post(f"/event{path}", json=body)
    except httpx.TransportError:
        return False
    if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
        answer.raise_for_status()  # a server that is wrong does not become right
    return answer.is_success


@dataclass(frozen=True)
class Outcome:
    """What came of it; all but the first are event_ids or lines that should not be."""

    answered: int
    lost: list[str]
    doubled: list[str]
    not_json: list[bytes]
    not_recent: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether every answered event stands in the log once, and is told by the server."""
        return not (self.lost or self.doubled or self.not_json or self.not_recent)


@contextmanager
def load(server: Server, seed: int) -> Iterator[list[Client]]:
    """Clients that post while the block lasts, and are all answered after it."""
    clients = [Client(server.url, f"camera-{n}", seed + n) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield clients
    finally:
        for client in clients:
            client.stop()


def kill_at_random(server: Server, kills: int, seed: int) -> Outcome:
    """Kill and restart `server` so many times under load, and look at the log."""
    moments = random.Random(seed)  # noqa: S311
    server.start()
    try:
        with load(server, seed) as clients:
            for _ in track(range(kills), description="kills", disable=not sys.stderr.isatty()):
                _wait_for_answers(clients)
                time.sleep(moments.uniform(0.0, LONGEST_RUN_SEC))
                server.kill()
                server.start()
            _wait_for_answers(clients)
        return outcome(server, clients)
    finally:
        server.kill()


def _wait_for_answers(clients: list[Client]) -> None:
    before = sum(len(client.answered) for client in clients)
    give_up_at = time.monotonic() + READY_SEC
    while sum(len(client.answered) for client in clients) == before:
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"the server has not answered for {READY_SEC:.0f} s")
        time.sleep(0.005)


def outcome(server: Server, clients: list[Client]) -> Outcome:
    """Compare what was answered with the log's files and with `/event/recent`."""
    records, not_json = recorded(server.folder)
    counts = Counter(record["event_id"] for record in records)
    answered = [event_id for client in clients for event_id in client.answered]
    not_recent = []
    for client in clients:
        mine = [r["event_id"] for r in records if r["camera_id"] == client.camera_id]
        query: dict[str, str | int] = {"camera_id": client.camera_id, "limit": 1000}
        recent = httpx.get(f"{server.url}/event/recent", params=query, trust_env=False).json()
        told = {record["event_id"] for record in recent}
        not_recent += [event_id for event_id in mine[-1000:] if event_id not in told]
    return Outcome(
        len(answered),
        [event_id for event_id in answered if event_id not in counts],
        [event_id for event_id, times in counts.items() if times > 1],
        not_json,
        not_recent,
    )


def recorded(folder: Path) -> tuple[list[Json], list[bytes]]:
    """The records in the log's files, oldest first, and the lines that are no JSON."""
    records, not_json = [], []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            try:
                records.append(json.loads(line))
            except ValueError:
                not_json.append(line)
    return records, not_json


def main(
    kills: Annotated[int, typer.Option(help="How often the server is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the moments and of the load.")] = 0,
) -> None:
    """Kill the server under load, and count what was lost or recorded twice."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        found = kill_at_random(StoppableServer(Path(name) / "data"), kills, seed)
    typer.echo(
        f"{kills} kills, {found.answered} events answered: {len(found.lost)} lost, "
        f"{len(found.doubled)} recorded twice, {len(found.not_json)} lines that are no JSON, "
        f"{len(found.not_recent)} missing in /event/recent"
    )
    if not found.is_clean:
        sys.exit("short of what is promised: 0 lost, 0 recorded twice")


if __name__ == "__main__":
    typer.run(main)
