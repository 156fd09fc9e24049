"""The shadow: asked what the server is asked, after the answer, and counted; nobody hears of it."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.errors import ApiError
from backend.storage.database import Database
from backend.versions import shadow_store
from backend.versions.shadow_store import Counted, added
from contract.analysis import Analysis
from contract.versions import ShadowDay
from modeling.perception.detector.detector import Detector

logger = logging.getLogger(__name__)

MOST_WAITING = 16
"""Requests. What comes while as many wait is dropped, and counted."""
WRITE_SEC = 60.0

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Shadowed:
    """The version that is asked as well, beside the one that answers."""

    version_id: str
    production_id: str
    detector: Detector


class ShadowWatch:
    """Thread-safe; `answered` does not wait. `today` is the household's date, YYYY-MM-DD.

    What was counted is in the database after WRITE_SEC, and at `stop`.
    """

    def __init__(
        self,
        database: Database,
        today: Callable[[], str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._today, self._monotonic = database, today, monotonic
        self._changed = threading.Condition()  # is never held while the disk is waited for
        self._writing = threading.Lock()  # is taken first
        self._waiting: deque[tuple[Shadowed, Array, list[Analysis]]] = deque()
        self._shadowed: Shadowed | None = None
        self._counted = dict[Counted, ShadowDay]()
        self._dropped = 0
        self._write_at = monotonic() + WRITE_SEC
        self._stopping = False
        self._thread: threading.Thread | None = None

    def watch(self, shadowed: Shadowed | None) -> None:
        """Ask this one from now on; nobody if None."""
        with self._changed:
            self._shadowed = shadowed
            if shadowed is not None and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Write what was counted, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def answered(self, windows: Array, analyses: list[Analysis]) -> None:
        """The server has answered these windows so."""
        shadowed = self._shadowed
        if shadowed is None:
            return
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                self._dropped += len(windows)
                return
            self._waiting.append((shadowed, windows, analyses))
            self._changed.notify()

    def days(self, version_id: str) -> list[ShadowDay]:
        """What the version has said otherwise, newest day first, up to now."""
        with self._writing:
            with self._changed:
                unwritten = [day for key, day in self._counted.items() if key[0] == version_id]
            with self._database.reading() as db:
                written = shadow_store.days(db, version_id)
        found = dict[tuple[str, str], ShadowDay]()
        for each in (*written, *unwritten):
            key = each.day, each.production_id
            found[key] = added(found[key], each) if key in found else each
        return [found[key] for key in sorted(found, reverse=True)]

    def _run(self) -> None:
        while (asked := self._next()) is not None:
            for shadowed, windows, analyses in asked:
                self._ask(shadowed, windows, analyses)
            if self._monotonic() >= self._write_at:
                self._write()
        self._write()

    def _next(self) -> list[tuple[Shadowed, Array, list[Analysis]]] | None:
        """What waits, nothing when it is time to write; None at the end."""
        with self._changed:
            if not self._waiting and not self._stopping:
                self._changed.wait(max(0.0, self._write_at - self._monotonic()))
            if self._stopping:
                return None
            return [self._waiting.popleft()] if self._waiting else []

    def _ask(self, shadowed: Shadowed, windows: Array, analyses: list[Analysis]) -> None:
        try:
            others = shadowed.detector.analyze(windows)
        except Exception as error:  # noqa: BLE001 (whatever it is, production answers)
            logger.error("the shadow cannot be asked: %s", error)
            return
        pairs = [(a.is_anomaly, b.is_anomaly) for a, b in zip(analyses, others, strict=True)]
        with self._changed:
            dropped, self._dropped = self._dropped, 0
        counted = ShadowDay(
            production_id=shadowed.production_id,
            day=self._today(),
            windows=len(pairs),
            more=pairs.count((False, True)),
            fewer=pairs.count((True, False)),
            dropped=dropped,
        )
        self._count({(shadowed.version_id, counted.production_id, counted.day): counted})

    def _count(self, counted: Mapping[Counted, ShadowDay]) -> None:
        with self._changed:
            for key, day in counted.items():
                before = self._counted.get(key)
                self._counted[key] = added(before, day) if before else day

    def _write(self) -> None:
        """Move what was counted to the database; what that refuses waits for the next time."""
        self._write_at = self._monotonic() + WRITE_SEC
        with self._writing:
            with self._changed:
                counted, self._counted = self._counted, {}
            try:
                if counted:
                    with self._database.writing() as db:
                        shadow_store.add(db, counted)
            except ApiError as error:
                logger.warning("what the shadow said is not kept yet: %s", error.message)
                self._count(counted)
