"""What is remembered of each camera: its newest PROBS and HEARTBEATs, by which repeats are known.

A camera box sends its last batch again where the answer was lost: some hundred events, and nothing
else in between. START and END are known for ever, by the database. A camera stands here by a digest
of its name, so that what is erased of it leaves no name behind.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from backend.events.journal.record import ID_BYTES, Head, Record, digest_of, head
from backend.events.store import Known, SavedSender
from contract.events import EventType

REMEMBERED = 2000
"""Events a camera, of which a list in one request holds at most half as many."""
MAX_SENDERS = 2000
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
            sender, identity = self._senders.get(_name(record.head)), record.identity
            if sender and identity in sender.identities:
                repeats.add(identity)
            elif sender and sender.ids[identity[:ID_BYTES]]:
                reused.add(identity)
        return Known(frozenset(repeats), frozenset(reused))

    def note(self, line: bytes, head: Head, identity: bytes) -> None:
        """A PROBS or HEARTBEAT is recorded."""
        name = _name(head)
        sender = self._senders.setdefault(name, _Sender())
        self._senders.move_to_end(name)
        # A gap says nothing of the camera box now.
        if head.event_type == EventType.HEARTBEAT and b'"state":"gap"' not in line:
            sender.heartbeat = line
        sender.remember(identity)
        if len(self._senders) > MAX_SENDERS:
            self._senders.popitem(last=False)

    def heartbeats(self) -> list[Record]:
        """The last one of each camera, oldest first."""
        lines = (sender.heartbeat for sender in self._senders.values() if sender.heartbeat)
        return [record for line in lines if (record := Record.read(line))]

    def erase(self, goes: Callable[[Head], bool]) -> None:
        """Forget the last heartbeats that go; repeats of all events are known as before."""
        for sender in self._senders.values():
            found = sender.heartbeat and head(sender.heartbeat)
            if found and goes(found):
                sender.heartbeat = None

    def saved(self) -> dict[str, SavedSender]:
        """All of it, to be kept with the journal's position."""
        return {
            name: SavedSender(it.heartbeat, b"".join(it.identities))
            for name, it in self._senders.items()
        }


def _name(head: Head) -> str:
    return digest_of(head.camera_id).hex()
