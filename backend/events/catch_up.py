"""What a start takes out of the journal: what the database lacks, and the newest events."""

import logging
from collections.abc import Sequence

from backend.events.journal.erased_ids import erased_ids
from backend.events.journal.journal import NOTHING, Journal
from backend.events.journal.record import Record, head
from backend.events.recent import KEPT_PER_KIND, RecentEvents
from backend.events.senders import Senders
from backend.events.store import EventStore

logger = logging.getLogger(__name__)

RECENT_BYTES = 4 * 2**20
"""Of the journal's end, some 12,000 events, of which `/event/recent` holds the newest."""


def catch_up(journal: Journal, store: EventStore, senders: Senders, recent: RecentEvents) -> float:
    """Returns when the newest event was received, seconds since 1970; 0 without one."""
    position, ends_at = store.position(), 0.0
    if position == NOTHING and (erased := erased_ids(journal.folder)):
        store.add_erased(erased)
    in_tail: set[bytes] = set()
    for segment in journal.open(position, at_least=RECENT_BYTES):
        missing: list[bytes] = []
        for line, found in segment.lines:
            recent.add(line, found)
            ends_at = found.received_at
            if found.is_incident:
                in_tail.add(found.identity())
                missing += [line] if segment.is_new else []
            elif segment.is_new:
                senders.note(line, found, found.identity())
        store.add(_records(missing))
    _add_older(recent, store, in_tail)
    if journal.closed_up_to != position:
        store.save_position(journal.closed_up_to, senders.saved())
    return ends_at


def _add_older(recent: RecentEvents, store: EventStore, in_tail: set[bytes]) -> None:
    """STARTs and ENDs from before what was read of the journal."""
    for line in reversed(store.newest(2 * KEPT_PER_KIND)):
        found = head(line)
        if found and found.identity() not in in_tail:
            recent.add_older(line, found)


def _records(lines: Sequence[bytes]) -> list[Record]:
    records = []
    for line in lines:
        if record := Record.read(line):
            records.append(record)
        else:
            logger.error("a recorded event is none of today's: %s", line[:200])
    return records
