"""The table of what a shadow has said otherwise, within a transaction of the caller's."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from backend.versions.tables import shadow_days
from contract.versions import ShadowDay

Counted = tuple[str, str, str]
"""The version, the one in production, and the day."""
COUNTS = ("windows", "more", "fewer", "dropped")

_SHOWN = [shadow_days.c[name] for name in ShadowDay.model_fields]


def added(one: ShadowDay, other: ShadowDay) -> ShadowDay:
    """Both together, of the same day."""
    sums = {name: getattr(one, name) + getattr(other, name) for name in COUNTS}
    return one.model_copy(update=sums)


def add(db: Connection, counted: Mapping[Counted, ShadowDay]) -> None:
    """Count these too."""
    of = shadow_days.c
    for (version_id, production_id, day), more in counted.items():
        mine = of.version_id == version_id, of.production_id == production_id, of.day == day
        sums = {name: of[name] + getattr(more, name) for name in COUNTS}
        if not db.execute(update(shadow_days).where(*mine).values(sums)).rowcount:
            values = more.model_dump() | {"version_id": version_id}
            db.execute(insert(shadow_days).values(values))


def days(db: Connection, version_id: str) -> list[ShadowDay]:
    """All days of a version."""
    query = select(*_SHOWN).where(shadow_days.c.version_id == version_id)
    return [ShadowDay.model_validate(row._asdict()) for row in db.execute(query)]
