"""Which incidents go on: no erasure takes them, so that none can hide an alarm."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from backend.alerts.ledger.states import WAITING, AlertState
from backend.alerts.ledger.tables import alerts, deliveries
from backend.erasure.scope import Scope
from backend.escalation.tables import escalations
from backend.incidents.store import incidents
from backend.troubles.table import TROUBLES
from contract.incidents import IncidentState

UNANSWERED_SEC = 86_400.0
"""What nobody has resolved goes on for so long, also where nobody is asked for an answer."""


def goes_on(now: float) -> ColumnElement[bool]:
    """The condition that somebody is still to be notified of an incident, or to answer it.

    A trouble goes on until it is over. `now` is seconds since 1970.
    """
    of = incidents.c
    unresolved = of.state != IncidentState.RESOLVED
    is_late = or_(of.label.in_(TROUBLES), of.received_at > now - UNANSWERED_SEC)
    return or_(_is_escalated(), _is_alerted(), and_(unresolved, is_late))


def kept_ids(scope: Scope, now: float) -> Select[Any]:
    """The ids of the incidents that are of an erasure, and go on."""
    return select(incidents.c.id).where(*scope.incidents(), goes_on(now))


def cameras_in_trouble() -> Select[Any]:
    """The cameras of troubles that are not over."""
    unresolved = incidents.c.state != IncidentState.RESOLVED
    return select(incidents.c.camera_id).where(incidents.c.label.in_(TROUBLES), unresolved)


def _is_escalated() -> ColumnElement[bool]:
    of = escalations.c
    return exists().where(of.incident_id == incidents.c.id, of.over_at.is_(None))


def _is_alerted() -> ColumnElement[bool]:
    mine = alerts.c.incident == incidents.c.id
    delivered = exists().where(deliveries.c.key == alerts.c.key, deliveries.c.state.in_(WAITING))
    return exists().where(mine, or_(alerts.c.state == AlertState.OPEN, delivered))
