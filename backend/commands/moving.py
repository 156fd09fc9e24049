"""`move-database`: all rows from the files below DATA_DIR to DATABASE_URL, or back."""

import sqlite3
from typing import Annotated

import typer

from common.cli import fail, needs, plain_errors, run, stoppable
from common.private_files import keep_private
from common.progress import progress_bar
from common.settings import read_settings, refuse

with needs("the group `backend`, and for PostgreSQL the extra `postgres`"):
    from sqlalchemy.exc import SQLAlchemyError

    import backend.app  # noqa: F401 (it loads each feature's tables)
    from backend.config import FactorySettings
    from backend.moving.errors import CannotMove
    from backend.moving.places import Files, Place, Postgres
    from backend.moving.service import count_tables, move, stopped
    from backend.storage.database import FACTORY_FILE, FILE_URL, HOUSEHOLD_FILE

STOPPED = "stopped: of the database that was being moved nothing has changed"


def _move(
    back: Annotated[
        bool, typer.Option("--back", help="From DATABASE_URL into the files below DATA_DIR.")
    ] = False,
) -> None:
    """Move the databases of a stopped server from the files below DATA_DIR to DATABASE_URL.

    All rows are compared where they came to. What they came from stays as it is.
    """
    settings = read_settings(FactorySettings)
    keep_private(settings.data_dir)
    files, postgres = _places(settings)
    source, target = (postgres, files) if back else (files, postgres)
    with plain_errors(CannotMove, OSError, sqlite3.Error), stopped(settings.data_dir):
        rows = _moved(source, target)
    typer.echo(f"{rows} rows of {count_tables()} tables were moved, each table compared")
    if back:
        typer.echo("PostgreSQL stays as it is: start the server without DATABASE_URL")
    else:
        left = f"{files.household} and {files.factory}"
        typer.echo(f"{left} stay as they are: delete them once the server runs with DATABASE_URL")


def _places(settings: FactorySettings) -> tuple[Files, Postgres]:
    url, data_dir = settings.database_address, settings.data_dir
    if url is None or url.startswith(FILE_URL):
        refuse("DATABASE_URL: expected postgresql+psycopg://… to move to, or back from")
    return Files(data_dir / HOUSEHOLD_FILE, data_dir / FACTORY_FILE), Postgres(url)


def _moved(source: Place, target: Place) -> int:
    """How many rows; an error of PostgreSQL is told by its first line, which has no password."""
    try:
        with stoppable(STOPPED), progress_bar("moving tables", count_tables()) as step:
            return move(source, target, step)
    except SQLAlchemyError as error:
        fail(f"error: the database: {str(error).splitlines()[0]}")


def main() -> None:
    """Run `move-database`."""
    run(_move)
