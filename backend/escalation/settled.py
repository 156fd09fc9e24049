"""Which events of late are done with, asked at once: after a kill all but the last few are."""

from sqlalchemy import Connection, exists, or_, select

from backend.alerts.ledger.entries import is_first_of
from backend.alerts.ledger.tables import alerts
from backend.escalation.tables import escalations
from backend.incidents.store import incidents
from backend.troubles.table import TROUBLES
from contract.incidents import IncidentState

LONGEST_SEC = 86_400.0
"""The END of what lasts longer is handed on once more, which changes nothing."""


def settled_keys(db: Connection, since: float) -> set[str]:
    """The keys of events received since then (seconds since 1970) that `Beginning.consider` would
    find in the ledger, with nothing to end."""
    of = incidents.c
    mine = escalations.c.incident_id == of.id
    goes_on = exists().where(mine, escalations.c.over_at.is_(None))
    query = (
        select(of.start_key, of.end_key, of.label, alerts.c.ended)
        .join_from(incidents, alerts, is_first_of(of.id))
        .where(
            of.received_at >= since - LONGEST_SEC,
            or_(of.state != IncidentState.RESOLVED, ~goes_on),
        )
    )
    found: set[str | None] = set()
    for start, end, label, ended in db.execute(query):
        # The end of a trouble has a row of its own.
        is_of_both = ended and label not in TROUBLES
        found |= {start, end} if is_of_both else {end if ended else start}
    return {key for key in found if key is not None}
