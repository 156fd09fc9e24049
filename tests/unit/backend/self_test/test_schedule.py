"""When a self-test is due, whose turn it is, and what is next in one."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.cameras.service import CameraShown, CameraState, KeyKind
from backend.self_test.schedule import Next, SelfTest, due, next_in, pick

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 11, 30, 14, tzinfo=SEOUL).timestamp()
HOUR, DAY = 3600.0, 86_400.0
TEST = SelfTest(7, 1, "hall", None, MONDAY, None, MONDAY, None, None, None)


def at(*moment: int) -> float:
    return datetime(*moment, tzinfo=SEOUL).timestamp()  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2026, 11, 30, 13, 59, 59), None),
        (at(2026, 11, 30, 14), MONDAY),
        (at(2026, 11, 30, 15, 30), MONDAY),
        (at(2026, 11, 30, 16, 0, 1), None),  # the server was away: it would surprise by now
        (at(2026, 12, 1, 14), None),
        (at(2026, 12, 7, 14), at(2026, 12, 7, 14)),
    ],
)
def test_weekly_test_is_due_at_its_local_hour(now: float, expected: float | None) -> None:
    assert due(0, 14, SEOUL, now, None) == expected


def test_hour_that_was_made_is_not_due_again() -> None:
    assert due(0, 14, SEOUL, MONDAY + 60, MONDAY) is None
    assert due(0, 14, SEOUL, MONDAY + 60, MONDAY - 7 * DAY) == MONDAY


def test_clock_that_is_set_back_makes_no_second_one() -> None:
    assert due(0, 14, SEOUL, MONDAY + 60 - HOUR, MONDAY) is None


def test_hour_just_after_midnight_on_a_monday_is_of_that_monday() -> None:
    assert due(6, 23, SEOUL, at(2026, 11, 30, 0, 30), None) == at(2026, 11, 29, 23)


def test_hour_that_summer_time_leaves_out_is_made_all_the_same() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    skipped = datetime(2026, 3, 29, 3, 0, 5, tzinfo=berlin).timestamp()  # 02:00 there is none
    assert due(6, 2, berlin, skipped, None) is not None


def camera(name: str, state: CameraState) -> CameraShown:
    return CameraShown(
        camera_id=name, place=None, key=KeyKind.HOUSEHOLD, paired_at=None, state=state,
        heard_at=None, moved_at=None, picture=None, inference=None, model=None,
        model_failure=None, night_look=None, night_look_failure=None, detail=None,
    )  # fmt: skip


def test_turn_is_of_the_watching_camera_that_was_not_tested_for_longest() -> None:
    cameras = [
        camera("silent", CameraState.SILENT),
        camera("hall", CameraState.WATCHING),
        camera("bath", CameraState.WATCHING),
        camera("attic", CameraState.STOPPED),
    ]
    assert pick(cameras, {}) == "hall"
    assert pick(cameras, {"hall": 1.0}) == "bath"
    assert pick(cameras, {"hall": 1.0, "bath": 2.0}) == "hall"


def test_silent_camera_is_tested_where_no_other_is() -> None:
    assert pick([camera("silent", CameraState.SILENT)], {}) == "silent"
    assert pick([camera("attic", CameraState.STOPPED)], {}) is None
    assert pick([], {}) is None


@pytest.mark.parametrize(
    ("began", "again", "unanswered", "after", "expected"),
    [
        (None, None, [1], 0.0, Next.ASK_BOX),
        (None, None, [1], HOUR - 1, Next.ASK_BOX),
        (None, None, [1], HOUR, Next.WAIT),
        (None, None, [1], DAY, Next.END),
        (None, None, [], 60.0, Next.ASK_BOX),
        (5.0, None, [], 60.0, Next.END),
        (5.0, None, [1], HOUR + 4, Next.WAIT),
        (5.0, None, [1], HOUR + 5, Next.ASK_AGAIN),
        (5.0, HOUR + 5, [1], 3 * HOUR, Next.WAIT),
        (5.0, HOUR + 5, [], 3 * HOUR, Next.END),
        (5.0, HOUR + 5, [1], DAY, Next.END),
    ],
)
def test_what_is_next(
    began: float | None,
    again: float | None,
    unanswered: list[int],
    after: float,
    expected: Next,
) -> None:
    test = replace(
        TEST,
        began_at=None if began is None else MONDAY + began,
        asked_again_at=None if again is None else MONDAY + again,
    )
    assert next_in(test, unanswered, MONDAY + after) is expected
