"""Events between the log and the alerts."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from backend.bus import Bus
from backend.errors import LogUnavailable, TooManyRequests
from backend.events.feed import AlertFeed
from backend.events.journal.record import Record, head
from backend.events.messages import EventsRecorded
from backend.events.service import REPLAY_SEC
from contract.events import AnyEvent, IncidentEvent
from contract.incidents import Incident
from testkit.alone import EventsAlone, typed
from testkit.clock import Clock

FullDisk = Callable[[int], AbstractContextManager[None]]
NOW = 1_800_000_000.0


class Alerts:
    """Remembers what it was told, and fails as long as it is `broken`."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.broken = False

    def __call__(self, _incident: Incident, event: IncidentEvent, _received_at: float) -> None:
        if self.broken:
            raise RuntimeError("no room for the ledger")
        self.told.append(event.event_id)


@contextmanager
def running(folder: Path, alerts: Alerts, clock: Clock | None = None) -> Iterator[EventsAlone]:
    service = EventsAlone(folder / "events", alerts, clock or Clock(NOW))
    service.start()
    try:
        yield service
    finally:
        service.stop()


def event(event_id: str, event_type: str = "END", camera_id: str = "c") -> AnyEvent:
    fields = {"event_id": event_id, "camera_id": camera_id, "ts": NOW, "event": "fall"}
    return typed({"event_type": event_type, **fields})


def record(service: EventsAlone, *events: AnyEvent) -> None:
    asyncio.run(service.record([service.received(event) for event in events]))


def newest(service: EventsAlone) -> list[str]:
    heads = (head(line) for line in service.recent.newest(10))
    return [found.event_id for found in heads if found]


def test_incidents_alone_are_passed_on_in_their_order(tmp_path: Path) -> None:
    alerts = Alerts()
    kinds = ["START", "PROBS", "HEARTBEAT", "END"]
    with running(tmp_path, alerts) as service:
        record(service, *(event(kind, kind) for kind in kinds))
    assert alerts.told == ["START", "END"]
    assert newest(service) == kinds[::-1]


def test_start_passes_the_incidents_of_late_on_again_and_no_old_ones(tmp_path: Path) -> None:
    clock, alerts = Clock(NOW), Alerts()
    for event_id, at in (("old", NOW - REPLAY_SEC - 1), ("late", NOW - 60), ("now", NOW)):
        clock.now = at
        with running(tmp_path, Alerts(), clock) as service:
            record(service, event(event_id))
    with running(tmp_path, alerts, clock) as service:
        record(service, event("late"))
    assert alerts.told == ["late", "now"]
    assert newest(service) == ["now", "late", "old"]


@pytest.mark.parametrize("years", [-57, 0, 10])
def test_clock_that_is_wrong_by_years_at_a_start_changes_nothing_of_what_is_handed_on_again(
    tmp_path: Path, years: int
) -> None:
    clock, alerts = Clock(NOW), Alerts()
    for event_id, at in (("old", NOW - REPLAY_SEC - 1), ("late", NOW - 60), ("now", NOW)):
        clock.now = at
        with running(tmp_path, Alerts(), clock) as service:
            record(service, event(event_id))
    clock.now += years * 365 * 86_400.0
    with running(tmp_path, alerts, clock):
        pass
    assert alerts.told == ["late", "now"]


def test_incident_that_the_alerts_fail_on_is_shown_and_follows_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., Any]
) -> None:
    monkeypatch.setattr(AlertFeed.__init__, "__defaults__", (0.05, 0.05, time.monotonic))
    alerts = Alerts()
    with running(tmp_path, alerts) as service:
        alerts.broken = True
        record(service, event("e1"))
        eventually(lambda: service.failure == "incidents that could not be handed to the alerts: 1")
        alerts.broken = False
        eventually(lambda: service.failure is None)
    assert alerts.told == ["e1"]


def test_incident_that_the_disk_refuses_is_handed_on_within_seconds_and_answered_as_unavailable(
    tmp_path: Path, full_disk: FullDisk, eventually: Callable[..., Any]
) -> None:
    alerts = Alerts()
    with running(tmp_path, alerts) as service:
        with full_disk(10):
            with pytest.raises(LogUnavailable, match="keep it and send it again"):
                record(service, event("fall"), event("beat", "HEARTBEAT"))
            eventually(lambda: alerts.told == ["fall"], timeout=3.0)
        assert service.recent.newest(10) == []
        record(service, event("fall"))
        record(service, event("fall"))
        assert newest(service) == ["fall"]
    # Once more when it is recorded: the alerts know it by then.
    assert alerts.told == ["fall", "fall"]


def test_disk_that_hangs_holds_up_no_incident_and_is_answered_as_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., Any]
) -> None:
    alerts, hangs, real = Alerts(), threading.Event(), os.fsync
    monkeypatch.setattr("backend.events.service.ANSWER_SEC", 1.5)
    with running(tmp_path, alerts) as service, monkeypatch.context() as slow:
        record(service, event("before"))
        slow.setattr(os, "fsync", lambda descriptor: (hangs.wait(30), real(descriptor)))
        began = time.monotonic()
        with pytest.raises(LogUnavailable, match="the disk does not answer"):
            record(service, event("fall"))
        assert 1.5 <= time.monotonic() - began < 3.0
        assert alerts.told == ["before", "fall"]
        hangs.set()
        eventually(lambda: len(service.recent.newest(10)) == 2)
        # The slow write has ended after all: what the box sends again is a repeat.
        record(service, event("fall"))
        assert len(service.recent.newest(10)) == 2
    assert alerts.told == ["before", "fall", "fall"]


def test_alerts_that_hang_hold_up_no_answer(tmp_path: Path) -> None:
    gate = threading.Event()
    service = EventsAlone(tmp_path / "events", lambda *_: gate.wait(10), Clock(NOW))
    service.start()
    began = time.monotonic()
    for number in range(3):
        record(service, event(f"e{number}"))
    assert time.monotonic() - began < 5.0
    gate.set()
    service.stop()


def test_what_is_recorded_is_published_once_as_it_stands_in_the_log_whatever_alerts_do(
    tmp_path: Path,
) -> None:
    published: list[Record] = []
    alerts, bus = Alerts(), Bus()
    alerts.broken = True
    bus.subscribe(EventsRecorded, lambda recorded: published.extend(recorded.records))
    service = EventsAlone(tmp_path / "events", alerts, Clock(NOW), bus)
    service.start()
    record(service, event("a", "START"), event("b", "PROBS"))
    record(service, event("b", "PROBS"), event("c", "HEARTBEAT"))
    service.stop()
    assert [it.event.event_id for it in published] == ["a", "b", "c"]
    assert [it.line for it in published] == service.recent.newest(10)[::-1]


def test_camera_with_more_incidents_than_a_home_has_is_refused_and_another_is_not(
    tmp_path: Path,
) -> None:
    alerts = Alerts()
    with running(tmp_path / "events", alerts) as service:
        record(service, *(event(f"flood {number}", "START") for number in range(1000)))
        with pytest.raises(TooManyRequests, match="too many incidents") as refused:
            record(service, event("one more"))
        record(service, event("alive", "HEARTBEAT"))
        record(service, event("fall", camera_id="other"))
    assert 30 < int(refused.value.headers["Retry-After"]) <= 41
    assert "fall" in alerts.told
    assert "one more" not in alerts.told
