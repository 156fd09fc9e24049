"""A session of PostgreSQL that does not wait for ever, as one would whose line is cut."""

import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

GivesUp = Callable[[float], bool]
"""Whether to wait no longer, after so many seconds. It is asked some times a second."""


FRESH_SEC = 1.0
"""A session that was used so lately is not tried before it is used again."""


class NoAnswer(psycopg.OperationalError):
    """Nothing came, and nobody has hung up."""


class Session(psycopg.Connection[Any]):
    """One whose statements end with NoAnswer once `gives_up` says so; it is closed by that."""

    gives_up: GivesUp

    def wait(self, gen: PQGen[Any], *args: Any, **named: Any) -> Any:
        """As psycopg does it, which asks `gen` ten times a second."""
        return super().wait(self._while_patient(gen), *args, **named)

    def _while_patient(self, gen: PQGen[Any]) -> PQGen[Any]:
        began = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                self._check(began)
                wanted = gen.send((yield wanted))
        except StopIteration as end:
            return end.value

    def _check(self, began: float) -> None:
        if self.gives_up(time.monotonic() - began):
            self.pgconn.finish()
            raise NoAnswer("the database does not answer")


def open_session(gives_up: GivesUp, *args: Any, **named: Any) -> Session:
    """Connect. Raises psycopg.Error, NoAnswer among them."""
    if gives_up(0.0):
        raise NoAnswer("the database does not answer")
    try:
        session = Session.connect(*args, **named)
    except psycopg.errors.ConnectionTimeout as error:
        raise NoAnswer("the database does not answer") from error
    session.gives_up = gives_up
    return session


def give_up_where(engine: Engine, hangs: Callable[[], bool]) -> None:
    """Let no session of the engine wait while the database hangs."""

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, args: list[Any], named: dict[str, Any]) -> Session:
        return open_session(lambda _waited_sec: hangs(), *args, **named)


def try_after_a_pause(engine: Engine) -> None:
    """Have a session that was not used for a while say that it stands; another takes its place
    where it does not. SQLAlchemy's `pool_pre_ping` asks each time."""

    @event.listens_for(engine, "checkin")
    def _note(_session: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _try(session: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get("used_at")
        if used_at is None or time.monotonic() - used_at < FRESH_SEC:
            return
        try:
            engine.dialect.do_ping(session)
        except psycopg.Error as error:
            raise DisconnectionError from error
