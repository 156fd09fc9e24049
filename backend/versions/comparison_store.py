"""The table of comparisons, asked and changed within a transaction of the caller's."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, insert, select, update

from backend.versions.tables import comparisons
from contract.comparisons import Stretch

_STRETCHES = TypeAdapter(tuple[Stretch, ...])


@dataclass(frozen=True)
class ComparisonRow:
    """A comparison, whose job has the same id; `report` is a digest among the blobs."""

    id: str
    household_id: int
    version_ids: tuple[str, ...]
    report: str | None
    created_by: int | None
    created_at: float
    finished_at: float | None


_SHOWN = [comparisons.c[name] for name in ComparisonRow.__dataclass_fields__]


def add(db: Connection, row: ComparisonRow, stretches: Sequence[Stretch] = ()) -> None:
    """A new one, that is to replay these stretches."""
    values = asdict(row) | {
        "version_ids": json.dumps(row.version_ids),
        "job_id": row.id,
        "stretches": _STRETCHES.dump_json(tuple(stretches)).decode(),
    }
    db.execute(insert(comparisons).values(values))


def stretches(db: Connection, comparison_id: str) -> tuple[Stretch, ...]:
    """What it is to replay."""
    query = select(comparisons.c.stretches).where(comparisons.c.id == comparison_id)
    return _STRETCHES.validate_json(db.scalar(query) or "[]")


def find(db: Connection, comparison_id: str, household_id: int) -> ComparisonRow | None:
    """The one of this id, if it is one of this household."""
    of = comparisons.c
    query = select(*_SHOWN).where(of.id == comparison_id, of.household_id == household_id)
    found = db.execute(query).first()
    return _read(found) if found else None


def newest(db: Connection, household_id: int, limit: int) -> list[ComparisonRow]:
    """The newest, newest first."""
    query = select(*_SHOWN).where(comparisons.c.household_id == household_id)
    return [
        _read(row) for row in db.execute(query.order_by(comparisons.c.number.desc()).limit(limit))
    ]


@dataclass(frozen=True)
class Contents:
    """What a comparison holds of the record; `report` is a digest among the blobs."""

    id: str
    stretches: tuple[Stretch, ...]
    report: str | None


def contents(db: Connection) -> list[Contents]:
    """Of all comparisons."""
    of = comparisons.c
    rows = db.execute(select(of.id, of.stretches, of.report))
    return [Contents(row.id, _STRETCHES.validate_json(row.stretches), row.report) for row in rows]


def replace(
    db: Connection, comparison_id: str, stretches: Sequence[Stretch], report: str | None
) -> None:
    """Let it hold these instead."""
    values = {"stretches": _STRETCHES.dump_json(tuple(stretches)).decode(), "report": report}
    db.execute(update(comparisons).where(comparisons.c.id == comparison_id).values(values))


def finish(db: Connection, comparison_id: str, report: str, now: float) -> None:
    """Its report is there."""
    mine = comparisons.c.id == comparison_id
    db.execute(update(comparisons).where(mine).values(report=report, finished_at=now))


def has_compared(db: Connection, version_ids: Sequence[str]) -> bool:
    """Whether a finished comparison is of all these versions."""
    query = select(comparisons.c.version_ids).where(comparisons.c.finished_at.is_not(None))
    return any(set(version_ids) <= set(json.loads(ids)) for ids in db.scalars(query))


def _read(row: Row[tuple[object, ...]]) -> ComparisonRow:
    values = row._asdict()
    return ComparisonRow(**values | {"version_ids": tuple(json.loads(values["version_ids"]))})
