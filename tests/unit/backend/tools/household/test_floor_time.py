"""Time on the floor."""

from datetime import date

from backend.tools.household.floor_time import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of, incident
from testkit.record_tables import Row, Rows

DAYS = days_from(date(2026, 9, 2), 60)


def record(incidents: list[Row]) -> Rows:
    return {RecordTable.HOURS: list(hours_of(DAYS)), RecordTable.INCIDENTS: incidents}


def test_median_longest_and_those_that_nobody_answered() -> None:
    rows = [
        incident(day, 3, floor_sec=60.0 * minute, answered_after_sec=20.0 * minute)
        for minute, day in enumerate(DAYS[:7], start=1)
    ]

    found = facts_of(ask(TOOL, record([*rows, incident(DAYS[8], 3)])))

    assert (found["incidents"], found["floor_time_known"]) == (8, 7)
    assert found["floor_median_sec"] == 240.0
    assert (found["floor_median_sec_low"], found["floor_median_sec_high"]) == (60.0, 420.0)
    assert found["floor_longest_sec"] == 420.0
    assert (found["answered"], found["unanswered"]) == (7, 1)
    assert found["answer_median_sec"] == 80.0


def test_false_alarms_tests_and_other_labels_were_nobody_on_the_floor() -> None:
    rows = [
        incident(DAYS[0], 1, floor_sec=60.0, verdict="false_alarm"),
        incident(DAYS[0], 2, floor_sec=60.0, verdict="test"),
        incident(DAYS[0], 3, floor_sec=60.0, is_test=True),
        incident(DAYS[0], 4, label="wandering"),
        incident(DAYS[0], 5, floor_sec=90.0, label="on_floor"),
    ]

    assert [row[4] for row in rows_of(ask(TOOL, record(rows)))] == [90.0]


def test_one_fall_has_a_time_and_no_median() -> None:
    found = facts_of(ask(TOOL, record([incident(DAYS[0], 1, floor_sec=61.0)])))

    assert found["floor_longest_sec"] == 61.0
    assert "floor_median_sec" not in found
    assert found["unanswered"] == 1


def test_no_fall_is_an_answer_and_no_camera_is_none() -> None:
    assert facts_of(ask(TOOL, record([])))["incidents"] == 0
    assert ask(TOOL, {}).too_little


def test_who_is_still_down_after_a_fall_lay_there_once() -> None:
    fall = incident(DAYS[0], 1, floor_sec=300.0)
    down = incident(DAYS[0], 1, floor_sec=240.0, label="still_down", incident_id="later")
    elsewhere = incident(DAYS[0], 1, floor_sec=20.0, label="still_down", camera_id="cam2")

    said = ask(TOOL, record([fall, down, elsewhere]))

    assert sorted(float(str(row[4])) for row in rows_of(said)) == [20.0, 300.0]
