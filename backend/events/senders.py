"""What is remembered of each camera: its newest PROBS and HEARTBEATs, by which repeats are known.

A camera box sends its last batch again where the answer was lost: some hundred events, and nothing
else in between. START and END are known for ever, by the database.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backend.events.journal.record import ID_BYTES, Head, Record
from backend.events.store import Known, SavedSender
from contract.events import EventType

REMEMBERED = 2000
"""Events a camera, of which a list in one request holds at most half as many."""
MAX_CAMERAS = 100
"""Beyond it the one that has been silent longest is forgotten: a camera_id is soon made up."""


@dataclass
class _Sender:
    heartbeat: bytes | None = None
    identities: OrderedDict[bytes, None] = field(default_factory=OrderedDict)  # the newest last
    ids: Counter[bytes] = field(default_factory=Counter)  # what the identities begin with

    def remember(self, identity: bytes) -> None:
        """It is the newest; the oldest of too many is forgotten."""
        self.identities[identity] = None
        self.ids[identity[:ID_BYTES]] += 1
        if len(self.identities) > REMEMBERED:
            oldest, _ = self.identities.popitem(last=False)
            self.ids[oldest[:ID_BYTES]] -= 1


class Senders:
    """One thread."""

    def __init__(self, saved: Mapping[str, SavedSender]) -> None:
        self._senders: OrderedDict[str, _Sender] = OrderedDict()
        for name, it in saved.items():
            self._senders[name] = _Sender(it.heartbeat)
            for at in range(0, len(it.identities), 2 * ID_BYTES):
                self._senders[name].remember(it.identities[at : at + 2 * ID_BYTES])

    def known(self, records: Iterable[Record]) -> Known:
        """Which of these PROBS and HEARTBEATs were here of late."""
        repeats: set[bytes] = set()
        reused: set[bytes] = set()
        for record in records:
            sender, identity = self._senders.get(record.event.camera_id), record.identity
            if sender and identity in sender.identities:
                repeats.add(identity)
            elif sender and sender.ids[identity[:ID_BYTES]]:
                reused.add(identity)
        return Known(frozenset(repeats), frozenset(reused))

    def note(self, line: bytes, head: Head, identity: bytes) -> None:
        """A PROBS or HEARTBEAT is recorded."""
        sender = self._senders.setdefault(head.camera_id, _Sender())
        self._senders.move_to_end(head.camera_id)
        # A gap says nothing of the camera box now.
        if head.event_type == EventType.HEARTBEAT and b'"state":"gap"' not in line:
            sender.heartbeat = line
        sender.remember(identity)
        if len(self._senders) > MAX_CAMERAS:
            self._senders.popitem(last=False)

    def heartbeats(self) -> list[Record]:
        """The last one of each camera, oldest first."""
        lines = (sender.heartbeat for sender in self._senders.values() if sender.heartbeat)
        return [record for line in lines if (record := Record.read(line))]

    def saved(self) -> dict[str, SavedSender]:
        """All of it, to be kept with the journal's position."""
        return {
            name: SavedSender(it.heartbeat, b"".join(it.identities))
            for name, it in self._senders.items()
        }
