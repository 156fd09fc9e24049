"""How an incident begins and goes on with its events. Pure."""

import hashlib

from contract.events import FALL, RECOVERED, End, IncidentEvent, states_of
from contract.incidents import Incident, IncidentState


def key_of(event: IncidentEvent) -> str:
    """16 printable characters that name the event, the same for an exact repeat only.

    A counter that starts again makes other keys, since the time is a part of it.
    """
    name = event.incident_id or f"\n{event.event_id}"  # no id of either kind has a line break
    named = (event.event_type, event.camera_id, event.event, name, repr(float(event.ts)))
    return hashlib.blake2b("\0".join(named).encode(), digest_size=8).hexdigest()


def begun(event: IncidentEvent, received_at: float, household_id: int) -> Incident:
    """The incident that `event` is the first of; its id is the key of the event."""
    return Incident(
        id=key_of(event),
        camera_id=event.camera_id,
        label=event.event,
        person=event.person,
        state=_state_after(event, IncidentState.OPEN),
        began_at=_began_at(event),
        ended_at=event.ts if isinstance(event, End) else None,
        duration_sec=event.duration_sec,
        seen=event.state,
        detail=event.detail,
        received_at=received_at,
        sent_id=event.incident_id,
        is_test=bool(event.test),
        household_id=household_id,
    )


def completed(incident: Incident, event: IncidentEvent) -> Incident:
    """`incident` with its second event: an END says the rest, a late START when it began."""
    # One event that is not marked makes it a real one, whatever the other says.
    is_test = incident.is_test and bool(event.test)
    if not isinstance(event, End):
        return incident.model_copy(update={"began_at": _began_at(event), "is_test": is_test})
    said = {"duration_sec": event.duration_sec, "seen": event.state, "detail": event.detail}
    known = {name: value for name, value in said.items() if value is not None}
    over = {"ended_at": event.ts, "state": _state_after(event, incident.state), "is_test": is_test}
    return incident.model_copy(update=known | over)


def _began_at(event: IncidentEvent) -> float:
    return event.ts - (event.duration_sec or 0.0)


def _state_after(event: IncidentEvent, state: IncidentState) -> IncidentState:
    """An END resolves what needs nobody's answer: all but a fall after which nobody is up."""
    if not isinstance(event, End):
        return state
    needs_answer = event.event == FALL and RECOVERED not in states_of(event.state)
    return state if needs_answer else IncidentState.RESOLVED
