"""Writes the minutes that are kept though nothing happened, by a thread of its own."""

import logging
import math
import threading
from collections.abc import Callable
from pathlib import Path

from backend.poses.frame import PoseFrame
from backend.poses.ordinary import MINUTE_SEC, OrdinaryMinutes, parts_of
from backend.poses.replay_file import Kept, NotAReplay
from backend.poses.store import ReplayStore
from contract.incidents import Incident

logger = logging.getLogger(__name__)

FOLDER = "ordinary"
"""Beside the replays of incidents."""
DAYS = 14
CLEAN_SEC = 3600.0


class OrdinaryKeeper:
    """Thread-safe; `add` and `interrupt` do not wait. `clock` is steady, in seconds since 1970.

    A minute that the disk refuses is not kept: the next part of the day has another one.
    """

    def __init__(self, folder: Path, a_day: int, clock: Callable[[], float]) -> None:
        self._store, self._clock = ReplayStore(folder, DAYS), clock
        self._minutes = OrdinaryMinutes(a_day, self._store.names())
        self._changed = threading.Condition()  # guards all but the disk
        self._disk = threading.Lock()  # is taken first
        self._waiting: list[Kept] = []
        self._stopping = False
        self._clean_at = clock()
        self._thread = threading.Thread(target=self._run, name="ordinary", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def add(self, frame: PoseFrame) -> None:
        """The newest poses of a camera."""
        with self._changed:
            if kept := self._minutes.add(frame):
                self._waiting.append(kept)
                self._changed.notify()

    def interrupt(self, incident: Incident) -> None:
        """What is around an incident is not ordinary."""
        with self._changed:
            self._minutes.interrupt(incident.camera_id, incident.began_at)
            if incident.ended_at is not None:
                self._minutes.interrupt(incident.camera_id, incident.ended_at)

    def kept(self, since: float, until: float) -> list[Kept]:
        """The minutes that began from `since` to `until`, newest first; raises OSError."""
        return _kept(self._store, since, until)

    def erase(self, goes: Callable[[str], bool], since: float, until: float) -> None:
        """Forget the minutes of the cameras that go, where they have a part in this span.

        What cannot be read may be of one of them. Waits for the disk; raises OSError.
        """

        def is_within(name: str) -> bool:
            _, begin = parts_of(name)
            return begin < until and begin + MINUTE_SEC >= since

        def is_gone(name: str) -> bool:
            kept = _read(self._store, name)
            return kept is None or goes(kept.camera_id)

        with self._disk:
            with self._changed:
                self._minutes.forget(goes, since, until)
                self._waiting = [
                    it
                    for it in self._waiting
                    if not (is_within(it.incident_id) and goes(it.camera_id))
                ]
            within = filter(is_within, self._store.names())
            self._store.erase([name for name in within if is_gone(name)])

    def _run(self) -> None:
        while self._wait():
            self._write_all()
        self._write_all()

    def _wait(self) -> bool:
        """Whether there is something to do, and not to end."""
        with self._changed:
            while not self._stopping and not self._waiting and self._clock() < self._clean_at:
                self._changed.wait(max(0.0, self._clean_at - self._clock()))
            return not self._stopping

    def _write_all(self) -> None:
        with self._disk:
            with self._changed:
                waiting, self._waiting = self._waiting, []
            try:
                for kept in waiting:
                    self._store.write(kept)
                if self._clock() >= self._clean_at:
                    self._clean_at = self._clock() + CLEAN_SEC
                    self._store.delete_expired(self._clock())
            except OSError as error:
                logger.warning("ordinary minutes are not kept: %s", error)


def ordinary_minutes(replays: Path, since: float) -> list[Kept]:
    """The minutes since then that a server has kept beside its `replays`; raises OSError."""
    return _kept(ReplayStore(replays / FOLDER, DAYS), since, math.inf)


def _kept(store: ReplayStore, since: float, until: float) -> list[Kept]:
    begun = {name: parts_of(name)[1] for name in store.names()}
    wanted = [name for name, begin in begun.items() if since <= begin < until]
    newest_first = sorted(wanted, key=lambda name: begun[name], reverse=True)
    return [kept for name in newest_first if (kept := _read(store, name))]


def _read(store: ReplayStore, name: str) -> Kept | None:
    try:
        return store.read(name)
    except NotAReplay as error:
        logger.warning("an ordinary minute cannot be read: %s", error)
        return None
