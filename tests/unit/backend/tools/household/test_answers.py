"""How fast people answered."""

from datetime import date, datetime, time

from backend.tools.household.answers import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of, incident
from testkit.record_tables import Rows

DAYS = days_from(date(2026, 10, 5), 56)
RECORD: Rows = {
    RecordTable.HOURS: list(hours_of(DAYS)),
    RecordTable.INCIDENTS: [
        incident(DAYS[0], 1, answer="going", answered_after_sec=30.0),
        incident(DAYS[1], 1, answer="going", answered_after_sec=90.0),
        incident(DAYS[2], 1, answer="all_well", answered_after_sec=200.0),
        incident(DAYS[3], 1),
        incident(DAYS[4], 1, is_told=False),
        incident(DAYS[5], 1, is_test=True, answered_after_sec=1.0),
    ],
}


def test_how_many_how_fast_and_how_many_never() -> None:
    found = facts_of(ask(TOOL, RECORD))

    assert (found["told"], found["answered"], found["unanswered"]) == (4, 3, 1)
    assert found["answered_percent"] == 75.0
    assert found["answer_median_sec"] == 90.0
    assert "answer_median_sec_low" not in found  # three do not enclose a median
    assert found["answered_within_1_min_percent"] == 25.0
    assert found["answered_within_3_min_percent"] == 50.0
    assert found["answer_longest_sec"] == 200.0


def test_by_what_was_answered() -> None:
    assert rows_of(ask(TOOL, RECORD)) == [
        ("all_well", 1, 1, 200.0, 200.0),
        ("going", 2, 2, 60.0, 90.0),
        (None, 1, 0, None, None),
    ]


def test_nothing_told_is_an_answer_where_cameras_saw() -> None:
    found = facts_of(ask(TOOL, {RecordTable.HOURS: list(hours_of(DAYS))}))

    assert found["told"] == 0
    assert "answered_percent" not in found
    assert ask(TOOL, {}).too_little


def test_who_is_still_down_is_answered_with_the_fall() -> None:
    at = datetime.combine(DAYS[6], time(1, 2))
    down = incident(DAYS[6], 1, label="still_down", began_at=at)
    fall = incident(DAYS[6], 1, answer="going", answered_after_sec=10.0)

    together = {**RECORD, RecordTable.INCIDENTS: [fall, down]}
    alone = {**RECORD, RecordTable.INCIDENTS: [down]}

    assert facts_of(ask(TOOL, together))["told"] == 1
    assert facts_of(ask(TOOL, together))["unanswered"] == 0
    assert facts_of(ask(TOOL, alone))["unanswered"] == 1
