"""The bound of the outbox: what is dropped, what never is, and the gap that says how much."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.outbox.store import BATCH, EventStore
from contract.events import Event, EventType

MakeEvent = Callable[..., Event]
Json = dict[str, Any]

START, END, PROBS, HEARTBEAT = EventType
BOUND = 150


def opened(path: Path, bound: int = BOUND) -> EventStore:
    """A store that does not wait for the disk, which is not what is tested here."""
    store = EventStore(path, bound)
    store._db.execute("PRAGMA synchronous = OFF")
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[EventStore]:
    store = opened(path)
    yield store
    store.close()


def bodies(store: EventStore) -> list[Json]:
    return [json.loads(event.body) for event in store.waiting()]


def gaps(store: EventStore) -> list[Json]:
    return [body for body in bodies(store) if body.get("state") == "gap"]


def accounted(store: EventStore) -> Counter[str]:
    """How many of each type are there or counted as dropped."""
    counts: Counter[str] = Counter()
    for body in bodies(store):
        if body.get("state") == "gap":
            counts["PROBS"] += body["dropped_probs"]
            counts["HEARTBEAT"] += body["dropped_heartbeats"]
        else:
            counts[body["event_type"]] += 1
    return counts


def fill(store: EventStore, make_event: MakeEvent, first: int, last: int) -> Counter[str]:
    """Put the events `first` to `last`; every 4th is a HEARTBEAT, every 10th a START."""
    put: Counter[str] = Counter()
    for number in range(first, last):
        kind = START if number % 10 == 9 else HEARTBEAT if number % 4 == 3 else PROBS
        store.put(make_event(number, kind))
        put[kind] += 1
    return put


def test_oldest_scores_and_heartbeats_give_way_to_one_gap_and_no_incident_does(
    store: EventStore, make_event: MakeEvent
) -> None:
    put = fill(store, make_event, 0, 400)
    assert accounted(store) == put
    gap, *others = [body for body in bodies(store) if body["event_type"] not in ("START", "END")]
    assert gap["event_type"] == "HEARTBEAT"
    assert (gap["ts"], gap["gap_until_ts"]) == (1.8e9, others[0]["ts"] - 1)
    assert len(others) == BOUND - 1
    assert [body["event_id"] for body in others[-2:]] == ["e397", "e398"]
    starts = [body["event_id"] for body in bodies(store) if body["event_type"] == "START"]
    assert starts == [f"e{number}" for number in range(9, 400, 10)]


def test_gap_that_was_handed_out_stays_as_it_is_and_another_follows(
    store: EventStore, make_event: MakeEvent
) -> None:
    put = fill(store, make_event, 0, 300)
    (before,) = gaps(store)
    handed_out = store.oldest(10, incident=False)
    put += fill(store, make_event, 300, 400)
    assert [event.body for event in store.oldest(10, incident=False)] == [
        event.body for event in handed_out
    ]
    first, second = gaps(store)
    assert first == before
    assert first["event_id"] != second["event_id"]
    assert accounted(store) == put


def test_what_was_handed_out_is_not_dropped(store: EventStore, make_event: MakeEvent) -> None:
    fill(store, make_event, 0, 100)
    handed_out = store.oldest(50, incident=False)
    fill(store, make_event, 100, 400)
    assert store.oldest(50, incident=False) == handed_out
    store.forget(handed_out)
    rest = store.waiting()
    assert "gap" in rest[0].body or rest[0].incident
    assert len(store) == len(rest)


def test_after_a_start_the_first_batch_counts_as_handed_out_and_gaps_add_up(
    path: Path, make_event: MakeEvent
) -> None:
    put: Counter[str] = Counter()
    for run in range(4):
        store = opened(path)
        front = [body["event_id"] for body in bodies(store)][:BATCH]
        put += fill(store, make_event, run * 300, run * 300 + 300)
        assert accounted(store) == put
        assert [b["event_id"] for b in bodies(store)][: len(front)] == front
        store.close()
    assert put["START"] == 120


def test_gap_of_another_run_is_widened_or_counted_on_when_it_was_not_handed_out(
    path: Path, make_event: MakeEvent
) -> None:
    store = opened(path)
    put = fill(store, make_event, 0, 100)
    store.oldest(BATCH, incident=False)
    put += fill(store, make_event, 100, 400)
    store.close()
    store = opened(path)
    put += fill(store, make_event, 400, 700)
    assert accounted(store) == put
    assert len(gaps(store)) <= 2
    store.close()


def test_dropping_that_fails_changes_nothing(
    store: EventStore, path: Path, make_event: MakeEvent
) -> None:
    put = fill(store, make_event, 0, 300)
    before = bodies(store)
    with sqlite3.connect(path) as db:
        db.execute("CREATE TRIGGER full BEFORE UPDATE ON events BEGIN SELECT RAISE(FAIL, ''); END")
    with pytest.raises(sqlite3.Error):
        store.put(make_event(300))
    assert bodies(store) == before
    assert len(store) == len(before)
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER full")
    put += fill(store, make_event, 300, 310)
    assert accounted(store) == put


def test_bound_that_was_lowered_is_reached_step_by_step(path: Path, make_event: MakeEvent) -> None:
    store = opened(path, 5000)
    put = fill(store, make_event, 0, 2500)
    store.close()
    store = opened(path)
    put += fill(store, make_event, 2500, 2510)
    assert accounted(store) == put
    assert len([event for event in store.waiting() if not event.incident]) == BOUND
    store.close()


def test_length_is_right_after_a_start(path: Path, make_event: MakeEvent) -> None:
    store = opened(path)
    fill(store, make_event, 0, 60)
    store.forget(store.oldest(3, incident=True))
    store.close()
    store = opened(path)
    assert len(store) == 57 == len(store.waiting())
    store.close()


def test_of_refused_events_the_newest_are_kept_and_every_incident(
    store: EventStore, path: Path, make_event: MakeEvent
) -> None:
    store.put(make_event(0, START))
    store.refuse(store.oldest(1, incident=True)[0], "no")
    for number in range(1, 1100):
        store.put(make_event(number))
        store.refuse(store.oldest(1, incident=False)[0], "no")
    with sqlite3.connect(path) as db:
        refused = [json.loads(body) for (body,) in db.execute("SELECT body FROM refused")]
    assert refused[0]["event_id"] == "e0"
    assert [body["event_id"] for body in refused[1:]] == [f"e{n}" for n in range(100, 1100)]
