"""When a household's record has had its time, and who is asked to erase it then."""

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from backend.erasure.retention import RetentionService, is_night, kept_since
from backend.people.household import HouseholdSettings
from testkit.clock import Clock

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")
NIGHT = datetime(2027, 1, 15, 3, 30, tzinfo=SEOUL).timestamp()
DAYS = {1: 30, 2: None, 3: 7}
ZONES = {1: SEOUL, 2: SEOUL, 3: BERLIN}


class People:
    """Three households: one keeps 30 days, one all, and one elsewhere 7 days."""

    def households(self) -> list[Any]:
        return [SimpleNamespace(id=it, kept_days=days) for it, days in DAYS.items()]

    def zone_of(self, household: Any) -> ZoneInfo:
        return ZONES[household.id]


class Erasures:
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[Mapping[int, float]] = []

    def retain(self, kept_since: Mapping[int, float]) -> None:
        self.asked.append(dict(kept_since))


def asked_at(now: float, *, is_on_duty: bool = True) -> list[Mapping[int, float]]:
    """What is asked for in a round."""
    erasures = Erasures()
    service = RetentionService(
        cast(Any, erasures), cast(Any, People()), Clock(now), is_on_duty=lambda: is_on_duty
    )
    service.round()
    return erasures.asked


def test_each_household_has_its_own_night_and_its_own_days() -> None:
    of_seoul = datetime(2026, 12, 16, tzinfo=SEOUL).timestamp()
    assert asked_at(NIGHT) == [{1: of_seoul}]
    of_berlin = datetime(2027, 1, 8, tzinfo=BERLIN).timestamp()
    assert asked_at(NIGHT + 8 * 3600) == [{3: of_berlin}]
    assert asked_at(NIGHT + 4 * 3600) == []


def test_server_that_is_not_on_duty_asks_for_nothing() -> None:
    assert asked_at(NIGHT, is_on_duty=False) == []


@pytest.mark.parametrize(("hour", "expected"), [(2, False), (3, True), (5, True), (6, False)])
def test_night_is_from_three_to_six(hour: int, expected: bool) -> None:
    assert is_night(SEOUL, datetime(2027, 1, 15, hour, 59, tzinfo=SEOUL).timestamp()) is expected


def test_days_are_whole_also_where_the_clock_was_changed() -> None:
    after = datetime(2027, 4, 5, 4, tzinfo=BERLIN).timestamp()
    assert kept_since(10, BERLIN, after) == datetime(2027, 3, 26, tzinfo=BERLIN).timestamp()


@pytest.mark.parametrize("days", [6, 3651, 30.0, True, "30"])
def test_other_days_are_refused(days: object) -> None:
    with pytest.raises(ValidationError, match="kept_days"):
        HouseholdSettings.model_validate({"name": "집", "kept_days": days})


@pytest.mark.parametrize("days", [7, 3650, None])
def test_days_may_be_none(days: int | None) -> None:
    assert HouseholdSettings(name="집", kept_days=days).kept_days == days
