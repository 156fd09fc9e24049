"""Events between the log and the alerts."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.events.line import Record
from backend.events.service import REPLAY_SEC, EventService
from contract.events import Event

NOW = 1_800_000_000.0


class Alerts:
    """Remembers what it was told, and fails as long as it is `broken`."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.broken = False

    def __call__(self, event: Event) -> None:
        if self.broken:
            raise RuntimeError("no room for the ledger")
        self.told.append(event.event_id)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@contextmanager
def running(folder: Path, alerts: Alerts, clock: Clock | None = None) -> Iterator[EventService]:
    service = EventService(folder, alerts, clock or Clock())
    service.start()
    try:
        yield service
    finally:
        service.stop()


def event(event_id: str, event_type: str = "END") -> Record:
    fields = {"event_id": event_id, "camera_id": "c", "ts": NOW, "event": "fall"}
    return {"event_type": event_type, **fields}


def record(service: EventService, *records: Record) -> None:
    asyncio.run(service.record(list(records)))


def test_incidents_alone_are_passed_on_in_their_order(tmp_path: Path) -> None:
    alerts = Alerts()
    kinds = ["START", "PROBS", "HEARTBEAT", "END"]
    with running(tmp_path, alerts) as service:
        record(service, *(event(kind, kind) for kind in kinds))
    assert alerts.told == ["START", "END"]
    assert [r["event_id"] for r in service.recent.newest(10)] == kinds[::-1]


def test_start_passes_the_incidents_of_late_on_again_and_no_old_ones(tmp_path: Path) -> None:
    clock, alerts = Clock(), Alerts()
    for event_id, at in (("old", NOW - REPLAY_SEC - 1), ("late", NOW - 60), ("now", NOW)):
        clock.now = at
        with running(tmp_path, Alerts(), clock) as service:
            record(service, event(event_id))
    with running(tmp_path, alerts, clock) as service:
        record(service, event("late"))
    assert alerts.told == ["late", "now"]
    assert [r["event_id"] for r in service.recent.newest(10)] == ["now", "late", "old"]


def test_incident_that_could_not_be_passed_on_follows_with_the_next_event(tmp_path: Path) -> None:
    alerts = Alerts()
    with running(tmp_path, alerts) as service:
        alerts.broken = True
        record(service, event("e1"))
        record(service, event("e2"))
        assert "cannot be passed on" in (service.failure or "")
        alerts.broken = False
        record(service, event("beat", "HEARTBEAT"))
        assert alerts.told == ["e1", "e2"]
        record(service, event("beat 2", "HEARTBEAT"))
        assert service.failure is None
    assert alerts.told == ["e1", "e2"]


def test_what_is_recorded_is_published_once_as_it_stands_in_the_log_whatever_alerts_do(
    tmp_path: Path,
) -> None:
    published: list[Record] = []
    alerts = Alerts()
    alerts.broken = True
    service = EventService(tmp_path, alerts, Clock(), publish=published.extend)
    service.start()
    record(service, event("a", "START"), event("b", "PROBS"))
    record(service, event("b", "PROBS"), event("c", "HEARTBEAT"))
    service.stop()
    assert [it["event_id"] for it in published] == ["a", "b", "c"]
    assert published == service.recent.newest(10)[::-1]
