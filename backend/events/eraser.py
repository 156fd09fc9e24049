"""Takes events out of the journal and out of memory, while the recorder goes on."""

import errno
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from backend.events.journal.erased_ids import keep_erased_ids
from backend.events.journal.journal import Journal
from backend.events.journal.oldest import OldestLines
from backend.events.journal.record import Head, head
from backend.events.journal.segment import FileName, names_in
from backend.events.journal.sift import Goes, Sifted, count, sift
from backend.events.recent import RecentEvents
from backend.events.recorder import EventRecorder
from backend.events.senders import Senders
from backend.events.store import EventStore
from common.files import sync_folder

T = TypeVar("T")

WAIT_SEC = 60.0
"""A recorder that has not come to it by then is asked again later."""


@dataclass(frozen=True)
class _Cut:
    """The `files` that nobody writes to any more; what was kept at hand by then is before
    `number`."""

    files: Sequence[FileName]
    number: int


class EventEraser:
    """One thread, which is not the recorder's.

    The files are read and written here. What the recorder owns, its list of files and their names,
    changes in its own thread, in a moment. START and END go if the database says that they were
    erased, whatever `goes` says. All methods raise OSError, and SQLAlchemyError where the database
    is away; each can be repeated.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: EventRecorder,
        store: EventStore,
        senders: Senders,
        recent: RecentEvents,
        clock: Callable[[], float],
    ) -> None:
        self._journal, self._recorder, self._store = journal, recorder, store
        self._senders, self._recent, self._clock = senders, recent, clock
        self._oldest = OldestLines(journal.folder)

    def keep_identities(self) -> None:
        """Keep beside the journal what the database knows to be erased."""
        keep_erased_ids(self._journal.folder, self._store.erased())

    def cut(self, goes: Goes, heartbeat_goes: Goes, *, closes: bool = True) -> Sequence[FileName]:
        """Drop from memory what goes; the files that hold all that was recorded until now.

        Unless it `closes` today's file: then those that hold all until yesterday.
        """
        cut = self._in_recorder(lambda: self._cut(heartbeat_goes, closes))
        erased = frozenset(map(bytes.fromhex, self._store.erased()))

        def is_gone(line: bytes) -> bool:
            if (found := head(line)) is None:
                return True
            return found.identity() in erased if found.is_incident else goes(found)

        self._recent.erase(is_gone, cut.number)
        self._oldest.keep(cut.files)
        return cut.files

    def is_before(self, file: FileName, until: Callable[[str], float]) -> bool:
        """Whether a closed file has a line from before `until` of its camera.

        It is read once in the life of this server, and again when something was taken out.
        """
        return self._oldest.is_before(file, until)

    def sift(self, file: FileName, goes: Goes) -> Sifted:
        """Write beside `file` what stays of it."""
        path = self._journal.folder / str(file)
        return sift(path, lambda heads: self._judge(heads, goes))

    def replace(self, file: FileName, following: Path) -> None:
        """Let `file` be what stays of it."""
        self._in_recorder(lambda: self._journal.replace(file, following))
        self._oldest.forget(file)
        sync_folder(following.parent)

    def remove_damage(self) -> None:
        """Remove the damaged pieces that earlier starts have put aside, and half a file."""
        folder = self._journal.folder
        for path in (*folder.glob("damaged/*"), *folder.glob("*.partial")):
            path.unlink(missing_ok=True)
        sync_folder(folder)

    def count_others(self, goes: Goes) -> int:
        """How many PROBS and HEARTBEATs go. Reads the whole journal; any thread."""
        folder = self._journal.folder
        files = [folder / str(name) for name in names_in(folder)]
        return sum(count(file, lambda head: not head.is_incident and goes(head)) for file in files)

    def _cut(self, heartbeat_goes: Goes, closes: bool) -> _Cut:
        """In the recorder's thread."""
        if not self._recorder.has_stored_all:
            raise OSError(errno.EIO, "the database does not answer")
        files = self._journal.close_file(self._clock()) if closes else self._journal.closed_files()
        self._senders.erase(heartbeat_goes)
        self._store.save_position(self._journal.closed_up_to, self._senders.saved())
        return _Cut(files, self._recent.number())

    def _judge(self, heads: Sequence[Head], goes: Goes) -> Goes:
        identities = [head.identity() for head in heads if head.is_incident]
        erased = self._store.are_erased(identities)

        def is_gone(head: Head) -> bool:
            known = erased.get(head.identity()) if head.is_incident else None
            return goes(head) if known is None else known

        return is_gone

    def _in_recorder(self, task: Callable[[], T]) -> T:
        done: Future[T] = self._recorder.run(task)
        try:
            return done.result(WAIT_SEC)
        except TimeoutError:
            if done.cancel():
                raise
            return done.result()  # it has begun, and must not be repeated beside itself
