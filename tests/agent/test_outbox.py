"""The outbox: what is in it stays in it, in order, until the server has it."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.outbox import Letter, Outbox
from contract.events import Event, EventType

MakeEvent = Callable[[int], Event]

PUT_FOREVER = """
import sys
from itertools import count
from pathlib import Path
from agent.outbox import Outbox
from contract.events import Event, EventType
outbox = Outbox(Path(sys.argv[1]))
for n in count():
    outbox.put(Event(event_type=EventType.PROBS, event_id=f"e{n}", camera_id="c", ts=1.0))
    print(n, flush=True)
"""


def ids(letters: list[Letter]) -> list[str]:
    return [json.loads(letter.body)["event_id"] for letter in letters]


def test_events_come_out_oldest_first_and_stay_until_confirmed(
    outbox: Outbox, make_event: MakeEvent
) -> None:
    for number in range(5):
        outbox.put(make_event(number))
    letters = outbox.oldest(3)
    assert ids(letters) == ["e0", "e1", "e2"]
    assert outbox.oldest(3) == letters
    outbox.confirm(letters)
    assert ids(outbox.oldest(3)) == ["e3", "e4"]
    assert len(outbox) == 2


def test_event_travels_as_it_was_made(outbox: Outbox, make_event: MakeEvent) -> None:
    outbox.put(make_event(0))
    sent = json.loads(outbox.oldest(1)[0].body)
    assert sent == {"event_type": "PROBS", "event_id": "e0", "camera_id": "거실", "ts": 1.8e9}


def test_events_and_their_order_survive_a_restart(
    tmp_path: Path, outbox: Outbox, make_event: MakeEvent
) -> None:
    for number in range(12):
        outbox.put(make_event(number))
    outbox.close()
    reopened = Outbox(tmp_path / "outbox.sqlite3")
    reopened.put(make_event(12))
    assert ids(reopened.oldest(100)) == [f"e{number}" for number in range(13)]
    reopened.close()


def test_number_of_a_confirmed_event_is_not_used_again(
    tmp_path: Path, outbox: Outbox, make_event: MakeEvent
) -> None:
    outbox.put(make_event(0))
    first = outbox.oldest(1)
    outbox.confirm(first)
    outbox.close()
    reopened = Outbox(tmp_path / "outbox.sqlite3")
    reopened.put(make_event(1))
    reopened.confirm(first)  # a late confirmation must not take another event along
    assert ids(reopened.oldest(1)) == ["e1"]
    reopened.close()


def test_what_was_put_is_there_after_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    command = [sys.executable, "-c", PUT_FOREVER, str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(20):
        process.stdout.readline()
    process.kill()
    last_told = 19 + len(process.stdout.readlines())
    process.wait()
    outbox = Outbox(path)
    kept = ids(outbox.oldest(10_000))
    # One more may have been written that could not be told.
    assert len(kept) in (last_told + 1, last_told + 2)
    assert kept == [f"e{number}" for number in range(len(kept))]
    outbox.close()


def test_refused_event_is_put_aside_with_the_reason_and_blocks_no_other(
    tmp_path: Path, outbox: Outbox, make_event: MakeEvent
) -> None:
    outbox.put(make_event(0))
    outbox.put(make_event(1))
    refused = outbox.oldest(1)[0]
    outbox.refuse(refused, "422 unknown label")
    assert ids(outbox.oldest(10)) == ["e1"]
    outbox.close()
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        rows = db.execute("SELECT body, reason FROM refused").fetchall()
    assert rows == [(refused.body, "422 unknown label")]


def test_wait_empty_tells_whether_the_outbox_ran_empty(
    outbox: Outbox, make_event: MakeEvent
) -> None:
    assert outbox.wait_empty(0.0)
    outbox.put(make_event(0))
    assert not outbox.wait_empty(0.01)
    confirming = threading.Timer(0.05, lambda: outbox.confirm(outbox.oldest(1)))
    confirming.start()
    assert outbox.wait_empty(10.0)
    confirming.join()


def test_wait_filled_returns_at_once_when_there_is_something(
    outbox: Outbox, make_event: MakeEvent
) -> None:
    outbox.put(make_event(0))
    waiting = threading.Thread(target=outbox.wait_filled, args=(60.0,))
    waiting.start()
    waiting.join(10.0)
    assert not waiting.is_alive()


def test_two_programs_share_one_outbox(
    tmp_path: Path, outbox: Outbox, make_event: MakeEvent
) -> None:
    other = Outbox(tmp_path / "outbox.sqlite3")
    filling = [
        threading.Thread(target=lambda box=box: [box.put(make_event(n)) for n in range(25)])
        for box in (outbox, other)
    ]
    for thread in filling:
        thread.start()
    for thread in filling:
        thread.join()
    assert len(outbox) == len(other) == 50
    other.confirm(other.oldest(50))
    assert len(outbox) == 0
    other.close()


def test_confirmation_that_the_disk_refuses_leaves_later_events_durable(
    tmp_path: Path, outbox: Outbox, make_event: MakeEvent
) -> None:
    outbox.put(make_event(0))
    letters = outbox.oldest(1)
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        db.execute("CREATE TRIGGER full BEFORE DELETE ON events BEGIN SELECT RAISE(FAIL, ''); END")
    with pytest.raises(sqlite3.Error):
        outbox.confirm(letters)
    outbox.put(make_event(1))
    # Another connection sees only what has been committed.
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        assert db.execute("SELECT COUNT(*) FROM events").fetchone() == (2,)


def test_incident_is_held_in_memory_while_the_disk_refuses_and_scores_are_let_go(
    outbox: Outbox, make_event: MakeEvent
) -> None:
    outbox.put(make_event(0))
    outbox._db.execute("PRAGMA query_only = ON")
    outbox.put(make_event(1))
    outbox.put(make_event(2).model_copy(update={"event_type": EventType.END, "event": "fall"}))
    assert ids(outbox.oldest(10)) == ["e0", "e2"]
    assert len(outbox) == 2
    outbox._db.execute("PRAGMA query_only = OFF")
    outbox.confirm(outbox.oldest(10))
    assert len(outbox) == 0
