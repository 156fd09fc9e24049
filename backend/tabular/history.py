"""What was answered: kept by a thread, so that no answer waits for the disk."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

from backend.part import Part, part
from backend.storage.database import Database
from backend.storage.errors import DatabaseUnavailable
from backend.tabular import store
from backend.tabular.errors import UnknownPrediction
from backend.tabular.store import Entry, Wanted
from common.repeating import Repeating
from contract.tabular import KeptPrediction

KEPT = 200_000
"""Predictions, of all models together."""
MAX_WAITING = 20_000
"""So many wait in memory, some 20 MB, for a disk that refuses; more are not kept."""
GROUP = 256
"""Written at once: what more would hold up, for some milliseconds, the caller meanwhile."""
GATHER_SEC = 0.1
AGAIN_SEC = 5.0
"""Until a disk that refused is tried again."""
DAY_SEC = 86_400.0


class History:
    """Keeps predictions for so many `days`, the newest KEPT at most. Thread-safe.

    `keep` never waits. What is not written yet is shown as well.
    """

    def __init__(
        self, database: Database, days: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._days, self._clock = database, days, clock
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._waiting: deque[Entry] = deque()
        self._lost = 0
        self._failure: str | None = None
        self._repeating = Repeating(
            "predictions", self._round, AGAIN_SEC, "predictions cannot be kept; that is tried again"
        )

    def start(self) -> None:
        """Begin to write."""
        self._repeating.start()

    def stop(self) -> None:
        """Write what waits, and write no more."""
        self._repeating.stop()
        self.write()

    def keep(self, entry: Entry) -> None:
        """Keep it in a moment."""
        with self._lock:
            is_first = not self._waiting
            if len(self._waiting) < MAX_WAITING:
                self._waiting.append(entry)
            else:
                self._lost += 1
        if is_first:
            self._repeating.wake()

    def write(self) -> None:
        """Write all that waits, a group at a time; where the disk refuses it goes on waiting."""
        try:
            while self._write_group():
                pass
            self._failure = None
        except DatabaseUnavailable as error:
            self._failure = f"predictions are not kept: {error.message}"

    def newest(self, wanted: Wanted, limit: int) -> list[KeptPrediction]:
        """Those that are wanted, newest first.

        Raises UnknownPrediction where what they come before is not kept, and DatabaseUnavailable.
        """
        with self._lock:
            waiting = list(self._waiting)
        place = _place(waiting, wanted)
        unwritten = [it.prediction for it in reversed(waiting[:place]) if wanted.has(it)]
        if wanted.before is None or place is not None:
            return self._joined(unwritten[:limit], wanted, limit, None)
        with self._database.reading() as db:
            number = store.number_of(db, wanted)
        if number is None:
            raise UnknownPrediction(f"no prediction {wanted.before[:40]} of {wanted.model}")
        return self._joined([], wanted, limit, number)

    def count(self, wanted: Wanted) -> int:
        """How many are wanted, whatever they come before. Raises DatabaseUnavailable."""
        with self._lock:
            waiting = sum(map(wanted.has, self._waiting))
        if not self._database.is_made:
            return waiting
        with self._database.reading() as db:
            return waiting + store.count(db, wanted)

    def erase(self, wanted: Wanted) -> int:
        """Forget those that are wanted, as `count` does; how many. Raises DatabaseUnavailable."""
        with self._writing:
            erased = 0
            if self._database.is_made:
                with self._database.writing() as db:
                    erased = store.erase(db, wanted)
            with self._lock:
                left = deque(it for it in self._waiting if not wanted.has(it))
                erased += len(self._waiting) - len(left)
                self._waiting = left
        return erased

    def health(self) -> Part:
        """Whether what is answered is kept."""
        lost = f"; {self._lost} were lost" if self._lost else ""
        reason = f"{self._failure}{lost}" if self._failure else None
        return part(reason, waiting=len(self._waiting), lost=self._lost)

    def _joined(
        self, unwritten: list[KeptPrediction], wanted: Wanted, limit: int, before: int | None
    ) -> list[KeptPrediction]:
        """With those of the database, of which some may have been written just now."""
        if not self._database.is_made:
            return unwritten
        try:
            with self._database.reading() as db:
                written = store.newest(db, wanted, limit, before)
        except DatabaseUnavailable:
            if unwritten:
                return unwritten  # `/health` says that the others are away
            raise
        known = {it.prediction_id for it in unwritten}
        return [*unwritten, *(it for it in written if it.prediction_id not in known)][:limit]

    def _round(self) -> None:
        """What comes within a moment is written together."""
        if self._waiting:
            self._repeating.stops_within(GATHER_SEC)
            self.write()

    def _write_group(self) -> bool:
        """Write those that wait longest; False where none did."""
        with self._writing:
            with self._lock:
                group = list(islice(self._waiting, GROUP))
            if not group:
                return False
            with self._database.writing() as db:
                store.add(db, group)
                store.trim(db, KEPT, self._clock() - self._days * DAY_SEC)
            with self._lock:
                for _ in group:
                    self._waiting.popleft()
        return True


def _place(waiting: Sequence[Entry], wanted: Wanted) -> int | None:
    """Where the prediction stands that those wanted come before; None where it does not."""
    of_model = Wanted(wanted.household_id, wanted.model)
    for place, entry in enumerate(waiting):
        if entry.answer.prediction_id == wanted.before and of_model.has(entry):
            return place
    return None
