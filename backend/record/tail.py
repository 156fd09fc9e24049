"""What the journal has that is not yet Parquet: above all the file that is being written."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from backend.events.journal.segment import FileName
from backend.record.event_rows import EventRow, rows_of

TAIL_BYTES = 2 * 16 * 2**20
"""Of so much of the journal the events are held, the newest: those of two full files."""


@dataclass
class _Read:
    """A file's events up to `end` bytes."""

    end: int = 0
    rows: list[EventRow] = field(default_factory=list)


class Tail:
    """Each line is read once. One thread at a time."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._files: dict[FileName, _Read] = {}

    def rows(self, names: Collection[FileName]) -> list[EventRow]:
        """The events of the newest of these files, as they are now. Raises OSError."""
        newest = self._newest(names)
        self._files = {name: self._files.get(name, _Read()) for name in newest}
        return [row for name, read in self._files.items() for row in self._go_on(name, read)]

    def forget(self) -> None:
        """Hold nothing: the files may have been rewritten."""
        self._files.clear()

    def _newest(self, names: Collection[FileName]) -> list[FileName]:
        chosen, size = list[FileName](), 0
        for name in sorted(names, reverse=True):
            path = self._journal / str(name)
            size += path.stat().st_size if path.exists() else 0
            if chosen and size > TAIL_BYTES:
                break
            chosen.append(name)
        return chosen[::-1]

    def _go_on(self, name: FileName, read: _Read) -> list[EventRow]:
        try:
            with (self._journal / str(name)).open("rb") as file:
                file.seek(read.end)
                data = file.read()
        except FileNotFoundError:  # it has had its time meanwhile
            return []
        whole = data[: data.rfind(b"\n") + 1]
        read.rows += rows_of(whole.splitlines(keepends=True))
        read.end += len(whole)
        return read.rows
