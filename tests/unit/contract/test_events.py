"""The event as both sides understand it."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from contract.events import CENTURY, LAST_DAY, Event, EventType, SentEvent
from contract.trouble import SERVER

MINIMAL = {"event_type": "PROBS", "event_id": "e1", "camera_id": "거실", "ts": 1.5}


def event(**fields: object) -> Event:
    return Event.model_validate_json(json.dumps(MINIMAL | fields))


@pytest.mark.parametrize("kind", EventType)
def test_every_type_is_known_by_either_name(kind: EventType) -> None:
    fields: dict[str, Any] = {**MINIMAL, "event": "fall"}
    del fields["event_type"]
    assert Event.model_validate_json(json.dumps(fields | {"event_type": kind})).event_type is kind
    assert Event.model_validate_json(json.dumps(fields | {"type": kind})).event_type is kind


def test_event_survives_the_way_there_and_back_with_what_it_does_not_know() -> None:
    sent = event(
        session_id="s", seq=2**63 - 1, incident_id="i", video_ts=0.0, frame_idx=0, event="fall",
        prob=1.0, person=2, duration_sec=3.2, state="lying", top_event="fall", top_prob=0.0,
        probs={"fall": 0.5}, fps=29.97, pose_share=1.0, frame_age_sec=0.01, outbox_length=0,
        inference="local", picture="ok", detail="is silent", verdict="unsure",
        posture="lying", posture_confidence=0.5, later={"more": [1, None]},
    )  # fmt: skip
    text = sent.model_dump_json(exclude_unset=True)
    assert Event.model_validate_json(text) == sent
    assert json.loads(text)["later"] == {"more": [1, None]}


@pytest.mark.parametrize("kind", ["START", "END"])
def test_incident_needs_its_label(kind: str) -> None:
    with pytest.raises(ValidationError, match=f"{kind} needs `event`"):
        event(event_type=kind)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("posture_confidence", 1.1), ("verdict", "a\nb"),
        ("ts", LAST_DAY + 1), ("ts", -0.1), ("ts", "1"), ("ts", True), ("ts", None),
        ("duration_sec", CENTURY + 1), ("prob", 1.1), ("prob", -0.1), ("seq", -1),
        ("seq", 2**63), ("seq", 1.0), ("person", 0), ("person", 1.5), ("person", "1"),
        ("event_id", ""), ("event_id", "x" * 129),
        ("camera_id", "a\nb"), ("camera_id", "\x00"), ("camera_id", "\x7f"),
        ("probs", {"": 0.5}), ("probs", {"fall": 2}),
    ],
)  # fmt: skip
def test_wrong_value_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        event(**{name: value})


NAMES = (
    "event_id", "camera_id", "session_id", "incident_id", "event", "state", "detail", "top_event",
    "verdict", "posture", "inference", "picture", "outbox_failure",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "   ", "a\u202eb", "a\u2028b", "a\u200bb"])
def test_no_name_is_blank_or_has_what_cannot_be_seen(name: str, text: str) -> None:
    with pytest.raises(ValidationError, match=name):
        event(**{name: text})


def test_server_reports_under_its_own_name_and_no_sender_does() -> None:
    own = MINIMAL | {"camera_id": SERVER}
    assert Event.model_validate_json(json.dumps(own)).camera_id == SERVER
    with pytest.raises(ValidationError, match=r"camera_id\n.*since `server` is the server itself"):
        SentEvent.model_validate_json(json.dumps(own))


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Etc/GMT-14", "Asia/Seoul"])
@pytest.mark.parametrize(("ts", "duration_sec"), [(0.0, CENTURY), (LAST_DAY, 0.0)])
def test_begin_and_end_of_every_incident_are_dates_everywhere(
    zone: str, ts: float, duration_sec: float
) -> None:
    widest = event(ts=ts, duration_sec=duration_sec)
    for moment in (widest.ts, widest.ts - (widest.duration_sec or 0.0)):
        assert datetime.fromtimestamp(moment, ZoneInfo(zone))
