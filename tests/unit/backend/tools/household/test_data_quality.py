"""How good the record is."""

from datetime import date, datetime, time, timedelta

import pytest

from backend.errors import InvalidInput
from backend.tools.household.data_quality import TOOL
from contract.record import RecordTable
from contract.tools import Cell
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of
from testkit.record_tables import Row, Rows

DAYS = days_from(date(2026, 11, 23), 7)


def beat(second: int, camera_id: str = "cam1", place: str = "거실", **cells: Cell) -> Row:
    row: dict[str, Cell] = {
        "at": datetime.combine(DAYS[0], time()) + timedelta(seconds=second),
        "day": DAYS[0],
        "event_type": "HEARTBEAT",
        "camera_id": camera_id,
        "place": place,
        "pose_share": 0.5,
        "delay_sec": 0.2,
    }
    return row | cells


RECORD: Rows = {
    RecordTable.HOURS: [
        *hours_of(DAYS[:4]),
        *hours_of(DAYS[5:]),
    ],
    RecordTable.EVENTS: [
        beat(0),
        beat(10),
        beat(10),
        beat(20, delay_sec=120.0),
        beat(30, delay_sec=-5.0),
        beat(40, pose_share=None),
        beat(50, state="gap", pose_share=None),
        beat(60, event_type="START", incident_id="a", pose_share=None),
        beat(60, event_type="START", incident_id="b", pose_share=None),
        beat(0, camera_id="cam2", place="cam2"),
    ],
}


def test_what_is_late_twice_early_dropped_or_without_a_place() -> None:
    found = facts_of(ask(TOOL, RECORD))

    assert found["events"] == 10
    assert found["events_twice"] == 1
    assert found["events_before_they_happened"] == 1
    assert found["late_percent"] == 10.0
    assert found["gaps"] == 1
    assert found["cameras_called_by_name"] == 1
    assert found["heartbeats_with_poses_percent"] == 75.0
    assert (found["days_not_seen"], found["silent_hours"]) == (1, 24.0)


def test_a_row_a_camera() -> None:
    assert [row[:6] for row in rows_of(ask(TOOL, RECORD))] == [
        ("cam1", "거실", 9, 1, 1, 1),
        ("cam2", "cam2", 1, 0, 0, 0),
    ]


def test_an_empty_record_is_too_little_and_hours_without_events_are_not() -> None:
    assert ask(TOOL, {}).too_little
    found = facts_of(ask(TOOL, {RecordTable.HOURS: list(hours_of(DAYS, place=None))}))
    assert (found["events"], found["cameras_called_by_name"]) == (0, 1)
    assert "late_percent" not in found


def test_more_than_a_month_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at most 31 days"):
        ask(TOOL, RECORD, since="2026-10-01")
