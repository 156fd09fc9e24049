"""Activity by day and place."""

from datetime import date, timedelta

import pytest

from backend.errors import InvalidInput
from backend.tools.household.activity import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of
from testkit.record_tables import Rows

DAYS = days_from(date(2026, 11, 16), 14)
WALK = {"walked_sec": 60.0, "walked_lengths": 42.0, "rises": 1}
TWO_ROOMS: Rows = {
    RecordTable.HOURS: [
        *hours_of(DAYS, active_sec=900.0, **WALK),
        *hours_of(DAYS, "cam2", "침실", active_sec=300.0),
    ]
}


def test_what_both_rooms_saw_is_added_up() -> None:
    found = facts_of(ask(TOOL, TWO_ROOMS))

    assert found["days_counted"] == 14
    assert found["active_hours_a_day"] == 8.0
    assert found["active_hours_a_day_low"] == found["active_hours_a_day_high"] == 8.0
    assert found["walked_minutes_a_day"] == 24.0
    assert found["walking_speed"] == 0.7
    assert found["rises_a_day"] == 24.0
    assert (found["cameras"], found["seen_percent"]) == (2, 100.0)


def test_a_row_a_day_or_the_mean_day_of_each_place() -> None:
    assert rows_of(ask(TOOL, TWO_ROOMS))[0] == (DAYS[0], 8.0, 24.0, 0.7, 24.0)
    assert rows_of(ask(TOOL, TWO_ROOMS, by="place")) == [
        ("거실", 6.0, 24.0, 0.7, 24.0),
        ("침실", 2.0, 0.0, None, 0.0),
    ]


def test_one_place_alone_by_its_name_or_its_camera() -> None:
    assert facts_of(ask(TOOL, TWO_ROOMS, place="침실"))["active_hours_a_day"] == 2.0
    assert facts_of(ask(TOOL, TWO_ROOMS, place="cam2"))["active_hours_a_day"] == 2.0
    with pytest.raises(InvalidInput, match=r"expected one of .*거실"):
        ask(TOOL, TWO_ROOMS, place="다락")


def test_a_camera_that_is_renamed_goes_on_in_its_place() -> None:
    rows: Rows = {
        RecordTable.HOURS: [
            *hours_of(DAYS[:7], "old", active_sec=900.0),
            *hours_of(DAYS[7:], "new", active_sec=900.0),
        ]
    }

    said = ask(TOOL, rows, by="place")

    assert rows_of(said) == [("거실", 6.0, 0.0, None, 0.0)]
    assert facts_of(said)["days_counted"] == 14


def test_a_camera_without_a_place_goes_by_its_name() -> None:
    rows: Rows = {RecordTable.HOURS: list(hours_of(DAYS, place=None, active_sec=900.0))}

    assert rows_of(ask(TOOL, rows, by="place"))[0][0] == "cam1"


@pytest.mark.parametrize(
    "rows",
    [
        {},
        {RecordTable.HOURS: list(hours_of(DAYS[-1:], active_sec=900.0))},
        {RecordTable.HOURS: list(hours_of(DAYS, blind_sec=3600.0))},
    ],
    ids=["no camera", "one day", "only blind"],
)
def test_too_little_says_so(rows: Rows) -> None:
    said = ask(TOOL, rows)

    assert said.too_little
    assert "3일" in said.too_little
    assert not said.facts
    assert said.grid is None


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidInput, match="expected a day up to 2026-11-20"):
        ask(TOOL, TWO_ROOMS, since=DAYS[5], until=DAYS[4])
    with pytest.raises(InvalidInput, match="until: expected 2000-01-01 or a later day"):
        ask(TOOL, TWO_ROOMS, until="0001-01-01")


def test_today_is_not_over_and_does_not_count() -> None:
    today = DAYS[-1] + timedelta(days=1)

    said = ask(TOOL, TWO_ROOMS, today=today, until=today)

    assert said.until == DAYS[-1]


def test_without_any_walking_nothing_is_said_of_it() -> None:
    found = facts_of(ask(TOOL, TWO_ROOMS, place="침실"))

    assert found["active_hours_a_day"] == 2.0
    assert not {"walked_minutes_a_day", "walking_speed", "rises_a_day"} & set(found)
