"""Which servers run, as a real PostgreSQL sees it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, create_engine, update

from backend.cluster import presence
from backend.cluster.service import connect
from backend.cluster.tables import servers
from testkit.postgres import PROGRAMS, Postgres

Eventually = Callable[..., None]

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="needs PostgreSQL")


@pytest.fixture(scope="module")
def url(installed: Postgres) -> str:
    return installed.make_migrated("presence")


@pytest.fixture
def db(url: str) -> Iterator[Connection]:
    """Server `a` was last seen three seconds ago."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as opened:
        presence.touch(opened, "a", "")
        opened.execute(update(servers).values(seen_at=servers.c.seen_at - 3.0))
        yield opened
        opened.execute(servers.delete())
    engine.dispose()


def test_server_without_a_session_is_dead_soon_and_one_that_has_one_is_not(
    db: Connection, url: str, monkeypatch: pytest.MonkeyPatch, eventually: Eventually
) -> None:
    monkeypatch.setattr(presence, "YOUNG_SEC", 0.0)
    with ExitStack() as sessions:
        sessions.enter_context(connect(url, "a"))
        assert (presence.alive(db), presence.dead(db)) == (["a"], [])
    eventually(lambda: presence.dead(db) == ["a"])
    presence.touch(db, "a", "")
    assert presence.alive(db) == ["a"]


def test_database_that_has_just_started_says_nothing_of_who_is_gone(
    db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "YOUNG_SEC", 3600.0)
    assert presence.dead(db) == []
    db.execute(update(servers).values(seen_at=servers.c.seen_at - presence.DEAD_SEC))
    assert presence.dead(db) == ["a"]
