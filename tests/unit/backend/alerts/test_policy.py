"""The table of what is told and what is not."""

import re

import pytest

from backend.alerts.channels.base import Alert
from backend.alerts.policy import Policy, Ruling, is_urgent
from backend.alerts.policy import alert_of as alert_of_incident
from backend.incidents.incident import begun
from backend.troubles.table import TROUBLES
from contract.events import ON_FLOOR, RECOVERED, STILL_DOWN, IncidentEvent, PictureVerdict
from contract.trouble import SERVER
from testkit.alone import incident_event
from testkit.households import HOME

ANOMALOUS = frozenset({"fall", "stagger"})


def event(kind: str, label: str, **fields: object) -> IncidentEvent:
    values = {"type": kind, "event_id": "e1", "camera_id": "거실", "ts": 100.0, "event": label}
    return incident_event(values | fields)


def alert_of(event: IncidentEvent, received_at: float | None = None) -> Alert:
    return alert_of_incident(begun(event, 0.0, HOME), event, received_at)


@pytest.mark.parametrize(
    ("label", "alert_events", "ruling"),
    [
        ("fall", None, Ruling.AWAITS_END),
        ("fall", frozenset(), Ruling.MUTED_BY_SETTINGS),
        ("lying", None, Ruling.NOT_ANOMALOUS),
    ],
)
def test_start_of_an_anomalous_incident_awaits_its_end(
    label: str, alert_events: frozenset[str] | None, ruling: Ruling
) -> None:
    assert Policy(ANOMALOUS, alert_events).ruling(event("START", label)) is ruling


@pytest.mark.parametrize(
    ("label", "alert_events", "ruling"),
    [
        ("fall", None, Ruling.ALERT),
        ("fall", frozenset({"fall"}), Ruling.ALERT),
        ("stagger", frozenset({"fall"}), Ruling.MUTED_BY_SETTINGS),
        ("fall", frozenset(), Ruling.MUTED_BY_SETTINGS),
        ("lying", None, Ruling.NOT_ANOMALOUS),
        ("lying", frozenset({"fall", "lying"}), Ruling.NOT_ANOMALOUS),
        ("normal", None, Ruling.NOT_ANOMALOUS),
    ],
)
def test_end_of_an_anomalous_incident_is_reported_unless_muted(
    label: str, alert_events: frozenset[str] | None, ruling: Ruling
) -> None:
    assert Policy(ANOMALOUS, alert_events).ruling(event("END", label)) is ruling


@pytest.mark.parametrize("kind", ["START", "END"])
@pytest.mark.parametrize("label", [STILL_DOWN, ON_FLOOR])
@pytest.mark.parametrize(
    ("alert_events", "ruling"),
    [
        (None, Ruling.ALERT),
        (frozenset({STILL_DOWN, ON_FLOOR}), Ruling.ALERT),
        (frozenset({"fall"}), Ruling.MUTED_BY_SETTINGS),
    ],
)
def test_person_who_is_down_is_reported_at_once_whatever_the_checkpoint_names(
    kind: str, label: str, alert_events: frozenset[str] | None, ruling: Ruling
) -> None:
    for labels in (ANOMALOUS, frozenset[str]()):
        assert Policy(labels, alert_events).ruling(event(kind, label)) is ruling


@pytest.mark.parametrize(
    ("kind", "label", "state", "ruling"),
    [
        ("END", "fall", RECOVERED, Ruling.RECOVERED),
        ("END", "fall", f"fall+{RECOVERED}", Ruling.RECOVERED),
        ("START", "fall", RECOVERED, Ruling.AWAITS_END),
        ("END", "fall", "not recovered", Ruling.ALERT),
        ("END", "fall", "fall+out_of_sight", Ruling.ALERT),
        ("END", "fall", "fall+broken_off", Ruling.ALERT),
        ("END", "stagger", RECOVERED, Ruling.ALERT),
        ("END", STILL_DOWN, RECOVERED, Ruling.ALERT),
        ("END", ON_FLOOR, RECOVERED, Ruling.ALERT),
    ],
)
def test_fall_after_which_the_person_is_up_is_not_reported(
    kind: str, label: str, state: str, ruling: Ruling
) -> None:
    assert Policy(ANOMALOUS).ruling(event(kind, label, state=state)) is ruling
    muted = Policy(ANOMALOUS, frozenset()).ruling(event(kind, label, state=state))
    assert muted is Ruling.MUTED_BY_SETTINGS


