"""Who is notified by which channel, at which stage: a household's people and their contacts.

A channel that is no person's is the first household's own, as the settings have it: it is of the
first stage there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from zoneinfo import ZoneInfo

from backend.access.keys import FIRST_HOUSEHOLD
from backend.alerts.channels.base import Alert, Channel
from backend.alerts.policy import is_urgent
from backend.alerts.recipients import PLAIN, Envelope, Place
from backend.escalation.links import AnswerClaims, AnswerLinks
from backend.escalation.quiet import quiet_until
from backend.escalation.steps import FIRST
from backend.people.household import Household
from backend.people.person import Person

OF_A_PERSON = "contact-"
"""With it begins the name of a person's channel; where the person has left, it reaches nobody."""
LAST_WORDS = frozenset({"all_well", "resolved", "got_up"})
"""Notices after which there is nothing to answer."""


class Way(Protocol):
    """Whose a channel is."""

    @property
    def channel(self) -> str:
        """Its name."""

    @property
    def person_id(self) -> int:
        """Whom it reaches."""


class Ways(Protocol):
    """The ways to people, whichever households they belong to; it may ask the database."""

    def ways(self, person_ids: Iterable[int]) -> Sequence[Way]:
        """Those to these people."""

    def reader(self, channel: str) -> int | None:
        """Whom a channel reaches; None where it is nobody's."""


class Residents(Protocol):
    """Who belongs to which household; it may ask the database."""

    def household(self, household_id: int) -> Household | None:
        """The household, if it is set up."""

    def zone(self, household_id: int) -> ZoneInfo:
        """The time zone of its hours."""

    def people(self, household_id: int) -> list[Person]:
        """Who belongs to it."""

    def everybody(self) -> list[Person]:
        """Who belongs to any household, in each of them."""

    def memberships(self, person_id: int) -> list[Person]:
        """The person in each household that it belongs to."""


@dataclass(frozen=True)
class Roster:
    """The people of a household and their channels now: `owners` by channel, `people` by id."""

    household_id: int
    owners: Mapping[str, int]
    people: Mapping[int, Person]

    def has(self, channel: str) -> bool:
        """Whether it is a way to the household's people, or the household's own."""
        is_nobodys = self.household_id == FIRST_HOUSEHOLD and not channel.startswith(OF_A_PERSON)
        return channel in self.owners or is_nobodys

    def person(self, channel: str) -> Person | None:
        """Whose the channel is; None where it is the household's own."""
        return self.people.get(self.owners.get(channel, 0))

    def stage(self, channel: str) -> int | None:
        """When its reader is notified; None: never."""
        if channel in self.owners:
            person = self.person(channel)
            return person.stage if person else None
        return FIRST if self.has(channel) else None

    def up_to(self, stage: int, channels: Iterable[str]) -> tuple[str, ...]:
        """Those of this stage and before; where there are none, those of the next that has some."""
        stages = {it: own for it in channels if (own := self.stage(it)) is not None}
        reached = max(stage, min(stages.values(), default=stage))
        return tuple(it for it, own in stages.items() if own <= reached)

    def of(self, person_id: int, channels: Iterable[str]) -> tuple[str, ...]:
        """The channels of a person."""
        return tuple(it for it in channels if self.owners.get(it) == person_id)


@dataclass(frozen=True)
class FirstReach:
    """Whom an alert goes to when it is first notified, of the channels that are open.

    Of a household that has no roster nobody is known: its own channels are all there are.
    """

    rosters: Mapping[int, Roster]
    channels: frozenset[str]

    def includes(self, channel: str, alert: Alert) -> bool:
        """Whether `alert` goes to `channel`, which may be about to be opened: no test does."""
        household_id = alert.household_id
        roster = self.rosters.get(household_id) or Roster(household_id, {}, {})
        if alert.test or not roster.has(channel):
            return False
        return channel in roster.up_to(FIRST, self.channels | {channel})


class HouseholdRecipients:
    """The alerts' recipients, as each household has set them. Thread-safe.

    `channels` are those that are open. What is of a household that is not set up is as plain as it
    is.
    """

    def __init__(
        self,
        people: Residents,
        links: AnswerLinks,
        ways: Callable[[], Ways],
        channels: Callable[[], Mapping[str, Channel]],
        clock: Callable[[], float],
    ) -> None:
        self._people, self._links, self._ways = people, links, ways
        self._channels, self._clock = channels, clock

    def roster(self, household_id: int) -> Roster:
        """Who there is now in one household."""
        people = {person.id: person for person in self._people.people(household_id)}
        owners = {way.channel: way.person_id for way in self._ways().ways(people)}
        return Roster(household_id, owners, people)

    def reach(self, household_id: int | None = None) -> FirstReach:
        """Those who are notified first in one household, or in all."""
        rosters = self._rosters() if household_id is None else [self.roster(household_id)]
        of = {roster.household_id: roster for roster in rosters}
        return FirstReach(of, frozenset(self._channels()))

    def channels_of(self, household_id: int, channels: Sequence[str]) -> Sequence[str]:
        """Those of the channels that reach somebody of this household, or are its own."""
        roster = self.roster(household_id)
        return tuple(it for it in channels if roster.has(it))

    def quiet_until(self, channel: str, now: float) -> float | None:
        """Until when what is not urgent waits for `channel`; None while it need not.

        The hours of a person of several households are of the one that was joined first.
        """
        reader = self._ways().reader(channel)
        of_reader = self._people.memberships(reader) if reader is not None else []
        if not of_reader:
            return None
        person = of_reader[0]
        if person.quiet_from is None or person.quiet_until is None:
            return None
        zone = self._people.zone(person.household_id)
        return quiet_until(person.quiet_from, person.quiet_until, zone, now)

    def envelope(self, channel: str, alert: Alert) -> Envelope:
        """What goes around `alert` for `channel`."""
        household = self._people.household(alert.household_id)
        if household is None:
            return PLAIN
        person = self.roster(household.id).person(channel)
        language = person.language if person else None
        envelope = Envelope(
            language, language or household.language, household=self._named(household, person)
        )
        if not is_urgent(alert):
            return envelope
        return replace(envelope, place=_place(household), link=self._link(alert, person))

    def _rosters(self) -> list[Roster]:
        """All households', by two questions to the database."""
        people: defaultdict[int, dict[int, Person]] = defaultdict(dict)
        for person in self._people.everybody():
            people[person.household_id][person.id] = person
        ways: defaultdict[int, list[str]] = defaultdict(list)
        for way in self._ways().ways({it for members in people.values() for it in members}):
            ways[way.person_id].append(way.channel)
        return [
            Roster(household_id, {way: it for it in members for way in ways[it]}, members)
            for household_id, members in people.items()
        ]

    def _named(self, household: Household, person: Person | None) -> str | None:
        """Which household it is, for a reader who belongs to several."""
        is_of_several = person is not None and len(self._people.memberships(person.id)) > 1
        return household.name if is_of_several else None

    def _link(self, alert: Alert, person: Person | None) -> str | None:
        if alert.notice in LAST_WORDS or (person and not person.may_answer):
            return None
        claims = AnswerClaims(
            incident_id=alert.incident,
            household_id=alert.household_id,
            person_id=person.id if person else None,
        )
        return self._links.link(claims, self._clock())


def _place(household: Household) -> Place | None:
    if household.address is None:
        return None
    return Place(household.address, household.resident, household.entry_code)
