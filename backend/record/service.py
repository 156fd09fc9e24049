"""The record as tables, for the rest of the server."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from backend.part import Part, part
from backend.record.archive import Archive, Make
from backend.record.asking import asked_again
from backend.record.closing import make_apart
from backend.record.days import days_between, tables_of
from backend.record.schemas import DayShown, RecordShown
from backend.record.sharing import Shares, Sharing
from backend.record.snapshot import Snapshot
from backend.record.snapshots import Snapshots, Zone
from backend.storage.database import Database
from common.repeating import Repeating

ROUND_SEC = 60.0
FIRST_ROUND_AFTER_SEC = 5.0
"""A start is busy enough."""
EVENTS, PARQUET, SHARED = "events", Path("record") / "events", Path("record") / "shared"
"""Where the journal is below DATA_DIR, where its closed files are as Parquet, and where what other
servers have heard."""


class RecordService:
    """Thread-safe; `start` it after the events. `zone` is a household's time zone now.

    Its rounds keep the closed files of the journal as Parquet. Where it `shares` them with other
    servers, the events are those of all. What it is asked raises
    RecordUnavailable, DatabaseUnavailable, QuestionTooLong and SQLAlchemyError.
    """

    def __init__(
        self,
        data_dir: Path,
        database: Database,
        zone: Zone,
        clock: Callable[[], float] = time.time,
        make: Make = make_apart,
        shares: Shares | None = None,
    ) -> None:
        folder = data_dir.resolve()
        self.archive = Archive(folder / EVENTS, folder / PARQUET, make)
        self._sharing = shares and Sharing(shares, self.archive, folder / SHARED, make)
        others = self._sharing.others if self._sharing else tuple
        self.snapshots = Snapshots(folder, database, self.archive, zone, others)
        self._zone, self._clock = zone, clock
        self._is_started = False
        self._repeating = Repeating(
            "record", self._round, ROUND_SEC, "closed days cannot be kept; that is tried again"
        )

    def start(self) -> None:
        """Begin to look after the closed files."""
        self._repeating.start()
        if self._sharing:
            self._sharing.start()

    def stop(self) -> None:
        """Leave what is under way to the next start."""
        self._repeating.stop()
        if self._sharing:
            self._sharing.stop()
        self.snapshots.drop()

    def health(self) -> Part:
        """Whether the closed files of the journal are kept as they should be."""
        unforeseen = self._repeating.failure
        failure = self.archive.failure or (self._sharing and self._sharing.failure)
        return part(failure or (unforeseen and f"closed days cannot be kept: {unforeseen}"))

    @contextmanager
    def snapshot(self, household_id: int, with_events: bool = True) -> Iterator[Snapshot]:
        """A household's record as it is now, which does not change while it is used; `with_events`
        only where they are asked about, since the log is read for them."""
        with self.snapshots.of(household_id, with_events) as snapshot:
            yield snapshot

    def today(self, household_id: int) -> date:
        """The household's day."""
        return datetime.fromtimestamp(self._clock(), self._zone(household_id)).date()

    def days(
        self, household_id: int, since: date, until: date, camera_id: str | None = None
    ) -> list[DayShown]:
        """The days from `since` to `until`, both included, of one camera or all."""
        with self.snapshot(household_id, with_events=False) as snapshot:
            return days_between(snapshot.duck, since, until, camera_id)

    def shown(self, household_id: int) -> RecordShown:
        """Which tables there are, and how far they reach."""
        return asked_again(lambda: self._shown(household_id))

    def forget(self) -> None:
        """Let nothing be left of what the journal and the database have no more, also not where
        other servers find it. Raises OSError, and ApiError where that place refuses.
        """
        self.archive.tidy()
        if self._sharing:
            self._sharing.forget()
        self.snapshots.drop()
        self._repeating.wake()  # what is left of the closed files is missing now

    def _shown(self, household_id: int) -> RecordShown:
        closed, waiting = self.archive.closed_until(), len(self.archive.waiting())
        with self.snapshot(household_id) as snapshot:
            return RecordShown(
                tables=tables_of(snapshot.duck),
                closed_until=date.fromisoformat(closed) if closed else None,
                waiting_files=waiting,
                is_generated=snapshot.is_generated,
                version=snapshot.version,
            )

    def _round(self) -> float:
        if not self._is_started:
            self._is_started = True
            return FIRST_ROUND_AFTER_SEC
        self.archive.tidy()
        self.archive.make_missing(lambda: self._repeating.stops_within(0.0))
        self.snapshots.drop_idle()
        return ROUND_SEC
