"""The replays of this server where the other servers find them, and theirs."""

import logging
import threading
from collections.abc import Callable

from backend.errors import ApiError
from backend.poses.replay_file import Kept
from backend.poses.store import ReplayStore
from backend.storage.objects import ObjectStore
from common.repeating import Repeating

logger = logging.getLogger(__name__)

ROOT, NPZ_TYPE = "poses", "application/octet-stream"
ROUND_SEC = 2.0


class SharedReplays:
    """Thread-safe; methods raise ApiError where `objects` refuses.

    What `replays` has is put there by a thread, but for those that are open: they still go on.
    """

    def __init__(
        self,
        objects: ObjectStore,
        server: str,
        replays: ReplayStore,
        open_ids: Callable[[], set[str]],
    ) -> None:
        self._objects, self._server = objects, server
        self._replays, self._open_ids = replays, open_ids
        self._there: set[str] | None = None
        self._sharing = threading.Lock()
        self._failure: str | None = None
        self._repeating = Repeating("replays", self._round, ROUND_SEC, "replays are not shared")
        self.start, self.stop = self._repeating.start, self._repeating.stop

    @property
    def failure(self) -> str | None:
        """Why replays are not shared, in one line; None while they are."""
        said = self._failure or self._repeating.failure
        return f"replays are not shared with the other servers: {said}" if said else None

    def others(self, incident_id: str) -> list[Kept]:
        """What the other servers have of an incident. Raises NotAReplay too."""
        own = self._key(incident_id)
        keys = (key for key in self._objects.keys(f"{ROOT}/{incident_id}") if key != own)
        return [Kept.from_bytes(b"".join(self._objects.read(key))) for key in keys]

    def share(self) -> None:
        """Put there what is new, and delete what is no more. Raises OSError too."""
        with self._sharing:
            there, kept = self._known(), self._replays.names()
            for incident_id in kept - self._open_ids() - there:
                if data := self._replays.read_bytes(incident_id):
                    self._objects.write(self._key(incident_id), [data], NPZ_TYPE)
                    there.add(incident_id)
            for incident_id in there - kept:
                self._objects.delete(self._key(incident_id))
                there.discard(incident_id)

    def _known(self) -> set[str]:
        if self._there is None:
            mine = (key.split("/") for key in self._objects.keys(ROOT))
            self._there = {parts[1] for parts in mine if parts[2:] == [f"{self._server}.npz"]}
        return self._there

    def _key(self, incident_id: str) -> str:
        return f"{ROOT}/{incident_id}/{self._server}.npz"

    def _round(self) -> None:
        try:
            self.share()
        except (ApiError, OSError) as error:
            said = error.message if isinstance(error, ApiError) else str(error)
            if said != self._failure:
                logger.warning("replays are not shared: %s", said)
            self._failure = said
        else:
            self._failure = None
