"""kill -9 of a program that fills an outbox and empties it to a server: what it said is kept."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from agent.outbox.store import EventStore

Json = dict[str, Any]

KILLS = 5
BOUND = 150

# Says the id of an event as soon as it is in the outbox; every 10th event is a START.
PUT_FOREVER = """
import sys
from itertools import count
from pathlib import Path
from agent.outbox.outbox import Outbox
from agent.backend_client import connect
from agent.outbox.uploader import Uploader
from contract.events import Event, EventType

path, bound, run, url = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
outbox = Outbox(path, bound)
uploader = Uploader(outbox, connect(url, None, 5.0))
if url:
    uploader.start()
for n in count():
    kind = EventType.PROBS if n % 10 else EventType.START
    outbox.put(Event(event_type=kind, event_id=f"{run}-{n}", camera_id="c", ts=1e9, event="fall"))
    print(f"{run}-{n}", flush=True)
"""
# Says so before it is true: what a test of kills has to find out.
PUT_LATE = PUT_FOREVER.replace(
    "outbox = Outbox(path, bound)",
    """
class Late(Outbox):
    late = []

    def put(self, event):
        self.late.append(event)
        if len(self.late) == 20:
            for one in self.late:
                super().put(one)
            self.late.clear()

outbox = Late(path, bound)""",
)


def confirmed_before_kills(
    program: str, path: Path, bound: int, url: str = "", kills: int = KILLS
) -> list[str]:
    """Run `program` again and again, killed at random moments; all the ids that it said."""
    moments = random.Random(20261121)  # noqa: S311 (the same moments each time)
    said: list[str] = []
    for run in range(kills):
        command = [sys.executable, "-c", program, str(path), str(bound), f"r{run}", url]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        said += [process.stdout.readline() for _ in range(moments.randint(30, 120))]
        time.sleep(moments.uniform(0.0, 0.01))
        process.kill()
        said += process.stdout.readlines()
        process.wait()
    return [line.strip() for line in said if line.endswith("\n")]


def left_in(path: Path) -> list[Json]:
    """The events in the outbox, none of which is dropped for being looked at."""
    store = EventStore(path, 10**6)
    bodies = [json.loads(event.body) for event in store.waiting()]
    store.close()
    return bodies


def is_start(event_id: str) -> bool:
    return event_id.endswith("0")


def test_what_was_confirmed_is_kept_or_counted_as_dropped_over_kills(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    said = confirmed_before_kills(PUT_FOREVER, path, BOUND)
    left = left_in(path)
    ids = [body["event_id"] for body in left if body.get("state") != "gap"]
    dropped = sum(body.get("dropped_probs", 0) for body in left)
    assert {event_id for event_id in said if is_start(event_id)} <= set(ids)
    assert dropped > 0
    # At each kill one more may have been written that could not be said any more.
    assert len(said) <= len(ids) + dropped <= len(said) + KILLS
    assert ids == sorted(ids, key=lambda name: [int(part) for part in name[1:].split("-")])


def test_what_was_confirmed_is_recorded_once_or_still_there_over_kills(
    common_server: Any, tmp_path: Path
) -> None:
    path = tmp_path / "outbox.sqlite3"
    said = confirmed_before_kills(PUT_FOREVER, path, 10**6, common_server.url)
    recorded = Counter(record["event_id"] for record in common_server.records())
    assert recorded
    assert set(recorded.values()) == {1}
    assert set(said) <= {*recorded, *(body["event_id"] for body in left_in(path))}


def test_these_checks_find_an_outbox_that_confirms_too_early(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    said = confirmed_before_kills(PUT_LATE, path, 10**6, kills=2)
    assert not set(said) <= {body["event_id"] for body in left_in(path)}
