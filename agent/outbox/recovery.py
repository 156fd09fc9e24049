"""The outbox's file: only one program at a time writes it, and a damaged one is rebuilt."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from agent.outbox.store import INCIDENTS, EventStore, is_damage
from common import files
from contract.events import EVENT

logger = logging.getLogger(__name__)

# What SQLite writes beside a database.
_COMPANIONS = ("-wal", "-shm")


class OutboxInUse(Exception):
    """Another program writes this outbox; the message is one line."""


def claim(path: Path) -> BinaryIO:
    """Hold the result as long as the outbox at `path` is used; a killed process releases it.

    Makes the folder where it is missing. Raises OutboxInUse and OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return files.claim(path.with_suffix(".lock"))
    except BlockingIOError:
        raise OutboxInUse(
            f"another run-agent has the outbox {path}; give each camera a CAMERA_ID of its own"
        ) from None


def open_store(
    path: Path, bound: int, now: float, damage: Exception | None = None
) -> tuple[EventStore, str | None]:
    """The store at `path`, and what was done about a damaged file, or None.

    A damaged file is kept under another name, and what can be read of it is carried over. `now` is
    seconds since 1970 (UTC), `damage` what was found in the file while it was used. Raises OSError
    and sqlite3.Error, which leave the events where they were.
    """
    _finish_rebuilding(path)
    if damage is None:
        try:
            return EventStore(path, bound), None
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            damage = error
    carried = _rebuild(path, bound, now)
    logger.error(
        "the outbox was damaged (%s): %d events are carried over, the rest is kept in %s",
        damage,
        carried,
        _aside(path, now),
    )
    return EventStore(path, bound), f"was damaged, {carried} events are carried over"


def _rebuild(path: Path, bound: int, now: float) -> int:
    """Replace the damaged file by a new one; how many of its events this has."""
    new, aside = _new(path), _aside(path, now)
    for leftover in _whole(new):
        leftover.unlink(missing_ok=True)
    _restore_length(path)
    with closing(EventStore(new, bound)) as store:
        carried = store.add(_readable(path))
    for old, kept in zip(_whole(path), _whole(aside), strict=True):
        with suppress(FileNotFoundError):
            old.rename(kept)
    new.rename(path)
    return carried


def _finish_rebuilding(path: Path) -> None:
    """After a kill between the last two steps of `_rebuild` the new file is complete."""
    if path.exists() or not _new(path).exists():
        return
    _, *companions = _whole(path)
    for companion in companions:  # the damaged file's: the new one must not take them for its own
        companion.unlink(missing_ok=True)
    _new(path).rename(path)


def _restore_length(path: Path) -> None:
    """Add zeros to a file that was cut short: SQLite reads nothing of one that is too short."""
    with path.open("r+b") as file:
        head = file.read(32)
        page_size, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
        length = file.seek(0, os.SEEK_END)
        # A file that claims more than that has a wrong head.
        if length < page_size * pages < 100 * length:
            file.truncate(page_size * pages)


def _readable(path: Path) -> Iterator[tuple[str, bool]]:
    """The events that can be read from the front or, behind what is broken, from the back."""
    bodies: dict[int, str] = {}
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        for order in ("ASC", "DESC"):
            with suppress(sqlite3.Error):
                query = f"SELECT number, body FROM events ORDER BY number {order}"  # noqa: S608
                bodies.update(db.execute(query))
    for number in sorted(bodies):
        with suppress(ValidationError):
            event = EVENT.validate_json(bodies[number])
            yield bodies[number], event.event_type in INCIDENTS


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _aside(path: Path, now: float) -> Path:
    at = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    return path.with_name(f"{path.name}.damaged-{at}")


def _whole(path: Path) -> list[Path]:
    """The database and SQLite's files beside it, the database first."""
    return [path.with_name(path.name + end) for end in ("", *_COMPANIONS)]
