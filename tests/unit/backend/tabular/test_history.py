"""What was answered: shown at once, written in groups, and bounded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from sqlalchemy import Connection

from backend.storage.database import Database, open_factory_database
from backend.storage.errors import DatabaseUnavailable
from backend.tabular import history as history_module
from backend.tabular.errors import UnknownPrediction
from backend.tabular.history import DAY_SEC, History
from backend.tabular.store import Entry, Wanted
from contract.tabular import TabularAnswer

NOW = 1_795_939_200.0
WHOLE = Wanted(1, "eclo")


class Disk:
    """A factory's database that refuses while it is `full`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.full = False
        self.is_made = True

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._database.reading() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self.full:
            raise DatabaseUnavailable("the disk is full")
        with self._database.writing() as db:
            yield db


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    database = open_factory_database(None, tmp_path)
    yield Disk(database)
    database.close()


@pytest.fixture
def history(disk: Disk) -> History:
    return History(disk, 90, lambda: NOW)  # type: ignore[arg-type]


def entry(number: int, at: float = NOW, household_id: int = 1, **fields: str) -> Entry:
    answer = TabularAnswer(
        prediction_id=f"p{number}",
        model=fields.get("model", "eclo"),
        version=fields.get("version", "1"),
        value=float(number),
        interpretation="",
        detail="",
        is_generated=True,
    )
    return Entry(household_id, at, {"speed": number, "weather": "비", "hour": None}, answer)


def ids(history: History, wanted: Wanted = WHOLE, limit: int = 50) -> list[str]:
    return [it.prediction_id for it in history.newest(wanted, limit)]


def test_what_waits_and_what_is_written_are_one_list_newest_first(history: History) -> None:
    for number in range(3):
        history.keep(entry(number))
    assert ids(history) == ["p2", "p1", "p0"]
    history.write()
    history.keep(entry(3))
    assert ids(history) == ["p3", "p2", "p1", "p0"]
    assert history.newest(WHOLE, 50)[1] == entry(2).prediction
    assert history.health().status == "ok"


@pytest.mark.parametrize("written", [0, 2, 5])
def test_pages_meet_without_a_gap_wherever_the_disk_has_come_to(
    history: History, written: int
) -> None:
    for number in range(5):
        history.keep(entry(number))
        if number + 1 == written:
            history.write()
    seen, before = list[str](), None
    while page := ids(history, Wanted(1, "eclo", before=before), 2):
        seen, before = [*seen, *page], page[-1]
    assert seen == ["p4", "p3", "p2", "p1", "p0"]


@pytest.mark.parametrize("is_written", [False, True])
def test_filters_hold_wherever_it_stands(history: History, is_written: bool) -> None:
    for it in (
        entry(0, NOW - 10),
        entry(1, version="2"),
        entry(2, model="tabular"),
        entry(3, household_id=2),
        entry(4, NOW + 10),
    ):
        history.keep(it)
    if is_written:
        history.write()
    assert ids(history) == ["p4", "p1", "p0"]
    assert ids(history, Wanted(1, "eclo", version="2")) == ["p1"]
    assert ids(history, Wanted(1, "eclo", since=NOW, until=NOW + 10)) == ["p1"]
    assert ids(history, Wanted(2, "eclo")) == ["p3"]
    with pytest.raises(UnknownPrediction):
        ids(history, Wanted(1, "eclo", before="p2"))


def test_disk_that_refuses_is_said_and_loses_nothing_that_memory_has_room_for(
    history: History, disk: Disk
) -> None:
    disk.full = True
    with mock.patch.object(history_module, "MAX_WAITING", 3):
        for number in range(5):
            history.keep(entry(number))
        history.write()
    health = history.health()
    assert health.status == "degraded"
    assert "the disk is full" in (health.reason or "")
    assert (health.model_extra or {})["lost"] == 2
    assert ids(history) == ["p2", "p1", "p0"]
    disk.full = False
    history.write()
    assert history.health().status == "ok"
    assert ids(history) == ["p2", "p1", "p0"]


def test_only_the_newest_stay_and_none_beyond_its_days(history: History) -> None:
    history.keep(entry(0, NOW - 91 * DAY_SEC))
    history.write()
    assert ids(history) == []
    with mock.patch.object(history_module, "KEPT", 2):
        for number in range(1, 6):
            history.keep(entry(number))
        history.write()
    assert ids(history) == ["p5", "p4"]


def test_erased_is_a_span_alone_whether_written_or_not(history: History) -> None:
    for number in range(4):
        history.keep(entry(number, NOW + number))
        if number == 1:
            history.write()
    span = Wanted(1, "eclo", since=NOW + 1, until=NOW + 3)
    assert (history.count(WHOLE), history.count(span)) == (4, 2)
    assert history.erase(span) == 2
    assert ids(history) == ["p3", "p0"]


def test_erased_is_a_model_of_a_household_alone(history: History) -> None:
    history.keep(entry(0))
    history.write()
    for it in (entry(1), entry(2, model="tabular"), entry(3, household_id=2)):
        history.keep(it)
    assert history.erase(WHOLE) == 2
    assert ids(history) == []
    assert ids(history, Wanted(1, "tabular")) == ["p2"]
    history.write()
    assert ids(history, Wanted(2, "eclo")) == ["p3"]
