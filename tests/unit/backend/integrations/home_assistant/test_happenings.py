"""What is told once of an incident."""

import pytest

from backend.bus import Bus
from backend.incidents.service import IncidentChanged
from backend.integrations.home_assistant.happenings import (
    FRESH_SEC,
    Happening,
    Happenings,
    happened,
)
from contract.incidents import Incident, IncidentState
from testkit.households import HOME

OPEN, NOTIFIED = IncidentState.OPEN, IncidentState.NOTIFIED
ANSWERED, OVER = IncidentState.ACKNOWLEDGED, IncidentState.RESOLVED
NOW = 1_800_000_000.0


def incident(
    state: IncidentState = OPEN, ended_at: float | None = None, **fields: object
) -> Incident:
    known = {
        "id": "i1", "camera_id": "hall", "label": "fall", "person": None, "began_at": NOW,
        "duration_sec": None, "seen": None, "detail": None, "received_at": NOW, "sent_id": None,
        "household_id": HOME,
    }  # fmt: skip
    return Incident.model_validate(known | {"state": state, "ended_at": ended_at} | fields)


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        (None, incident(), Happening.START),
        (None, incident(OPEN, NOW), Happening.END),
        (None, incident(ANSWERED, NOW), Happening.ACKNOWLEDGED),
        (None, incident(OVER), Happening.RESOLVED),
        (None, incident(OVER, NOW), Happening.END),
        (incident(), incident(NOTIFIED), None),
        (incident(), incident(OPEN, NOW), Happening.END),
        (incident(ANSWERED), incident(ANSWERED, NOW), Happening.END),
        (incident(NOTIFIED, NOW), incident(ANSWERED, NOW), Happening.ACKNOWLEDGED),
        (incident(NOTIFIED, NOW), incident(OVER, NOW), Happening.RESOLVED),
        (incident(ANSWERED, NOW), incident(OVER, NOW), Happening.RESOLVED),
        (incident(OVER, NOW), incident(OVER, NOW), None),
    ],
)
def test_what_has_become_of_an_incident(
    before: Incident | None, now: Incident, what: Happening | None
) -> None:
    assert happened(before, now) is what


def test_each_is_told_once_and_neither_what_is_old_nor_tests_and_troubles() -> None:
    bus, now = Bus(), [NOW]
    happenings = Happenings(bus, lambda: now[0])
    for changed in (
        incident(),
        incident(NOTIFIED),
        incident(id="i2", received_at=NOW - FRESH_SEC - 1),
        incident(id="i3", is_test=True),
        incident(id="i4", label="camera_silent"),
    ):
        bus.publish(IncidentChanged(changed))
    (told,) = happenings.take()
    assert (told.event_type, told.incident_id, told.camera_id) == (Happening.START, "i1", "hall")
    assert happenings.take() == []
    bus.publish(IncidentChanged(incident(ANSWERED)))
    now[0] += FRESH_SEC + 1
    assert happenings.take() == []


def test_what_happens_in_another_household_is_told_to_no_broker_of_this_one() -> None:
    bus = Bus()
    happenings = Happenings(bus, lambda: NOW)
    for household_id in (2, 1):
        bus.publish(IncidentChanged(incident(id=f"i{household_id}", household_id=household_id)))
    assert [it.incident_id for it in happenings.take()] == ["i1"]
