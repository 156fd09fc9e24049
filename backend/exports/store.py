"""The table of exports, with what their jobs say."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from backend.exports.tables import exports
from backend.jobs.tables import jobs
from contract.exports import Export, ExportMade, ExportWanted
from contract.jobs import RESUMABLE, JobState

_KEPT = [exports.c[name] for name in Export.model_fields if name not in {"state", "failure"}]
_STATE = func.coalesce(jobs.c.state, JobState.QUEUED).label("state")


@dataclass(frozen=True)
class Kept:
    """A file that is kept: the SHA-256 of its content, its name and its bytes."""

    file: str
    file_name: str
    bytes: int


def add(db: Connection, export: Export) -> None:
    """A new export, of whose file nothing is known."""
    db.execute(insert(exports).values(export.model_dump(exclude={"state", "failure"})))


def find(db: Connection, export_id: str, household_id: int) -> Export | None:
    """The export of this id, if it is one of this household."""
    mine = exports.c.id == export_id, exports.c.household_id == household_id
    return _one(db, _shown().where(*mine))


def of_job(db: Connection, job_id: str) -> Export | None:
    """What the job makes."""
    return _one(db, _shown().where(exports.c.job_id == job_id))


def same(db: Connection, wanted: ExportWanted, household_id: int) -> Export | None:
    """The newest one of the same version, format and precision that has not failed."""
    query = _shown().where(
        exports.c.household_id == household_id,
        exports.c.version_id == wanted.version_id,
        exports.c.format == wanted.format,
        exports.c.precision == wanted.precision,
        exports.c.file.is_not(None) | _STATE.not_in(RESUMABLE),
    )
    return _one(db, query.order_by(exports.c.number.desc()).limit(1))


def newest(db: Connection, household_id: int, version_id: str | None, limit: int) -> list[Export]:
    """Those of a version, or of all, newest first."""
    query = _shown().where(exports.c.household_id == household_id)
    if version_id is not None:
        query = query.where(exports.c.version_id == version_id)
    return [
        _export(row) for row in db.execute(query.order_by(exports.c.number.desc()).limit(limit))
    ]


def finish(db: Connection, job_id: str, made: ExportMade, kept: Kept, now: float) -> None:
    """Offer what its job has made."""
    values = {"file": kept.file, "file_name": kept.file_name, "bytes": kept.bytes}
    values |= {"difference": made.difference, "checked_on": made.checked_on, "finished_at": now}
    db.execute(update(exports).where(exports.c.job_id == job_id).values(values))


def _shown() -> Select[Any]:
    shown = select(*_KEPT, _STATE, jobs.c.failure)
    return shown.join_from(exports, jobs, jobs.c.id == exports.c.job_id, isouter=True)


def _one(db: Connection, query: Select[Any]) -> Export | None:
    found = db.execute(query).first()
    return _export(found) if found else None


def _export(row: Row[Any]) -> Export:
    return Export.model_validate(row._asdict())