@pytest.mark.parametrize("kind", ["START", "END"])
@pytest.mark.parametrize("alert_events", [None, frozenset[str](), frozenset({"fall"})])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_begin_and_end_of_a_trouble_are_told_whatever_is_muted(
    kind: str, alert_events: frozenset[str] | None, trouble: str
) -> None:
    assert Policy(ANOMALOUS, alert_events).ruling(event(kind, trouble)) is Ruling.ALERT


def test_trouble_of_the_server_names_no_camera() -> None:
    assert alert_of(event("START", "disk_low", camera_id=SERVER)).camera_id == ""
    assert alert_of(event("START", "camera_silent")).camera_id == "거실"
    # A camera may have that name.
    assert alert_of(event("END", "fall", camera_id=SERVER)).camera_id == SERVER


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"incident_id": "i1"}, True),
        ({"incident_id": "i1", "event_id": "e2"}, True),
        ({"incident_id": "i1", "duration_sec": 3.0}, True),
        ({"incident_id": "i1", "ts": 100}, True),
        ({"incident_id": "i1", "ts": 100.5}, False),
        ({"incident_id": "i1", "camera_id": "침실"}, False),
        ({"incident_id": "i1", "label": STILL_DOWN}, False),
        ({"incident_id": "i1", "kind": "START"}, False),
        ({"incident_id": "i2"}, False),
        ({"incident_id": None}, False),
        ({"incident_id": None, "event_id": "i1"}, False),
    ],
    ids=str,
)
def test_event_is_known_by_what_it_names_and_when(other: dict[str, object], same: bool) -> None:
    first = alert_of(event("END", "fall", incident_id="i1"))
    second = event(**{"kind": "END", "label": "fall"} | other)  # type: ignore[arg-type]
    assert (alert_of(second).key == first.key) is same


def test_events_without_an_incident_are_known_by_their_own_id_and_time() -> None:
    first = alert_of(event("END", "fall"))
    assert alert_of(event("END", "fall")).key == first.key
    assert alert_of(event("END", "fall", event_id="e2")).key != first.key
    assert alert_of(event("END", "fall", ts=101.0)).key != first.key


def test_key_can_be_typed() -> None:
    key = alert_of(event("END", "fall", camera_id="가" * 128, incident_id="😱" * 128)).key
    assert re.fullmatch(r"[0-9a-f]{16}", key)


@pytest.mark.parametrize(
    ("label", "urgent"),
    [
        ("fall", True),
        (STILL_DOWN, True),
        (ON_FLOOR, True),
        ("seizure", True),
        ("camera_silent", False),
        ("disk_low", False),
    ],
)
def test_everything_but_a_trouble_is_urgent(label: str, urgent: bool) -> None:
    assert is_urgent(alert_of(event("START", label))) is urgent


def test_alert_carries_what_the_memo_needs() -> None:
    told = alert_of(event("END", "fall", duration_sec=3.2, state="lying", detail="by the door"))
    assert (told.label, told.camera_id, told.ended_at) == ("fall", "거실", 100.0)
    assert (told.duration_sec, told.seen, told.ended) == (3.2, "lying", True)
    assert (told.detail, told.incident, told.received_at) == ("by the door", told.key, None)
    assert alert_of(event("END", "fall"), 160.5).received_at == 160.5
    assert not alert_of(event("START", "fall")).ended


@pytest.mark.parametrize("verdict", [None, *PictureVerdict])
def test_fall_is_told_whatever_the_picture_says_of_it(verdict: str | None) -> None:
    fields = {"verdict": verdict, "posture": "upright", "posture_confidence": 0.99}
    end = event("END", "fall", **(fields if verdict else {}))
    assert Policy(ANOMALOUS).ruling(end) is Ruling.ALERT
    assert alert_of(end).verdict == verdict
    if verdict:
        assert (alert_of(end).posture, alert_of(end).posture_confidence) == ("upright", 0.99)
