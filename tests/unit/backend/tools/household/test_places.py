"""Where somebody was."""

from datetime import date

from backend.tools.household.places import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hour, hours_of
from testkit.record_tables import Rows

DAYS = days_from(date(2026, 11, 2), 28)


def test_the_share_of_each_place_is_of_the_time_that_somebody_was_seen() -> None:
    rows: Rows = {
        RecordTable.HOURS: [
            *hours_of(DAYS, "cam1", "거실", active_sec=300.0, still_sec=600.0),
            *hours_of(DAYS, "cam2", "침실", lying_sec=2700.0),
        ]
    }

    said = ask(TOOL, rows)

    assert rows_of(said) == [
        ("침실", 75.0, 18.0, 0.0, 100.0, 24.0),
        ("거실", 25.0, 6.0, 33.3, 0.0, 24.0),
    ]
    found = facts_of(said)
    assert (found["most_at"], found["most_at_percent"]) == ("침실", 75.0)
    assert found["present_hours_a_day"] == 24.0


def test_an_hour_in_which_a_camera_is_blind_has_no_share() -> None:
    rows: Rows = {
        RecordTable.HOURS: [
            hour(day, number, still_sec=900.0)
            if number < 18
            else hour(day, number, blind_sec=3600.0)
            for day in DAYS
            for number in range(24)
        ]
    }

    said = ask(TOOL, rows)

    assert said.plot
    (heat,) = said.plot.series
    assert heat.z == ((*[25.0] * 18, *[None] * 6),)
    assert facts_of(said)["seen_percent"] == 75.0


def test_a_house_in_which_nobody_was_seen_says_nothing_of_where() -> None:
    found = facts_of(ask(TOOL, {RecordTable.HOURS: list(hours_of(DAYS))}))

    assert found["present_hours_a_day"] == 0.0
    assert "most_at" not in found


def test_only_blind_hours_are_too_little() -> None:
    assert ask(TOOL, {RecordTable.HOURS: list(hours_of(DAYS, blind_sec=3600.0))}).too_little
