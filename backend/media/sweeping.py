"""Deletes what is not to stay: what was never confirmed, what is past its day, and strays."""

import time
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import and_, or_

from backend.errors import ApiError
from backend.media import store
from backend.media.drivers.driver import Driver
from backend.media.keys import ROOT, image_id_of, is_brought
from backend.media.owner import OTHERS, is_owner
from backend.media.service import MediaService
from backend.media.tables import images
from backend.part import Part, part
from backend.storage.database import Database
from common.repeating import Repeating
from contract.media import ImageState

UNCONFIRMED_SEC = 3600.0
FAILED_SEC = 86_400.0
"""For so long it is said why a picture was not kept."""
PAUSE_SEC = 600.0
AT_ONCE = 500


class Sweeper:
    """Sweeps from `start` to `stop`, in a thread of its own, every ten minutes."""

    def __init__(
        self,
        database: Database,
        driver: Driver,
        media: MediaService,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._driver, self._media = database, driver, media
        self._others = list[Callable[[], Sequence[str]]]()
        self._clock = clock
        self._failure: str | None = None
        self._rounds = Repeating("media", self._round, PAUSE_SEC, "pictures are not swept")
        self.start, self.stop = self._rounds.start, self._rounds.stop

    def also(self, strays: Callable[[], Sequence[str]]) -> None:
        """Delete these keys, too: what others have left at the same place, and nobody owns."""
        self._others.append(strays)

    def health(self) -> Part:
        """Whether pictures can be kept, and go when they are to go."""
        return part(self._driver.failure or self._failure or self._rounds.failure)

    def sweep(self) -> int:
        """Delete what is not to stay; how many pictures and strays. Raises ApiError."""
        now = self._clock()
        of = images.c
        awaited = and_(of.state == ImageState.PENDING, of.created_at < now - UNCONFIRMED_SEC)
        failed = and_(of.state == ImageState.FAILED, of.created_at < now - FAILED_SEC)
        gone = self._media.erase_all(or_(awaited, failed, of.delete_at <= now))
        keys = list(self._driver.keys(ROOT))
        others = [key for strays in self._others for key in strays()]
        # Where nobody keeps anything nothing is made for it.
        is_ours = not (keys or others) or is_owner(self._database, self._driver)
        self._failure = None if is_ours else OTHERS
        strays = [*self._strays(keys), *others] if is_ours else []
        return gone + sum(self._driver.delete(key) for key in strays)

    def _round(self) -> None:
        if not self._database.is_made:
            return
        try:
            self.sweep()
        except ApiError as error:
            self._failure = error.message

    def _strays(self, keys: Sequence[str]) -> list[str]:
        """Which of the files belong to no picture, or are kept under another name by now."""
        ids = sorted({found for key in keys if (found := image_id_of(key))})
        known: dict[str, str] = {}
        for begin in range(0, len(ids), AT_ONCE):
            with self._database.reading() as db:
                known |= store.states(db, ids[begin : begin + AT_ONCE])
        return list(_strays(keys, known))


def _strays(keys: Iterable[str], states: dict[str, str]) -> Iterable[str]:
    for key in keys:
        state = states.get(image_id_of(key) or "")
        is_left = is_brought(key) and state != ImageState.PENDING
        if state is None or state == ImageState.FAILED or is_left:
            yield key
