"""The network cameras that each camera box has found, and which stream an owner has chosen."""

import time
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Row, insert, select, update

from backend.cameras.errors import NotFoundByBox
from backend.cameras.tables import found_cameras as table
from backend.storage.database import Database
from contract.found_cameras import Choice, ChosenStream, FoundCamera, FoundCameras

NOT_FOUND = "expected a camera and a stream that the box has found: GET /cameras/{id}/found"


class Found(BaseModel):
    """What the box of one camera has found, and when it last said so (seconds since 1970, UTC).

    `found_at` is None of a box that has said nothing.
    """

    found_at: float | None
    cameras: tuple[FoundCamera, ...]
    chosen: ChosenStream | None


class FoundService:
    """Thread-safe. What was chosen is on the disk when a method returns, if that takes it."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def take(self, household_id: int, camera_id: str, found: FoundCameras) -> Choice:
        """Let this be what the box of the camera has found; what it is to watch."""
        values = {"found": found.model_dump_json(), "found_at": self._clock()}
        with self._database.writing() as db:
            _keep(db, household_id, camera_id, values)
            return Choice(chosen=_chosen(_row(db, household_id, camera_id)))

    def of(self, household_id: int, camera_id: str) -> Found:
        """What is known of one camera's box."""
        with self._database.reading() as db:
            row = _row(db, household_id, camera_id)
        return _found(row)

    def all(self, household_id: int) -> dict[str, Found]:
        """By camera, of those whose boxes have said what they found."""
        query = select(table).where(table.c.household_id == household_id)
        with self._database.reading() as db:
            return {row.camera_id: _found(row) for row in db.execute(query)}

    def choose(self, household_id: int, camera_id: str, choice: Choice) -> Found:
        """Let the box watch this stream, or none that was found; raises NotFoundByBox."""
        chosen = choice.chosen
        with self._database.writing() as db:
            before = _found(_row(db, household_id, camera_id))
            if chosen and not FoundCameras(cameras=before.cameras).has(chosen):
                raise NotFoundByBox(NOT_FOUND)
            said = None if chosen is None else chosen.model_dump_json()
            if before.found_at is not None:
                _keep(db, household_id, camera_id, {"chosen": said})
        self._database.is_durable()
        return self.of(household_id, camera_id)


def _row(db: Connection, household_id: int, camera_id: str) -> Row[Any] | None:
    of_this = table.c.household_id == household_id, table.c.camera_id == camera_id
    return db.execute(select(table).where(*of_this)).one_or_none()


def _keep(db: Connection, household_id: int, camera_id: str, values: dict[str, Any]) -> None:
    of_this = table.c.household_id == household_id, table.c.camera_id == camera_id
    if not db.execute(update(table).where(*of_this).values(values)).rowcount:
        whose = {"household_id": household_id, "camera_id": camera_id}
        db.execute(insert(table).values(values | whose))


def _found(row: Row[Any] | None) -> Found:
    if row is None:
        return Found(found_at=None, cameras=(), chosen=None)
    cameras = FoundCameras.model_validate_json(row.found).cameras
    return Found(found_at=row.found_at, cameras=cameras, chosen=_chosen(row))


def _chosen(row: Row[Any] | None) -> ChosenStream | None:
    if row is None or row.chosen is None:
        return None
    return ChosenStream.model_validate_json(row.chosen)
