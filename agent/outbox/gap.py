"""The event that replaces those for which the outbox had no room."""

from collections.abc import Sequence
from uuid import uuid4

from contract.events import GAP, Event, Gap, Heartbeat, Probs


def gap_over(dropped: Sequence[Event]) -> Gap:
    """A HEARTBEAT that says how much was dropped; `seq` and `ts` are those of the first event.

    The counts of an earlier gap among them are added.
    """
    first = dropped[0]
    begun = Gap(
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


def widened(gap: Gap, dropped: Sequence[Event]) -> Gap:
    """`gap` with `dropped` counted in."""
    update = {
        "dropped_probs": gap.dropped_probs + sum(map(_probs, dropped)),
        "dropped_heartbeats": gap.dropped_heartbeats + sum(map(_heartbeats, dropped)),
        "gap_until_ts": max(map(_until, [gap, *dropped])),
    }
    return gap.model_copy(update=update)


def _probs(event: Event) -> int:
    return event.dropped_probs if isinstance(event, Gap) else int(isinstance(event, Probs))


def _heartbeats(event: Event) -> int:
    if isinstance(event, Gap):
        return event.dropped_heartbeats
    return int(isinstance(event, Heartbeat))


def _until(event: Event) -> float:
    until = event.gap_until_ts if isinstance(event, Gap) else None
    return event.ts if until is None else until
