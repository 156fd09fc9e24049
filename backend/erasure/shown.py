"""Erasures as they are shown: their rows, with what each server has done of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from statistics import fmean
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, select

from backend.erasure.tables import parts
from contract.erasures import (
    ErasedCounts,
    Erasure,
    ErasureKind,
    ErasurePart,
    ErasureState,
    LearntVersion,
)

LEARNT = TypeAdapter(tuple[LearntVersion, ...])


def shown(db: Connection, rows: Sequence[Row[Any]], away: Collection[str]) -> list[Erasure]:
    """These rows of `erasures`; servers that are `away` are not waited for."""
    done = defaultdict[int, list[ErasurePart]](list)
    of = select(parts).where(parts.c.erasure.in_([row.number for row in rows]))
    for row in db.execute(of.order_by(parts.c.server)):
        is_away = row.server in away and row.finished_at is None
        part = ErasurePart(
            server=row.server,
            progress=row.progress,
            finished_at=row.finished_at,
            is_away=is_away,
        )
        done[row.erasure].append(part)
    return [_erasure(row, done[row.number]) for row in rows]


def _erasure(row: Row[Any], parts_of: Sequence[ErasurePart]) -> Erasure:
    is_done = row.finished_at is not None
    fields = row._asdict()
    counts = ErasedCounts(**{name: fields[name] for name in ErasedCounts.model_fields})
    return Erasure(
        number=row.number,
        kind=ErasureKind(row.kind),
        person_id=row.person_id,
        camera_id=row.camera_id,
        since=row.since,
        until=row.until,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        state=ErasureState.DONE if is_done else ErasureState.RUNNING,
        progress=1.0 if is_done else fmean(it.progress for it in parts_of),
        counts=counts,
        kept=row.kept,
        learnt=LEARNT.validate_json(row.learnt),
        parts=tuple(parts_of),
    )
