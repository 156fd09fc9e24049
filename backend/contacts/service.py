"""The contacts of all people, for the rest of the server."""

import logging
import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from backend.access.rate_limit import RequestLimiter
from backend.alerts.channels.base import ChannelError, Memo
from backend.alerts.channels.kakao.client import Grant
from backend.alerts.channels.kakao.token_file import TokenFile
from backend.alerts.test_alert import trial_memo
from backend.contacts import store
from backend.contacts.channels import Alerts, ContactChannels
from backend.contacts.contact import CHANNEL, Contact, ContactGone, Way
from backend.contacts.errors import (
    ContactsUnavailable,
    KindUnavailable,
    NotTested,
    TooManyContacts,
    UnknownContact,
)
from backend.contacts.health import reached
from backend.contacts.kinds import kakao
from backend.contacts.kinds.base import Form, Means
from backend.contacts.registry import KINDS
from backend.errors import InvalidInput, TooManyRequests
from backend.part import Part
from backend.people.person import Person
from backend.people.service import PeopleChanged, PeopleService
from backend.storage.database import Database

logger = logging.getLogger(__name__)

MAX_CONTACTS = 12
"""Of a person: each has threads of its own."""
TESTS_PER_SEC, TESTS_BURST_SEC = 0.1, 30.0
UNTRIED: dict[str, object] = dict.fromkeys(("tested_at", "confirmed_at", "silent_at"))
PERSON_LEFT = "the person was removed"
MOVED = "somebody else uses this browser now"


@dataclass(frozen=True)
class ContactsChanged:
    """For the bus: this contact is new, has another address, or is gone."""

    number: int


@dataclass(frozen=True)
class Trial:
    """Whether a contact's service took a test; `reason` says in one line why not."""

    sent: bool
    reason: str | None = None


