"""A check outside goes down as Healthchecks documents it."""

import pytest

from testkit.outside_watch import GRACE_SEC, PERIOD_SEC, Call, down_since

LATE = PERIOD_SEC + GRACE_SEC
WELL, ILL = True, False


@pytest.mark.parametrize(
    ("calls", "now", "since"),
    [
        ([], 1e9, None),
        ([Call(0, WELL)], LATE, None),
        ([Call(0, WELL)], LATE + 1, LATE),
        ([Call(0, WELL), Call(LATE + 50, WELL)], LATE + 60, None),
        ([Call(0, WELL), Call(60, ILL)], 61, 60),
        ([Call(0, WELL), Call(60, ILL), Call(120, ILL)], 1e9, 60),
        ([Call(60, ILL), Call(120, WELL)], 121, None),
    ],
    ids=["never called", "in time", "stays away", "back", "says so", "says so again", "well again"],
)
def test_check_is_down_after_a_failure_or_where_calls_stay_away(
    calls: list[Call], now: float, since: float | None
) -> None:
    assert down_since(calls, now) == since
