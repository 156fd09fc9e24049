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
        self._day = ""
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

    def read(self) -> Iterator[Record]:
        """Every record of every file, oldest first; a line that is no event is reported."""
        for path in self.files():
            with path.open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    record = _parse(line)
                    if record is None:
                        logger.error("%s line %d is no event and is passed over", path, number)
                    else:
                        yield record

    def append(self, records: list[Record], now: float) -> None:
        """Write `records` and wait for the disk; all or nothing. Raises OSError."""
        file = self._file_of(datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d"))
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
            self._file, self._day = None, ""

    def _file_of(self, day: str) -> BinaryIO:
        if self._file is None or day != self._day:
            self._close_file()
            path = self._folder / f"events-{day}.jsonl"
            self._file, self._day = path.open("ab"), day
            _fsync_folder(self._folder)
        return self._file

    def _undo(self, end: int) -> None:
        # What was answered with an error must not be found in the log later.
        path = self._folder / f"events-{self._day}.jsonl"
        try:
            self._close_file()
        except OSError:
            # The buffer could not be written either; the object is closed all the same.
            self._file, self._day = None, ""
        os.truncate(path, end)


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
