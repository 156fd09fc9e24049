"""Who has answered a self-test, and what has not arrived of it."""

from datetime import datetime

from pydantic import BaseModel

from backend.people.person import Person
from backend.people.service import PeopleService
from backend.self_test import store
from backend.self_test.schedule import SelfTest
from backend.storage.database import Database


class SelfTestShown(BaseModel):
    """One self-test. Times are seconds since 1970 (UTC).

    `answered` and `waiting_for` are people; `failure` says, once it is over, what has not arrived.
    """

    id: int
    camera_id: str
    weekly: bool
    incident_id: str | None
    asked_at: float
    began_at: float | None
    asked_again_at: float | None
    over_at: float | None
    answered: list[int]
    waiting_for: list[int]
    failure: str | None


class Reports:
    """Thread-safe; asks the database: call it outside of a transaction."""

    def __init__(self, database: Database, people: PeopleService) -> None:
        self._database, self._people = database, people

    def waiting_for(self, test: SelfTest) -> list[Person]:
        """Who is to answer and has not: those whom alerts go to, and who were there by then."""
        people = self._people.people(test.household_id)
        asked = [it for it in people if it.stage is not None and it.created_at <= test.asked_at]
        answered = self._answered(test)
        return [person for person in asked if person.id not in answered]

    def shown(self, test: SelfTest) -> SelfTestShown:
        """All there is to say of it."""
        return SelfTestShown(
            id=test.number,
            camera_id=test.camera_id,
            weekly=test.scheduled_for is not None,
            incident_id=test.incident_id,
            asked_at=test.asked_at,
            began_at=test.began_at,
            asked_again_at=test.asked_again_at,
            over_at=test.over_at,
            answered=sorted(self._answered(test)),
            waiting_for=[person.id for person in self.waiting_for(test)],
            failure=self.failure(test) if test.over_at is not None else None,
        )

    def failure(self, test: SelfTest) -> str | None:
        """What has not arrived by now, in one line; None if all has."""
        zone = self._people.zone(test.household_id)
        day = datetime.fromtimestamp(test.asked_at, zone).date()
        if test.began_at is None:
            return f"the self-test of {day} did not come from the camera box of {test.camera_id}"
        if names := ", ".join(person.name for person in self.waiting_for(test)):
            return f"the self-test of {day} was not answered by {names}"
        return None

    def _answered(self, test: SelfTest) -> frozenset[int]:
        if test.incident_id is None:
            return frozenset()
        with self._database.reading() as db:
            return store.who_answered(db, test.incident_id)
