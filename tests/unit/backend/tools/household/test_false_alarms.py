"""False alarms: how often, when, where."""

from datetime import date

import pytest

from backend.tools.household.false_alarms import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of, incident
from testkit.record_tables import Row, Rows

DAYS = days_from(date(2026, 10, 5), 56)
FALSE = [
    *(incident(day, 18, verdict="false_alarm", seen="walking") for day in DAYS[:10]),
    incident(DAYS[20], 9, verdict="false_alarm", place="부엌", camera_id="cam2"),
    incident(DAYS[21], 18, verdict="fall"),
    incident(DAYS[22], 18),
]


def record(incidents: list[Row], **seconds: float) -> Rows:
    hours = list(hours_of(DAYS, **seconds))
    return {RecordTable.HOURS: hours, RecordTable.INCIDENTS: incidents}


def test_the_rate_has_its_exact_interval_and_the_share_those_that_were_judged() -> None:
    found = facts_of(ask(TOOL, record(FALSE)))

    assert (found["false_alarms"], found["incidents"]) == (11, 13)
    assert found["without_clear_verdict"] == 1
    assert found["watched_weeks"] == 8.0
    assert found["false_alarms_a_week"] == pytest.approx(1.38)
    # Garwood's table for 11 counts: 5.491 to 19.682.
    assert found["false_alarms_a_week_low"] == pytest.approx(0.69)
    assert found["false_alarms_a_week_high"] == pytest.approx(2.46)
    assert found["false_percent_of_judged"] == pytest.approx(91.7)


def test_every_hour_and_weekday_has_a_row() -> None:
    by_hour = rows_of(ask(TOOL, record(FALSE)))

    assert len(by_hour) == 24
    assert by_hour[18] == (18, 10, 11, 12)
    assert by_hour[9] == (9, 1, 1, 1)
    assert by_hour[0] == (0, 0, 0, 0)
    assert [row[0] for row in rows_of(ask(TOOL, record(FALSE), by="weekday"))] == list(range(1, 8))


def test_by_place_and_by_what_was_seen() -> None:
    assert rows_of(ask(TOOL, record(FALSE), by="place"))[0] == ("거실", 10, 11, 12)
    assert rows_of(ask(TOOL, record(FALSE), by="seen"))[0] == ("fall: walking", 10, 10, 10)


def test_weeks_in_which_half_was_seen_are_half_as_long() -> None:
    found = facts_of(ask(TOOL, record(FALSE, blind_sec=1800.0)))

    assert found["watched_weeks"] == 4.0
    assert found["seen_percent"] == 50.0
    assert found["false_alarms_a_week"] == pytest.approx(2.75)


def test_no_rate_of_less_than_a_week() -> None:
    rows: Rows = {
        RecordTable.HOURS: list(hours_of(DAYS[-3:])),
        RecordTable.INCIDENTS: [incident(DAYS[-1], 3, verdict="false_alarm")],
    }

    found = facts_of(ask(TOOL, rows, since=DAYS[-3]))

    assert found["false_alarms"] == 1
    assert "false_alarms_a_week" not in found


def test_no_false_alarm_of_a_watched_time_has_an_upper_end() -> None:
    found = facts_of(ask(TOOL, record([])))

    assert found["false_alarms_a_week"] == 0.0
    assert found["false_alarms_a_week_high"] == pytest.approx(3.69 / 8, abs=0.01)


def test_only_blind_hours_say_nothing() -> None:
    assert ask(TOOL, record([], blind_sec=3600.0)).too_little
