"""The outbox: what is in it stays in it, in order, until the server has it."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from agent.outbox.outbox import Outbox
from agent.outbox.recovery import OutboxInUse
from agent.outbox.store import QueuedEvent
from contract.events import Event, EventType

MakeEvent = Callable[..., Event]

Refusing = Callable[[Outbox], AbstractContextManager[None]]

START, END, PROBS, HEARTBEAT = EventType


@pytest.fixture
def refusing() -> Refusing:
    """A disk that takes nothing for a while."""

    @contextmanager
    def refuse(outbox: Outbox) -> Iterator[None]:
        assert outbox._disk is not None
        outbox._disk._db.execute("PRAGMA query_only = ON")
        yield
        outbox._disk._db.execute("PRAGMA query_only = OFF")

    return refuse


def ids(events: list[QueuedEvent]) -> list[str]:
    return [json.loads(event.body)["event_id"] for event in events]


def test_events_come_out_oldest_first_and_stay_until_confirmed(
    outbox: Outbox, make_event: MakeEvent
) -> None:
    for number in range(5):
        outbox.put(make_event(number))
    events = outbox.oldest(3)
    assert ids(events) == ["e0", "e1", "e2"]
    assert outbox.oldest(3) == events
    outbox.confirm(events)
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
    waiting = threading.Thread(target=outbox.wait_filled, args=(threading.Event(),))
    waiting.start()
    waiting.join(10.0)
    assert not waiting.is_alive()


def test_incidents_travel_first_each_lane_in_its_order(
    outbox: Outbox, make_event: MakeEvent
) -> None:
    kinds = [PROBS, START, HEARTBEAT, END, PROBS, START]
    for number, kind in enumerate(kinds):
        outbox.put(make_event(number, kind))
    incidents = outbox.oldest(10)
    assert ids(incidents) == ["e1", "e3", "e5"]
    outbox.confirm(incidents[:2])
    assert ids(outbox.oldest(10)) == ["e5"]
    outbox.confirm(incidents[2:])
    assert ids(outbox.oldest(10)) == ["e0", "e2", "e4"]


def test_second_program_is_told_that_the_outbox_is_in_use(tmp_path: Path, outbox: Outbox) -> None:
    with pytest.raises(OutboxInUse, match="CAMERA_ID"):
        Outbox(tmp_path / "outbox.sqlite3")
    outbox.close()
    Outbox(tmp_path / "outbox.sqlite3").close()


def test_confirmation_that_the_disk_refuses_leaves_later_events_durable(
    tmp_path: Path, outbox: Outbox, make_event: MakeEvent
) -> None:
    outbox.put(make_event(0))
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        db.execute("CREATE TRIGGER full BEFORE DELETE ON events BEGIN SELECT RAISE(FAIL, ''); END")
    outbox.confirm(outbox.oldest(1))
    assert outbox.failure is not None
    assert outbox.oldest(10) == []
    outbox.put(make_event(1))
    assert (outbox.failure, ids(outbox.oldest(10))) == (None, ["e1"])
    # Another connection sees only what has been committed.
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        assert db.execute("SELECT COUNT(*) FROM events").fetchone() == (2,)
        db.execute("DROP TRIGGER full")
    outbox.confirm(outbox.oldest(10))
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        assert db.execute("SELECT COUNT(*) FROM events").fetchone() == (0,)


def test_while_the_disk_refuses_events_travel_from_memory_and_are_written_when_it_takes_them(
    tmp_path: Path, outbox: Outbox, make_event: MakeEvent, refusing: Refusing
) -> None:
    outbox.put(make_event(0, START))
    with refusing(outbox):
        outbox.put(make_event(1))
        outbox.put(make_event(2, END))
        assert ids(outbox.oldest(10)) == ["e0", "e2"]
        assert (len(outbox), outbox.held) == (3, 2)
        assert outbox.failure == "cannot be written: attempt to write a readonly database"
    outbox.put(make_event(3, START))
    assert (len(outbox), outbox.held, outbox.failure) == (4, 0, None)
    outbox.close()
    reopened = Outbox(tmp_path / "outbox.sqlite3")
    assert ids(reopened.oldest(10)) == ["e0", "e2", "e3"]
    reopened.close()


def test_confirmation_of_what_has_moved_from_memory_to_the_disk_forgets_no_other_event(
    outbox: Outbox, make_event: MakeEvent, refusing: Refusing
) -> None:
    with refusing(outbox):
        outbox.put(make_event(0))
        on_their_way = outbox.oldest(10)
    outbox.put(make_event(1))
    outbox.confirm(on_their_way)
    assert ids(outbox.oldest(10)) == ["e0", "e1"]  # sent again, which the server knows


def test_what_the_disk_refused_until_the_end_is_written_by_the_end_if_it_takes_it_then(
    tmp_path: Path, outbox: Outbox, make_event: MakeEvent, refusing: Refusing
) -> None:
    with refusing(outbox):
        outbox.put(make_event(0, END))
    outbox.close()
    reopened = Outbox(tmp_path / "outbox.sqlite3")
    assert ids(reopened.oldest(10)) == ["e0"]
    reopened.close()


def test_outbox_that_cannot_be_made_holds_events_in_memory_and_is_tried_again(
    tmp_path: Path, make_event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1.8e9
    path = tmp_path / "outbox.sqlite3"
    path.mkdir()  # what SQLite cannot open
    outbox = Outbox(path, clock=lambda: now)
    for number, kind in enumerate([START, HEARTBEAT]):
        outbox.put(make_event(number, kind))
    assert outbox.failure == "cannot be written: unable to open database file"
    assert len(caplog.records) == 1  # said once
    assert ids(outbox.oldest(10)) == ["e0"]
    path.rmdir()
    outbox.put(make_event(2, END))
    assert outbox.held == 3  # it is not tried at every event
    now += 30.0
    outbox.put(make_event(3))
    assert (outbox.held, outbox.failure) == (0, None)
    outbox.close()
    reopened = Outbox(path)
    assert ids(reopened.oldest(10)) == ["e0", "e2"]
    reopened.close()


def test_damage_that_shows_while_running_is_mended_and_reported(
    tmp_path: Path, make_event: MakeEvent
) -> None:
    now = 1.8e9
    outbox = Outbox(tmp_path / "outbox.sqlite3", bound=200, clock=lambda: now)
    for number in range(200):
        outbox.put(make_event(number))
    outbox.put(make_event(200, START))
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        db.execute("UPDATE events SET body = 'no event' WHERE number = 2")
    outbox.put(make_event(201))  # would drop the one that cannot be read
    assert outbox.failure is not None
    assert ids(outbox.oldest(10)) == ["e201"]
    now += 30.0
    outbox.put(make_event(202))
    assert outbox.failure == "was damaged, 200 events are carried over"
    assert ids(outbox.oldest(10)) == ["e200"]
    assert (len(outbox), outbox.held) == (201, 0)
    outbox.close()


def test_failure_fits_into_a_heartbeat_whatever_the_broken_file_makes_sqlite_say(
    outbox: Outbox, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quote(_event: Event) -> None:
        raise sqlite3.DatabaseError("malformed database schema (\x00\x1b[31m\n" + "x" * 500)

    monkeypatch.setattr(outbox._disk, "put", quote)
    outbox.put(make_event(0))
    told = {"event_type": "HEARTBEAT", "event_id": "e", "camera_id": "c", "ts": 1e9}
    beat = Event.model_validate_json(json.dumps(told | {"outbox_failure": outbox.failure}))
    assert beat.outbox_failure is not None
    assert beat.outbox_failure.startswith("cannot be written: malformed database schema (")
