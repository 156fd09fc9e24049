"""The thread that writes replays, while their poses come."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable

from backend.poses.frame import PoseFrame
from backend.poses.open_replay import OpenReplay, centre_of
from backend.poses.replay_file import Kept
from backend.poses.store import ReplayStore
from contract.incidents import Incident

logger = logging.getLogger(__name__)

MOST_OPEN = 32
"""At one time. A home has a few; more are not kept, and counted."""
REMEMBERED = 1000
"""Incidents whose replay has begun, so that none begins a second time."""
GIVE_UP_SEC = 60.0
"""How long a disk that refuses is tried after the end of a replay."""
CLEAN_SEC = 3600.0


class ReplayKeeper:
    """Thread-safe; `begin` and `add` do not wait. `clock` is steady.

    Each replay is written at once, every few seconds, and at its end: a kill costs the tail.
    """

    def __init__(self, store: ReplayStore, clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self._open: dict[str, OpenReplay] = {}
        self._begun: OrderedDict[str, None] = OrderedDict()
        self._changed = threading.Condition()  # guards all but the disk
        self._disk = threading.Lock()  # is taken first
        self._stopping = False
        self._clean_at = clock()
        self._refused: str | None = None
        self.lost = 0
        """Replays that were not kept, or not to their end."""
        self._thread = threading.Thread(target=self._run, name="poses")

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what there is, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    @property
    def failure(self) -> str | None:
        """Why nothing is kept, in one line; None while all is well."""
        if not self._thread.is_alive():
            return "the thread that keeps poses does not run"
        return self._refused

    def begin(self, incident: Incident, frames: Iterable[PoseFrame]) -> None:
        """Begin the replay of an incident, if it is not known; `frames` were seen before it."""
        with self._changed:
            if incident.id in self._begun:
                return
            self._begun[incident.id] = None
            if len(self._begun) > REMEMBERED:
                self._begun.popitem(last=False)
            if len(self._open) >= MOST_OPEN:
                self.lost += 1
                return
            replay = OpenReplay(incident.id, incident.camera_id, centre_of(incident), self._clock())
            for frame in frames:
                replay.add(frame)
            self._open[incident.id] = replay
            self._changed.notify()

    def add(self, frame: PoseFrame) -> None:
        """The newest poses of a camera."""
        with self._changed:
            for replay in self._open.values():
                if replay.camera_id == frame.camera_id:
                    replay.add(frame)
                    if replay.has_all:
                        self._changed.notify()

    def begun(self) -> set[str]:
        """The ids of the incidents of which there is a replay, or may come to be one."""
        with self._disk, self._changed:
            return self._store.names() | set(self._open)

    def open_ids(self) -> set[str]:
        """The ids of the incidents whose replay still goes on."""
        with self._changed:
            return set(self._open)

    def erase(self, incident_ids: Collection[str]) -> None:
        """Give up and delete the replays of these incidents."""
        with self._disk:
            with self._changed:
                for incident_id in incident_ids:
                    self._open.pop(incident_id, None)
            self._store.erase(incident_ids)

    def _run(self) -> None:
        while (due := self._wait()) is not None:
            for replay in due:
                self._write(replay, self._clock())
            if self._clock() >= self._clean_at:
                self._clean_at = self._clock() + CLEAN_SEC
                self._clean()
        for replay in list(self._open.values()):
            self._write(replay, self._clock())

    def _wait(self) -> list[OpenReplay] | None:
        """Those that are due, none when it is time to clean; None at the end."""
        with self._changed:
            while not self._stopping:
                now = self._clock()
                due = [it for it in self._open.values() if it.write_at <= now]
                if due or now >= self._clean_at:
                    return due
                next_at = min((it.write_at for it in self._open.values()), default=self._clean_at)
                self._changed.wait(min(next_at, self._clean_at) - now)
            return None

    def _write(self, replay: OpenReplay, now: float) -> None:
        with self._disk:
            with self._changed:
                if replay.incident_id not in self._open:  # it was erased
                    return
                replay.tried(now)
                is_over = replay.is_over(now)
                kept = replay.kept(is_partial=not is_over) if replay.frames else None
            is_written = kept is None or self._is_written(replay, kept)
        if (is_over and is_written) or now > replay.ends_at + GIVE_UP_SEC:
            with self._changed:
                self._open.pop(replay.incident_id, None)
                self.lost += not is_written

    def _is_written(self, replay: OpenReplay, kept: Kept) -> bool:
        """Whether it is on the disk. What an earlier run of the server left stays as it is."""
        try:
            if replay.is_written or not self._store.has(kept.incident_id):
                self._store.write(kept)
                replay.is_written = True
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are written)
            logger.error("the poses of %s are not kept: %s", kept.incident_id, error)
            self._refused = f"the poses around an incident are not kept: {error}"
            return False
        self._refused = None
        return True

    def _clean(self) -> None:
        try:
            self._store.delete_expired(self._clock())
        except OSError as error:
            logger.warning("old poses are not deleted: %s", error)
