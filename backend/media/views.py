"""Who looked at which file of a picture."""

import time
from collections.abc import Callable

from backend.media import store
from backend.storage.database import Database
from contract.media import Image, ImageView

SAME_LOOK_SEC = 600.0


class ViewService:
    """Thread-safe; its methods ask the factory's database, and raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def note(self, image: Image, what: str, person_id: int | None) -> None:
        """Somebody looks at this file of it; None is whoever has the household's key.

        A look goes on for SAME_LOOK_SEC: a player asks for a file part by part.
        """
        view = ImageView(image_id=image.id, person_id=person_id, what=what, at=self._clock())
        with self._database.writing() as db:
            if not store.has_view(db, view, view.at - SAME_LOOK_SEC):
                store.add_view(db, view, image.household_id)

    def newest(self, image_id: str, household_id: int, limit: int = 50) -> list[ImageView]:
        """Who looked at it, newest first, also once it is erased."""
        with self._database.reading() as db:
            return store.views(db, image_id, household_id, limit)
