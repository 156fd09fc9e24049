"""Ten figures, and the ten before."""

from datetime import date

from backend.tools.household.week_summary import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of, incident
from testkit.record_tables import Row, Rows

DAYS = days_from(date(2026, 11, 16), 14)


def a_day(number: int) -> Row:
    is_late = number >= 7
    return {
        "day": DAYS[number],
        "active_hours": 3.0 if is_late else 5.0,
        "lying_hours": 9.0,
        "times_up_at_night": 2,
        "walked_minutes": 90 if number == 7 else 10,
        "walking_speed": 0.5 if number == 7 else 0.75,
        "rises": 12,
    }


RECORD: Rows = {
    RecordTable.HOURS: list(hours_of(DAYS)),
    RecordTable.PERSON_DAYS: [a_day(number) for number in range(14)],
    RecordTable.INCIDENTS: [
        incident(DAYS[1], 3, verdict="false_alarm", answered_after_sec=30.0),
        incident(DAYS[9], 3, verdict="fall", answered_after_sec=50.0),
        incident(DAYS[9], 4, verdict="false_alarm", answered_after_sec=70.0),
    ],
}


def test_the_week_stands_beside_the_one_before() -> None:
    rows = {row[0]: row[2:] for row in rows_of(ask(TOOL, RECORD))}

    assert len(rows) == 10
    assert rows["active_hours"] == (3.0, 5.0, -2.0)
    assert rows["times_up_at_night"] == (2.0, 2.0, 0.0)
    assert rows["walking_speed"] == (0.6, 0.75, -0.15)  # by the minutes walked
    assert rows["falls"] == (1, 0, 1)
    assert rows["false_alarms"] == (1, 1, 0)
    assert rows["answer_median_sec"] == (60.0, 30.0, 30.0)
    assert rows["seen_percent"] == (100.0, 100.0, 0.0)


def test_a_month_is_a_span_like_any_other() -> None:
    said = ask(TOOL, RECORD, since=DAYS[0], until=DAYS[-1])

    assert facts_of(said)["active_hours"] == 4.0
    assert "active_hours_before" not in facts_of(said)
    assert facts_of(said)["days_counted"] == 14


def test_what_nobody_saw_has_no_falls_and_no_mean() -> None:
    rows = dict(RECORD)
    rows[RecordTable.HOURS] = [*hours_of(DAYS[:7], blind_sec=3600.0), *hours_of(DAYS[7:])]

    before = {row[0]: row[3] for row in rows_of(ask(TOOL, rows))}

    assert before["active_hours"] is None
    assert before["falls"] is None
    assert before["seen_percent"] == 0.0


def test_too_little() -> None:
    assert ask(TOOL, {}).too_little
    few: Rows = {**RECORD, RecordTable.HOURS: list(hours_of(DAYS[-2:]))}
    assert ask(TOOL, few).too_little
    assert "at least 3 days" in str(ask(TOOL, few, language="en").too_little)


def test_walking_that_no_box_measures_is_not_known() -> None:
    days = [
        {**row, "walked_minutes": 0, "walking_speed": None, "rises": 0}
        for row in RECORD[RecordTable.PERSON_DAYS]
    ]

    rows = {row[0]: row[2] for row in rows_of(ask(TOOL, {**RECORD, RecordTable.PERSON_DAYS: days}))}

    assert (rows["walked_minutes"], rows["walking_speed"], rows["rises"]) == (None, None, None)
    assert rows["lying_hours"] == 9.0
