"""The record of what was dropped."""

from collections.abc import Callable

from agent.outbox.gap import gap_over, widened
from contract.events import Event, EventType

MakeEvent = Callable[..., Event]

PROBS, HEARTBEAT = EventType.PROBS, EventType.HEARTBEAT


def test_gap_says_what_was_dropped_where_and_until_when(make_event: MakeEvent) -> None:
    first = make_event(5, PROBS).model_copy(update={"session_id": "s", "seq": 7})
    gap = gap_over([first, make_event(6, HEARTBEAT), make_event(9, PROBS)])
    assert (gap.event_type, gap.state, gap.camera_id) == (HEARTBEAT, "gap", "거실")
    assert (gap.session_id, gap.seq) == ("s", 7)
    assert (gap.ts, gap.gap_until_ts) == (first.ts, first.ts + 4)
    assert (gap.dropped_probs, gap.dropped_heartbeats) == (2, 1)


def test_gap_keeps_its_id_while_it_grows(make_event: MakeEvent) -> None:
    gap = gap_over([make_event(0, PROBS)])
    wider = widened(gap, [make_event(1, HEARTBEAT)])
    assert wider.event_id == gap.event_id
    assert (wider.ts, wider.gap_until_ts) == (gap.ts, gap.ts + 1)
    assert (wider.dropped_probs, wider.dropped_heartbeats) == (1, 1)


def test_gap_that_is_dropped_itself_is_counted_on(make_event: MakeEvent) -> None:
    earlier = gap_over([make_event(0, PROBS), make_event(1, HEARTBEAT), make_event(2, HEARTBEAT)])
    later = gap_over([earlier, make_event(3, PROBS)])
    assert later.event_id != earlier.event_id
    assert later.ts == earlier.ts
    assert (later.dropped_probs, later.dropped_heartbeats) == (2, 2)


def test_clock_that_is_set_back_makes_no_gap_shorter(make_event: MakeEvent) -> None:
    gap = gap_over([make_event(5, PROBS), make_event(1, PROBS)])
    assert gap.gap_until_ts == gap.ts
