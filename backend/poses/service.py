"""The newest poses for those who look on, and those around each incident for later."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.bus import Bus
from backend.errors import ApiError
from backend.incidents.service import IncidentChanged
from backend.part import Part, part
from backend.poses.errors import NoPoses, PosesUnavailable
from backend.poses.frame import PosesSeen, frame_of
from backend.poses.keeper import ReplayKeeper
from backend.poses.ordinary_keeper import FOLDER, OrdinaryKeeper
from backend.poses.presence import people_seen
from backend.poses.recent import RecentPoses
from backend.poses.replay_file import Kept, NotAReplay
from backend.poses.shared_replays import SharedReplays
from backend.poses.store import ReplayStore
from backend.storage.objects import ObjectStore
from backend.troubles.table import TROUBLES
from contract.analysis import Analysis
from contract.incidents import Incident
from contract.poses import PoseSource, Replay

logger = logging.getLogger(__name__)


class PoseService:
    """Thread-safe; `take` does not wait. `clock` is steady, in seconds since 1970.

    The replays lie in `folder`, for so many `days`; beside them so many `ordinary_minutes` a day
    of each camera. Servers that share `objects` find each other's replays there; `server` is the
    name of this one.
    """

    def __init__(
        self,
        folder: Path,
        days: int,
        bus: Bus,
        clock: Callable[[], float],
        ordinary_minutes: int = 0,
        objects: ObjectStore | None = None,
        server: str = "",
    ) -> None:
        self._bus, self._clock = bus, clock
        self._ordinary = OrdinaryKeeper(folder / FOLDER, ordinary_minutes, clock)
        self._store = ReplayStore(folder, days)
        self._keeper = ReplayKeeper(self._store, clock)
        open_ids = self._keeper.open_ids
        self._shared = SharedReplays(objects, server, self._store, open_ids) if objects else None
        self._recent = RecentPoses()
        self._lock = threading.Lock()
        # Whichever server hears of it: the poses may come to this one.
        bus.subscribe(
            IncidentChanged, lambda changed: self._begin(changed.incident), everywhere=True
        )

    def start(self) -> None:
        """Begin to keep what is seen around incidents."""
        self._keeper.start()
        self._ordinary.start()
        if self._shared:
            self._shared.start()

    def stop(self) -> None:
        """Write what there is of those that still go on, and end."""
        self._keeper.stop()
        self._ordinary.stop()
        if self._shared:
            self._shared.stop()

    def health(self) -> Part:
        """Whether the poses around incidents are kept."""
        unshared = self._shared.failure if self._shared else None
        return part(self._keeper.failure or unshared, lost=self._keeper.lost)

    def take(
        self,
        source: PoseSource,
        aspect: float,
        newest: NDArray[np.float32],
        analyses: Sequence[Analysis],
    ) -> None:
        """Pass on the newest poses of a request, (N, 13, 3), with what was answered to it."""
        frame = frame_of(source, self._clock(), aspect, newest, analyses)
        with self._lock:
            self._recent.add(frame)
            self._keeper.add(frame)
            self._ordinary.add(frame)
        self._bus.publish(PosesSeen(frame))

    def last_seen(self, camera_id: str) -> float | None:
        """When its newest poses came, seconds since 1970; None if none came of late."""
        with self._lock:
            return self._recent.last_seen(camera_id)

    def people_seen(self, camera_id: str, until: float) -> int:
        """How many people its camera has seen for most of the seconds before `until`.

        `until` is the camera box's time, as `ts` of its events; of long ago nobody is known.
        """
        with self._lock:
            frames = self._recent.of(camera_id)
        return people_seen(frames, until)

    def has_replay(self, incident_id: str) -> bool:
        """Whether poses are kept of an incident."""
        return self._store.has(incident_id)

    def replay(self, incident_id: str) -> Replay:
        """What is kept of an incident that there is. Raises as `kept` does."""
        return self.kept(incident_id).replay()

    def kept(self, incident_id: str) -> Kept:
        """The same with what each frame was. Raises NoPoses and PosesUnavailable."""
        try:
            parts = self._parts(incident_id)
        except (OSError, NotAReplay, ApiError) as error:
            logger.error("the poses of %s cannot be read: %s", incident_id, error)
            raise PosesUnavailable("the poses cannot be read, the server's log says why") from error
        if not parts:
            raise NoPoses(
                "no poses were kept of this incident: none came, since the camera box analyzed by "
                "itself, or they have had their time"
            )
        return Kept.of_parts(parts)

    def _parts(self, incident_id: str) -> list[Kept]:
        """What each server has kept of it; only this one where the others' cannot be read now."""
        own = self._store.read(incident_id)
        if self._shared is None:
            return [own] if own else []
        try:
            others = self._shared.others(incident_id)
        except ApiError:
            if own is None:
                raise
            return [own]
        return [own, *others] if own else others

    def replays(self) -> set[str]:
        """The ids of the incidents of which there is a replay."""
        return self._store.names()

    def replays_begun(self) -> set[str]:
        """The same, and of those of which one may come to be."""
        return self._keeper.begun()

    def erase_newest(self, goes: Callable[[str], bool], since: float, until: float) -> None:
        """Forget the newest poses of the cameras that go, received from `since` to `until`.

        Replays stay.
        """
        with self._lock:
            self._recent.erase(goes, since, until)

    def erase_replays(self, incident_ids: Collection[str]) -> None:
        """Forget the replays of these incidents, also where other servers find them.

        Waits for the disk; raises OSError, and ApiError where that place refuses.
        """
        self._keeper.erase(incident_ids)
        if self._shared:
            self._shared.share()

    def ordinary_minutes(
        self, since: float, until: float, is_wanted: Callable[[str], bool]
    ) -> list[Kept]:
        """Minutes of the wanted cameras in which nothing happened, newest first.

        They began from `since` to `until`, and each stands as a replay of its own. Raises OSError.
        """
        found = self._ordinary.kept(since, until)
        return [kept for kept in found if is_wanted(kept.camera_id)]

    def erase_ordinary(self, goes: Callable[[str], bool], since: float, until: float) -> None:
        """Forget such minutes of the cameras that go. Raises OSError."""
        self._ordinary.erase(goes, since, until)

    def _begin(self, incident: Incident) -> None:
        """Begin the replay of an incident of a person."""
        if incident.label not in TROUBLES:
            self._ordinary.interrupt(incident)
            with self._lock:
                self._keeper.begin(incident, self._recent.of(incident.camera_id))
