"""Who is notified by which channel, at which stage: the household's people and their contacts.

A channel that is no person's is the household's own, as the settings have it: it is of the first
stage.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.alerts.channels.base import Alert, Channel
from backend.alerts.policy import is_urgent
from backend.alerts.recipients import PLAIN, Envelope, Place
from backend.escalation.links import AnswerClaims, AnswerLinks
from backend.escalation.quiet import quiet_until
from backend.escalation.steps import FIRST
from backend.people.household import Household
from backend.people.person import Person
from backend.people.service import PeopleService

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


Ways = Callable[[], Sequence[Way]]
"""The ways to all people; it may ask the database."""


@dataclass(frozen=True)
class Roster:
    """The people and their channels as of now: `owners` by channel, `people` by id."""

    owners: Mapping[str, int]
    people: Mapping[int, Person]

    def person(self, channel: str) -> Person | None:
        """Whose the channel is; None where it is the household's own."""
        return self.people.get(self.owners.get(channel, 0))

    def stage(self, channel: str) -> int | None:
        """When its reader is notified; None: never."""
        if channel not in self.owners:
            return None if channel.startswith(OF_A_PERSON) else FIRST
        person = self.person(channel)
        return person.stage if person else None

    def up_to(self, stage: int, channels: Iterable[str]) -> tuple[str, ...]:
        """Those of this stage and before; where there are none, those of the next that has some."""
        stages = {it: own for it in channels if (own := self.stage(it)) is not None}
        reached = max(stage, min(stages.values(), default=stage))
        return tuple(it for it, own in stages.items() if own <= reached)

    def of(self, person_id: int | None, channels: Iterable[str]) -> tuple[str, ...]:
        """The channels of a person; all for nobody."""
        return tuple(it for it in channels if person_id in (None, self.owners.get(it)))


@dataclass(frozen=True)
class FirstReach:
    """Whom an alert goes to when it is first notified, of the channels that are open."""

    roster: Roster
    channels: frozenset[str]

    def includes(self, channel: str, alert: Alert) -> bool:
        """Whether `alert` goes to `channel`, which may be about to be opened: no test does."""
        return not alert.test and channel in self.roster.up_to(FIRST, self.channels | {channel})


class HouseholdRecipients:
    """The alerts' recipients, as the household has set them. Thread-safe.

    `channels` are those that are open. Without a household everything goes to everybody, as plain
    as it is.
    """

    def __init__(
        self,
        people: PeopleService,
        links: AnswerLinks,
        ways: Ways,
        channels: Callable[[], Mapping[str, Channel]],
        clock: Callable[[], float],
    ) -> None:
        self._people, self._links, self._ways = people, links, ways
        self._channels, self._clock = channels, clock

    def roster(self) -> Roster:
        """Who there is now."""
        people = {person.id: person for person in self._people.people()}
        return Roster({way.channel: way.person_id for way in self._ways()}, people)

    def reach(self) -> FirstReach:
        """Those who are notified first."""
        return FirstReach(self.roster(), frozenset(self._channels()))

    def quiet_until(self, channel: str, now: float) -> float | None:
        """Until when what is not urgent waits for `channel`; None while it need not."""
        household, person = self._people.household(), self.roster().person(channel)
        if household is None or person is None:
            return None
        if person.quiet_from is None or person.quiet_until is None:
            return None
        zone = self._people.zone(household.id)
        return quiet_until(person.quiet_from, person.quiet_until, zone, now)

    def envelope(self, channel: str, alert: Alert) -> Envelope:
        """What goes around `alert` for `channel`."""
        household = self._people.household()
        if household is None:
            return PLAIN
        person = self.roster().person(channel)
        language = person.language if person else None
        if not is_urgent(alert):
            return Envelope(language, language or household.language)
        return Envelope(
            language,
            language or household.language,
            _place(household),
            self._link(alert, person),
        )

    def _link(self, alert: Alert, person: Person | None) -> str | None:
        if alert.notice in LAST_WORDS or (person and not person.may_answer):
            return None
        claims = AnswerClaims(incident_id=alert.incident, person_id=person.id if person else None)
        return self._links.link(claims, self._clock())


def _place(household: Household) -> Place | None:
    if household.address is None:
        return None
    return Place(household.address, household.resident, household.entry_code)
