"""The audit log: who did and looked at what. It is read by everybody of the household."""

import time
from collections import OrderedDict
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select

from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.audit.tables import audit_log
from backend.seen import within
from backend.storage.database import Database

LOOK_SEC = 600.0
"""Looks of one person at one thing that are no further apart are one."""
MAX_LOOKS = 10_000


class Entry(BaseModel):
    """Who did what, and when, in seconds since 1970 (UTC). Nobody's `person_id`: the API_KEY.

    `way` is how an answer came, None of all else.
    """

    model_config = ConfigDict(frozen=True)

    person_id: int | None
    action: Action
    subject: str | None
    at: float
    way: str | None = None


def add(db: Connection, entry: Entry, household_id: int) -> None:
    """Note it in the transaction of what is noted."""
    db.execute(insert(audit_log).values(household_id=household_id, **entry.model_dump()))


class AuditService:
    """Thread-safe; its methods wait for the database."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._looks: OrderedDict[tuple[str, int, Action, str], float] = OrderedDict()

    def note(self, caller: Caller, action: Action, subject: str | None = None) -> None:
        """`caller` has done this, with `subject`: a person's number, a camera, an incident.

        It stands in the log of the caller's household, whichever one the request came from.
        """
        entry = Entry(person_id=caller.person_id, action=action, subject=subject, at=self._clock())
        with within(caller.household_id), self._database.writing() as db:
            add(db, entry, caller.household_id)

    def looked(self, caller: Caller, subject: str) -> None:
        """`caller` looks at `subject`: one entry for ten minutes of looking.

        A subject is `now`, `record`, or `incident` or `replay` with the incident's id.
        """
        self.note_rarely(caller, Action.LOOKED, subject)

    def note_rarely(self, caller: Caller, action: Action, subject: str) -> None:
        """As `note`, what is done again and again once in ten minutes."""
        now, key = self._clock(), (caller.name, caller.household_id, action, subject)
        # The clock may have been set back.
        if not 0 <= now - self._looks.get(key, -LOOK_SEC) < LOOK_SEC:
            self._looks[key] = now
            self._looks.move_to_end(key)
            if len(self._looks) > MAX_LOOKS:
                self._looks.popitem(last=False)
            self.note(caller, action, subject)

    def entries(self, since: float, until: float, limit: int, household_id: int) -> list[Entry]:
        """The newest entries of a span of time (`until` excluded), newest first."""
        columns = audit_log.c
        query = select(*(columns[name] for name in Entry.model_fields)).where(
            columns.household_id == household_id, columns.at >= since, columns.at < until
        )
        with self._database.reading() as db:
            found = db.execute(query.order_by(columns.number.desc()).limit(limit))
            return [Entry.model_validate(row._asdict()) for row in found]
