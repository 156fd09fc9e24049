"""Days as bands of hours, and weeks as bars."""

from datetime import date
from zoneinfo import ZoneInfo

from backend.activity.store import HourShown
from backend.activity.summary import Week
from backend.web.day_bands import bars, day_bands

SEOUL = ZoneInfo("Asia/Seoul")
MIDNIGHT = 1_795_964_400.0  # 2026-11-30 00:00 in Seoul


def hour(number: int, **seconds: float) -> HourShown:
    states = dict.fromkeys(("active_sec", "still_sec", "lying_sec", "nobody_sec", "blind_sec"), 0.0)
    return HourShown(
        camera_id="living room",
        began_at=MIDNIGHT + 3600 * number,
        stirs=0,
        moved_first_at=None,
        moved_last_at=None,
        walked_sec=0.0,
        walked_lengths=0.0,
        rises=0,
        **(states | seconds),
    )


def week(falls: int, false_alarms: int) -> Week:
    return Week(
        monday=date(2026, 11, 23),
        falls=falls,
        false_alarms=false_alarms,
        tests=0,
        not_sure=0,
        unjudged=0,
        answered=0,
        median_answer_sec=None,
        longest_answer_sec=None,
    )


def test_hour_stands_in_its_place_with_its_states_on_each_other() -> None:
    found = day_bands([hour(6, active_sec=1800.0, nobody_sec=900.0)], SEOUL)
    (band,) = found["living room"]
    assert band.day == date(2026, 11, 30)
    active, nobody = band.pieces
    assert (active.state, active.left, active.top, active.height) == ("active", 25.0, 0.0, 50.0)
    assert (nobody.state, nobody.top, nobody.height, nobody.minutes) == ("nobody", 50.0, 25.0, 15)
    assert band.totals["active"] == 0.5


def test_newest_day_comes_first() -> None:
    found = day_bands([hour(1, active_sec=60.0), hour(25, active_sec=60.0)], SEOUL)
    assert [band.day.day for band in found["living room"]] == [1, 30]


def test_hour_that_is_too_full_stays_in_its_band() -> None:
    (band,) = day_bands([hour(0, active_sec=3600.0, lying_sec=1800.0)], SEOUL)["living room"]
    assert all(piece.top + piece.height <= 100 for piece in band.pieces)


def test_bars_have_one_scale() -> None:
    first, second = bars([week(4, 1), week(0, 2)])
    assert (first.falls, first.false_alarms) == (100.0, 25.0)
    assert (second.falls, second.false_alarms) == (0.0, 50.0)


def test_weeks_without_anything_are_flat() -> None:
    (bar,) = bars([week(0, 0)])
    assert (bar.falls, bar.false_alarms) == (0.0, 0.0)
