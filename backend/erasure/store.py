"""The erasures that were asked for, and how far each is."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Update, delete, func, insert, select, update

from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.audit.tables import audit_log
from backend.erasure.copies import CopiesTaken
from backend.erasure.scope import Scope
from backend.erasure.shown import LEARNT, shown
from backend.erasure.tables import erasures, parts
from backend.storage.database import Database
from contract.erasures import ErasedCounts, Erasure, ErasureKind

NO_SEGMENT = -1
AWAY_SEC = 7 * 86_400.0
"""A server that was not seen for so long is not waited for."""

Known = Callable[[Connection], Mapping[str, float]]
"""When each server that ever shared the database was last seen, seconds since 1970."""
_IS_RETENTION = erasures.c.kind == ErasureKind.RETENTION


@dataclass(frozen=True)
class Unfinished:
    """An erasure that is to go on at this server."""

    number: int
    scope: Scope


class ErasureStore:
    """Thread-safe. Of each erasure `server` has a part to do, and each of the others that are
    `known` has one.
    """

    def __init__(
        self, database: Database, server: str, known: Known, household_of: Callable[[str], int]
    ) -> None:
        self._database, self._household_of = database, household_of
        self._server, self._known = server, known

    def kept_since(self) -> dict[int, float]:
        """Up to when the last retention of each household takes its record."""
        mine = select(erasures.c.household_id, func.max(erasures.c.until).label("until"))
        query = mine.where(_IS_RETENTION).group_by(erasures.c.household_id)
        with self._database.reading() as db:
            return {row.household_id: row.until for row in db.execute(query)}

    def retain(self, scopes: Sequence[Scope], now: float) -> None:
        """Let these follow the retentions before of their households, whose rows go.

        Each begins at the record's beginning: what one before has not done at some server is its.
        """
        households = [scope.household_id for scope in scopes]
        of = erasures.c
        query = select(of.number).where(_IS_RETENTION, of.household_id.in_(households))
        with self._database.writing() as db:
            before = db.scalars(query).all()
            for scope in scopes:  # first: what is still under way is not to share its number
                self.add(db, None, scope, now)
            db.execute(delete(parts).where(parts.c.erasure.in_(before)))
            db.execute(delete(erasures).where(of.number.in_(before)))

    def begin(self, caller: Caller, scope: Scope, now: float) -> Erasure | None:
        """It was asked for, and who asked stands in the audit log; None while one is unfinished.

        Those of other households go on, or wait, in their order.
        """
        with self._database.writing() as db:
            if self._unfinished(db, erasures.c.household_id == caller.household_id, ~_IS_RETENTION):
                return None
            number = self.add(db, caller.person_id, scope, now)
            # By its number: the camera's name is to stand in one place only.
            noted = {"action": Action.ERASED.value, "subject": str(number), "at": now}
            who = {"household_id": caller.household_id, "person_id": caller.person_id}
            db.execute(insert(audit_log).values(who | noted))
            row = db.execute(select(erasures).where(erasures.c.number == number)).one()
            return shown(db, [row], self._away(db, now))[0]

    def unfinished(self) -> list[Unfinished]:
        """Those that are to go on together: the oldest, and with a retention all others."""
        with self._database.reading() as db:
            found = [self._read(row) for row in self._unfinished(db)]
        retentions = [it for it in found if it.scope.kind is ErasureKind.RETENTION]
        return retentions if retentions[:1] == found[:1] else found[:1]

    def newest(self, household_id: int, limit: int, now: float) -> list[Erasure]:
        """The newest, newest first."""
        mine = select(erasures).where(erasures.c.household_id == household_id)
        with self._database.reading() as db:
            rows = db.execute(mine.order_by(erasures.c.number.desc()).limit(limit)).all()
            return shown(db, rows, self._away(db, now))

    def note_file(self, segment: int, lines: Mapping[int, int]) -> None:
        """So many `lines` of the journal's file `segment` are about to go by the erasures of these
        numbers. Idempotent.
        """
        with self._database.writing() as db:
            for number, count in lines.items():
                mine = self._parts([number]).where(parts.c.segment < segment)
                if db.execute(mine.values(segment=segment)).rowcount:
                    add_counts(db, number, ErasedCounts(events=count))

    def note_progress(self, numbers: Collection[int], progress: float) -> None:
        """So much of this server's journal is done, from 0 to 1."""
        with self._database.writing() as db:
            db.execute(self._parts(numbers).values(progress=progress))

    def set_copies(self, number: int, taken: CopiesTaken) -> None:
        """So much goes of data sets. Idempotent."""
        values = {"dataset_files": taken.files, "learnt": LEARNT.dump_json(taken.learnt).decode()}
        with self._database.writing() as db:
            db.execute(update(erasures).where(erasures.c.number == number).values(values))

    def finish(self, numbers: Collection[int], now: float) -> None:
        """Nothing is left of these at this server."""
        with self._database.writing() as db:
            db.execute(self._parts(numbers).values(progress=1.0, finished_at=now))

    def close(self, now: float) -> None:
        """Those are done of which no server that is waited for has a part to do."""
        is_open = erasures.c.finished_at.is_(None)
        with self._database.reading() as db:
            if not db.scalars(select(erasures.c.number).where(is_open)).all():
                return
        with self._database.writing() as db:
            left = select(parts.c.erasure).where(
                parts.c.finished_at.is_(None), parts.c.server.not_in(self._away(db, now))
            )
            over = update(erasures).where(is_open, erasures.c.number.not_in(left))
            db.execute(over.values(finished_at=now))

    def add(self, db: Connection, person_id: int | None, scope: Scope, now: float) -> int:
        """It was asked for, whatever is unfinished; its number."""
        row = _row(person_id, scope, now)
        returning = insert(erasures).values(row).returning(erasures.c.number)
        number: int = db.execute(returning).scalar_one()
        part = {"erasure": number, "segment": NO_SEGMENT, "progress": 0.0}
        servers = sorted({self._server, *self._known(db)})
        db.execute(insert(parts), [part | {"server": server} for server in servers])
        return number

    def _away(self, db: Connection, now: float) -> list[str]:
        seen = self._known(db).items()
        return [name for name, at in seen if now - at > AWAY_SEC and name != self._server]

    def _parts(self, numbers: Collection[int]) -> Update:
        return update(parts).where(parts.c.erasure.in_(numbers), parts.c.server == self._server)

    def _unfinished(self, db: Connection, *wanted: ColumnElement[bool]) -> Sequence[Row[Any]]:
        mine = parts.c.server == self._server, parts.c.finished_at.is_(None)
        joined = select(erasures).join_from(erasures, parts, erasures.c.number == parts.c.erasure)
        return db.execute(joined.where(*mine, *wanted).order_by(erasures.c.number)).all()

    def _read(self, row: Row[Any]) -> Unfinished:
        of = row.household_id, row.camera_id, row.since, row.until
        return Unfinished(row.number, Scope(*of, self._household_of, ErasureKind(row.kind)))


def add_counts(db: Connection, number: int, counts: ErasedCounts) -> None:
    """These rows go, in the same transaction."""
    more = {name: erasures.c[name] + count for name, count in counts.model_dump().items()}
    db.execute(update(erasures).where(erasures.c.number == number).values(more))


def set_kept(db: Connection, number: int, kept: int) -> None:
    """So many incidents go on, and are left."""
    db.execute(update(erasures).where(erasures.c.number == number).values(kept=kept))


def _row(person_id: int | None, scope: Scope, now: float) -> dict[str, object]:
    of = {"household_id": scope.household_id, "kind": scope.kind.value, "person_id": person_id}
    asked = {"camera_id": scope.camera_id, "since": scope.since, "until": scope.until}
    nothing = ErasedCounts().model_dump() | {"kept": 0, "learnt": "[]"}
    return of | asked | nothing | {"asked_at": now}
