"""Erasures for the rest of the server: asked for, counted beforehand, and carried out."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from backend.access.keys import Caller
from backend.activity.service import ActivityService
from backend.bus import Bus
from backend.erasure.asked import Asked
from backend.erasure.copies import Copies
from backend.erasure.dry_run import DryRun
from backend.erasure.errors import ErasureRunning
from backend.erasure.household import EndedHouseholds, GoesOn
from backend.erasure.messages import ErasuresChanged
from backend.erasure.run import Run, Stopped
from backend.erasure.scope import Scope
from backend.erasure.store import ErasureStore, Known, Unfinished
from backend.errors import ApiError
from backend.events.service import EventService
from backend.media.service import MediaService
from backend.part import Part, part
from backend.poses.service import PoseService
from backend.record.service import RecordService
from backend.storage.database import Database
from common.repeating import Repeating
from contract.erasures import Erasure, ErasureAsked, ErasureKind

logger = logging.getLogger(__name__)

RETRY_SEC = 5.0
IDLE_SEC = 60.0
"""Another server's erasure is told of, but for who was away."""
STOP_SEC = 5.0
CANNOT_GO_ON = "an erasure cannot go on"
ONE_AT_A_TIME = "expected the erasure that is under way to be done first: GET /erasures says when"


class ErasureService:
    """Thread-safe; its methods wait for the database. `start` it after events, `stop` it before.

    One erasure at a time is carried out, by a thread of its own: it goes on at a start where it was
    when the server ended. `clock` is seconds since 1970. Of `known` servers that share the database
    each erases its own part; `server` is the name of this one.
    """

    def __init__(
        self,
        database: Database,
        events: EventService,
        poses: PoseService,
        activity: ActivityService,
        copies: Copies,
        clock: Callable[[], float] = time.time,
        retry_sec: float = RETRY_SEC,
        *,
        record: RecordService,
        bus: Bus,
        media: MediaService | None = None,
        asked: Asked | None = None,
        ended: EndedHouseholds | None = None,
        household_of: Callable[[str], int],
        server: str = "",
        known: Known = lambda _: {},
    ) -> None:
        self._database, self._events, self._poses = database, events, poses
        self._activity, self._copies, self._clock = activity, copies, clock
        self._record, self._media, self._asked = record, media, asked
        self._ended = ended
        self._store, self._bus = ErasureStore(database, server, known, household_of), bus
        self._household_of = household_of
        self._dry_run = DryRun(database, events, poses, copies, clock, media, asked)
        self._repeating = Repeating("erasure", self._round, retry_sec, "an erasure has failed")
        self._failure: str | None = None
        bus.subscribe(ErasuresChanged, lambda _: self._repeating.wake(), everywhere=True)

    def start(self) -> None:
        """Begin with what an earlier run has left."""
        self._repeating.start()

    def stop(self) -> None:
        """Leave the rest to the next start."""
        self._repeating.stop(STOP_SEC)

    def health(self) -> Part:
        """Whether what was to be erased is, or will be."""
        unforeseen = self._repeating.failure
        return part(self._failure or (unforeseen and f"{CANNOT_GO_ON}: {unforeseen}"))

    def scope(self, household_id: int, asked: ErasureAsked) -> Scope:
        """What a household has asked for."""
        return Scope(household_id, asked.camera_id, asked.since, asked.until, self._household_of)

    def begin(self, caller: Caller, scope: Scope) -> Erasure:
        """Have it erased; it is on record when this returns. Raises ErasureRunning."""
        begun = self._store.begin(caller, scope, self._clock())
        if begun is None:
            raise ErasureRunning(ONE_AT_A_TIME)
        self._database.is_durable()
        self._bus.publish(ErasuresChanged())
        return begun

    def queue(self, db: Connection, caller: Caller, household_id: int) -> None:
        """Have all of a household erased that ends in this transaction; then `go_on`."""
        scope = Scope(household_id, None, None, None, self._household_of)
        self._store.add(db, caller.person_id, scope, self._clock())

    def go_on(self) -> None:
        """Begin with what was queued, after what is under way."""
        self._database.is_durable()
        self._bus.publish(ErasuresChanged())

    def retain(self, kept_since: Mapping[int, float]) -> None:
        """Have what is older than this of each household erased, but what was taken before."""
        done = self._store.kept_since()
        due = {it: until for it, until in kept_since.items() if done.get(it, 0.0) < until}
        if due:
            self._store.retain([self.older(*it) for it in due.items()], self._clock())
            self._database.is_durable()
            self._bus.publish(ErasuresChanged())

    def older(self, household_id: int, until: float) -> Scope:
        """What a household keeps no longer."""
        kind = ErasureKind.RETENTION
        return Scope(household_id, None, None, until, self._household_of, kind)

    def plan(self, caller: Caller, scope: Scope) -> Erasure:
        """What would go; reads the whole journal. Raises ErasureRunning while another counts."""
        return self._dry_run.plan(caller, scope)

    def newest(self, household_id: int, limit: int) -> list[Erasure]:
        """The newest, newest first."""
        return self._store.newest(household_id, limit, self._clock())

    def _round(self) -> float | None:
        """Carry out what there is; None where that is to be tried again."""
        try:
            while together := self._store.unfinished():
                self._erase(together)
            self._store.close(self._clock())
        except (Stopped, GoesOn):
            return None
        except ApiError as error:
            self._fail(error.message)
            return None
        except OSError as error:
            self._fail(str(error))
            return None
        except SQLAlchemyError:
            self._fail("the database does not answer")
            return None
        self._failure = None
        return IDLE_SEC

    def _erase(self, together: Sequence[Unfinished]) -> None:
        run = Run(
            together,
            self._database,
            self._events,
            self._store,
            self._poses,
            self._activity,
            self._copies,
            self._clock,
            self._repeating.stops_within,
            self._record,
            self._media,
            self._asked,
            self._ended,
        )
        run.carry_out()
        for erasure in together:
            logger.info("erasure %d is done", erasure.number)

    def _fail(self, reason: str) -> None:
        failure = f"{CANNOT_GO_ON}: {reason}"
        if failure != self._failure:
            logger.error(failure)
        self._failure = failure
