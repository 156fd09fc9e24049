"""The recording thread, on a real disk."""

import errno
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from backend.events.catch_up import catch_up
from backend.events.journal.journal import Journal
from backend.events.journal.record import Record, as_json
from backend.events.journal.segment import DAY_SEC
from backend.events.post import Post
from backend.events.recent import RecentEvents
from backend.events.recorder import SLOW_SEC, STALLED_SEC, EventRecorder
from backend.events.reuse import QUIET_SEC, ReusedIds
from backend.events.senders import REMEMBERED, Senders
from backend.events.store import EventStore
from backend.incidents.store import Taken
from backend.storage.database import open_database
from testkit.alone import typed

NOW = 1_800_000_000.0


class Rig:
    """A recorder that can be started again on the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.published: list[Record] = []
        self.now = NOW
        self.elapsed = 0.0
        self.gate = threading.Event()
        self.gate.set()
        self.start()

    def start(self) -> None:
        self.database = open_database(None, self.folder.parent)
        journal, store = Journal(self.folder), EventStore(self.database, "s")
        senders = Senders(store.saved_senders())
        catch_up(journal, store, senders, RecentEvents())
        self.recorder = EventRecorder(
            journal,
            store,
            senders,
            lambda: self.now,
            self.publish,
            probe_sec=0.05,
            monotonic=lambda: self.elapsed,
        )
        self.recorder.start()

    def stop(self) -> None:
        self.recorder.stop()
        self.database.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def publish(self, records: Sequence[Record], _taken: Sequence[Taken]) -> None:
        self.gate.wait(5)
        self.published += records

    def hand_in(self, *ids: str, **fields: object) -> Post:
        """Post, and do not wait."""
        post = Post([record(event_id, self.now, **fields) for event_id in ids], Future())
        self.recorder.post(post)
        return post

    def post(self, *ids: str, **fields: object) -> None:
        """Post and wait; raises what the recorder answers."""
        result(self.hand_in(*ids, **fields))

    @property
    def recorded(self) -> list[str]:
        lines = [
            line
            for path in sorted(self.folder.glob("*.jsonl"))
            for line in path.read_bytes().splitlines(keepends=True)
        ]
        return [json.loads(as_json(line))["event_id"] for line in lines]

    @property
    def failure(self) -> str | None:
        return self.recorder.failure


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path / "events")
    yield rig
    rig.gate.set()
    rig.stop()


def result(post: Post) -> None:
    assert isinstance(post.done, Future)
    post.done.result(5)


def record(event_id: str, at: float = NOW, **fields: object) -> Record:
    required = {"event_id": event_id, "event_type": "PROBS", "camera_id": "c", "ts": 1.0}
    return Record.of(typed(required | fields), at)


def test_record_is_durable_and_reported_once_it_is_answered(rig: Rig) -> None:
    rig.post("e1", x=1)
    assert rig.recorded == ["e1"]
    assert rig.published == [record("e1", x=1)]


def test_repeat_is_answered_but_neither_recorded_nor_reported(rig: Rig) -> None:
    rig.post("e1", "e1", x=1)
    rig.post("e1", x=2)
    rig.post("e2", "e1", "e3", "e2")
    rig.restart()
    rig.post("e3", "e4", "e1")
    assert rig.recorded == ["e1", "e2", "e3", "e4"]
    assert [it.event.event_id for it in rig.published] == ["e1", "e2", "e3", "e4"]
    assert rig.published[0].event.model_extra == {"x": 1}


OTHERS: list[dict[str, object]] = [
    {"ts": 2.0},
    {"camera_id": "d"},
    {"event_type": "HEARTBEAT"},
    {"event_type": "END", "event": "fall"},
    {"event_type": "END", "event": "still_down"},
]
"""Each is another event under the same id."""


@pytest.mark.parametrize("restarts", [False, True])
def test_id_that_comes_again_with_another_event_is_a_new_event(rig: Rig, restarts: bool) -> None:
    for fields in ({}, *OTHERS, *OTHERS):
        if restarts:
            rig.restart()
        rig.post("1", **fields)
    assert rig.recorded == ["1"] * 6
    assert rig.published == [record("1", **fields) for fields in ({}, *OTHERS)]


def test_events_of_one_list_may_share_an_id(rig: Rig) -> None:
    post = Post([record("1", **fields) for fields in (*OTHERS, *OTHERS)], Future())
    rig.recorder.post(post)
    result(post)
    assert rig.recorded == ["1"] * 5


def test_time_is_a_number_whatever_its_digits(rig: Rig) -> None:
    rig.post("1", ts=1_800_000_000)
    rig.restart()
    rig.post("1", ts=1_800_000_000.0)
    assert rig.recorded == ["1"]


def test_id_that_is_used_twice_leaves_a_line_a_minute_at_most(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.post("1")
    rig.post("1")  # a repeat is no fault
    rig.post("1", camera_id="another")
    assert caplog.messages == []
    for number in range(2, 12):
        rig.post("1", ts=float(number))
    (line,) = caplog.messages
    assert line.startswith("event_id 1 of c stood for another event before, this PROBS is recorded")


def test_ids_that_were_used_twice_in_a_quiet_minute_are_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    reused = ReusedIds(lambda: now[0])
    for _ in range(3):
        reused.note([record("1"), record("2")])
        reused.note([])
    now[0] = QUIET_SEC
    reused.note([record("3")])
    assert [(line[:10], line[line.index("(") :][:3]) for line in caplog.messages] == [
        ("event_id 2", "(2 "),
        ("event_id 3", "(5 "),
    ]


def test_repeats_that_wait_together_are_recorded_once(rig: Rig) -> None:
    rig.gate.clear()
    first = rig.hand_in("e0")
    waiting = [rig.hand_in("e1", f"other{n}") for n in range(5)]
    rig.gate.set()
    for post in (first, *waiting):
        result(post)
    assert rig.recorded == ["e0", "e1", *(f"other{n}" for n in range(5))]


def test_posts_that_wait_together_share_one_wait_for_the_disk(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    real = os.fsync
    rig.post("before")
    rig.gate.clear()
    first = rig.hand_in("e0")
    monkeypatch.setattr(os, "fsync", lambda descriptor: (waits.append(1), real(descriptor)))
    together = [rig.hand_in(f"e{n}") for n in range(1, 50)]
    rig.gate.set()
    for post in (first, *together):
        result(post)
    assert len(rig.recorded) == 51
    assert len(waits) <= 2


def test_full_disk_fails_the_post_and_remembers_nothing_of_it(
    rig: Rig, full_disk: Callable[[int], AbstractContextManager[None]]
) -> None:
    rig.post("kept")
    with full_disk(500):
        with pytest.raises(OSError, match="too large"):
            rig.post("refused", padding="." * 1000)
        assert rig.failure == "File too large"
        rig.post("small")
        assert rig.failure is None
    rig.post("refused", padding="." * 1000)
    assert rig.recorded == ["kept", "small", "refused"]
    assert [it.event.event_id for it in rig.published] == rig.recorded


def test_record_that_cannot_be_written_fails_alone_and_the_thread_lives(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Journal, "append", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rig.post("e1")
        assert rig.failure == "ZeroDivisionError"
    rig.post("e2")
    assert rig.recorded == ["e2"]


def test_post_whose_client_gave_up_is_recorded_and_the_thread_lives(rig: Rig) -> None:
    rig.gate.clear()
    rig.hand_in("e0")
    given_up = rig.hand_in("e1")
    assert given_up.done.cancel()
    rig.gate.set()
    rig.post("e2")
    assert rig.recorded == ["e0", "e1", "e2"]
    assert given_up.recorded


def test_failure_of_the_disk_clears_by_itself_once_the_disk_is_well(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., Any]
) -> None:
    probes: list[int] = []

    def fsync(descriptor: int) -> None:
        probes.append(descriptor)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="Input/output"):
            rig.post("e1")
        seen = len(probes)
        eventually(lambda: len(probes) > seen + 2)
        assert rig.failure == "Input/output error"
    eventually(lambda: rig.failure is None)
    assert rig.recorded == []
    rig.post("e1")
    assert rig.recorded == ["e1"]


def test_disk_that_hangs_is_a_failure_and_nothing_more_waits_behind_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., Any]
) -> None:
    rig.post("e0")
    hangs, real = threading.Event(), os.fsync
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: (hangs.wait(5), real(descriptor)))
        post = rig.hand_in("e1")
        eventually(lambda: rig.recorded == ["e0", "e1"])
        waiting = rig.hand_in("e2")
        rig.now += 86_400.0  # the clock is set, and nothing comes of it
        rig.elapsed = STALLED_SEC + 1
        with pytest.raises(TimeoutError, match="the disk does not answer"):
            rig.post("e3")
        assert rig.failure is None
        rig.elapsed = SLOW_SEC + 1
        assert rig.failure == "events have been waiting for 11 s to be recorded"
        assert not post.done.done()
        hangs.set()
        result(post)
    result(waiting)
    eventually(lambda: rig.failure is None)
    rig.post("e3")
    assert rig.recorded == ["e0", "e1", "e2", "e3"]


def test_thread_that_does_not_run_is_a_failure(rig: Rig) -> None:
    assert rig.failure is None
    rig.stop()
    assert rig.failure == "the thread that records events does not run"
    rig.start()


def test_stop_records_what_was_posted(rig: Rig) -> None:
    rig.gate.clear()
    posts = [rig.hand_in(f"e{n}") for n in range(50)]
    threading.Timer(0.05, rig.gate.set).start()
    rig.restart()
    assert all(post.recorded for post in posts)
    assert len(rig.recorded) == 50


@pytest.mark.parametrize("restarts", [False, True])
def test_start_and_end_are_known_for_ever(rig: Rig, restarts: bool) -> None:
    rig.post("e1", event_type="START", event="fall")
    for day in range(20):
        rig.now += DAY_SEC
        rig.post(f"day {day}", "e1", event_type="START", event="fall")
        if restarts:
            rig.restart()
    assert rig.recorded.count("e1") == 1


@pytest.mark.parametrize("restarts", [False, True])
def test_last_batch_of_a_camera_is_known_however_long_ago_it_came(rig: Rig, restarts: bool) -> None:
    batch = [f"e{number}" for number in range(REMEMBERED)]
    rig.post(*batch)
    for day in range(20):
        rig.now += DAY_SEC
        rig.post(f"day {day}", camera_id="other")
        if restarts:
            rig.restart()
    rig.post(*batch)
    assert len(rig.recorded) == REMEMBERED + 20
    rig.post("one more")
    rig.post("e0")
    assert rig.recorded.count("e0") == 2


def test_what_the_database_missed_is_taken_from_the_log_at_the_next_start(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.post("e1", event_type="START", event="fall")
    with monkeypatch.context() as killed:
        killed.setattr(EventStore, "add", lambda *_: [])
        rig.post("e2", event_type="END", event="fall")
    rig.restart()
    rig.post("e2", event_type="END", event="fall")
    assert rig.recorded == ["e1", "e2"]
    store = EventStore(rig.database, "s")
    assert [json.loads(as_json(line))["event_id"] for line in store.newest(9)] == ["e1", "e2"]


def test_database_that_is_away_refuses_incidents_and_takes_the_rest(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., Any]
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("no route to host"))

    rig.post("e1")
    with monkeypatch.context() as broken:
        broken.setattr(EventStore, "known", away)
        with pytest.raises(OSError, match="the database does not answer"):
            rig.post("fall", event_type="END", event="fall")
        assert rig.failure == "the database does not answer"
    rig.post("fall", event_type="END", event="fall")
    with monkeypatch.context() as broken:
        broken.setattr(EventStore, "add", away)
        rig.post("later", event_type="END", event="fall")  # it is in the log
    rig.post("later", event_type="END", event="fall")
    assert rig.recorded == ["e1", "fall", "later"]
    assert len(EventStore(rig.database, "s").newest(9)) == 2


def test_task_is_done_in_the_recording_thread_between_batches(rig: Rig) -> None:
    rig.post("e0")
    rig.gate.clear()
    post = rig.hand_in("e1")
    named = rig.recorder.run(lambda: (threading.current_thread().name, list(rig.published)))
    assert not named.done()
    rig.gate.set()
    assert named.result(5) == ("event-recorder", [record("e0"), record("e1")])
    result(post)


def test_task_that_fails_says_so_to_who_asked_and_events_go_on(rig: Rig) -> None:
    def fail() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        rig.recorder.run(fail).result(5)
    rig.post("e1")
    assert rig.failure is None


def test_task_that_was_given_up_is_not_done_later(rig: Rig) -> None:
    rig.post("e0")
    rig.gate.clear()
    rig.hand_in("e1")
    done: list[int] = []
    assert rig.recorder.run(lambda: done.append(1)).cancel()
    rig.gate.set()
    assert rig.recorder.run(lambda: 2).result(5) == 2
    assert done == []


def test_what_another_server_has_recorded_is_a_repeat(rig: Rig) -> None:
    rig.recorder.hear([record("e1"), record("e2")])
    rig.post("e1", "e3")
    assert rig.recorded == ["e3"]
    assert [it.event.event_id for it in rig.published] == ["e3"]
