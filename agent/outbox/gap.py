"""The record that stands in the place of events for which the outbox had no room."""

from collections.abc import Sequence
from uuid import uuid4

from contract.events import GAP, Event, EventType


def gap_over(dropped: Sequence[Event]) -> Event:
    """A HEARTBEAT that says how much was dropped; `seq` and `ts` are those of the first event.

    What an earlier gap among them counted is counted on.
    """
    first = dropped[0]
    begun = Event(
        event_type=EventType.HEARTBEAT,
        event_id=f"gap-{uuid4().hex}",
        camera_id=first.camera_id,
        session_id=first.session_id,
        seq=first.seq,
        ts=first.ts,
        state=GAP,
        dropped_probs=0,
        dropped_heartbeats=0,
        gap_until_ts=first.ts,
    )
    return widened(begun, dropped)


def widened(gap: Event, dropped: Sequence[Event]) -> Event:
    """`gap` with `dropped` counted in."""
    update = {
        "dropped_probs": (gap.dropped_probs or 0) + sum(map(_probs, dropped)),
        "dropped_heartbeats": (gap.dropped_heartbeats or 0) + sum(map(_heartbeats, dropped)),
        "gap_until_ts": max(
            [gap.gap_until_ts or gap.ts, *(e.gap_until_ts or e.ts for e in dropped)]
        ),
    }
    return gap.model_copy(update=update)


def _probs(event: Event) -> int:
    if event.state == GAP:
        return event.dropped_probs or 0
    return int(event.event_type is EventType.PROBS)


def _heartbeats(event: Event) -> int:
    if event.state == GAP:
        return event.dropped_heartbeats or 0
    return int(event.event_type is EventType.HEARTBEAT)