class ContactService:
    """Thread-safe; its methods block. `start` it once the alerts can open channels."""

    def __init__(
        self,
        database: Database,
        people: PeopleService,
        alerts: Alerts,
        means: Means,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.means = means
        self._database, self._people = database, people
        self._channels = ContactChannels(alerts, means)
        self._tests = RequestLimiter(TESTS_PER_SEC, monotonic, TESTS_BURST_SEC)
        # What the bus hands over must not wait, and a channel cannot close itself.
        self._later = ThreadPoolExecutor(1, thread_name_prefix="contacts")
        means.bus.subscribe(ContactGone, lambda said: self._later.submit(self._lose, said))
        means.bus.subscribe(PeopleChanged, lambda said: self._later.submit(self._drop_left, said))
        # Of this server's own each channel is open, or closed, before that is said.
        means.bus.subscribe(
            ContactsChanged, lambda said: self._later.submit(self._follow, said), everywhere=True
        )

    def start(self) -> None:
        """Open the channels of all contacts."""
        for contact in self.contacts():
            self._channels.open(contact)

    def catch_up(self) -> None:
        """Open and close channels as the database has it: another server may have changed that."""
        self._later.submit(self._follow_all)

    def stop(self) -> None:
        """Finish what was handed over; the alerts close their channels."""
        self._later.shutdown()

    def contacts(self) -> list[Contact]:
        """All that there are, in the order of their coming."""
        with self._database.reading() as db:
            return store.present(db)

    def contact(self, number: int) -> Contact:
        """One of them; raises UnknownContact."""
        with self._database.reading() as db:
            found = store.find(db, number)
        if found is None:
            raise UnknownContact(f"no contact {number}")
        return found

    def ways(self, person_ids: Iterable[int]) -> list[Way]:
        """The channels of these people, for those who notify, whichever household they are of."""
        with self._database.reading() as db:
            return [_way(it) for it in store.of_people(db, person_ids)]

    def reader(self, channel: str) -> int | None:
        """Whom a channel reaches; None where it is no contact's."""
        number = channel.removeprefix(CHANNEL)
        if number == channel:
            return None
        with self._database.reading() as db:
            found = store.find(db, int(number))
        return found.person_id if found else None

    def failures(self) -> dict[str, str]:
        """Why each channel fails that does, by its name. Asks nobody."""
        return self._channels.failures()

    def warnings(self) -> dict[str, str]:
        """What will stop each channel before long, by its name. Asks nobody."""
        return self._channels.warnings()

    def add(self, form: Form, person: Person) -> Contact:
        """A contact of what the person filled in; the same one again is untried again.

        Raises InvalidInput, KindUnavailable, TooManyContacts.
        """
        kind = KINDS[form.kind]
        if missing := kind.missing(self.means):
            raise KindUnavailable(missing.en)
        try:
            address = kind.address(form, self.means)
            label = form.label or kind.label(form)
        except ValueError as error:
            raise InvalidInput(str(error)) from error
        return self._keep(person, form.kind, label, address)

    def connect_kakao(self, person: Person, grant: Grant) -> Contact:
        """Let the person's memos go to the KakaoTalk account of a login.

        Raises ContactsUnavailable, TooManyContacts.
        """
        file = TokenFile.of_person(self.means.kakao.data_dir, person.id)
        try:
            file.keep_login(grant, self.means.clock())
        except OSError as error:
            logger.error("the tokens of a Kakao login cannot be kept: %s", error.strerror)
            raise ContactsUnavailable("the tokens cannot be kept, the log says why") from error
        contact = self._keep(person, kakao.KIND.name, kakao.KIND.title.en, file.path.name)
        self._channels.close_unused_kakao()
        return contact

    def remove(self, contact: Contact, because: str = store.BY_A_PERSON) -> None:
        """Notify nobody through it any more."""
        with self._database.writing() as db:
            now = self.means.clock()
            # What opens the way is not kept; that there was one is.
            gone = {"address": "", "removed_at": now, "removed_because": because}
            store.change(db, contact.number, **gone)
        self._channels.close(contact)
        self.means.bus.publish(ContactsChanged(contact.number))
        try:
            KINDS[contact.kind].forget(contact, self.means)
        except (KeyError, OSError) as error:
            logger.error("what was kept of %s could not be removed: %s", contact.channel, error)
        logger.info("%s (%s) is removed: %s", contact.channel, contact.kind, because)

    def test(self, contact: Contact) -> Trial:
        """Send a marked test through it now, past its queue; raises TooManyRequests."""
        if wait := self._tests.take(contact.number):
            raise TooManyRequests(math.ceil(wait), "tests")
        channel = self._channels.find(contact)
        if channel is None:
            return Trial(False, self.failures().get(contact.channel))
        try:
            channel.send(self._trial_memo(contact))
        except ChannelError as error:
            return Trial(False, error.reason)
        self._change(contact, tested_at=self.means.clock())
        return Trial(True)

    def confirm(self, contact: Contact, *, arrived: bool) -> Contact:
        """Keep whether the test has arrived, as the person says; raises NotTested."""
        if contact.tested_at is None:
            raise NotTested("expected a test before: POST /contacts/{id}/test")
        now = self.means.clock()
        said = (now, None) if arrived else (None, now)
        self._change(contact, confirmed_at=said[0], silent_at=said[1])
        return self.contact(contact.number)

    def health(self, household_id: int) -> Part:
        """Whether each person of a household who is to be notified can be."""
        people = self._people.people(household_id)
        with self._database.reading() as db:
            lost = store.lost(db)
            contacts = store.of_people(db, [person.id for person in people])
        return reached(people, contacts, self.failures(), self.warnings(), lost)

    def _keep(self, person: Person, kind: str, label: str, address: str) -> Contact:
        identity, moved = KINDS[kind].identity(address), []
        with self._database.writing() as db:
            present = store.present(db)
            same = [it for it in present if _is_same(it, kind, identity)]
            own = next((it for it in same if it.person_id == person.id), None)
            if own:
                store.change(db, own.number, address=address, **UNTRIED)
            else:
                _check_room(present, person)
                moved = same if KINDS[kind].moves else []
                now = self.means.clock()
                own = store.add(db, person.household_id, person.id, kind, label, address, now)
        for it in moved:
            self.remove(it, MOVED)
        contact = self.contact(own.number)
        if own.address.get_secret_value() != address or not self._channels.find(contact):
            self._channels.open(contact)
        self.means.bus.publish(ContactsChanged(contact.number))
        return contact

    def _change(self, contact: Contact, **values: object) -> None:
        with self._database.writing() as db:
            store.change(db, contact.number, **values)

    def _trial_memo(self, contact: Contact) -> Memo:
        person = self._people.person(contact.person_id)
        language = person.language if person else None
        return trial_memo(self.means.clock(), self._people.zone(contact.household_id), language)

    def _lose(self, said: ContactGone) -> None:
        try:
            self.remove(self.contact(said.number), said.reason)
        except UnknownContact:
            return  # somebody was faster

    def _follow(self, said: ContactsChanged) -> None:
        """Open or close the channel of a contact, as the database has it."""
        with self._database.reading() as db:
            contact = store.find(db, said.number)
        if contact is None:
            self._channels.close_number(said.number)
        elif not self._channels.has(contact):
            self._channels.open(contact)

    def _follow_all(self) -> None:
        contacts = self.contacts()
        for number in self._channels.numbers() - {contact.number for contact in contacts}:
            self._channels.close_number(number)
        for contact in contacts:
            if not self._channels.has(contact):
                self._channels.open(contact)

    def _drop_left(self, said: PeopleChanged) -> None:
        """Remove the contacts of people who are in no household any more.

        Of somebody who is in another one, what still waits of this one is not sent.
        """
        present = {person.id for person in self._people.people(said.household_id)}
        left = [it for it in self.contacts() if it.person_id not in present]
        self._channels.withdraw(left, said.household_id)
        for contact in left:
            if contact.household_id == said.household_id:
                self._leave(contact)

    def _leave(self, contact: Contact) -> None:
        """Its person has left the household in which it was added."""
        if elsewhere := self._people.memberships(contact.person_id):
            self._change(contact, household_id=elsewhere[0].household_id)
        else:
            self.remove(contact, PERSON_LEFT)


def _check_room(contacts: list[Contact], person: Person) -> None:
    if sum(it.person_id == person.id for it in contacts) >= MAX_CONTACTS:
        raise TooManyContacts(f"expected at most {MAX_CONTACTS} contacts of a person")


def _is_same(contact: Contact, kind: str, identity: str) -> bool:
    if contact.kind != kind:
        return False
    return KINDS[kind].identity(contact.address.get_secret_value()) == identity


def _way(contact: Contact) -> Way:
    return Way(contact.channel, contact.person_id, contact.kind, KINDS[contact.kind].rings)
