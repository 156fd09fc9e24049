"""Which servers run, by the clock of the database that they share."""

from sqlalchemy import ColumnElement, Connection, Float, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from backend.cluster.tables import servers

DEAD_SEC = 5.0
"""A server that has not been seen for so long is dead: it is seen once a second."""


def touch(db: Connection, name: str) -> None:
    """This server runs."""
    row = insert(servers).values(name=name, seen_at=_now())
    db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"seen_at": _now()}))


def leave(db: Connection, name: str) -> None:
    """This server has stopped, and has left nothing to others; or somebody has taken over."""
    db.execute(delete(servers).where(servers.c.name == name))


def dead(db: Connection) -> list[str]:
    """Those that run no more and have not said so."""
    return list(db.scalars(select(servers.c.name).where(_is_dead()).order_by(servers.c.name)))


def alive(db: Connection) -> list[str]:
    """Those that run."""
    return list(db.scalars(select(servers.c.name).where(~_is_dead()).order_by(servers.c.name)))


def _is_dead() -> ColumnElement[bool]:
    return servers.c.seen_at < _now() - DEAD_SEC


def _now() -> ColumnElement[float]:
    return cast(func.extract("epoch", func.clock_timestamp()), Float)
