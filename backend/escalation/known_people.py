"""The people of all households as they were a moment ago, for who cannot ask the database now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from backend.escalation.roster import Way, Ways
from backend.people.household import Household
from backend.people.person import Person
from backend.people.service import PeopleService


@dataclass(frozen=True)
class _Moment:
    households: Mapping[int, Household] = field(default_factory=dict)
    people: Sequence[Person] = ()
    ways: Sequence[Way] = ()


class KnownPeople:
    """Answers as the people and their contacts do, and asks nobody but in `refresh`. Any thread."""

    def __init__(self, people: PeopleService, ways: Callable[[], Ways]) -> None:
        self._people, self._ways = people, ways
        self._known = _Moment()

    def refresh(self) -> None:
        """Ask for all of them. Raises SQLAlchemyError."""
        households = {it.id: it for it in self._people.households()}
        people = self._people.everybody()
        ways = self._ways().ways({person.id for person in people})
        self._known = _Moment(households, people, ways)

    def household(self, household_id: int) -> Household | None:
        """The household, if it is set up."""
        return self._known.households.get(household_id)

    def zone(self, household_id: int) -> ZoneInfo:
        """The time zone that a household's hours are of."""
        return self._people.zone_of(self.household(household_id))

    def people(self, household_id: int) -> list[Person]:
        """Who belongs to it."""
        return [it for it in self._known.people if it.household_id == household_id]

    def everybody(self) -> list[Person]:
        """Who belongs to any household, in each of them."""
        return list(self._known.people)

    def memberships(self, person_id: int) -> list[Person]:
        """The person in each household that it belongs to."""
        return [it for it in self._known.people if it.id == person_id]

    def ways(self, person_ids: Iterable[int]) -> list[Way]:
        """The channels of these people."""
        wanted = set(person_ids)
        return [it for it in self._known.ways if it.person_id in wanted]

    def reader(self, channel: str) -> int | None:
        """Whom a channel reaches; None where it is no contact's."""
        return next((it.person_id for it in self._known.ways if it.channel == channel), None)
