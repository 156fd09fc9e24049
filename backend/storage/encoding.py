"""The encoding of a PostgreSQL database: names of people and rooms are in any script."""

from typing import Any

from sqlalchemy import Engine, event

from backend.storage.errors import UnusableDatabaseError

WANTED = "UTF8"


def expect_utf8(engine: Engine) -> Engine:
    """`engine`, whose connections raise UnusableDatabaseError where the encoding is another one."""
    if engine.dialect.name == "postgresql":
        # Before SQLAlchemy asks anything itself: it is answered in bytes by SQL_ASCII.
        event.listen(engine, "connect", _check, insert=True)
    return engine


def _check(connection: Any, _record: object) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != WANTED:
        raise UnusableDatabaseError(
            f"its encoding is {encoding}, expected {WANTED}: make it anew by "
            f"CREATE DATABASE … ENCODING '{WANTED}' TEMPLATE template0"
        )
