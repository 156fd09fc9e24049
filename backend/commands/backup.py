"""`run-backup` and `run-restore`."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from common.cli import fail, needs, plain_errors, run, stoppable
from common.private_files import keep_private
from common.progress import progress_bar
from common.settings import read_settings

with needs("the group `backend`, and for PostgreSQL the extra `postgres`"):
    from sqlalchemy.exc import SQLAlchemyError

    import backend.app  # noqa: F401 (it loads each feature's tables)
    from backend.backups.errors import BackupError
    from backend.backups.restoring import find_backup, restore
    from backend.backups.taking import SETTINGS, Home, take_backup
    from backend.config import FactorySettings
    from backend.moving.errors import CannotMove
    from backend.moving.places import place_of
    from backend.storage.errors import BlobUnavailable

MIB = 2**20

Folder = Annotated[Path, typer.Argument(help="Where the backups lie: best on another disk.")]


def _back_up(
    folder: Folder,
    keep: Annotated[int, typer.Option(min=1, help="So many backups stay.")] = 14,
    settings_file: Annotated[
        list[Path] | None,
        typer.Option("--settings", exists=True, dir_okay=False, help="A file to keep with it."),
    ] = None,
) -> None:
    """Back up the server of DATA_DIR, which may go on running: what is there already is not copied.

    It is whole or not there at all. It holds all keys: whoever has it is the household.
    """
    settings = read_settings(FactorySettings)
    keep_private(settings.data_dir)
    place = place_of(settings.database_address, settings.data_dir)
    home = Home(settings.data_dir, place, settings_file or ())
    with _plain("stopped: the backups before are as they were") as progress:
        made = take_backup(home, folder, keep, time.time(), progress("keeping files"))
    size = sum(file.bytes for file in made.files) / MIB
    typer.echo(f"{made.name}: {len(made.files)} files of {size:.0f} MiB are in {folder}")


def _restore(
    folder: Folder,
    name: Annotated[
        str | None, typer.Option("--backup", help="Its name. Default: the newest.")
    ] = None,
) -> None:
    """Bring a backup back into DATA_DIR, which has to be empty; all is checked first."""
    settings = read_settings(FactorySettings)
    keep_private(settings.data_dir)
    target = place_of(settings.database_address, settings.data_dir)
    with _plain("stopped: begin again") as progress:
        found = find_backup(folder, name)
        restore(folder, found, settings.data_dir, target, progress("checking and restoring"))
    typer.echo(f"{settings.data_dir} is as it was at {found.name}: start the server")
    if (kept := settings.data_dir / SETTINGS).is_dir():
        typer.echo(f"the settings of then are in {kept}: bring them where the server reads them")


@contextmanager
def _plain(stopped: str) -> Iterator[Callable[[str], Callable[[int], Callable[[], None]]]]:
    """Errors in one line; gives what opens a bar that lasts as long as the block."""
    expected = (BackupError, CannotMove, BlobUnavailable, OSError, sqlite3.Error)
    with ExitStack() as bars, plain_errors(*expected), stoppable(stopped):
        try:
            yield lambda label: lambda total: bars.enter_context(progress_bar(label, total))
        except SQLAlchemyError as error:
            fail(f"error: the database: {str(error).splitlines()[0]}")


def main() -> None:
    """Entry point of `run-backup`."""
    run(_back_up)


def main_restore() -> None:
    """Entry point of `run-restore`."""
    run(_restore)
