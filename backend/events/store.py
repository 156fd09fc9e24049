"""START and END in the database, and how far the journal has been taken into it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    delete,
    insert,
    select,
)

from backend.events.journal.journal import NOTHING
from backend.events.journal.record import ID_BYTES, Record, as_json
from backend.incidents import store as incidents
from backend.incidents.store import Taken
from backend.storage.database import Database
from backend.storage.tables import metadata
from contract.events import IncidentEvent

events = Table(
    "events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("identity", Text, nullable=False, unique=True),
    Column("camera_id", Text, nullable=False),
    Column("ts", Float, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("record", Text, nullable=False),
    Index("events_by_camera", "camera_id", "ts"),
)
"""Of an erased event only the `identity` is left, by which its repeats are known."""
ERASED = {"camera_id": "", "ts": 0.0, "received_at": 0.0, "record": ""}
_IS_WHOLE = events.c.record != ""
senders = Table(
    "senders",
    metadata,
    Column("server", Text, primary_key=True),
    Column("sender", Text, primary_key=True),
    Column("heartbeat", Text),
    Column("identities", LargeBinary, nullable=False),
)
journal_position = Table(
    "journal_position",
    metadata,
    Column("server", Text, primary_key=True),
    Column("segment", Integer, nullable=False),
)
"""Each server has a journal, and says what it has heard. `sender` is a digest of the camera's
name."""
_FIRST, _LAST = "0" * 2 * ID_BYTES, "f" * 2 * ID_BYTES


@dataclass(frozen=True)
class Known:
    """Identities of events that are recorded, and of those that are new under the id of another."""

    repeats: frozenset[bytes]
    reused: frozenset[bytes]


ASKED_AT_ONCE = 500
"""So many identities are in one question."""
NOTHING_KNOWN = Known(frozenset(), frozenset())


@dataclass(frozen=True)
class SavedSender:
    """What is kept of a camera's PROBS and HEARTBEATs when a file of the journal is closed."""

    heartbeat: bytes | None
    identities: bytes


