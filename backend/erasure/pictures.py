"""Which pictures an erasure takes: those of its cameras and times, and what people brought then.

A camera's picture came soon after the moment that it shows, and goes with its incident too. When
people's were taken is not asked: what came into the house in a span of time goes with it.
"""

from sqlalchemy import ColumnElement, Connection, and_, not_, or_, select, true, tuple_

from backend.erasure.going_on import kept_ids
from backend.erasure.scope import Scope
from backend.incidents.store import incidents
from backend.media.tables import images


def pictures_of(db: Connection, scope: Scope, now: float) -> list[ColumnElement[bool]]:
    """The conditions that a picture goes; those of incidents that go on stay with them."""
    is_kept = incidents.c.id.in_(kept_ids(scope, now))
    gone, kept = _sent(db, *scope.incidents(), not_(is_kept)), _sent(db, is_kept)
    of = images.c
    incident = tuple_(of.camera_id, of.incident_id)
    came_then = and_(true(), *scope.at(of.household_id, of.created_at, of.camera_id))
    is_free = or_(of.incident_id.is_(None), not_(incident.in_(kept)))
    is_own = of.household_id == scope.household_id
    return [is_own, or_(came_then, incident.in_(gone)), is_free]


def _sent(db: Connection, *wanted: ColumnElement[bool]) -> list[tuple[str, str]]:
    """Their cameras, and the ids by which these sent them."""
    query = select(incidents.c.camera_id, incidents.c.sent_id).where(*wanted)
    return [(row.camera_id, row.sent_id) for row in db.execute(query) if row.sent_id is not None]
