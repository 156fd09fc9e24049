"""What a start takes out of the log: the newest events of each kind, and the incidents of late."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from backend.events.journal.record_line import Record, decode
from backend.events.journal.segment_index import Index, Offsets

logger = logging.getLogger(__name__)


class History:
    """Picks lines by the files' indexes; reads no more than those that are asked for."""

    def __init__(self, per_kind: int, late_sec: float) -> None:
        """Take the newest `per_kind` of each camera and type, and the incidents of the `late_sec`
        seconds before the last line."""
        self._late_sec = late_sec
        self._last = 0.0
        self._wanted: defaultdict[tuple[str, str], int] = defaultdict(lambda: per_kind)
        self._newest: list[tuple[Path, Offsets]] = []
        self._incidents: list[tuple[Path, Offsets]] = []

    def take(self, path: Path, index: Index) -> None:
        """Pick from one more file; the newest file comes first."""
        self._newest.append((path, index.newest(self._wanted)))
        self._last = self._last or index.ended_at
        self._incidents.append((path, index.incidents(self._last - self._late_sec)))

    def newest(self) -> Iterator[Record]:
        """The newest events of each camera and type, oldest first."""
        return _read(self._newest)

    def incidents(self) -> Iterator[Record]:
        """Each START and END of late, oldest first."""
        return _read(self._incidents)


def _read(picked: list[tuple[Path, Offsets]]) -> Iterator[Record]:
    for path, offsets in reversed(picked):
        if len(offsets):
            try:
                yield from _lines(path, offsets)
            except OSError as error:
                logger.error("%s cannot be read: %s", path, error.strerror)


def _lines(path: Path, offsets: Offsets) -> Iterator[Record]:
    with path.open("rb") as file:
        for offset in offsets.tolist():
            file.seek(offset)
            record = decode(file.readline())
            if record is None:
                logger.error("%s is damaged at byte %d: that event is lost", path, offset)
            else:
                yield record
