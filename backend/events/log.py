"""The event log on disk: JSONL files, one accepted event a line, durable before it is answered."""

import errno
import fcntl
import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from pydantic_core import from_json

from contract.events import Event

logger = logging.getLogger(__name__)

Record = dict[str, Any]


class _StoredEvent(Event):
    received_at: float


class EventLog:
    """Appends lines to `events-YYYY-MM-DD.jsonl`, a file a UTC day. One thread writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = ""
        self._file: BinaryIO | None = None
        self._claim: BinaryIO | None = None

    def open(self) -> None:
        """Make the folder, claim it, and cut a line that a crash left torn.

        Raises OSError, also while another process has the log.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._claim = _claim(self._folder)
        for path in self.files():
            cut = _cut_torn_line(path)
            if cut:
                logger.warning("cut %d bytes of a torn last line off %s", cut, path)

    def files(self) -> list[Path]:
        """The log's files, oldest first."""
        return sorted(self._folder.glob("events-*.jsonl"))

    def read(self, since: float = 0.0) -> Iterator[Record]:
        """Every record of the days from `since` on (seconds since 1970), oldest first.

        A line that is no event is reported.
        """
        first = _file_name(since)
        for path in (path for path in self.files() if path.name >= first):
            with path.open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    record = _parse(line)
                    if record is None:
                        logger.error("%s line %d is no event and is passed over", path, number)
                    else:
                        yield record

    def append(self, records: list[Record], now: float) -> None:
        """Write `records` and wait for the disk; all or nothing. Raises OSError."""
        file = self._file_of(_file_name(now))
        end = file.seek(0, os.SEEK_END)
        try:
            file.write(b"".join(_line(record) for record in records))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            self._undo(end)
            raise

    def close(self) -> None:
        """Close the current file and let go of the folder."""
        self._close_file()
        if self._claim is not None:
            self._claim.close()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file, self._name = None, ""

    def _file_of(self, name: str) -> BinaryIO:
        if self._file is None or name != self._name:
            self._close_file()
            self._file, self._name = (self._folder / name).open("ab"), name
            _fsync_folder(self._folder)
        return self._file

    def _undo(self, end: int) -> None:
        # What was answered with an error must not be found in the log later.
        path = self._folder / self._name
        try:
            self._close_file()
        except OSError:
            # The buffer could not be written either; the object is closed all the same.
            self._file, self._name = None, ""
        os.truncate(path, end)


def _file_name(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("events-%Y-%m-%d.jsonl")


def _line(record: Record) -> bytes:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _parse(line: bytes) -> Record | None:
    try:
        _StoredEvent.model_validate_json(line)
        record: Record = from_json(line)
    except ValueError:
        return None
    return record


def _claim(folder: Path) -> BinaryIO:
    """Hold this as long as the log is written to; a killed process lets go of it."""
    file = (folder / ".lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise OSError(errno.EBUSY, "another server writes here", str(folder)) from None
    return file


def _cut_torn_line(path: Path) -> int:
    """Truncate the file after its last newline; the number of bytes cut."""
    size = path.stat().st_size
    with path.open("rb+") as file:
        keep = size
        while keep > 0:
            start = max(0, keep - 65536)
            file.seek(start)
            newline = file.read(keep - start).rfind(b"\n")
            keep = start + newline + 1
            if newline >= 0:
                break
        if keep < size:
            file.truncate(keep)
            os.fsync(file.fileno())
    return size - keep


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
