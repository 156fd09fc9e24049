"""The household, its people and its cameras, as a set-up makes them."""

from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection

from backend.access.keys import FIRST_HOUSEHOLD
from backend.access.roles import Role
from backend.cameras import camera_store
from backend.escalation.steps import FIRST, SECOND
from backend.people import store
from backend.people.household import HouseholdSettings
from backend.people.passwords import Passwords
from backend.sample.cameras import Camera
from backend.sample.words import CAREGIVER, OWNER, PASSWORD, WORDS, Words
from backend.storage.database import Database
from contract.language import Language


def move_in(database: Database, language: Language, cameras: Sequence[Camera], now: float) -> None:
    """Make them; the owner is person 1, the caregiver 2. Nobody's phone is known."""
    words, kept = WORDS[language], Passwords().hash(SecretStr(PASSWORD))
    settings = HouseholdSettings(name=words.household, resident=words.resident, language=language)
    accounts = [
        _account(OWNER, words.owner, Role.OWNER, FIRST),
        _account(CAREGIVER, words.caregiver, Role.CAREGIVER, SECOND),
    ]
    shared: dict[str, Any] = {"household_id": FIRST_HOUSEHOLD, "created_at": now}
    shared |= {"language": language, "password_hash": kept}
    with database.writing() as db:
        store.add_household(db, FIRST_HOUSEHOLD, settings, now)
        for account in accounts:
            store.add_person(db, account | shared)
        _hang(db, cameras, words)


def _account(login: str, name: str, role: Role, stage: int) -> dict[str, Any]:
    return {"login": login, "name": name, "role": role, "stage": stage}


def _hang(db: Connection, cameras: Sequence[Camera], words: Words) -> None:
    for camera in cameras:
        camera_store.keep(db, FIRST_HOUSEHOLD, camera.camera_id, place=words.places[camera.room])
