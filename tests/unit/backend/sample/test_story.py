"""When what happens in a sample record."""

from datetime import date

import pytest

from backend.sample.story import FEWEST_DAYS, Days, story_of

LAST = date(2026, 11, 22)


@pytest.mark.parametrize("count", [FEWEST_DAYS, 10, 30, 90, 365])
@pytest.mark.parametrize("seed", [1, 2])
def test_all_parts_are_within_the_days(count: int, seed: int) -> None:
    story = story_of(LAST, count, seed)
    assert len(story.days.all) == count
    assert story.days.last == LAST
    assert story.days.first < story.restless_from < story.pills_from < LAST
    for part in (story.away, story.dark_nights, story.visited):
        assert part.first in story.days
        assert part.last in story.days
    assert min(story.fall_days) < story.pills_from <= max(story.fall_days)
    assert len(story.cat_days) > 1


def test_alarms_are_on_days_on_which_all_cameras_see_and_nobody_is_there() -> None:
    story = story_of(LAST, 90, 3)
    for day in (*story.fall_days, *story.cat_days, *story.sunlight_days):
        assert day in story.days
        assert day not in story.away
        assert day not in story.visited


def test_same_seed_tells_the_same_story_and_another_one_another() -> None:
    assert story_of(LAST, 90, 1) == story_of(LAST, 90, 1)
    assert story_of(LAST, 90, 1) != story_of(LAST, 90, 2)


def test_days_hold_both_ends() -> None:
    days = Days(first=date(2026, 2, 27), last=date(2026, 3, 1))
    assert days.all == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert date(2026, 3, 2) not in days