class EventStore:
    """Thread-safe. Its rows can be made again from the journals.

    `server` is the name of this one, whose journal it follows; others may share the database.
    """

    def __init__(self, database: Database, server: str) -> None:
        self._database, self._server = database, server

    def known(self, identities: Sequence[bytes]) -> Known:
        """Which of these events are recorded, for ever."""
        if not identities:
            return NOTHING_KNOWN
        with self._database.reading() as db:
            found = {identity: _same_id(db, identity) for identity in identities}
        repeats = frozenset(identity for identity, same in found.items() if identity.hex() in same)
        reused = frozenset(identity for identity, same in found.items() if same) - repeats
        return Known(repeats, reused)

    def add(self, records: Sequence[Record]) -> list[Taken]:
        """Take these STARTs and ENDs, and what they change of their incidents. Idempotent."""
        with self._database.writing() as db:
            return [taken for record in records if (taken := _add(db, record))]

    def are_erased(self, identities: Sequence[bytes]) -> dict[bytes, bool]:
        """Of those of these STARTs and ENDs that are known here, whether they were erased."""
        found: dict[bytes, bool] = {}
        with self._database.reading() as db:
            for begin in range(0, len(identities), ASKED_AT_ONCE):
                names = [each.hex() for each in identities[begin : begin + ASKED_AT_ONCE]]
                query = select(events.c.identity, ~_IS_WHOLE).where(events.c.identity.in_(names))
                found |= {bytes.fromhex(name): bool(gone) for name, gone in db.execute(query)}
        return found

    def erased(self) -> list[str]:
        """The identities of all that were erased, as they are written."""
        with self._database.reading() as db:
            return list(db.scalars(select(events.c.identity).where(~_IS_WHOLE)))

    def add_erased(self, identities: Sequence[str]) -> None:
        """These were erased: what comes again under one is a repeat."""
        with self._database.writing() as db:
            there = set(db.scalars(select(events.c.identity)))
            rows = [{"identity": each} | ERASED for each in identities if each not in there]
            if rows:
                db.execute(insert(events), rows)

    def newest(self, limit: int) -> list[bytes]:
        """The lines of the newest, oldest first."""
        newest_first = events.c.number.desc()
        query = select(events.c.record).where(_IS_WHOLE).order_by(newest_first).limit(limit)
        with self._database.reading() as db:
            return [line.encode() for line in reversed(db.scalars(query).all())]

    def since(self, received_at: float) -> list[bytes]:
        """The lines of those that arrived since then, oldest first."""
        query = select(events.c.record).where(_IS_WHOLE, events.c.received_at >= received_at)
        with self._database.reading() as db:
            return [line.encode() for line in db.scalars(query.order_by(events.c.number))]

    def between(self, camera_id: str, begin: float, end: float) -> list[bytes]:
        """The lines of a camera's with `ts` from `begin` to before `end`, newest first."""
        query = select(events.c.record).where(
            events.c.camera_id == camera_id, events.c.ts >= begin, events.c.ts < end
        )
        with self._database.reading() as db:
            ordered = query.order_by(events.c.ts.desc(), events.c.number.desc())
            return [line.encode() for line in db.scalars(ordered)]

    def position(self) -> int:
        """The number of the journal's file up to which all is in the database."""
        with self._database.reading() as db:
            mine = journal_position.c.server == self._server
            found: int | None = db.scalar(select(journal_position.c.segment).where(mine))
        return NOTHING if found is None else found

    def save_position(self, segment: int, saved: Mapping[str, SavedSender]) -> None:
        """All up to the journal's file `segment` is here, what is `saved` of the senders too."""
        rows = [
            {
                "server": self._server,
                "sender": sender,
                "heartbeat": it.heartbeat and it.heartbeat.decode(),
                "identities": it.identities,
            }
            for sender, it in saved.items()
        ]
        with self._database.writing() as db:
            db.execute(delete(senders).where(senders.c.server == self._server))
            if rows:
                db.execute(insert(senders), rows)
            db.execute(delete(journal_position).where(journal_position.c.server == self._server))
            db.execute(insert(journal_position).values(server=self._server, segment=segment))

    def saved_senders(self) -> dict[str, SavedSender]:
        """What was saved with the position, by sender."""
        mine = select(senders).where(senders.c.server == self._server)
        with self._database.reading() as db:
            return {
                row.sender: SavedSender(row.heartbeat and row.heartbeat.encode(), row.identities)
                for row in db.execute(mine)
            }

    def heartbeats(self) -> list[bytes]:
        """The last heartbeat of each camera that any of the servers has saved."""
        query = select(senders.c.heartbeat).where(senders.c.heartbeat.is_not(None))
        with self._database.reading() as db:
            return [line.encode() for line in db.scalars(query)]


def _same_id(db: Connection, identity: bytes) -> set[str]:
    """The identities that begin as this one does: events of the same camera and `event_id`."""
    begins = identity[:ID_BYTES].hex()
    within = events.c.identity.between(begins + _FIRST, begins + _LAST)
    return set(db.scalars(select(events.c.identity).where(within)))


def _add(db: Connection, record: Record) -> Taken | None:
    event, identity = record.event, record.identity.hex()
    if not isinstance(event, IncidentEvent):
        raise TypeError(f"expected a START or an END, got {event.event_type}")
    if db.scalar(select(events.c.number).where(events.c.identity == identity)):
        return None
    taken = incidents.take(db, event, record.received_at)
    row = {
        "identity": identity,
        "camera_id": event.camera_id,
        "ts": event.ts,
        "received_at": record.received_at,
        "record": record.line.decode(),
    }
    db.execute(insert(events).values(row))
    return taken


def shown(lines: Iterable[bytes]) -> bytes:
    """A JSON list of these records."""
    return b"[" + b",".join(map(as_json, lines)) + b"]"
