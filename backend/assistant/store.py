"""Conversations, each of one person, asked and changed within a transaction of the caller's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isinf
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from backend.access.keys import Caller
from backend.assistant.keeping import days_of_record, kept
from backend.assistant.tables import conversation_turns, conversations
from backend.people.tables import memberships
from contract.assistant import ConversationShown, Spoken, ToolCall

MAX_CONVERSATIONS = 50
"""Of one person; the oldest give way."""

_CALLS = TypeAdapter(tuple[ToolCall, ...])
_NUMBERS = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True)
class Exchange:
    """What somebody said at `asked_at`, and the answer to it."""

    question: str
    asked_at: float
    answer: Spoken


def newest(db: Connection, caller: Caller) -> list[ConversationShown]:
    """All of the caller's, the one that was last gone on with first."""
    query = select(conversations).where(_is_of(caller))
    rows = db.execute(query.order_by(conversations.c.last_at.desc())).all()
    return [_shown(row) for row in rows]


def find(db: Connection, caller: Caller, conversation_id: str) -> ConversationShown | None:
    """One of the caller's, with its turns."""
    mine = select(conversations).where(_is_of(caller), conversations.c.id == conversation_id)
    row = db.execute(mine).first()
    if row is None:
        return None
    of = conversation_turns.c
    query = select(conversation_turns).where(of.conversation_id == conversation_id)
    turns = tuple(_spoken(it) for it in db.execute(query.order_by(of.number)))
    return _shown(row).model_copy(update={"turns": turns})


def begin(db: Connection, caller: Caller, begun: ConversationShown) -> None:
    """Make a conversation of the caller's; the oldest ones beyond the limit go."""
    of = conversations.c
    oldest = select(of.id).where(_is_of(caller)).order_by(of.last_at.desc())
    erase(db, of.id.in_(oldest.offset(MAX_CONVERSATIONS - 1)))
    row = {
        "id": begun.id,
        "household_id": caller.household_id,
        "person_id": caller.person_id,
        "title": begun.title,
        "about": begun.table,
        "began_at": begun.began_at,
        "last_at": begun.last_at,
    }
    db.execute(insert(conversations).values(row))


def add(db: Connection, conversation_id: str, exchange: Exchange) -> None:
    """Record what was said, and the answer to it."""
    asked = Spoken(role="person", text=exchange.question, at=exchange.asked_at)
    turns = [_row(conversation_id, it) for it in (asked, exchange.answer)]
    db.execute(insert(conversation_turns), turns)
    mine = conversations.c.id == conversation_id
    db.execute(update(conversations).where(mine).values(last_at=exchange.answer.at))


def erase(db: Connection, *wanted: ColumnElement[bool]) -> int:
    """Erase conversations with their turns; how many."""
    ids: Select[tuple[str]] = select(conversations.c.id).where(*wanted)
    found = db.scalars(ids).all()
    turns = conversation_turns.c.conversation_id.in_(found)
    db.execute(delete(conversation_turns).where(turns))
    return db.execute(delete(conversations).where(conversations.c.id.in_(found))).rowcount


def erase_of(db: Connection, caller: Caller, conversation_id: str | None = None) -> int:
    """Erase one of the caller's, or all; how many."""
    one = [] if conversation_id is None else [conversations.c.id == conversation_id]
    return erase(db, _is_of(caller), *one)


def is_removed(db: Connection, caller: Caller) -> bool:
    """Whether the caller belongs to the household no more."""
    mine = (
        memberships.c.household_id == caller.household_id,
        memberships.c.person_id == caller.person_id,
    )
    return db.scalar(_removed().where(*mine)) is not None


def erase_of_the_removed(db: Connection) -> int:
    """Erase those of people who belong to the household no more."""
    of = conversations.c
    theirs = (
        memberships.c.household_id == of.household_id,
        memberships.c.person_id == of.person_id,
    )
    return erase(db, _removed().where(*theirs).exists())


def _removed() -> Select[tuple[int]]:
    return select(memberships.c.person_id).where(memberships.c.left_at.is_not(None))


def count_about(db: Connection, household_id: int, since: float, until: float) -> int:
    """How many `erase_about` would take."""
    about = _are_about(household_id, since, until)
    return db.scalar(select(func.count()).select_from(conversations).where(*about)) or 0


def erase_about(db: Connection, household_id: int, since: float, until: float) -> int:
    """Erase a household's with an answer that stands on days of the record in this span.

    How many. A day more is taken on both sides: theirs are of the household's time zone.
    """
    return erase(db, *_are_about(household_id, since, until))


def _are_about(household_id: int, since: float, until: float) -> list[ColumnElement[bool]]:
    of = conversation_turns.c
    first, last = _day(since, -1), _day(until, 1)
    answers = select(of.conversation_id).where(of.since <= last, of.until >= first)
    return [conversations.c.household_id == household_id, conversations.c.id.in_(answers)]


def _is_of(caller: Caller) -> ColumnElement[bool]:
    of = conversations.c
    return and_(
        of.household_id == caller.household_id,
        of.person_id.is_not_distinct_from(caller.person_id),
    )


def _row(conversation_id: str, said: Spoken) -> dict[str, Any]:
    since, until = days_of_record(said.tool_calls) or (None, None)
    return {
        "conversation_id": conversation_id,
        "role": said.role,
        "text": said.text,
        "at": said.at,
        "tool_calls": _CALLS.dump_json(kept(said.tool_calls)).decode(),
        "unproved": _NUMBERS.dump_json(said.unproved).decode(),
        "since": since,
        "until": until,
    }


def _shown(row: Row[Any]) -> ConversationShown:
    return ConversationShown(
        id=row.id, title=row.title, table=row.about, began_at=row.began_at, last_at=row.last_at
    )


def _spoken(row: Row[Any]) -> Spoken:
    return Spoken(
        role=row.role,
        text=row.text,
        at=row.at,
        tool_calls=_CALLS.validate_json(row.tool_calls),
        unproved=_NUMBERS.validate_json(row.unproved),
    )


def _day(at: float, days_later: int) -> str:
    """The day of a time, or one near it; the last there is for a time without end."""
    if isinf(at):
        return date.max.isoformat()
    return (datetime.fromtimestamp(at, UTC) + timedelta(days=days_later)).date().isoformat()
