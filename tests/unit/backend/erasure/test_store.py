"""What each server has still to do of an erasure, and for whom the others wait."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.access.keys import HOUSEHOLD
from backend.cameras.names import household_named
from backend.erasure.scope import Scope
from backend.erasure.store import AWAY_SEC, ErasureStore
from backend.storage.database import SqliteDatabase
from contract.erasures import ErasureKind, ErasureState

NOW = 1_800_000_000.0
HALL = Scope(1, "hall", None, None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with closing(SqliteDatabase(tmp_path / "dolbom.sqlite3")) as opened:
        yield opened


@pytest.fixture
def stores(database: SqliteDatabase) -> tuple[ErasureStore, ErasureStore]:
    seen = {"a": NOW, "b": NOW}
    first, second = (ErasureStore(database, it, lambda _: seen, household_named) for it in "ab")
    return first, second


def test_it_is_over_once_every_server_has_done_its_part(
    stores: tuple[ErasureStore, ErasureStore],
) -> None:
    first, second = stores
    begun = first.begin(HOUSEHOLD, HALL, NOW)
    assert begun
    assert [it.server for it in begun.parts] == ["a", "b"]
    first.finish([1], NOW + 1)
    first.close(NOW + 1)
    (half,) = first.newest(1, 9, NOW + 1)
    assert (half.state, half.progress) == (ErasureState.RUNNING, 0.5)
    assert first.unfinished() == []
    assert second.unfinished()
    second.finish([1], NOW + 2)
    second.close(NOW + 2)
    (done,) = first.newest(1, 9, NOW + 2)
    assert (done.state, done.finished_at) == (ErasureState.DONE, NOW + 2)


def test_server_that_was_not_seen_for_a_week_is_named_and_still_has_its_part_to_do(
    stores: tuple[ErasureStore, ErasureStore],
) -> None:
    first, second = stores
    first.begin(HOUSEHOLD, HALL, NOW)
    first.finish([1], NOW)
    first.close(NOW + AWAY_SEC)
    assert first.newest(1, 9, NOW)[0].state is ErasureState.RUNNING
    first.close(late := NOW + AWAY_SEC + 1)
    (done,) = first.newest(1, 9, late)
    assert done.state is ErasureState.DONE
    assert [it.server for it in done.parts if it.is_away] == ["b"]
    assert second.unfinished()


def test_lines_of_a_file_are_counted_once_a_server(
    stores: tuple[ErasureStore, ErasureStore],
) -> None:
    first, second = stores
    first.begin(HOUSEHOLD, HALL, NOW)
    for store in (first, second, first):
        store.note_file(segment=0, lines={1: 5})
    assert first.newest(1, 9, NOW)[0].counts.events == 10


def test_next_one_may_be_asked_for_while_another_server_is_away(
    stores: tuple[ErasureStore, ErasureStore],
) -> None:
    first, _ = stores
    first.begin(HOUSEHOLD, HALL, NOW)
    assert first.begin(HOUSEHOLD, HALL, NOW) is None
    first.finish([1], NOW)
    assert first.begin(HOUSEHOLD, HALL, NOW)


def older(household_id: int, until: float) -> Scope:
    return Scope(household_id, None, None, until, kind=ErasureKind.RETENTION)


def test_retention_follows_the_one_before_of_its_household_wherever_that_was_done(
    stores: tuple[ErasureStore, ErasureStore],
) -> None:
    first, second = stores
    first.retain([older(1, 10.0), older(2, 10.0)], NOW)
    first.finish([1], NOW)
    first.retain([older(1, 20.0)], NOW + 1)
    assert first.kept_since() == {1: 20.0, 2: 10.0}
    (only,) = first.newest(1, 9, NOW)
    assert (only.kind, only.until, only.person_id) == (ErasureKind.RETENTION, 20.0, None)
    assert [it.server for it in only.parts if it.finished_at is None] == ["a", "b"]
    second.finish([2], NOW)
    (waiting,) = second.unfinished()
    assert waiting.scope == older(1, 20.0)


def test_retention_lets_nobody_wait_who_asks_for_an_erasure(
    stores: tuple[ErasureStore, ErasureStore],
) -> None:
    first, _ = stores
    first.retain([older(1, 10.0)], NOW)
    begun = first.begin(HOUSEHOLD, HALL, NOW)
    assert begun
    first.retain([older(1, 20.0)], NOW)
    assert [it.kind for it in first.newest(1, 9, NOW)] == [ErasureKind.RETENTION, ErasureKind.ASKED]


def test_retentions_go_together_and_what_somebody_asked_for_goes_by_itself(
    stores: tuple[ErasureStore, ErasureStore],
) -> None:
    first, _ = stores
    first.retain([older(1, 10.0)], NOW)
    first.begin(HOUSEHOLD, HALL, NOW)
    first.retain([older(2, 10.0)], NOW)
    together = first.unfinished()
    assert [it.scope.household_id for it in together] == [1, 2]
    first.retain([older(2, 20.0)], NOW)
    first.finish([it.number for it in together], NOW)
    assert [it.scope for it in first.unfinished()] == [HALL]
    first.finish([2], NOW)
    assert [it.scope for it in first.unfinished()] == [older(2, 20.0)]
