"""What an erasure would take, counted beforehand."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backend.access.keys import Caller
from backend.erasure import rows
from backend.erasure.asked import Asked
from backend.erasure.copies import Copies
from backend.erasure.errors import ErasureRunning
from backend.erasure.pictures import pictures_of
from backend.erasure.scope import Scope
from backend.events.service import EventService
from backend.media.service import MediaService
from backend.poses.service import PoseService
from backend.storage.database import Database
from contract.erasures import ErasedCounts, Erasure, ErasureKind, ErasureState, LearntVersion


@dataclass(frozen=True)
class _Made:
    """How much there is of what people have made of the record, and who has `learnt` from it."""

    counts: Mapping[str, int] = field(default_factory=dict)
    learnt: tuple[LearntVersion, ...] = ()


class DryRun:
    """Thread-safe. `clock` is seconds since 1970."""

    def __init__(
        self,
        database: Database,
        events: EventService,
        poses: PoseService,
        copies: Copies,
        clock: Callable[[], float],
        media: MediaService | None,
        asked: Asked | None,
    ) -> None:
        self._database, self._events, self._poses = database, events, poses
        self._copies, self._clock, self._media, self._asked = copies, clock, media, asked
        self._counting = threading.Lock()

    def plan(self, caller: Caller, scope: Scope) -> Erasure:
        """What would go; reads the whole journal. Raises ErasureRunning while another counts."""
        if not self._counting.acquire(blocking=False):
            raise ErasureRunning("expected one dry run at a time")
        try:
            return self._plan(caller, scope)
        finally:
            self._counting.release()

    def _plan(self, caller: Caller, scope: Scope) -> Erasure:
        now, replays = self._clock(), self._poses.replays()
        with self._database.reading() as db:
            found = rows.find(db, scope, now, replays)
        others = self._events.eraser.count_others(scope.covers)
        made = self._made(scope, now) if scope.kind is ErasureKind.ASKED else _Made()
        counted = {**made.counts, "events": found.counts.events + others}
        return Erasure(
            number=None,
            kind=scope.kind,
            person_id=caller.person_id,
            camera_id=scope.camera_id,
            since=scope.since,
            until=scope.until,
            asked_at=now,
            finished_at=None,
            state=ErasureState.PLANNED,
            progress=0.0,
            counts=found.counts.model_copy(update=counted),
            kept=found.kept,
            learnt=made.learnt,
        )

    def _made(self, scope: Scope, now: float) -> _Made:
        with self._database.reading() as db:
            those = pictures_of(db, scope, now)
        copies = self._copies.find(scope)
        asked = self._asked.count(scope) if self._asked else ErasedCounts()
        counts = {
            "dataset_files": copies.files,
            "pictures": self._media.count(*those) if self._media else 0,
            **{name: getattr(asked, name) for name in ("conversations", "predictions", "batches")},
        }
        return _Made(counts, copies.learnt)
