"""Comments and ratings for the rest of the server."""

import math
import time
from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.audit import service as audit
from backend.audit.actions import Action
from backend.comments import store
from backend.comments.errors import CommentEdited, NotTheAuthor, UnknownComment, UnknownSubject
from backend.comments.store import By
from backend.storage.database import Database
from contract.comments import Comment, CommentEdit, Rating, RatingSummary, Subject, SubjectKind

Exists = Callable[[str, int], bool]
"""Whether there is something of this id that a household has, and its people may see."""


class CommentService:
    """Thread-safe; its methods wait for the database. `clock` is seconds since 1970.

    `rooms` says of each kind of subject who knows them; of a kind without a room there are none.
    """

    def __init__(
        self,
        database: Database,
        rooms: Mapping[SubjectKind, Exists],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._rooms, self._clock = database, rooms, clock

    def newest(
        self, subject: Subject, household_id: int, before: int | None = None, limit: int = 50
    ) -> list[Comment]:
        """What was written of it, newest first; behind the number `before`.

        Raises UnknownSubject.
        """
        self._check(subject, household_id)
        with self._database.reading() as db:
            return store.newest(db, subject, before, limit)

    def add(self, caller: Caller, subject: Subject, text: str) -> Comment:
        """Write something of it. Raises UnknownSubject."""
        self._check(subject, caller.household_id)
        with self._database.writing() as db:
            comment = store.add(db, self._by(caller, subject), text)
            self._note(db, caller, Action.COMMENTED, subject)
        self._check_still(subject, caller.household_id)
        return comment

    def edit(self, caller: Caller, number: int, wanted: CommentEdit) -> Comment:
        """Let one's own comment say something else.

        Raises UnknownComment, NotTheAuthor, and CommentEdited if it is not as the author read it.
        """
        with self._database.writing() as db:
            comment = _find(db, caller, number)
            if comment.person_id != caller.person_id:
                raise NotTheAuthor("expected the comment's author")
            if comment.edited_at != wanted.edited_at:
                raise CommentEdited(
                    f"the comment was edited meanwhile, expected edited_at {comment.edited_at}"
                )
            self._note(db, caller, Action.EDITED_COMMENT, comment.subject)
            return store.edit(db, number, wanted.text, self._after(comment))

    def delete(self, caller: Caller, number: int) -> None:
        """Delete one's own comment, an owner anybody's. Raises UnknownComment, NotTheAuthor."""
        with self._database.writing() as db:
            comment = _find(db, caller, number)
            if caller.person_id != comment.person_id and caller.role is not Role.OWNER:
                raise NotTheAuthor("expected the comment's author, or an owner")
            store.delete_one(db, number)
            self._note(db, caller, Action.DELETED_COMMENT, comment.subject)

    def rate(self, caller: Caller, subject: Subject, stars: int) -> Rating:
        """Let this be what `caller` gives it. Raises UnknownSubject."""
        self._check(subject, caller.household_id)
        with self._database.writing() as db:
            rating = store.rate(db, self._by(caller, subject), stars)
            self._note(db, caller, Action.RATED, subject)
        self._check_still(subject, caller.household_id)
        return rating

    def summary(self, caller: Caller, subject: Subject) -> RatingSummary:
        """What all gave it. Raises UnknownSubject."""
        self._check(subject, caller.household_id)
        with self._database.reading() as db:
            return store.summary(db, subject, caller.person_id)

    def erase(self, subject: Subject) -> int:
        """Nothing is left of what was said of it, which is no more; how many comments went."""
        with self._database.writing() as db:
            return store.erase(db, subject.kind, [subject.id])

    def _check(self, subject: Subject, household_id: int) -> None:
        exists = self._rooms.get(subject.kind)
        if exists is None or not exists(subject.id, household_id):
            raise UnknownSubject(f"no {subject.kind} {subject.id[:32]!r}")

    def _check_still(self, subject: Subject, household_id: int) -> None:
        """Keep nothing of what was erased while it was written: its eraser has gone past here."""
        try:
            self._check(subject, household_id)
        except UnknownSubject:
            self.erase(subject)
            raise

    def _by(self, caller: Caller, subject: Subject) -> By:
        return By(caller.household_id, caller.person_id, subject, self._clock())

    def _after(self, comment: Comment) -> float:
        """Now, and later than what it was before, whatever the clock does."""
        before = comment.at if comment.edited_at is None else comment.edited_at
        return max(self._clock(), math.nextafter(before, math.inf))

    def _note(self, db: Connection, caller: Caller, action: Action, subject: Subject) -> None:
        entry = audit.Entry(
            person_id=caller.person_id,
            action=action,
            subject=f"{subject.kind} {subject.id}",
            at=self._clock(),
        )
        audit.add(db, entry, caller.household_id)


def _find(db: Connection, caller: Caller, number: int) -> Comment:
    comment = store.find(db, number, caller.household_id)
    if comment is None:
        raise UnknownComment(f"no comment {number}")
    return comment
