"""Outages from a second to a day, with time sped up: no incident is lost, and all is accounted for.

The cameras tell as much as they would in that time, or, in the longer ones, as often as needed to
fill the outbox several times.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from agent.backend_client import connect
from agent.outbox.outbox import Outbox
from agent.outbox.store import QueuedEvent
from agent.outbox.uploader import Uploader
from common.backoff import Backoff
from contract.events import Event, EventType

Json = dict[str, Any]

OUTAGES_SEC = (1.0, 60.0, 3600.0, 86400.0)
SLOWEST_SPEED = 60.0  # seconds of an outage in one of the test
SPED_UP = Backoff(0.5 / SLOWEST_SPEED, 15.0 / SLOWEST_SPEED)
BOUND = 400

START, END, PROBS, HEARTBEAT = EventType


@dataclass
class Camera:
    """A camera box's outbox and uploader; `put` are the events that it was given."""

    name: str
    outbox: Outbox
    put: list[Event] = field(default_factory=list)
    now: float = 1.0e9
    _seqs: "count[int]" = field(default_factory=count)

    def tell(self, kind: EventType) -> None:
        event = Event(
            event_type=kind,
            event_id=uuid.uuid4().hex,
            camera_id=self.name,
            ts=self.now,
            seq=next(self._seqs),
            event="lying" if kind in (START, END) else None,
        )
        self.put.append(event)
        self.outbox.put(event)

    def live(self, duration_sec: float) -> None:
        """Tell what a camera tells in this time: scores, heartbeats, incidents."""
        every_sec = max(1.0, duration_sec / 1000)
        for number in range(round(duration_sec / every_sec)):
            self.now += every_sec
            self.tell(PROBS)
            if number % 3 == 0:
                self.tell(HEARTBEAT)
            if number % 20 == 0:
                self.tell(START if number % 40 == 0 else END)


@pytest.fixture
def start_cameras(server: Any, tmp_path: Path) -> Iterator[Callable[..., list[Camera]]]:
    """Sets cameras to work, one with each of the outboxes."""
    with ExitStack() as stack:

        def start(*kinds: type[Outbox]) -> list[Camera]:
            named = enumerate(kinds)
            return [_camera(f"{n}", server.url, tmp_path, kind, stack) for n, kind in named]

        yield start


def _camera(name: str, url: str, folder: Path, kind: type[Outbox], stack: ExitStack) -> Camera:
    outbox = kind(folder / f"{name}.sqlite3", BOUND)
    stack.callback(outbox.close)
    assert outbox._disk is not None
    # Waiting for the disk is not what is tested here.
    outbox._disk._db.execute("PRAGMA synchronous = OFF")
    client = stack.enter_context(connect(url, None, read_timeout_sec=5.0))
    uploader = Uploader(outbox, client, retry=SPED_UP)
    uploader.start()
    stack.callback(uploader.stop)
    return Camera(name, outbox)


def survive(outage_sec: float, server: Any, cameras: list[Camera]) -> None:
    """Let the server be away for so long of the cameras' time, and come back."""
    for camera in cameras:
        camera.live(10.0)
    server.kill()
    away_since = time.monotonic()
    for camera in cameras:
        camera.live(outage_sec)
    rest = min(outage_sec / SLOWEST_SPEED, 0.5) - (time.monotonic() - away_since)
    time.sleep(max(rest, 0.0))  # the outage itself
    server.start()
    for camera in cameras:
        camera.live(10.0)
        assert camera.outbox.wait_empty(30.0)


def mistakes(records: list[Json], camera: Camera) -> list[str]:
    """What is not as it should be in the server's log of this camera."""
    arrived = [record for record in records if record["camera_id"] == camera.name]
    gaps = [record for record in arrived if record.get("state") == "gap"]
    arrived = [record for record in arrived if record.get("state") != "gap"]
    found = []
    if len({record["event_id"] for record in arrived}) != len(arrived):
        found.append("an event is recorded twice")
    incidents = [event.seq for event in camera.put if event.event_type in (START, END)]
    if [r["seq"] for r in arrived if r["event_type"] in ("START", "END")] != incidents:
        found.append("incidents are lost or out of order")
    counts = Counter(record["event_type"] for record in arrived)
    counts["PROBS"] += sum(gap["dropped_probs"] for gap in gaps)
    counts["HEARTBEAT"] += sum(gap["dropped_heartbeats"] for gap in gaps)
    if counts != Counter(event.event_type for event in camera.put):
        found.append("recorded and dropped do not add up")
    return found


def dropped(records: list[Json]) -> int:
    return sum(r.get("dropped_probs", 0) + r.get("dropped_heartbeats", 0) for r in records)


def test_outages_from_a_second_to_a_day_lose_no_incident_and_what_is_dropped_is_counted(
    server: Any, start_cameras: Callable[..., list[Camera]]
) -> None:
    cameras, lost = start_cameras(Outbox, Outbox), []
    for outage_sec in OUTAGES_SEC:
        survive(outage_sec, server, cameras)
        records = server.records()
        assert [mistakes(records, camera) for camera in cameras] == [[], []], outage_sec
        lost.append(dropped(records))
    assert lost[:2] == [0, 0]
    assert 0 < lost[2] < lost[3]


class NewestFirst(Outbox):
    """Hands out each batch the wrong way round."""

    def oldest(self, limit: int) -> list[QueuedEvent]:
        return super().oldest(limit)[::-1]


class DropsAll(Outbox):
    """Puts incidents among what may be dropped."""

    def put(self, event: Event) -> None:
        super().put(event.model_copy(update={"event_type": PROBS}))


class DropsInSilence(Outbox):
    """Drops a heartbeat now and then without a word."""

    def put(self, event: Event) -> None:
        if event.event_type is not HEARTBEAT or (event.seq or 0) % 5:
            super().put(event)


def test_this_check_finds_outboxes_that_break_each_promise(
    server: Any, start_cameras: Callable[..., list[Camera]]
) -> None:
    cameras = start_cameras(NewestFirst, DropsAll, DropsInSilence)
    survive(3600.0, server, cameras)
    disorderly, unselective, silent = (mistakes(server.records(), camera) for camera in cameras)
    assert disorderly == ["incidents are lost or out of order"]
    assert "incidents are lost or out of order" in unselective
    assert silent == ["recorded and dropped do not add up"]
