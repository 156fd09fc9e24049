"""Erasures from the first step to the last; each can be repeated, and is, after a kill.

What the database has of it goes first: from then on its events are repeats, wherever they come
from. Then the journal is rewritten, file by file, and what else is kept of it goes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from backend.activity.service import ActivityService
from backend.erasure import rows
from backend.erasure.asked import Asked
from backend.erasure.copies import Copies
from backend.erasure.going_on import cameras_in_trouble
from backend.erasure.household import EndedHouseholds, GoesOn
from backend.erasure.pictures import pictures_of
from backend.erasure.scope import Scope, Scopes
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
    """One that somebody asked for, or the retentions of a night, carried out in one thread.

    Each server does all of it: of what they share, whoever comes first does it, and counts it.

    `stops_within` waits for so many seconds, and says whether the server ends.
    Raises OSError, SQLAlchemyError and ApiError where a step has to be repeated later, GoesOn where
    that is no failure, and Stopped.
    """

    erasures: Sequence[Unfinished]
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
        """Return once nothing is left of them at this server."""
        for erasure in self.erasures:
            if self._is_asked:
                self._erase_pictures(erasure)  # while it is known of which incidents they are
            self._erase_rows(erasure)
        self._be_durable()
        self.events.eraser.keep_identities()
        self._erase_files()
        self.record.forget()
        for erasure in self.erasures:
            self._erase_poses(erasure.scope)
            if self._is_asked:
                self._erase_made(erasure)
            self._forget_household(erasure)
        self.database.forget_deleted()
        self._be_durable()
        self.store.finish(self._numbers, self.clock())
        self._be_durable()

    @property
    def _numbers(self) -> list[int]:
        return [erasure.number for erasure in self.erasures]

    @cached_property
    def _scopes(self) -> Scopes:
        return Scopes([erasure.scope for erasure in self.erasures])

    @property
    def _is_asked(self) -> bool:
        """Whether somebody wants it gone with all that was made of it."""
        return self.erasures[0].scope.kind is ErasureKind.ASKED

    def _erase_rows(self, erasure: Unfinished) -> None:
        number, scope = erasure.number, erasure.scope
        is_more, replays = True, self.poses.replays()
        while is_more:
            with self.events.handing_on, self.database.writing() as db:
                counts = rows.erase_some(db, scope, self.clock(), replays)
                add_counts(db, number, counts or ErasedCounts())
            is_more = counts is not None
            self._breathe()
        with self.database.writing() as db:
            now = self.clock()
            rows.erase_rest(db, scope, now)
            kept = rows.count_kept(db, scope, now)
            set_kept(db, number, kept)
        if kept and self._is_of_ended(scope):
            raise GoesOn  # a camera that is gone is missed until the watchdog has looked

    def _erase_files(self) -> None:
        """Each file once, also where several households have lines in it."""
        with self.database.reading() as db:
            in_trouble = set(db.scalars(cameras_in_trouble()))
        now, scopes, eraser = self.clock(), self._scopes, self.events.eraser

        def heartbeat_goes(head: Head) -> bool:
            return scopes.covers_last(head, now) and head.camera_id not in in_trouble

        files = eraser.cut(scopes.covers, heartbeat_goes, closes=self._is_asked)
        closed = max((file.number for file in files), default=NOTHING)
        for scope in (erasure.scope for erasure in self.erasures):
            self.activity.erase(scope.household_id, scope.camera_id, *scope.span, closed)
        for number, file in enumerate(files):
            if self._is_asked or eraser.is_before(file, scopes.until):
                self._breathe()
                self._erase_file(file)
                self.store.note_progress(self._numbers, (number + 1) / (len(files) + 1))

    def _erase_file(self, file: FileName) -> None:
        sifted = self.events.eraser.sift(file, self._scopes.covers)
        if sifted.following is None:
            return
        # The counts are on the disk before the lines are gone, so that a kill between the two
        # counts none twice, and none not at all.
        self.store.note_file(file.number, self._lines(sifted.gone))
        self._be_durable()
        self.events.eraser.replace(file, sifted.following)

    def _lines(self, gone: Sequence[Head]) -> dict[int, int]:
        """How many of these each erasure takes. START and END are counted with their incidents."""
        household_of = self._scopes.household_of
        lines = Counter(household_of(head.camera_id) for head in gone if not head.is_incident)
        return {it.number: lines[it.scope.household_id] for it in self.erasures}

    def _erase_poses(self, scope: Scope) -> None:
        self.poses.erase_newest(scope.has_camera, *scope.span)
        self.poses.erase_ordinary(scope.has_camera, *scope.span)
        # The database has an incident before there is a replay of it: what it lacks was erased.
        begun = self.poses.replays_begun()
        with self.database.reading() as db:
            known = set(db.scalars(select(incidents.c.id)))
        self.poses.erase_replays(begun - known)
        self.copies.forget(scope, known)

    def _erase_made(self, erasure: Unfinished) -> None:
        """What people have made of the record, and pieces of it that nobody can tell whose."""
        self.events.eraser.remove_damage()
        self._erase_copies(erasure)
        self._erase_pictures(erasure)  # those that came since
        self._erase_asked(erasure)

    def _erase_copies(self, erasure: Unfinished) -> None:
        """After the poses: a copy that is made meanwhile is made before, or of what is left."""
        taken = self.copies.erase(erasure.scope)
        if taken.files:  # else they may be in the row already: a kill came before the last step
            self.store.set_copies(erasure.number, taken)
            self._be_durable()
        self.copies.tell()

    def _erase_pictures(self, erasure: Unfinished) -> None:
        """One by one: of a picture that a kill comes upon the files go, and it is not counted."""
        if self.media is None:
            return
        with self.database.reading() as db:
            those = pictures_of(db, erasure.scope, self.clock())
        while self.media.erase_all(*those, limit=1):
            with self.database.writing() as db:
                add_counts(db, erasure.number, ErasedCounts(pictures=1))
            self._breathe()

    def _erase_asked(self, erasure: Unfinished) -> None:
        """After the rest: an answer that begins from now on finds nothing of it."""
        if self.asked is None:
            return
        counts = self.asked.erase(erasure.scope)
        with self.database.writing() as db:
            add_counts(db, erasure.number, counts)

    def _forget_household(self, erasure: Unfinished) -> None:
        if self.ended is not None and self._is_of_ended(erasure.scope):
            self.ended.forget(erasure.scope.household_id, erasure.number)

    def _is_of_ended(self, scope: Scope) -> bool:
        """Whether it takes all of a household that has ended."""
        is_all = scope.camera_id is None and not scope.is_span
        return is_all and self.ended is not None and self.ended.has(scope.household_id)

    def _be_durable(self) -> None:
        """Return once the disk has what was written."""
        while not self.database.is_durable():
            self._breathe()

    def _breathe(self) -> None:
        if self.stops_within(BREATH_SEC):
            raise Stopped
