"""Nights: how often up, and which of them say something."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.tools.household.nights import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of
from testkit.record_tables import Rows

FOUR = datetime.fromisoformat("2026-11-30T04:00")
MORNINGS = days_from(date(2026, 11, 3), 28)


def whole_record(times_up: list[int]) -> Rows:
    days = days_from(date(2026, 11, 2), 29)
    return {
        RecordTable.HOURS: list(hours_of(days, lying_sec=1800.0)),
        RecordTable.PERSON_DAYS: [
            {
                "day": day,
                "times_up_at_night": count,
                "first_moved_hour": 7.0,
                "last_moved_hour": 21.5,
            }
            for day, count in zip(days, [0, *times_up], strict=True)
        ],
    }


def test_the_means_and_the_rise_are_those_of_the_rows() -> None:
    said = ask(TOOL, whole_record([number // 7 for number in range(28)]))

    found = facts_of(said)
    assert (found["nights_counted"], found["nights_left_out"]) == (28, 0)
    assert found["times_up_a_night"] == 1.5
    assert found["lying_hours_a_night"] == 4.0  # half of eight hours
    assert 0.9 < float(str(found["times_up_rise_a_week"])) < 1.1
    assert found["seen_percent"] == 100.0


def test_a_night_has_the_evening_before_and_the_morning() -> None:
    said = ask(TOOL, whole_record([2] * 28))

    assert rows_of(said)[0] == (MORNINGS[0], 2.0, 4.0, 21.5, 7.0, 100.0)


def test_nights_that_were_hardly_seen_are_no_quiet_nights() -> None:
    rows = dict(whole_record([4] * 28))
    blind = days_from(date(2026, 11, 17), 14)
    seen = [it for it in rows[RecordTable.HOURS] if it["day"] not in blind]
    rows[RecordTable.HOURS] = [*seen, *hours_of(blind, blind_sec=3600.0)]
    rows[RecordTable.PERSON_DAYS] = [
        {**it, "times_up_at_night": 0} if it["day"] in blind[1:] else it
        for it in rows[RecordTable.PERSON_DAYS]
    ]

    found = facts_of(ask(TOOL, rows))

    assert found["times_up_a_night"] == 4.0
    assert found["nights_left_out"] == 14


def test_a_night_that_is_not_over_is_shown_and_not_counted() -> None:
    rows = dict(whole_record([4] * 28))
    until_four = [it for it in rows[RecordTable.HOURS] if it["began_at"] < FOUR]
    rows[RecordTable.HOURS] = until_four
    rows[RecordTable.PERSON_DAYS] = [
        {**it, "times_up_at_night": 0} if it["day"] == FOUR.date() else it
        for it in rows[RecordTable.PERSON_DAYS]
    ]

    said = ask(TOOL, rows)

    assert (facts_of(said)["nights_counted"], facts_of(said)["nights_left_out"]) == (27, 1)
    assert facts_of(said)["times_up_a_night"] == 4.0
    assert rows_of(said)[-1][0] == FOUR.date()


def test_two_nights_are_too_little() -> None:
    days = days_from(date(2026, 11, 28), 3)
    rows: Rows = {
        RecordTable.HOURS: list(hours_of(days[:2])),
        RecordTable.PERSON_DAYS: [{"day": day, "times_up_at_night": 1} for day in days[1:]],
    }

    said = ask(TOOL, rows)

    assert said.too_little
    assert "3밤" in said.too_little
    assert not said.facts


def test_an_empty_record_is_too_little() -> None:
    assert ask(TOOL, {}).too_little


def test_a_night_in_which_the_clock_goes_forward_is_seen_wholly() -> None:
    days = days_from(date(2026, 3, 27), 4)
    skipped = (date(2026, 3, 29), 2)
    rows: Rows = {
        RecordTable.HOURS: [it for it in hours_of(days) if (it["day"], it["hour"]) != skipped],
        RecordTable.PERSON_DAYS: [{"day": day, "times_up_at_night": 1} for day in days[1:]],
    }

    said = ask(TOOL, rows, today=date(2026, 3, 30), zone=ZoneInfo("Europe/Berlin"))

    assert [row[-1] for row in rows_of(said)] == [100.0] * 3
