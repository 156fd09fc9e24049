"""The outbox's file when it is broken, full or in use: it is mended, and nothing is thrown away."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.outbox.recovery import OutboxInUse, claim, open_store
from agent.outbox.store import EventStore
from contract.events import Event, EventType

MakeEvent = Callable[..., Event]

NOW = 1_800_000_000.0
ASIDE = "outbox.sqlite3.damaged-20270115T080000Z"
COUNT = 400
BOUND = 1000
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
def filled(path: Path, make_event: MakeEvent) -> Path:
    """An outbox of 400 events, closed; every tenth is a START."""
    store = EventStore(path, BOUND)
    store._db.execute("PRAGMA synchronous = OFF")
    for number in range(COUNT):
        kind = EventType.START if number % 10 == 0 else EventType.PROBS
        store.put(make_event(number, kind))
    store.close()
    return path


def ids(store: EventStore) -> list[str]:
    return [json.loads(event.body)["event_id"] for event in store.waiting()]


def overwrite(path: Path, at: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * length)


def test_sound_file_is_opened_as_it_is(filled: Path) -> None:
    store, damage = open_store(filled, BOUND, NOW)
    assert (len(store), damage) == (COUNT, None)
    store.close()
    assert {file.name for file in filled.parent.iterdir()} == {filled.name}


def test_file_without_a_readable_head_is_put_aside_and_a_new_one_begun(
    filled: Path, make_event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    overwrite(filled, 0, 100)
    broken = filled.read_bytes()
    store, damage = open_store(filled, BOUND, NOW)
    assert damage == "was damaged, 0 events are carried over"
    assert ASIDE in caplog.text
    assert filled.with_name(ASIDE).read_bytes() == broken
    store.put(make_event(0))
    assert ids(store) == ["e0"]
    store.close()


def test_events_before_and_behind_a_broken_page_are_carried_over_in_order(filled: Path) -> None:
    middle = filled.stat().st_size // PAGE // 2 * PAGE
    overwrite(filled, middle, PAGE)
    store, damage = open_store(filled, BOUND, NOW)
    carried = [int(name[1:]) for name in ids(store)]
    assert carried == sorted(set(carried))
    assert COUNT - 100 < len(carried) < COUNT
    assert (carried[0], carried[-1]) == (0, COUNT - 1)
    assert damage == f"was damaged, {len(carried)} events are carried over"
    starts = [json.loads(m.body)["event_id"] for m in store.oldest(COUNT, incident=True)]
    assert starts == [f"e{number}" for number in carried if number % 10 == 0]
    store.close()


def test_file_that_was_cut_short_is_mended(filled: Path) -> None:
    with filled.open("r+b") as file:
        file.truncate(filled.stat().st_size // 2)
    store, damage = open_store(filled, BOUND, NOW)
    assert damage is not None
    assert ids(store)[:100] == [f"e{number}" for number in range(100)]
    store.close()


def test_every_byte_of_the_head_may_be_wrong(filled: Path, tmp_path: Path) -> None:
    for at in range(0, 100, 3):
        copy = tmp_path / f"{at}.sqlite3"
        shutil.copy(filled, copy)
        overwrite(copy, at, 1)
        store, damage = open_store(copy, BOUND, NOW)
        assert damage is not None or len(store) == COUNT
        store.close()


def test_disk_without_room_for_the_new_file_leaves_the_damaged_one_for_another_try(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite(filled, filled.stat().st_size // PAGE // 2 * PAGE, PAGE)
    broken = filled.read_bytes()

    def full(_store: EventStore, _rows: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(EventStore, "add", full)
        with pytest.raises(sqlite3.OperationalError):
            open_store(filled, BOUND, NOW)
    assert filled.read_bytes() == broken
    store, damage = open_store(filled, BOUND, NOW)
    assert damage is not None
    assert len(store) > COUNT - 100
    store.close()


@pytest.mark.parametrize("renamed", [0, 1, 2, 3])
def test_kill_between_the_steps_of_mending_loses_nothing(
    filled: Path, monkeypatch: pytest.MonkeyPatch, renamed: int
) -> None:
    overwrite(filled, filled.stat().st_size // PAGE // 2 * PAGE, PAGE)
    for end in ("-wal", "-shm"):
        filled.with_name(filled.name + end).write_bytes(b"of the damaged file")
    rename, left = Path.rename, [renamed]

    def until_killed(old: Path, new: Path) -> Path:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return rename(old, new)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", until_killed)
        with pytest.raises(KeyboardInterrupt):
            open_store(filled, BOUND, NOW)
    store, _ = open_store(filled, BOUND, NOW)
    assert len(store) > COUNT - 100
    store.close()
    assert filled.with_name(ASIDE).exists()


def test_outbox_is_claimed_by_one_at_a_time(path: Path) -> None:
    held = claim(path)
    with pytest.raises(OutboxInUse, match="another run-agent"):
        claim(path)
    held.close()
    claim(path).close()
