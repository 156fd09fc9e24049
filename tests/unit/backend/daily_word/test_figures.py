"""What is said of a day, from its hours."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.activity.store import HourShown
from backend.daily_word.figures import figures, first_day

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 11, 29)
EVENING = datetime(2026, 11, 29, 20, tzinfo=SEOUL).timestamp()


def hour(day: date, at: int, camera: str = "hall", **seconds: float) -> HourShown:
    began_at = datetime(day.year, day.month, day.day, at, tzinfo=SEOUL).timestamp()
    none = dict.fromkeys(("active_sec", "still_sec", "lying_sec", "nobody_sec", "blind_sec"), 0.0)
    rest = {"stirs": 0, "moved_first_at": None, "moved_last_at": None}
    rest |= {"walked_sec": 0.0, "walked_lengths": 0.0, "rises": 0}
    return HourShown.model_validate(
        {"camera_id": camera, "began_at": began_at} | none | rest | seconds
    )


def day(of: date, active: float, camera: str = "hall") -> list[HourShown]:
    """A day that was seen whole, active for so long in each hour from 7 on."""
    return [
        hour(of, at, camera, active_sec=active if at >= 7 else 0.0,
             nobody_sec=3600.0 - (active if at >= 7 else 0.0))
        for at in range(24)
    ]  # fmt: skip


def before(days: int, active: float) -> list[HourShown]:
    return [it for ago in range(1, days + 1) for it in day(TODAY - timedelta(ago), active)]


@pytest.mark.parametrize(("active", "share"), [(600.0, 1.0), (1200.0, 2.0), (150.0, 0.25)])
def test_day_is_compared_with_the_usual_one_by_this_time(active: float, share: float) -> None:
    said = figures([*before(14, 600.0), *day(TODAY, active)], EVENING, SEOUL)
    assert said.active_share == pytest.approx(share)


def test_hour_that_lasts_is_compared_with_nothing() -> None:
    part = [*before(14, 600.0), *day(TODAY, 600.0)[:20], hour(TODAY, 20, active_sec=60.0)]
    said = figures(part, EVENING + 300, SEOUL)
    assert said.active_share == pytest.approx(1.0)


def test_few_days_are_nothing_usual() -> None:
    assert figures([*before(2, 600.0), *day(TODAY, 600.0)], EVENING, SEOUL).active_share is None
    assert figures([*before(3, 600.0), *day(TODAY, 600.0)], EVENING, SEOUL).active_share == 1.0


def test_days_that_were_hardly_seen_are_nothing_usual() -> None:
    dark = [hour(TODAY - timedelta(ago), 9, active_sec=3600.0) for ago in range(1, 14)]
    assert figures([*dark, *day(TODAY, 600.0)], EVENING, SEOUL).active_share is None


def test_somebody_is_up_in_the_first_hour_of_much_movement() -> None:
    moved = datetime(2026, 11, 29, 7, 12, tzinfo=SEOUL).timestamp()
    hours = [
        hour(TODAY, 2, active_sec=900.0, moved_first_at=1.0),  # at night
        hour(TODAY, 6, active_sec=100.0, moved_first_at=2.0),
        hour(TODAY, 7, active_sec=200.0, moved_first_at=moved + 60),
        hour(TODAY, 7, "bath", active_sec=200.0, moved_first_at=moved),
        hour(TODAY, 8, active_sec=900.0, moved_first_at=3.0),
    ]
    assert figures(hours, EVENING, SEOUL).up_at == moved


def test_nobody_who_was_seen_to_move_is_not_up() -> None:
    assert figures(day(TODAY, 0.0), EVENING, SEOUL).up_at is None


def test_night_is_from_ten_to_six_and_as_the_camera_saw_that_saw_most() -> None:
    yesterday = TODAY - timedelta(1)
    hours = [
        hour(yesterday, 21, nobody_sec=9.0, stirs=9),
        hour(yesterday, 23, nobody_sec=9.0, stirs=1),
        hour(TODAY, 3, nobody_sec=9.0, stirs=2),
        hour(TODAY, 3, "bath", nobody_sec=9.0, stirs=1),
        hour(TODAY, 6, nobody_sec=9.0, stirs=9),
    ]
    assert figures(hours, EVENING, SEOUL).night_stirs == 3


def test_night_that_no_camera_saw_is_not_known() -> None:
    hours = [hour(TODAY, 3, blind_sec=3600.0), hour(TODAY, 9, active_sec=9.0)]
    assert figures(hours, EVENING, SEOUL).night_stirs is None


def test_share_of_the_day_is_of_all_cameras() -> None:
    hours = [
        *day(TODAY, 0.0)[:20],
        *(hour(TODAY, at, "bath", blind_sec=3600.0) for at in range(20)),
    ]
    assert figures(hours, EVENING, SEOUL).watched_share == pytest.approx(0.5)


def test_without_hours_nothing_is_known() -> None:
    assert set(figures([], EVENING, SEOUL).model_dump().values()) == {None}


def test_two_weeks_count() -> None:
    assert first_day(TODAY) == date(2026, 11, 15)
