"""The event log on disk: JSONL files, one accepted event a line, durable before it is answered.

A file a UTC day, and a further one whenever it has grown large. The identities of all lines of late
are at hand, so that a repeat is known. Whoever else reads the files takes the lines that end with a
newline: what follows the last one is just being written.
"""

import contextlib
import errno
import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from backend.events.journal.record_line import ID_BYTES, Record, encode, head_of
from backend.events.journal.repair import Damage, recover
from backend.events.journal.segment import FILE_BYTES, FileName, LogFile, names_in, next_name
from backend.events.journal.segment_index import GrowingIndex, Index, as_digests, is_about
from backend.events.journal.segments import ClosedFiles, Retention
from backend.events.journal.startup import History
from common.files import claim, leads_to, stops_the_start, write_durably

logger = logging.getLogger(__name__)

PROBE_BYTES = 64 * 1024


class Known(NamedTuple):
    """The events that the log has, and those that are new under the id of another one."""

    repeats: set[bytes]
    reused: set[bytes]


class EventLog:
    """One thread writes. `repaired` tells what was found damaged when it was opened."""

    def __init__(
        self, folder: Path, retention: Retention | None = None, file_bytes: int = FILE_BYTES
    ) -> None:
        self._folder = folder
        self._file_bytes = file_bytes
        self._closed = ClosedFiles(folder, retention or Retention())
        self._current: LogFile | None = None
        self._last: FileName | None = None
        self._claim: BinaryIO | None = None
        self.repaired = Damage()

    def open(self, per_kind: int = 0, late_sec: float = 0.0) -> History:
        """Claim the folder, cut out what a crash left damaged, and learn all ids.

        The history holds the newest `per_kind` events of each camera and type, and the incidents
        of the last `late_sec` seconds before the last line. What a disk that fails keeps to itself
        is passed over. Raises OSError when the place is wrong, or another process has the log.
        """
        try:
            self._hold()
        except OSError as error:
            if stops_the_start(error):
                raise
            logger.error("the log cannot be written: %s", error)
        history = History(per_kind, late_sec)
        names: list[FileName] = []
        with contextlib.suppress(OSError):  # there may be nothing yet
            names = names_in(self._folder)
        self._last = names[-1] if names else None
        for age, name in enumerate(reversed(names)):
            path = self._folder / str(name)
            try:
                history.take(path, self._learn(path, age))
            except OSError as error:
                logger.error("%s cannot be read: %s", path, error.strerror)
        return history

    def known(self, identities: Iterable[bytes]) -> Known:
        """Which events are recorded, for at least REMEMBERED_SEC, by their identities."""
        wanted = list(identities)
        used = Counter(identity[:ID_BYTES] for identity in wanted)
        old = self._find(list(used), ID_BYTES)
        suspect = [it for it in wanted if it[:ID_BYTES] in old or used[it[:ID_BYTES]] > 1]
        repeats = self._find(suspect)
        return Known(repeats, set(suspect) - repeats)

    def append(self, records: list[Record], now: float) -> None:
        """Write `records` and wait for the disk; all or nothing. Raises OSError."""
        self._hold()
        lines = [encode(record) for record in records]
        heads = [head_of(record) for record in records]
        current = self._current
        if current is None or self._is_due(current, now):
            current = self._roll(now)
        current.append(lines, heads)

    def tidy(self, now: float) -> None:
        """What need not keep an answer waiting: go on in a new file, delete old ones."""
        try:
            if self._current is not None and self._is_due(self._current, now):
                self._roll(now)
            self._closed.delete_expired()
        except OSError as error:
            logger.warning("the log cannot be tidied: %s", error)

    def probe(self) -> None:
        """Raise OSError unless the disk takes lines; writes none."""
        self._hold()
        if self._current is not None:
            self._current.open()
        path = self._folder / ".probe"
        try:
            write_durably(path, bytes(PROBE_BYTES), "wb")
        finally:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the current file and let go of the folder."""
        if self._current is not None:
            self._current.close()
        if self._claim is not None:
            self._claim.close()

    def _find(self, wanted: list[bytes], length: int = 2 * ID_BYTES) -> set[bytes]:
        """Those of the identities, or of the ids that they begin with, that lines have."""
        if not wanted:
            return set()
        closed = self._closed.known(as_digests(wanted, length)).tolist()
        current = self._current.index if self._current else None
        return {
            digest
            for digest, is_closed in zip(wanted, closed, strict=True)
            if is_closed or (current and current.holds(digest))
        }

    def _hold(self) -> None:
        """Make the folder and claim it, unless it is there and claimed. Raises OSError."""
        lock = self._folder / ".lock"
        if self._claim is not None and leads_to(lock, self._claim.fileno()):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        claimed = _claim(lock)
        if self._claim is not None:
            self._claim.close()
        self._claim = claimed

    def _learn(self, path: Path, age: int) -> Index:
        """The index of a file; `age` is 0 for the newest, which is written to further."""
        saved = self._closed.saved_index(path)
        # A power cut reaches the lines that were written last: the one file, or the end of two.
        if saved is not None and is_about(saved, path, thoroughly=age < 2):
            self._closed.add_older(path, saved)
            return saved
        recovered = recover(path, self._folder / "damaged")
        self.repaired += recovered.damage
        index = recovered.index.finished()
        if age == 0 and recovered.whole:
            self._current = LogFile(path, recovered.index)
            return index
        self._closed.add_older(path, index)
        if recovered.whole:
            self._closed.save_index(path, index)
        return index

    def _is_due(self, current: LogFile, now: float) -> bool:
        full = current.index.size >= self._file_bytes
        another_day = self._last is not None and not self._last.is_of(now)
        return full or another_day or not current.is_there

    def _roll(self, now: float) -> LogFile:
        """Go on in a new file. Raises OSError, and then nothing has changed."""
        name = next_name(self._last, now)
        while (path := self._folder / str(name)).exists() and path.stat().st_size:
            name = next_name(name, now)  # somebody else's: it is not written to
        following = LogFile(path, GrowingIndex())
        following.open()
        if self._current is not None:
            self._retire(self._current)
        self._current, self._last = following, name
        return following

    def _retire(self, file: LogFile) -> None:
        with contextlib.suppress(OSError):  # each line of it is durable
            file.close()
        index = file.index.finished()
        self._closed.add(file.path, index)
        self._closed.save_index(file.path, index)


def _claim(lock: Path) -> BinaryIO:
    try:
        return claim(lock)
    except BlockingIOError:
        raise OSError(errno.EBUSY, "another server writes here", str(lock.parent)) from None
