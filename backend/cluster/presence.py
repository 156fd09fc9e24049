"""Which servers run, by the clock of the database that they share."""

from sqlalchemy import ColumnElement, Connection, Float, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.cluster.tables import servers

DEAD_SEC = 5.0
"""A server that has not been seen for so long is dead: it is seen once a second."""


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
    return servers.c.seen_at < _now() - DEAD_SEC


def _now() -> ColumnElement[float]:
    return cast(func.extract("epoch", func.clock_timestamp()), Float)
