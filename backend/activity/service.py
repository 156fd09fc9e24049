"""The thread that counts what the journal says into hours, and who asks for them."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from backend.activity import store
from backend.activity.course import Course, step
from backend.activity.hours import Hour, split
from backend.activity.journal_tail import PIECE_BYTES, next_piece
from backend.activity.store import HourShown
from backend.activity.summary import WEEK, Week, judged, monday_of, weeks
from backend.cameras.names import household_named
from backend.events.journal.record import Record
from backend.incidents.days import bounds_of
from backend.storage.database import Database
from common.repeating import Repeating

ROUND_SEC = 10.0
PAUSE_SEC = 0.05
"""Between two pieces of a long journal, so that a rebuild leaves the server its time."""


class ActivityService:
    """Thread-safe. Reads the journal in `folder` as it grows, so that the recorder does nothing for
    it, and keeps with the hours how far it has come: a killed server goes on there, and one without
    hours begins at the journal's first line.

    `zone` is a household's time zone now: hours are counted by that of the camera's, which
    `household_of` says. `server` is the name of this one: others that share the database count
    their own journals into the same hours.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        zone: Callable[[int], ZoneInfo],
        clock: Callable[[], float] = time.time,
        household_of: Callable[[str], int] = household_named,
        server: str = "",
    ) -> None:
        self._folder, self._database, self._server = folder, database, server
        self._zone, self._household_of, self._clock = zone, household_of, clock
        self._counting = threading.Lock()
        self._repeating = Repeating(
            "activity", self._count, ROUND_SEC, "hours cannot be counted; that is tried again"
        )

    def start(self) -> None:
        """Begin to count."""
        self._repeating.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Finish the piece that is under way."""
        self._repeating.stop(timeout)

    def between(
        self, household_id: int, begin: float, end: float, camera_id: str | None = None
    ) -> list[HourShown]:
        """A household's hours from `begin` to before `end` (since 1970), oldest first."""
        with self._database.reading() as db:
            return store.between(db, household_id, begin, end, camera_id)

    def today(self, household_id: int) -> date:
        """A household's day."""
        return datetime.fromtimestamp(self._clock(), self.zone(household_id)).date()

    def zone(self, household_id: int) -> ZoneInfo:
        """A household's time zone now."""
        return self._zone(household_id)

    def weeks(self, household_id: int, count: int) -> list[Week]:
        """The last `count` weeks by what people have said of their incidents, oldest first."""
        zone = self.zone(household_id)
        last = monday_of(self._clock(), zone)
        first = last - (count - 1) * WEEK
        begin, end = bounds_of(first, zone)[0], bounds_of(last + WEEK, zone)[0]
        with self._database.reading() as db:
            found = judged(db, household_id, begin, end)
        return weeks(found, first, count, zone)

    def last_moves(self) -> dict[str, float]:
        """When somebody was last seen moving, by camera, as far as is counted."""
        with self._database.reading() as db:
            return store.last_moves(db)

    def erase(
        self, household_id: int, camera_id: str | None, since: float, until: float, closed: int
    ) -> None:
        """Forget a household's hours that this span of time touches, of one camera or all.

        The journal's files up to number `closed` are to be rewritten: what they hold is counted
        before, and nothing of them is afterwards. Raises OSError and SQLAlchemyError.
        """
        with self._counting:
            while self._count_piece(PIECE_BYTES, closed):
                pass
            with self._database.writing() as db:
                store.pass_over(db, self._server, closed)
                store.erase(db, household_id, since, until, camera_id)

    def count_piece(self, piece_bytes: int = PIECE_BYTES) -> bool:
        """Count what follows in the journal; whether there is more.

        Raises OSError and SQLAlchemyError; then nothing of it is counted.
        """
        with self._counting:
            return self._count_piece(piece_bytes)

    def _count_piece(self, piece_bytes: int, last: int | None = None) -> bool:
        """The same within files up to number `last`, by whoever holds the lock."""
        with self._database.reading() as db:
            begin = store.read_position(db, self._server)
        piece = next_piece(self._folder, begin, piece_bytes)
        if piece is None or (last is not None and piece.end.segment > last):
            return False
        counted = [record for line in piece.lines if (record := _counted(line))]
        zones = self._zones_of({record.event.camera_id for record in counted})
        with self._database.writing() as db:
            courses = store.read_courses(db, zones)
            added, changed = count(counted, courses, zones, self._server)
            store.add(db, added, self._household_of)
            store.save_courses(db, changed, self._household_of)
            store.save_position(db, self._server, piece.end)
        return not piece.is_last

    def _zones_of(self, camera_ids: Iterable[str]) -> dict[str, ZoneInfo]:
        """Each camera's time zone. It asks the database: call it outside of a transaction."""
        households = {camera_id: self._household_of(camera_id) for camera_id in camera_ids}
        zones = {it: self._zone(it) for it in set(households.values())}
        return {camera_id: zones[household_id] for camera_id, household_id in households.items()}

    def _count(self) -> float:
        """A piece; the seconds until the next one."""
        return PAUSE_SEC if self.count_piece() else ROUND_SEC


Hours = dict[tuple[str, float], Hour]
"""By camera and when the hour began."""


def count(
    records: Sequence[Record],
    courses: dict[str, Course],
    zones: Mapping[str, ZoneInfo],
    server: str,
) -> tuple[Hours, dict[str, Course]]:
    """What `records` of this `server` add to the hours, and the courses that they change.

    `zones` are those of the cameras.
    """
    added: defaultdict[tuple[str, float], list[Hour]] = defaultdict(list)
    changed: dict[str, Course] = {}
    for record in records:
        camera_id = record.event.camera_id
        before = changed.get(camera_id) or courses.get(camera_id)
        course, stretch = step(before, record.event, record.received_at, server)
        if course is not None:
            changed[camera_id] = course
        for hour in split(stretch, zones[camera_id]) if stretch else ():
            added[camera_id, hour.began_at].append(hour)
    return {key: sum(parts[1:], parts[0]) for key, parts in added.items()}, changed


def _counted(line: bytes) -> Record | None:
    """A heartbeat or scores; what else there is adds nothing."""
    record = Record.read(line)
    return None if record is None or record.head.is_incident else record
