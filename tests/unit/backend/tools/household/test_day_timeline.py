"""One day, hour by hour."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.tools.household.day_timeline import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import hour, hours_of, incident
from testkit.record_tables import Row, Rows

DAY = date(2026, 11, 29)


def moment(number: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"2026-11-29T{number:02}:{minute:02}")


def state_of(number: int) -> Row:
    if number < 7:
        return hour(DAY, number, lying_sec=3600.0)
    if number == 7:
        return hour(DAY, number, active_sec=2400.0, still_sec=600.0)
    return hour(DAY, number, blind_sec=3000.0)


def test_hours_alike_are_one_stretch_and_what_was_not_heard_is_silent() -> None:
    rows: Rows = {
        RecordTable.HOURS: [
            *(state_of(number) for number in range(9)),
            *(hour(DAY, number) for number in range(12, 24)),
        ],
        RecordTable.INCIDENTS: [incident(DAY, 13, duration_sec=90.0, verdict="false_alarm")],
    }

    said = ask(TOOL, rows)

    assert [row[:5] for row in rows_of(said)] == [
        (moment(0), moment(7), "거실", "lying", 0.0),
        (moment(7), moment(8), "거실", "active", 40.0),
        (moment(8), moment(9), "거실", "blind", 0.0),
        (moment(9), moment(12), "거실", "silent", 0.0),
        (moment(12), moment(23) + timedelta(hours=1), "거실", "nobody", 0.0),
        (moment(13), moment(13, 1) + timedelta(seconds=30), "거실", "fall", None),
    ]
    assert rows_of(said)[-1][5:] == ("false_alarm", "112913")
    found = facts_of(said)
    assert (found["incidents"], found["active_minutes"]) == (1, 40.0)
    assert found["silent_hours"] == 3.0


def test_the_plot_has_no_minutes_of_hours_that_nobody_saw() -> None:
    said = ask(TOOL, {RecordTable.HOURS: [state_of(number) for number in range(24)]})

    assert said.plot
    (heat,) = said.plot.series
    assert heat.z == ((*[0.0] * 7, 40.0, *[None] * 16),)


def test_today_ends_with_the_newest_hour() -> None:
    rows: Rows = {RecordTable.HOURS: list(hours_of([DAY]))[:5]}

    said = ask(TOOL, rows, today=DAY, day=DAY)

    assert [row[:4] for row in rows_of(said)] == [(moment(0), moment(5), "거실", "nobody")]
    assert facts_of(said)["seen_percent"] == 100.0


def test_days_of_23_and_25_hours_are_whole() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day, skipped, doubled in (
        (date(2026, 3, 29), 2, None),
        (date(2026, 10, 25), None, 2),
    ):
        rows = [it for it in hours_of([day]) if it["hour"] != skipped]
        twice = [it for it in rows if it["hour"] == doubled]
        record: Rows = {RecordTable.HOURS: [*rows, *twice]}

        said = ask(TOOL, record, today=day + timedelta(days=1), zone=berlin)

        assert [row[3] for row in rows_of(said)] == ["nobody"], day
        assert facts_of(said)["seen_percent"] == 100.0


def test_a_day_that_nobody_saw_is_no_quiet_day() -> None:
    blind: Rows = {RecordTable.HOURS: list(hours_of([DAY], blind_sec=3600.0))}

    assert ask(TOOL, blind, language="en").too_little
    assert ask(TOOL, {}).too_little
