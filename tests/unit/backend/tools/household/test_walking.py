"""Walking, beside the time before."""

from datetime import date

from backend.tools.household.walking import TOOL
from contract.record import RecordTable
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of
from testkit.record_tables import Row, Rows

DAYS = days_from(date(2026, 11, 2), 28)


def record(walks: list[Row]) -> Rows:
    return {
        RecordTable.HOURS: list(hours_of(DAYS)),
        RecordTable.PERSON_DAYS: [
            {"day": day, **walk} for day, walk in zip(DAYS, walks, strict=True)
        ],
    }


def walk(minutes: float, speed: float | None) -> Row:
    return {"walked_minutes": minutes, "walking_speed": speed}


def test_who_walks_less_and_slower_is_said_to() -> None:
    early = [walk(60 + number % 3, 0.8) for number in range(14)]
    late = [walk(30 + number % 3, 0.6) for number in range(14)]

    found = facts_of(ask(TOOL, record([*early, *late])))

    assert (found["days_counted"], found["days_counted_before"]) == (14, 14)
    assert (found["walking_speed"], found["walking_speed_before"]) == (0.6, 0.8)
    assert found["walking_speed_change"] == -0.2
    assert found["walking_speed_change_is_clear"] is True
    assert found["walked_minutes_a_day_change"] == -30.0
    assert found["walked_minutes_a_day_change_is_clear"] is True


def test_what_goes_up_and_down_is_no_clear_change() -> None:
    found = facts_of(ask(TOOL, record([walk(20 + 20 * (number % 2), 0.7) for number in range(28)])))

    assert found["walked_minutes_a_day_change_is_clear"] is False


def test_speed_is_weighted_by_the_minutes_and_a_day_in_bed_has_none() -> None:
    late = [walk(90, 1.0), walk(10, 0.5), *[walk(0, None)] * 12]

    said = ask(TOOL, record([*[walk(10, 0.5)] * 14, *late]))

    assert facts_of(said)["walking_speed"] == 0.95
    assert rows_of(said)[-1] == (DAYS[-1], 0.0, None)


def test_days_that_nobody_saw_are_no_days_without_walking() -> None:
    rows = dict(record([walk(60, 0.8)] * 14 + [walk(0, None)] * 14))
    rows[RecordTable.HOURS] = [
        *hours_of(DAYS[:14]),
        *hours_of(DAYS[14:], blind_sec=3600.0),
    ]

    said = ask(TOOL, rows, language="en")

    assert said.too_little == (
        "Expected at least 5 days of which half or more was seen; there are 0."
    )
    assert not said.facts


def test_no_walking_at_all_may_be_boxes_that_do_not_measure_it() -> None:
    said = ask(TOOL, record([walk(0, None)] * 28))

    assert "재지 않았을 수" in str(said.too_little)
