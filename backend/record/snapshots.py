"""Snapshots: one a household, built when it is asked for and no longer up to date."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from backend.record import known_rows
from backend.record.archive import Archive
from backend.record.building import Log, Sources, build
from backend.record.closed_file import difference
from backend.record.errors import RecordUnavailable
from backend.record.generated import is_generated
from backend.record.known_rows import Whose
from backend.record.snapshot import Snapshot
from backend.record.tail import Tail
from backend.storage.database import Database
from backend.storage.duck import Duck
from backend.storage.errors import DatabaseUnavailable

LASTS = 10
"""Times as long as it took to build a snapshot is one; so at most a tenth of a core is spent."""
IDLE_SEC = 600.0
"""One that nobody has asked for so long is closed."""

Zone = Callable[[int], ZoneInfo]


@dataclass
class _Held:
    """A snapshot, with how many use it; times are of the monotonic clock."""

    snapshot: Snapshot
    has_events: bool
    good_until: float
    asked_at: float
    users: int = 0
    is_dropped: bool = False


class Snapshots:
    """Thread-safe. `zone` is a household's time zone now, `clock` a monotonic one.

    `others` are the Parquet files of what other servers have heard.
    """

    def __init__(
        self,
        data_dir: Path,
        database: Database,
        archive: Archive,
        zone: Zone,
        others: Callable[[], Sequence[Path]] = tuple,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._data_dir, self._database, self._archive = data_dir, database, archive
        self._zone, self._others, self._clock = zone, others, clock
        self._tail = Tail(archive.journal)
        self._held: dict[int, _Held] = {}
        self._building, self._lock = threading.Lock(), threading.Lock()

    @contextmanager
    def of(self, household_id: int, with_events: bool) -> Iterator[Snapshot]:
        """That of a household, which stays as it is while it is used.

        The log is read only `with_events`: that takes longer than all else. One that raises
        DatabaseUnavailable, since a file of it is gone, is nobody else's. Raises RecordUnavailable,
        DatabaseUnavailable and SQLAlchemyError.
        """
        held = self._taken(household_id, with_events)
        try:
            yield held.snapshot
        except DatabaseUnavailable:
            self._let_go(household_id, held)
            raise
        finally:
            with self._lock:
                held.users -= 1
                self._close_unused(held)

    def drop(self) -> None:
        """Build the next one from the start: something was erased. Waits for a build under way."""
        with self._building:
            self._tail.forget()
            for household_id in list(self._held):
                self._drop(household_id)

    def drop_idle(self) -> None:
        """Free the memory of what nobody asks for."""
        if all(self._clock() - it.asked_at > IDLE_SEC for it in self._held.copy().values()):
            self.drop()

    def _taken(self, household_id: int, with_events: bool) -> _Held:
        with self._building:
            try:
                held = self._up_to_date(household_id, with_events)
            except OSError as error:
                raise RecordUnavailable(f"the log cannot be read: {error.strerror}") from error
            with self._lock:
                held.users += 1
            return held

    def _up_to_date(self, household_id: int, with_events: bool) -> _Held:
        now, held = self._clock(), self._held.get(household_id)
        if held and with_events and not held.has_events:
            held = None
        if held is None or now >= held.good_until:
            version = self._version(self._zone(household_id))
            if held is None or held.snapshot.version != version:
                self._drop(household_id)
                held = self._held[household_id] = self._build(household_id, with_events, version)
        held.asked_at = now
        return held

    def _build(self, household_id: int, with_events: bool, version: str) -> _Held:
        begun_at, zone = self._clock(), self._zone(household_id)
        others = self._others()
        duck = Duck([self._archive.folder, *{path.parent for path in others}])
        try:
            log = self._log(duck, others) if with_events else None
            build(duck, self._read(household_id, log), zone)
        except BaseException:
            duck.close()
            raise
        snapshot = Snapshot(duck, zone, version, is_generated(self._data_dir))
        built_at = self._clock()
        good_until = built_at + LASTS * (built_at - begun_at)
        return _Held(snapshot, with_events, good_until, built_at)

    def _read(self, household_id: int, log: Log | None) -> Sources:
        """What the tables are made of."""
        with self._database.reading() as db:
            whose = Whose(household_id, known_rows.read_cameras(db))
            incidents = known_rows.read_incidents(db, household_id)
        hours = known_rows.read_hours(self._database, household_id)
        return Sources(whose, hours, incidents, log)

    def _log(self, duck: Duck, others: Sequence[Path]) -> Log:
        """What this server has heard, and what `others` have; `duck` may read all of it."""
        closed = self._archive.trusted(lambda parquet: difference(duck, parquet))
        unclosed = [name for name in self._archive.names() if name not in closed]
        return Log(self._tail.rows(unclosed), [*closed.values(), *others])

    def _version(self, zone: ZoneInfo) -> str:
        """Of what was recorded and what is known of it; 16 characters."""
        with self._database.reading() as db:
            known = known_rows.version_of(db)
        heard = self._archive.as_it_is(), self._others()
        said = (zone.key, is_generated(self._data_dir), heard, known)
        return hashlib.blake2b(repr(said).encode(), digest_size=8).hexdigest()

    def _drop(self, household_id: int) -> None:
        with self._lock:
            if held := self._held.pop(household_id, None):
                held.is_dropped = True
                self._close_unused(held)

    def _let_go(self, household_id: int, held: _Held) -> None:
        with self._lock:
            held.is_dropped = True
            if self._held.get(household_id) is held:
                del self._held[household_id]

    def _close_unused(self, held: _Held) -> None:
        if held.is_dropped and not held.users:
            held.snapshot.duck.close()
