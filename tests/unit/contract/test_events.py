"""The event as both sides understand it."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from contract.events import CENTURY, EVENT, LAST_DAY, AnyEvent, End, EventType, Gap, Heartbeat
from contract.trouble import SERVER

MINIMAL = {"event_type": "PROBS", "event_id": "e1", "camera_id": "거실", "ts": 1.5}


def event(**fields: object) -> AnyEvent:
    return EVENT.validate_json(json.dumps(MINIMAL | fields))


@pytest.mark.parametrize("kind", EventType)
def test_every_type_is_known_by_either_name(kind: EventType) -> None:
    fields: dict[str, Any] = {**MINIMAL, "event": "fall"}
    del fields["event_type"]
    assert EVENT.validate_json(json.dumps(fields | {"event_type": kind})).event_type is kind
    assert EVENT.validate_json(json.dumps(fields | {"type": kind})).event_type is kind


@pytest.mark.parametrize("kind", ["start", "", 7, None, [], {}])
def test_another_type_is_refused_with_those_that_there_are(kind: object) -> None:
    with pytest.raises(ValidationError, match="expected `event_type` START, END, PROBS or"):
        event(event_type=kind)


def test_event_survives_the_way_there_and_back_with_what_it_does_not_know() -> None:
    common = {"session_id": "s", "seq": 2**63 - 1, "video_ts": 0.0, "frame_idx": 0, "person": 2,
              "state": "lying", "later": {"more": [1, None]}}  # fmt: skip
    said: dict[str, dict[str, Any]] = {
        "START": {"event": "fall", "incident_id": "i", "prob": 1.0, "detail": "is silent"},
        "END": {"event": "fall", "duration_sec": 3.2, "verdict": "unsure", "posture": "lying",
                "posture_confidence": 0.5},
        "PROBS": {"top_event": "fall", "top_prob": 0.0, "probs": {"fall": 0.5}},
        "HEARTBEAT": {"fps": 29.97, "pose_share": 1.0, "frame_age_sec": 0.01, "outbox_length": 0,
                      "inference": "local", "picture": "ok", "detail": "no video"},
    }  # fmt: skip
    for kind, fields in said.items():
        sent = event(event_type=kind, **common, **fields)
        assert set(fields) <= set(type(sent).model_fields), kind
        text = sent.model_dump_json(exclude_unset=True)
        assert EVENT.validate_json(text) == sent
        assert json.loads(text) == MINIMAL | common | fields | {"event_type": kind}


def test_heartbeat_that_stands_for_dropped_events_is_no_heartbeat() -> None:
    gap = event(event_type="HEARTBEAT", state="gap", dropped_probs=3, gap_until_ts=9.0)
    assert isinstance(gap, Gap)
    assert gap.dropped_probs == 3
    assert isinstance(event(event_type="HEARTBEAT", state="watching"), Heartbeat)


def test_type_is_written_also_of_an_event_that_was_made_here() -> None:
    end = End(event_id="e", camera_id="c", ts=1.0, event="fall")
    assert json.loads(end.model_dump_json(exclude_unset=True))["event_type"] == "END"


@pytest.mark.parametrize("kind", ["START", "END"])
def test_incident_needs_its_label(kind: str) -> None:
    with pytest.raises(ValidationError, match=f"{kind.title()}.event"):
        event(event_type=kind)


WRONG = {
    "END": [("posture_confidence", 1.1), ("verdict", "a\nb"), ("duration_sec", CENTURY + 1),
            ("prob", 1.1), ("prob", -0.1)],
    "PROBS": [
        ("ts", LAST_DAY + 1), ("ts", -0.1), ("ts", "1"), ("ts", True), ("ts", None), ("seq", -1),
        ("seq", 2**63), ("seq", 1.0), ("person", 0), ("person", 1.5), ("person", "1"),
        ("event_id", ""), ("event_id", "x" * 129),
        ("camera_id", "a\nb"), ("camera_id", "\x00"), ("camera_id", "\x7f"),
        ("probs", {"": 0.5}), ("probs", {"fall": 2}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "value"), [(kind, *wrong) for kind, all_ in WRONG.items() for wrong in all_]
)
def test_wrong_value_is_refused(kind: str, name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        event(**{"event_type": kind, "event": "fall", name: value})


NAMES = {
    "END": ("event_id", "camera_id", "session_id", "incident_id", "event", "state", "detail",
            "verdict", "posture"),
    "PROBS": ("top_event",),
    "HEARTBEAT": ("inference", "picture", "outbox_failure", "detail"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names]
)
@pytest.mark.parametrize("text", ["", "   ", "a\u202eb", "a\u2028b", "a\u200bb"])
def test_no_name_is_blank_or_has_what_cannot_be_seen(kind: str, name: str, text: str) -> None:
    with pytest.raises(ValidationError, match=name):
        event(**{"event_type": kind, "event": "fall", name: text})


def test_server_reports_under_its_own_name() -> None:
    assert event(camera_id=SERVER).camera_id == SERVER


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Etc/GMT-14", "Asia/Seoul"])
@pytest.mark.parametrize(("ts", "duration_sec"), [(0.0, CENTURY), (LAST_DAY, 0.0)])
def test_begin_and_end_of_every_incident_are_dates_everywhere(
    zone: str, ts: float, duration_sec: float
) -> None:
    widest = event(event_type="END", event="fall", ts=ts, duration_sec=duration_sec)
    assert isinstance(widest, End)
    for moment in (widest.ts, widest.ts - (widest.duration_sec or 0.0)):
        assert datetime.fromtimestamp(moment, ZoneInfo(zone))
