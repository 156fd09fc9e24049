"""The replays on the disk, a file per incident."""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from backend.poses.replay_file import Kept
from common.files import replace_durably, sync_folder

DAY_SEC = 86_400.0
MOST_KEPT = 5000
"""Beyond it the oldest goes: 0.5 GB at most, and less than 100 MB as a rule."""


class ReplayStore:
    """Thread-safe; its methods wait for the disk, and raise OSError where that refuses.

    What is older than `days` goes with the event log, by the clock of the server.
    """

    def __init__(self, folder: Path, days: int, most_kept: int = MOST_KEPT) -> None:
        self._folder, self._days, self._most_kept = folder, days, most_kept
        self._lock = threading.Lock()

    def write(self, kept: Kept) -> None:
        """Let this be the incident's replay, on the disk when it returns."""
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_durably(self._path(kept.incident_id), kept.to_bytes())

    def has(self, incident_id: str) -> bool:
        """Whether something is kept of it."""
        return self._path(incident_id).exists()

    def read(self, incident_id: str) -> Kept | None:
        """What is kept of it, None if nothing is. Raises NotAReplay too."""
        data = self.read_bytes(incident_id)
        return None if data is None else Kept.from_bytes(data)

    def read_bytes(self, incident_id: str) -> bytes | None:
        """The same as its file."""
        try:
            return self._path(incident_id).read_bytes()
        except FileNotFoundError:
            return None

    def delete_expired(self, now: float) -> None:
        """Delete what has had its time, and what a kill left half written."""
        with self._lock:
            for half in self._folder.glob("*.partial"):
                half.unlink(missing_ok=True)
            newest_first = sorted(
                ((path.stat().st_mtime, path) for path in self._files()), reverse=True
            )
            for number, (written_at, path) in enumerate(newest_first):
                if number >= self._most_kept or now - written_at > self._days * DAY_SEC:
                    path.unlink(missing_ok=True)

    def names(self) -> set[str]:
        """The ids of the incidents of which something is kept."""
        return {path.stem for path in self._files()}

    def erase(self, incident_ids: Iterable[str]) -> None:
        """Delete the replays of these incidents, and what a kill left half written."""
        with self._lock:
            for path in [*map(self._path, incident_ids), *self._folder.glob("*.partial")]:
                path.unlink(missing_ok=True)
            if self._folder.exists():
                sync_folder(self._folder)

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("*.npz")

    def _path(self, incident_id: str) -> Path:
        return self._folder / f"{incident_id}.npz"
