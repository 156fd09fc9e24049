"""Who is with the person, and until when."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.cameras.errors import UnknownVisit
from backend.cameras.visits import VisitService
from backend.storage.database import SqliteDatabase
from testkit.clock import Clock

NOW = 1.8e9


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def visits(tmp_path: Path, clock: Clock) -> Iterator[VisitService]:
    with closing(SqliteDatabase(tmp_path / "database" / "dolbom.sqlite3")) as database:
        yield VisitService(database, clock)


def test_somebody_is_there_for_as_long_as_was_said(visits: VisitService) -> None:
    visits.begin(1, 2, 60)
    times = (NOW - 1, NOW, NOW + 3599, NOW + 3600)
    assert [visits.is_accompanied(1, at) for at in times] == [False, True, True, False]


def test_other_household_is_not_accompanied(visits: VisitService) -> None:
    visit = visits.begin(1, 2, 60)
    assert not visits.is_accompanied(2, NOW)
    with pytest.raises(UnknownVisit):
        visits.end(2, visit.id)
    assert visits.lasting(2) == []


def test_whoever_has_left_is_there_no_more(visits: VisitService, clock: Clock) -> None:
    visit = visits.begin(1, 2, 60)
    clock.now += 10
    visits.end(1, visit.id)
    assert not visits.is_accompanied(1, NOW + 10)
    with pytest.raises(UnknownVisit):
        visits.end(1, visit.id)


def test_what_somebody_says_last_counts(visits: VisitService, clock: Clock) -> None:
    visits.begin(1, 2, 480)
    clock.now += 60
    visits.begin(1, 2, 1)
    visits.begin(1, None, 2)
    assert [(it.person_id, it.until) for it in visits.lasting(1)] == [
        (2, NOW + 120),
        (None, NOW + 180),
    ]
    assert not visits.is_accompanied(1, NOW + 180)
