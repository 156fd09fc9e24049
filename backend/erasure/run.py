"""One erasure from its first step to its last; each can be repeated, and is, after a kill.

What the database has of it goes first: from then on its events are repeats, wherever they come
from. Then the journal is rewritten, file by file, and what else is kept of it goes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from backend.activity.service import ActivityService
from backend.erasure import rows
from backend.erasure.asked import Asked
from backend.erasure.copies import Copies
from backend.erasure.going_on import cameras_in_trouble
from backend.erasure.household import EndedHouseholds, GoesOn
from backend.erasure.pictures import pictures_of
from backend.erasure.scope import Scope
from backend.erasure.store import ErasureStore, Unfinished, add_counts, set_kept
from backend.events.journal.journal import NOTHING
from backend.events.journal.record import Head
from backend.events.journal.segment import FileName
from backend.events.service import EventService
from backend.incidents.store import incidents
from backend.media.service import MediaService
from backend.poses.service import PoseService
from backend.record.service import RecordService
from backend.storage.database import Database
from contract.erasures import ErasedCounts, ErasureKind

BREATH_SEC = 0.01
"""Between two steps, so that whoever waits for the database, or for Python, has a turn."""


class Stopped(Exception):
    """The server ends; the erasure goes on at the next start."""


@dataclass
class Run:
    """An erasure that is carried out, in one thread.

    Each server does all of it: of what they share, whoever comes first does it, and counts it.

    `stops_within` waits for so many seconds, and says whether the server ends.
    Raises OSError, SQLAlchemyError and ApiError where a step has to be repeated later, GoesOn where
    that is no failure, and Stopped.
    """

    erasure: Unfinished
    database: Database
    events: EventService
    store: ErasureStore
    poses: PoseService
    activity: ActivityService
    copies: Copies
    clock: Callable[[], float]
    stops_within: Callable[[float], bool]
    record: RecordService
    media: MediaService | None = None
    asked: Asked | None = None
    ended: EndedHouseholds | None = None

    def carry_out(self) -> None:
        """Return once nothing is left of it at this server."""
        if self._is_asked:
            self._erase_pictures()  # while it is known of which incidents they are
        self._erase_rows()
        self._be_durable()
        self.events.eraser.keep_identities()
        self._erase_files()
        self.record.forget()
        self._erase_poses()
        if self._is_asked:
            self._erase_made()
        self._forget_household()
        self.database.forget_deleted()
        self._be_durable()
        self.store.finish(self.erasure.number, self.clock())
        self._be_durable()

    @property
    def _scope(self) -> Scope:
        return self.erasure.scope

    @property
    def _is_asked(self) -> bool:
        """Whether somebody wants it gone with all that was made of it."""
        return self._scope.kind is ErasureKind.ASKED

    def _erase_rows(self) -> None:
        is_more, replays = True, self.poses.replays()
        while is_more:
            with self.events.handing_on, self.database.writing() as db:
                counts = rows.erase_some(db, self._scope, self.clock(), replays)
                add_counts(db, self.erasure.number, counts or ErasedCounts())
            is_more = counts is not None
            self._breathe()
        with self.database.writing() as db:
            now = self.clock()
            rows.erase_rest(db, self._scope, now)
            kept = rows.count_kept(db, self._scope, now)
            set_kept(db, self.erasure.number, kept)
        if kept and self._is_of_ended:
            raise GoesOn  # a camera that is gone is missed until the watchdog has looked

    def _erase_files(self) -> None:
        with self.database.reading() as db:
            in_trouble = set(db.scalars(cameras_in_trouble()))
        now = self.clock()

        def heartbeat_goes(head: Head) -> bool:
            return self._scope.covers_last(head, now) and head.camera_id not in in_trouble

        scope, eraser = self._scope, self.events.eraser
        files = eraser.cut(scope.covers, heartbeat_goes, closes=self._is_asked)
        closed = max((file.number for file in files), default=NOTHING)
        self.activity.erase(scope.household_id, scope.camera_id, *scope.span, closed)
        for number, file in enumerate(files):
            if self._is_asked or eraser.is_before(file, scope.span[1], scope.has_camera):
                self._breathe()
                self._erase_file(file)
                self.store.note_progress(self.erasure.number, (number + 1) / (len(files) + 1))

    def _erase_file(self, file: FileName) -> None:
        sifted = self.events.eraser.sift(file, self._scope.covers)
        if sifted.following is None:
            return
        # START and END are counted with their incidents. The count is on the disk before the lines
        # are gone, so that a kill between the two counts none twice, and none not at all.
        lines = sum(not head.is_incident for head in sifted.gone)
        self.store.note_file(self.erasure.number, file.number, lines)
        self._be_durable()
        self.events.eraser.replace(file, sifted.following)

    def _erase_poses(self) -> None:
        self.poses.erase_newest(self._scope.has_camera, *self._scope.span)
        self.poses.erase_ordinary(self._scope.has_camera, *self._scope.span)
        # The database has an incident before there is a replay of it: what it lacks was erased.
        begun = self.poses.replays_begun()
        with self.database.reading() as db:
            known = set(db.scalars(select(incidents.c.id)))
        self.poses.erase_replays(begun - known)
        self.copies.forget(self._scope, known)

    def _erase_made(self) -> None:
        """What people have made of the record, and pieces of it that nobody can tell whose."""
        self.events.eraser.remove_damage()
        self._erase_copies()
        self._erase_pictures()  # those that came since
        self._erase_asked()

    def _erase_copies(self) -> None:
        """After the poses: a copy that is made meanwhile is made before, or of what is left."""
        taken = self.copies.erase(self._scope)
        if taken.files:  # else they may be in the row already: a kill came before the last step
            self.store.set_copies(self.erasure.number, taken)
            self._be_durable()
        self.copies.tell()

    def _erase_pictures(self) -> None:
        """One by one: of a picture that a kill comes upon the files go, and it is not counted."""
        if self.media is None:
            return
        with self.database.reading() as db:
            those = pictures_of(db, self._scope, self.clock())
        while self.media.erase_all(*those, limit=1):
            with self.database.writing() as db:
                add_counts(db, self.erasure.number, ErasedCounts(pictures=1))
            self._breathe()

    def _erase_asked(self) -> None:
        """After the rest: an answer that begins from now on finds nothing of it."""
        if self.asked is None:
            return
        counts = self.asked.erase(self._scope)
        with self.database.writing() as db:
            add_counts(db, self.erasure.number, counts)

    def _forget_household(self) -> None:
        if self.ended is not None and self._is_of_ended:
            self.ended.forget(self._scope.household_id, self.erasure.number)

    @property
    def _is_of_ended(self) -> bool:
        """Whether it takes all of a household that has ended."""
        scope = self._scope
        is_all = scope.camera_id is None and not scope.is_span
        return is_all and self.ended is not None and self.ended.has(scope.household_id)

    def _be_durable(self) -> None:
        """Return once the disk has what was written."""
        while not self.database.is_durable():
            self._breathe()

    def _breathe(self) -> None:
        if self.stops_within(BREATH_SEC):
            raise Stopped
