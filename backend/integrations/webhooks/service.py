"""Makes messages of what happens, and has them brought to each address."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from backend.access.keys import FIRST_HOUSEHOLD
from backend.bus import Bus
from backend.escalation.desk import EscalationChanged
from backend.incidents import store as incidents
from backend.incidents.service import IncidentChanged
from backend.incidents.store import Wanted
from backend.integrations.webhooks import store
from backend.integrations.webhooks.messages import Message, Said, messages_of
from backend.integrations.webhooks.sender import Address, Sender
from backend.integrations.webhooks.signing import Signer
from backend.part import Part, always, part
from backend.storage.database import Database
from common.repeating import Repeating

logger = logging.getLogger(__name__)

DAY_SEC = 86_400.0
LOOKED_AT_SEC = 7 * DAY_SEC
"""What began earlier is told no more, whatever becomes of it."""
MOST_INCIDENTS = 500
GIVEN_UP_SEC = DAY_SEC
ROUND_SEC = 5.0


class WebhookService:
    """Thread-safe. Messages are made of the incidents of the first household, whose addresses
    these are, that the database has, and not of what the bus says, which only wakes: so none is
    lost by a kill, and none is made twice.

    `since` is when the household first had webhooks: what had begun before is not told.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        addresses: Sequence[Address],
        signer: Signer,
        since: float,
        clock: Callable[[], float] = time.time,
        is_on_duty: Callable[[], bool] = always,
    ) -> None:
        self._database, self._since, self._clock = database, since, clock
        self._addresses = [it.digest for it in addresses]
        self._senders = [Sender(it, database, signer, clock, is_on_duty) for it in addresses]
        self._repeating = Repeating(
            "webhooks", self.make, ROUND_SEC, "webhooks are not made; that is tried again"
        )
        bus.subscribe(IncidentChanged, lambda _: self._repeating.wake(), everywhere=True)
        bus.subscribe(EscalationChanged, lambda _: self._repeating.wake(), everywhere=True)

    def start(self) -> None:
        """Begin; what has happened since the last run is told too."""
        self._repeating.start()
        for sender in self._senders:
            sender.start()

    def stop(self) -> None:
        """End; what is not delivered waits for the next start."""
        self._repeating.stop()
        for sender in self._senders:
            sender.stop()

    def health(self) -> Part:
        """Whether each address takes what it is sent."""
        failures = [it.failure for it in self._senders if it.failure]
        with self._database.reading() as db:
            return part("; ".join(failures) or None, waiting=store.waiting(db))

    def make(self) -> None:
        """Make the messages that there are not yet, and drop what nobody took for a day."""
        now = self._clock()
        found = self._messages(now)  # before the transaction, for which alerts would wait
        with self._database.writing() as db:
            given_up = store.clear(db, self._addresses, now - GIVEN_UP_SEC)
            fresh = store.add(db, found, self._addresses, now)
        if given_up:
            logger.warning("%d webhooks were given up: nobody took them for a day", given_up)
        if fresh:
            for sender in self._senders:
                sender.wake()

    def _messages(self, now: float) -> list[Message]:
        since = max(self._since, now - LOOKED_AT_SEC)
        with self._database.reading() as db:
            all_said = store.said_since(db, since)
            wanted = Wanted(household_id=FIRST_HOUSEHOLD, since=since)
            found = incidents.newest(db, wanted, MOST_INCIDENTS)
        said: defaultdict[str, list[Said]] = defaultdict(list)
        for it in all_said:
            said[it.incident_id].append(it)
        return [
            message
            for incident in reversed(found)
            if incident.received_at >= self._since
            for message in messages_of(incident, said[incident.id], now)
        ]
