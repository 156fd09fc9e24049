"""The zones of the cameras, a small file each."""

import logging
import threading
from pathlib import Path

from backend.cameras.errors import ZonesUnavailable
from common.files import replace_durably
from contract.names import file_name
from contract.zones import Zones

logger = logging.getLogger(__name__)


class ZoneStore:
    """Thread-safe; its methods wait for the disk, and raise ZonesUnavailable where that refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def read(self, camera_id: str) -> Zones:
        """What was kept last; without any zones if nothing was."""
        path = self._path(camera_id)
        try:
            return Zones.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return Zones()
        except (OSError, ValueError) as error:
            # Not "none": the camera box goes on with those that it has.
            logger.error("the zones of %s cannot be read from %s: %s", camera_id, path, error)
            raise ZonesUnavailable("the zones cannot be read, the server's log says why") from error

    def write(self, camera_id: str, zones: Zones) -> None:
        """Let these be the camera's zones, on the disk when it returns."""
        try:
            with self._lock:
                self._folder.mkdir(parents=True, exist_ok=True)
                replace_durably(self._path(camera_id), zones.model_dump_json().encode())
        except OSError as error:
            logger.error("the zones of %s cannot be kept: %s", camera_id, error)
            raise ZonesUnavailable("the zones cannot be kept, the server's log says why") from error

    def forget(self, camera_id: str) -> None:
        """Keep none of the camera's."""
        try:
            with self._lock:
                self._path(camera_id).unlink(missing_ok=True)
        except OSError as error:
            logger.error("the zones of %s cannot be removed: %s", camera_id, error)
            raise ZonesUnavailable("the zones stay, the server's log says why") from error

    def _path(self, camera_id: str) -> Path:
        return self._folder / f"{file_name(camera_id)}.json"
