"""Which servers run, by the clock of the database that they share."""

from datetime import timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    cast,
    column,
    exists,
    func,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from backend.cluster.tables import servers

DEAD_SEC = 5.0
"""A server that has not been seen for so long is dead: it is seen once a second."""
GONE_SEC = 2.0
"""The same of one that has no session of the database either: a kill ends them at once."""
YOUNG_SEC = 30.0
"""For so long after its own start PostgreSQL says nothing of who had a session."""
SESSIONS = "dolbom "
"""What a server calls its sessions, before its name."""

_activity = table("pg_stat_activity", column("application_name"))


def touch(db: Connection, name: str, secret: str) -> None:
    """This server runs, and signs by the secret of this fingerprint."""
    now = {"seen_at": _now(), "is_settled": False, "secret": secret}
    row = insert(servers).values(name=name, **now)
    db.execute(row.on_conflict_do_update(index_elements=["name"], set_=now))


def leave(db: Connection, name: str) -> None:
    """This server has stopped, and has left nothing to others; or somebody has taken over."""
    db.execute(update(servers).where(servers.c.name == name).values(is_settled=True))


def dead(db: Connection) -> list[str]:
    """Those that run no more and have not said so."""
    return _unsettled(db, _is_dead())


def alive(db: Connection) -> list[str]:
    """Those that run."""
    return _unsettled(db, ~_is_dead())


def known(db: Connection) -> dict[str, float]:
    """When each was last seen, also those that run no more; none without others beside it."""
    return {row.name: row.seen_at for row in db.execute(select(servers))}


def _unsettled(db: Connection, condition: ColumnElement[bool]) -> list[str]:
    query = select(servers.c.name).where(~servers.c.is_settled, condition)
    return list(db.scalars(query.order_by(servers.c.name)))


def at_odds(db: Connection, secret: str) -> list[str]:
    """Those that run and sign by another secret: who is logged in at one is a stranger there."""
    return _unsettled(db, ~_is_dead() & (servers.c.secret != secret))


def _is_dead() -> ColumnElement[bool]:
    seen_at = servers.c.seen_at
    return (seen_at < _now() - DEAD_SEC) | ((seen_at < _now() - GONE_SEC) & _is_gone())


def _is_gone() -> ColumnElement[bool]:
    """Whether its sessions are, though PostgreSQL has run all the while."""
    begun_at = func.pg_postmaster_start_time()
    has_run = begun_at < func.clock_timestamp() - timedelta(seconds=YOUNG_SEC)
    return has_run & ~exists().where(_activity.c.application_name == SESSIONS + servers.c.name)


def _now() -> ColumnElement[float]:
    return cast(func.extract("epoch", func.clock_timestamp()), Float)
