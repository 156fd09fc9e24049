"""Which pictures an erasure takes: those of its cameras and times, and what people brought then.

A camera's picture came in the moment that it shows. When people's were taken is not asked: what
came into the house in a span of time goes with it.
"""

from sqlalchemy import ColumnElement, Connection, or_, select

from backend.erasure.going_on import kept_ids
from backend.erasure.scope import Scope
from backend.incidents.store import incidents
from backend.media.tables import images


def pictures_of(db: Connection, scope: Scope, now: float) -> list[ColumnElement[bool]]:
    """The conditions that a picture goes; those of incidents that go on stay with them."""
    kept = select(incidents.c.sent_id).where(incidents.c.id.in_(kept_ids(scope, now)))
    names = [name for name in db.scalars(kept) if name is not None]
    of = images.c
    is_free = or_(of.incident_id.is_(None), of.incident_id.not_in(names))
    return [*scope.at(of.created_at, of.camera_id), is_free]
