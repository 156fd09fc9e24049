"""What people were told of that the ledger does not have yet, since it could not be written."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from backend.alerts.channels.base import Alert
from backend.part import Part, part

MAX_KEPT = 10_000


@dataclass(eq=False)
class Telling:
    """Of one incident: which channels took its alert, and when; seconds by the alerts' clock.

    `doubtful` are those that gave no answer, `sending` those that are at it, and `next_try` is when
    each may be tried again. With `by_another` another server has told of it, as its box says.
    """

    alert: Alert
    by_another: bool = False
    sent: dict[str, float] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    sending: set[str] = field(default_factory=set)
    next_try: dict[str, float] = field(default_factory=dict)


class Tellings:
    """Thread-safe. The oldest is forgotten where there are too many.

    Each is known by the id of its incident, and by the keys of the events that it came of: before
    they are recorded, two servers may call the incident by different ones of these.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._known: OrderedDict[str, Telling] = OrderedDict()
        self._closed: set[str] = set()
        self.sent = 0
        """How many memos were sent, since the start."""

    def find(self, *names: str) -> Telling | None:
        """The one that is known by one of these."""
        with self._lock:
            return next((it for name in names if (it := self._known.get(name))), None)

    def keep(self, telling: Telling, *names: str) -> None:
        """Know it by these too."""
        with self._lock:
            self._known |= dict.fromkeys(names, telling)
            while len(self._known) > MAX_KEPT:
                self._known.popitem(last=False)

    def begin(self, telling: Telling, *names: str) -> bool:
        """Know a new one by these, unless the ledger is about to have it."""
        with self._lock:
            if self._closed.isdisjoint(names):
                self.keep(telling, *names)
            return self._closed.isdisjoint(names)

    def close(self, alert: Alert) -> Telling | None:
        """The ledger is about to have `alert`: the telling that it is settled with, or none from
        now on until it is `reopened`."""
        with self._lock:
            if (found := self.of(alert)) is None:
                self._closed.add(alert.incident)
            return found

    def reopen(self, alert: Alert) -> None:
        """The ledger has it, or could not be written."""
        with self._lock:
            self._closed.discard(alert.incident)

    def of(self, alert: Alert) -> Telling | None:
        """The one that is settled with `alert`: what an END was told by waits for that, and so does
        what another server has told of, which may have had the END."""
        found = self.find(alert.key, alert.incident)
        of_end = found and (found.alert.ended or found.by_another)
        return None if of_end and not alert.ended else found

    def drop(self, telling: Telling) -> None:
        """The ledger has it."""
        with self._lock:
            for name in [name for name, it in self._known.items() if it is telling]:
                del self._known[name]

    def note_sent(self, telling: Telling, channel: str, at: float) -> None:
        """The channel took it."""
        with self._lock:
            telling.sent[channel] = at
            self.sent += 1

    def health(self, household_id: int) -> Part:
        """Whether the ledger has all that people of a household were told of."""
        count = self.unrecorded(household_id)
        said = "people were told of what cannot be recorded, as the database does not answer"
        return part(f"{said}: {count}" if count else None, unrecorded=count)

    def unrecorded(self, household_id: int | None = None) -> int:
        """How many incidents of one household, or of all, this server has told of."""
        with self._lock:
            own = {it for it in self._known.values() if it.sent}
        return sum(household_id in (None, it.alert.household_id) for it in own)
