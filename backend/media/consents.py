"""Whose pictures the household keeps, and how long each."""

import time
from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from backend.media.errors import NoConsent
from backend.media.tables import consents, images
from backend.storage.database import Database
from contract.media import Consent, ConsentWanted

DAY_SEC = 86_400.0


class ConsentService:
    """Thread-safe; its methods ask the factory's database, and raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def all(self, household_id: int) -> list[Consent]:
        """Those that are given: the people's first, then by camera."""
        with self._database.reading() as db:
            rows = db.execute(select(consents).where(consents.c.household_id == household_id))
            found = [Consent.model_validate(row._asdict()) for row in rows]
        return sorted(found, key=lambda it: it.camera_id or "")

    def kept(self, household_id: int) -> dict[str | None, int]:
        """How many pictures are kept of each camera, and under None of those that people bring."""
        of = images.c
        query = select(of.camera_id, func.count()).where(of.household_id == household_id)
        with self._database.reading() as db:
            return {row[0]: row[1] for row in db.execute(query.group_by(of.camera_id))}

    def give(self, wanted: ConsentWanted, given_by: int | None, household_id: int) -> Consent:
        """Keep such pictures from now on; those that are kept already go by the new days too."""
        given = Consent(**wanted.model_dump(), given_by=given_by, given_at=self._clock())
        lasts = None if wanted.days is None else images.c.created_at + wanted.days * DAY_SEC
        with self._database.writing() as db:
            db.execute(delete(consents).where(*_of(wanted.camera_id, household_id)))
            db.execute(insert(consents).values(household_id=household_id, **given.model_dump()))
            mine = of_source(wanted.camera_id, household_id)
            db.execute(update(images).where(*mine).values(delete_at=lasts))
        return given

    def withdraw(self, camera_id: str | None, household_id: int) -> None:
        """Keep no more of such pictures; what is kept stays."""
        with self._database.writing() as db:
            db.execute(delete(consents).where(*_of(camera_id, household_id)))


def delete_at(db: Connection, camera_id: str | None, household_id: int, now: float) -> float | None:
    """When a picture that comes now goes by itself; raises NoConsent where none is kept."""
    row = db.execute(select(consents.c.days).where(*_of(camera_id, household_id))).first()
    if row is None:
        whose = "people bring" if camera_id is None else "this camera brings"
        raise NoConsent(
            f"pictures that {whose} are not kept, expected an owner to turn that on first: "
            "PUT /images/consents"
        )
    return None if row.days is None else now + row.days * DAY_SEC


def of_source(camera_id: str | None, household_id: int) -> list[ColumnElement[bool]]:
    """The conditions that a picture is of this camera, or one that people bring."""
    return [
        images.c.household_id == household_id,
        images.c.camera_id.is_not_distinct_from(camera_id),
    ]


def _of(camera_id: str | None, household_id: int) -> list[ColumnElement[bool]]:
    mine = consents.c.camera_id.is_not_distinct_from(camera_id)
    return [consents.c.household_id == household_id, mine]
