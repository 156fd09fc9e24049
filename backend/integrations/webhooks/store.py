"""The tables of webhooks, within a transaction of the caller's. Times are seconds since 1970."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from backend.escalation.tables import answers, verdicts
from backend.incidents.store import incidents
from backend.integrations.webhooks.messages import Kind, Message, Said
from backend.integrations.webhooks.tables import deliveries, messages

KEPT_SEC = 30 * 86_400.0
"""Longer than any incident is looked at: what was made is not made again."""
LONGEST_WAIT_SEC = 3600.0


@dataclass(frozen=True)
class Delivery:
    """A message for one address."""

    number: int
    message_id: str
    body: str
    tries: int


def said_since(db: Connection, since: float) -> list[Said]:
    """Answers and verdicts, oldest first of each kind."""
    found: list[Said] = []
    kinds = (
        (Kind.ANSWERED, answers, answers.c.answer),
        (Kind.VERDICT, verdicts, verdicts.c.verdict),
    )
    for kind, table, word in kinds:
        query = select(table.c.number, table.c.incident_id, word, table.c.at)
        rows = db.execute(query.where(table.c.at >= since).order_by(table.c.number))
        found += [Said(kind, *row) for row in rows]
    return found


def add(db: Connection, found: Sequence[Message], addresses: Sequence[str], now: float) -> int:
    """Those that are new are to be brought to each address; how many they are."""
    ids = [it.id for it in found]
    known = set(db.scalars(select(messages.c.id).where(messages.c.id.in_(ids))))
    fresh = [it for it in found if it.id not in known]
    for it in fresh:
        db.execute(insert(messages).values(id=it.id, made_at=now))
        row = {
            "message_id": it.id,
            "incident_id": it.incident_id,
            "body": it.body.model_dump_json(),
        }
        times = {"made_at": now, "tries": 0, "next_at": now}
        for address in addresses:
            db.execute(insert(deliveries).values(row | times | {"address": address}))
    return len(fresh)


def due(db: Connection, address: str, now: float, limit: int) -> list[Delivery]:
    """The oldest that are due; one that waits longer than any does is of another clock."""
    of = deliveries.c
    is_due = or_(of.next_at <= now, of.next_at > now + LONGEST_WAIT_SEC)
    query = select(of.number, of.message_id, of.body, of.tries).where(of.address == address, is_due)
    return [Delivery(*row) for row in db.execute(query.order_by(of.number).limit(limit))]


def remove(db: Connection, number: int) -> None:
    """The address has it."""
    db.execute(delete(deliveries).where(deliveries.c.number == number))


def put_off(db: Connection, number: int, tries: int, next_at: float) -> None:
    """Try again then."""
    changed = update(deliveries).where(deliveries.c.number == number)
    db.execute(changed.values(tries=tries, next_at=next_at))


def clear(db: Connection, addresses: Sequence[str], made_before: float) -> int:
    """Drop what was made before, what was erased, and what is for other addresses.

    How many were too old.
    """
    of = deliveries.c
    db.execute(delete(messages).where(messages.c.made_at < made_before - KEPT_SEC))
    gone = or_(of.incident_id.not_in(select(incidents.c.id)), of.address.not_in(addresses))
    db.execute(delete(deliveries).where(gone))
    return db.execute(delete(deliveries).where(of.made_at < made_before)).rowcount


def waiting(db: Connection) -> int:
    """How many are still to be brought somewhere."""
    return db.scalar(select(func.count()).select_from(deliveries)) or 0
