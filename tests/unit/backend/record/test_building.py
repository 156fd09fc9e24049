"""The tables of days, over hours of which each number is known."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from backend.record.building import Log, Sources, build
from backend.record.columns import COLUMNS
from backend.record.known_rows import HOUR_TYPES, INCIDENT_TYPES, CameraRow, Whose
from backend.storage.duck import Cells, Duck
from contract.record import RecordTable

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")
CAMERAS = [CameraRow("a", "거실", 1), CameraRow("b", "b", 1)]


@pytest.fixture
def duck() -> Iterator[Duck]:
    duck = Duck()
    yield duck
    duck.close()


def at(day: int, hour: float, zone: ZoneInfo = SEOUL, month: int = 11) -> float:
    return datetime(2026, month, day, tzinfo=zone).timestamp() + hour * 3600


def hour(began_at: float, camera_id: str = "a", **values: object) -> tuple[object, ...]:
    row = dict.fromkeys(HOUR_TYPES, 0.0) | {"moved_first_at": None, "moved_last_at": None}
    row |= {"stirs": 0, "rises": 0, "camera_id": camera_id, "began_at": began_at}
    return tuple((row | values).values())


def incident(began_at: float, **values: object) -> tuple[object, ...]:
    row: dict[str, object] = dict.fromkeys(INCIDENT_TYPES) | {"incident_id": f"i{began_at}"}
    row |= {"camera_id": "a", "label": "fall", "is_test": False, "is_told": True}
    return tuple((row | {"began_at": began_at} | values).values())


def made(
    duck: Duck,
    hours: list[tuple[object, ...]],
    incidents: list[tuple[object, ...]] | None = None,
    zone: ZoneInfo = SEOUL,
) -> None:
    build(duck, Sources(Whose(1, CAMERAS), hours, incidents or [], Log([], [])), zone)


def one(duck: Duck, columns: str, table: str = "days") -> Cells:
    (row,) = duck.ask(f"SELECT {columns} FROM {table}")  # noqa: S608
    return row


def test_tables_have_their_columns_in_their_order(duck: Duck) -> None:
    made(duck, [])
    for table in RecordTable:
        found = [row[0] for row in duck.ask(f"DESCRIBE {table.value}")]
        assert found == [column.name for column in COLUMNS[table]]


def test_day_sums_its_hours(duck: Duck) -> None:
    seconds = {"active_sec": 600.0, "still_sec": 1200.0, "nobody_sec": 900.0, "blind_sec": 900.0}
    walked = {"walked_sec": 60.0, "walked_lengths": 30.0, "rises": 2}
    made(duck, [hour(at(2, 9), **seconds, **walked), hour(at(2, 10), **seconds)])
    assert one(duck, "day, place, counted_hours") == (date(2026, 11, 2), "거실", 2.0)
    assert one(duck, "walked_minutes, walking_speed, rises") == (1.0, 0.5, 2)
    found = one(duck, "active_hours, still_hours, lying_hours, nobody_hours, blind_hours")
    assert found == pytest.approx((1 / 3, 2 / 3, 0.0, 0.5, 0.5))


def test_night_belongs_to_the_day_on_which_it_ends(duck: Duck) -> None:
    nights = [
        hour(at(1, 21), stirs=9),
        hour(at(1, 22), stirs=1),
        hour(at(2, 5), stirs=1, rises=3),
        hour(at(2, 6), stirs=9),
    ]
    made(duck, nights)
    found = duck.ask("SELECT day, times_up_at_night FROM days ORDER BY day")
    assert found == [(date(2026, 11, 1), None), (date(2026, 11, 2), 4)]


def test_who_is_up_at_night_does_not_begin_the_day(duck: Duck) -> None:
    made(
        duck,
        [
            hour(at(2, 2), moved_first_at=at(2, 2.5), moved_last_at=at(2, 2.6)),
            hour(at(2, 7), moved_first_at=at(2, 7.5), moved_last_at=at(2, 7.75)),
            hour(at(2, 21), moved_first_at=at(2, 21.1), moved_last_at=at(2, 21.25)),
        ],
    )
    assert one(duck, "first_moved_hour, last_moved_hour") == pytest.approx((7.5, 21.25))


@pytest.mark.parametrize(("day", "month", "length"), [(25, 10, 25), (29, 3, 23), (2, 11, 24)])
def test_day_is_as_long_as_the_clocks_say(duck: Duck, day: int, month: int, length: int) -> None:
    begin = at(day, 0, BERLIN, month)
    hours = [hour(begin + 3600 * number, nobody_sec=3600.0) for number in range(length)]
    made(duck, hours, zone=BERLIN)
    assert one(duck, "counted_hours") == (length,)
    before = [hour(begin - 3600, nobody_sec=3600.0), *hours]
    made(duck_of_two := Duck(), before, zone=BERLIN)
    for table in ("days", "person_days"):
        counted = duck_of_two.ask(f"SELECT counted_hours FROM {table} ORDER BY day")  # noqa: S608
        assert [hours for (hours,) in counted] == pytest.approx([1, length])
    duck_of_two.close()


def test_hour_of_the_day_is_what_the_clock_shows_where_it_was_put_back(duck: Duck) -> None:
    seven = datetime(2026, 10, 25, 7, 30, tzinfo=BERLIN).timestamp()
    made(duck, [hour(seven - 1800, moved_first_at=seven, moved_last_at=seven)], zone=BERLIN)
    assert one(duck, "first_moved_hour") == (7.5,)
    assert one(duck, "hour, weekday", "hours") == (7, 7)


def test_person_is_in_one_room_at_a_time(duck: Duck) -> None:
    seen = {"active_sec": 1800.0, "nobody_sec": 1800.0, "stirs": 1, "walked_sec": 60.0}
    other = {"still_sec": 900.0, "nobody_sec": 2700.0, "stirs": 1, "walked_sec": 60.0}
    made(duck, [hour(at(2, 23), **seen), hour(at(2, 23), "b", **other)])
    hours = one(duck, "counted_hours, active_hours, still_hours, nobody_hours", "person_days")
    assert hours == pytest.approx((1.0, 0.5, 0.25, 0.25))
    assert one(duck, "walked_minutes", "person_days") == (2.0,)


def test_two_people_are_no_more_than_the_time_there_was(duck: Duck) -> None:
    both = {"active_sec": 3600.0}
    made(duck, [hour(at(2, 9), **both), hour(at(2, 9), "b", still_sec=3600.0)])
    found = one(duck, "counted_hours, active_hours, still_hours, nobody_hours", "person_days")
    assert found == pytest.approx((1.0, 0.5, 0.5, 0.0))


def test_what_two_cameras_saw_at_once_was_walked_once(duck: Duck) -> None:
    walked = {"active_sec": 3600.0, "walked_sec": 600.0, "walked_lengths": 300.0}
    made(duck, [hour(at(2, 9), **walked), hour(at(2, 9), "b", **walked)])
    assert one(duck, "walked_minutes, walking_speed", "person_days") == pytest.approx((10.0, 0.5))


def test_night_of_the_hour_that_comes_twice_counts_both(duck: Duck) -> None:
    two = datetime(2026, 10, 25, 2, tzinfo=BERLIN).timestamp()
    made(duck, [hour(two, stirs=1), hour(two + 3600, stirs=1)], zone=BERLIN)
    assert one(duck, "times_up_at_night") == one(duck, "times_up_at_night", "person_days") == (2,)


def test_up_is_counted_once_for_two_cameras(duck: Duck) -> None:
    ups = [hour(at(2, 3), stirs=2), hour(at(2, 3), "b", stirs=1), hour(at(2, 4), "b", stirs=1)]
    made(duck, ups)
    assert one(duck, "times_up_at_night", "person_days") == (3,)


def test_incidents_count_that_were_told_or_judged(duck: Duck) -> None:
    made(
        duck,
        [hour(at(2, 9), nobody_sec=3600.0)],
        [
            incident(at(2, 9), verdict="fall", answered_after_sec=10.0),
            incident(at(2, 10), verdict="false_alarm", answered_after_sec=30.0, is_told=False),
            incident(at(2, 11)),
            incident(at(2, 12), is_told=False),
            incident(at(2, 13), is_test=True),
        ],
    )
    columns = "incidents, falls, false_alarms, answered, median_answer_sec"
    assert one(duck, columns) == one(duck, columns, "person_days") == (3, 1, 1, 2, 20.0)


def test_day_with_an_incident_alone_says_nothing_of_hours(duck: Duck) -> None:
    made(duck, [], [incident(at(2, 9))])
    assert one(duck, "counted_hours, active_hours, incidents") == (0.0, None, 1)
    assert one(duck, "place, hour, floor_sec", "incidents") == ("거실", 9, None)
