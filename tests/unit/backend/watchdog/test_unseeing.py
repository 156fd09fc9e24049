"""Nights in which something moves and nobody is found, and what is no such night."""

from collections.abc import Callable

import pytest

from backend.events.journal.record import Record
from backend.watchdog.beats import beats_of
from backend.watchdog.conditions import Condition, Finding
from backend.watchdog.roster import Cameras
from backend.watchdog.unseeing import HOUR_SEC, Unseeing

MakeBeat = Callable[..., Record]
Watch = Callable[..., list[Finding | None]]

ABSENT = Finding("nothing is found")
SEEN = {"motion_share": 0.4, "pose_share": 0.9}
STILL = {"motion_share": 0.0, "pose_share": 0.0}
UNSEEN = {"motion_share": 0.3, "pose_share": 0.0}
DAY, NIGHT = [SEEN] * 16, [UNSEEN] * 8


@pytest.fixture
def watch(make_beat: MakeBeat) -> Watch:
    """What is found hour by hour of a camera that says this in each, every five minutes."""

    def run(hours: list[dict[str, float]]) -> list[Finding | None]:
        cameras, unseeing, found = Cameras([], 0.0, 0.0), Unseeing(0.0), []
        for number, said in enumerate(hours):
            for second in range(0, int(HOUR_SEC), 300):
                now = number * HOUR_SEC + second + 300.0
                cameras.note(beats_of([make_beat(now, **said)], now))
                findings = unseeing.findings(cameras.look(now, 40.0), now)
            found.append(findings.get(Condition("camera_unseeing", "거실"), ABSENT))
        return found

    return run


def test_nights_of_three_days_are_reported_and_stay_so_by_day(watch: Watch) -> None:
    found = watch([*DAY, *NIGHT] * 5)
    assert set(found[:71]) == {None}
    told = [finding for finding in found[72:] if finding]
    assert len(told) == len(found[72:])
    assert ABSENT not in told
    assert told[0].detail == "saw something move but nobody in the same 8 hours of 3 days"


@pytest.mark.parametrize(
    "days",
    [
        [*DAY, *[STILL] * 8] * 4,
        [*DAY, *[SEEN] * 8] * 4,
        # A curtain, while the household travels.
        [UNSEEN] * 96,
        # A pet, on two days out of three.
        [*[*DAY, *NIGHT] * 2, *[SEEN] * 24, *DAY, *NIGHT],
        # A pet, at another hour of each day.
        [*NIGHT, *DAY, *DAY[:8], *NIGHT, *DAY[:8], *DAY, *NIGHT, *DAY, *NIGHT],
        # Two hours.
        [*[SEEN] * 22, *[UNSEEN] * 2] * 4,
        # Somebody is found now and then.
        [*DAY, *[{"motion_share": 0.3, "pose_share": 0.05}] * 8] * 4,
        # Somebody sleeps.
        [*DAY, *[{"motion_share": 0.05, "pose_share": 0.0}] * 8] * 4,
        [{}] * 96,
    ],
)
def test_what_is_no_blind_night_is_not_reported(watch: Watch, days: list[dict[str, float]]) -> None:
    assert set(watch(days)[72:]) == {ABSENT}


def test_it_is_over_once_somebody_is_found_at_night(watch: Watch) -> None:
    found = watch([*[*DAY, *NIGHT] * 4, *[SEEN] * 24])
    assert found[-1] is ABSENT
