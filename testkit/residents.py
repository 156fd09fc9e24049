"""A household with its people, put into a database as the pages would."""

from typing import Any

from backend.access.roles import Role
from backend.people import store
from backend.people.household import HouseholdSettings
from backend.storage.database import Database


def move_in(database: Database, now: float, *stages: int | None, **settings: Any) -> list[int]:
    """Set up household 1, with a person for each of `stages`; the numbers of the people."""
    household = HouseholdSettings.model_validate({"name": "우리 집"} | settings)
    with database.writing() as db:
        store.add_household(db, 1, household, now)
    return [join(database, number, stage, now) for number, stage in enumerate(stages, start=1)]


def join(database: Database, number: int, stage: int | None, now: float) -> int:
    """Person `number` comes to the household; the number of the row."""
    with database.writing() as db:
        return store.add_person(db, _person(number, stage, now)).id


def _person(number: int, stage: int | None, now: float) -> dict[str, object]:
    return {
        "household_id": 1,
        "login": f"person{number}",
        "name": f"Person {number}",
        "password_hash": "none",
        "role": Role.OWNER if number == 1 else Role.CAREGIVER,
        "language": "ko" if number % 2 else "en",
        "stage": stage,
        "created_at": now,
    }
