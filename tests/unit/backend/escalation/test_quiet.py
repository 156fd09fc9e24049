"""Quiet hours, over midnight and over a change of the clocks."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.escalation.quiet import quiet_until

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = SEOUL) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-29 21:59", None),
        ("2026-11-29 22:00", "2026-11-30 07:00"),
        ("2026-11-30 06:59", "2026-11-30 07:00"),
        ("2026-11-30 07:00", None),
    ],
)
def test_night_is_quiet_until_the_morning(now: str, until: str | None) -> None:
    assert quiet_until("22:00", "07:00", SEOUL, at(now)) == (until and at(until))


def test_quiet_hours_of_one_day_end_on_it() -> None:
    noon = at("2026-11-29 13:00")
    assert quiet_until("12:30", "14:00", SEOUL, noon) == at("2026-11-29 14:00")
    assert quiet_until("13:30", "14:00", SEOUL, noon) is None


def test_same_time_twice_is_no_time_at_all() -> None:
    assert quiet_until("09:00", "09:00", SEOUL, at("2026-11-29 09:00")) is None


def test_quiet_hours_end_by_the_clock_on_the_wall_although_it_is_set() -> None:
    # In that night the clocks go back by an hour.
    night = at("2026-10-24 23:00", BERLIN)
    ends = quiet_until("22:00", "07:00", BERLIN, night)
    assert ends == at("2026-10-25 07:00", BERLIN)
    assert ends - night == 9 * 3600
