"""The incidents of a span."""

from datetime import date

from backend.tools.household.incidents_list import TOOL
from contract.record import RecordTable
from testkit.askable import TODAY
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of, incident
from testkit.record_tables import Rows

DAYS = days_from(date(2026, 11, 2), 28)
RECORD: Rows = {
    RecordTable.HOURS: list(hours_of(DAYS)),
    RecordTable.INCIDENTS: [
        incident(DAYS[3], 4, verdict="fall", answer="going", answered_after_sec=40.0),
        incident(DAYS[9], 5, verdict="false_alarm", label="on_floor"),
        incident(DAYS[9], 6, is_told=False),
        incident(DAYS[9], 7, is_test=True),
        incident(TODAY, 1),
    ],
}


def ids(said_rows: list[tuple[object, ...]]) -> list[object]:
    return [row[-1] for row in said_rows]


def test_newest_first_with_today_and_without_tests_and_what_nobody_was_told_of() -> None:
    said = ask(TOOL, RECORD)

    assert ids(rows_of(said)) == ["113001", "111105", "110504"]
    assert facts_of(said)["incidents"] == 3


def test_only_those_that_are_meant() -> None:
    assert ids(rows_of(ask(TOOL, RECORD, verdict="fall"))) == ["110504"]
    assert ids(rows_of(ask(TOOL, RECORD, verdict="unjudged"))) == ["113001"]
    assert ids(rows_of(ask(TOOL, RECORD, label="on_floor"))) == ["111105"]
    assert "111106" in ids(rows_of(ask(TOOL, RECORD, with_untold=True)))


def test_who_is_still_down_after_a_fall_counts_with_the_fall() -> None:
    down = incident(DAYS[3], 4, label="still_down", incident_id="later")
    elsewhere = incident(DAYS[3], 4, label="still_down", camera_id="cam2", incident_id="other")
    rows = [incident(DAYS[3], 4), down, elsewhere]

    said = ask(TOOL, {**RECORD, RecordTable.INCIDENTS: rows})

    assert sorted(map(str, ids(rows_of(said)))) == ["110504", "other"]


def test_what_is_cut_is_said_and_counted() -> None:
    said = ask(TOOL, RECORD, limit=1)

    assert said.grid
    assert said.grid.is_cut
    assert (len(said.grid.rows), facts_of(said)["incidents"]) == (1, 3)


def test_none_is_an_answer_where_cameras_saw_and_too_little_where_none_did() -> None:
    assert facts_of(ask(TOOL, {RecordTable.HOURS: list(hours_of(DAYS))}))["incidents"] == 0
    assert ask(TOOL, {}).too_little
    blind: Rows = {RecordTable.HOURS: list(hours_of(DAYS, blind_sec=3600.0))}
    assert "아무 일도 없었다는 뜻이 아니" in str(ask(TOOL, blind).too_little)
