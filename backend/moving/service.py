"""Moves the databases of a stopped server: all rows, or none of a database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from backend.events.journal.journal import LOCK
from backend.moving.errors import CannotMove
from backend.moving.places import Place
from backend.moving.rows import copy_rows
from backend.storage.migrate import FACTORY, HOUSEHOLD
from common.files import claim

SCHEMAS = (HOUSEHOLD, FACTORY)


def count_tables() -> int:
    """How many tables there are; those of a feature that was not loaded are not counted."""
    return sum(len(schema.metadata.tables) for schema in SCHEMAS)


def move(source: Place, target: Place, step: Callable[[], None]) -> int:
    """Put all rows of `source` into `target`, and compare them there; how many.

    Calls `step` after each table. May be repeated. Raises CannotMove, OSError, sqlite3.Error and
    SQLAlchemyError; then nothing of the database at which it stopped has changed.
    """
    rows = 0
    for schema in SCHEMAS:
        with source.reading(schema) as here, target.writing(schema) as there:
            rows += copy_rows(here, there, schema.metadata.sorted_tables, step)
    return rows


@contextmanager
def stopped(data_dir: Path) -> Iterator[None]:
    """Keep the server and its workers from starting meanwhile; raises CannotMove where one runs."""
    locks = [data_dir / "events" / LOCK, *data_dir.glob("jobs/worker-*.lock")]
    with ExitStack() as claims:
        for lock in locks:
            if not lock.parent.exists():
                continue
            try:
                claims.enter_context(claim(lock))
            except BlockingIOError:
                who = "the server" if lock.name == LOCK else lock.stem
                raise CannotMove(f"{who} runs on {data_dir}: stop it first") from None
        yield
