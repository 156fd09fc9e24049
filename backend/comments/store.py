"""The tables of comments and ratings, asked and changed within a transaction of the caller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from backend.comments.tables import comments, ratings
from contract.comments import Comment, Rating, RatingSummary, Subject, SubjectKind

Ids = Sequence[str] | Select[tuple[str]]


@dataclass(frozen=True)
class By:
    """Who says something of what, and when; without a `person_id` it is the household's key."""

    household_id: int
    person_id: int | None
    subject: Subject
    at: float

    @property
    def row(self) -> dict[str, Any]:
        """What both tables have of it."""
        return {
            "household_id": self.household_id,
            "person_id": self.person_id,
            "subject_kind": self.subject.kind.value,
            "subject_id": self.subject.id,
            "at": self.at,
        }


def add(db: Connection, by: By, text: str) -> Comment:
    """Record a comment."""
    query = insert(comments).values(by.row | {"text": text}).returning(*comments.c)
    return _comment(db.execute(query).one())


def find(db: Connection, number: int, household_id: int) -> Comment | None:
    """The comment of this number, if it is one of this household."""
    of = comments.c
    mine = of.number == number, of.household_id == household_id
    row = db.execute(select(comments).where(*mine)).first()
    return _comment(row) if row else None


def of_subject(db: Connection, subject: Subject) -> list[Comment]:
    """All that was written of it, oldest first."""
    mine = _of(comments, subject.kind, [subject.id])
    query = select(comments).where(*mine).order_by(comments.c.number)
    return [_comment(row) for row in db.execute(query)]


def newest(db: Connection, subject: Subject, before: int | None, limit: int) -> list[Comment]:
    """What was written of it, newest first; behind the one of the number `before`."""
    query = select(comments).where(*_of(comments, subject.kind, [subject.id]))
    if before is not None:
        query = query.where(comments.c.number < before)
    rows = db.execute(query.order_by(comments.c.number.desc()).limit(limit))
    return [_comment(row) for row in rows]


def edit(db: Connection, number: int, text: str, now: float) -> Comment:
    """Let a comment say this from now on."""
    changed = update(comments).where(comments.c.number == number)
    query = changed.values(text=text, edited_at=now).returning(*comments.c)
    return _comment(db.execute(query).one())


def delete_one(db: Connection, number: int) -> None:
    """The comment is no more."""
    db.execute(delete(comments).where(comments.c.number == number))


def rate(db: Connection, by: By, stars: int) -> Rating:
    """Let this be what the person gives."""
    given = by.row | {"stars": stars}
    mine = *_of(ratings, by.subject.kind, [by.subject.id]), _is_by(by.person_id)
    if not db.execute(update(ratings).where(*mine).values(given)).rowcount:
        db.execute(insert(ratings).values(given))
    return Rating(subject=by.subject, person_id=by.person_id, stars=stars, at=by.at)


def summary(db: Connection, subject: Subject, person_id: int | None) -> RatingSummary:
    """What all gave, and what this person did."""
    all_of_it, of = _of(ratings, subject.kind, [subject.id]), ratings.c
    mean, count = db.execute(
        select(func.avg(of.stars), func.count(of.number)).where(*all_of_it)
    ).one()
    mine = db.scalar(select(of.stars).where(*all_of_it, _is_by(person_id)))
    return RatingSummary(mean=None if mean is None else float(mean), count=count, mine=mine)


def count_of(db: Connection, kind: SubjectKind, ids: Ids) -> int:
    """How many comments there are of these."""
    query = select(func.count(comments.c.number)).where(*_of(comments, kind, ids))
    return db.scalar(query) or 0


def erase(db: Connection, kind: SubjectKind, ids: Ids) -> int:
    """Nothing is left of what was said of these; how many comments went."""
    db.execute(delete(ratings).where(*_of(ratings, kind, ids)))
    return db.execute(delete(comments).where(*_of(comments, kind, ids))).rowcount


def _of(table: Table, kind: SubjectKind, ids: Ids) -> tuple[ColumnElement[bool], ...]:
    return table.c.subject_kind == kind.value, table.c.subject_id.in_(ids)


def _is_by(person_id: int | None) -> ColumnElement[bool]:
    return ratings.c.person_id.is_not_distinct_from(person_id)


def _comment(row: Row[Any]) -> Comment:
    said = row._asdict()
    subject = Subject(kind=said["subject_kind"], id=said["subject_id"])
    return Comment.model_validate(said | {"subject": subject})
