"""Versions as they answer: loaded when they are first asked, as many as there is room for."""

import tempfile
import threading
from collections import OrderedDict
from concurrent.futures import Future
from pathlib import Path
from typing import TypeAlias

from backend.deployments.errors import VersionUnavailable
from backend.errors import ApiError
from backend.versions.service import VersionService
from contract.versions import DETECTOR, Version
from modeling.perception.detector.checkpoint import ONNX_NAME, CheckpointError
from modeling.perception.detector.detector import Detector
from modeling.perception.images.model import ImageModel
from modeling.perception.images.registry import task_in

Model: TypeAlias = Detector | ImageModel
MOST_BYTES = 256 * 2**20
"""Of the weights of all that are loaded."""
MOST_LOADED = 16


class LoadedVersions:
    """Thread-safe: of those that ask for the same version at once one loads it.

    The one that was asked least recently makes room.
    """

    def __init__(
        self, versions: VersionService, most_bytes: int = MOST_BYTES, most: int = MOST_LOADED
    ) -> None:
        self._versions, self._most_bytes, self._most = versions, most_bytes, most
        self._loaded: OrderedDict[str, Future[tuple[Model, int]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version_id: str, household_id: int) -> Model:
        """The version, ready to answer; raises VersionUnavailable with the reason."""
        with self._lock:
            found = self._loaded.get(version_id)
            if is_new := found is None:
                found = self._loaded[version_id] = Future()
            self._loaded.move_to_end(version_id)
        if is_new:
            self._load_into(found, version_id, household_id)
        return found.result()[0]

    def _load_into(
        self, place: "Future[tuple[Model, int]]", version_id: str, household_id: int
    ) -> None:
        try:
            version = self._versions.find(version_id, household_id)
            place.set_result(self._load(version))
        except Exception as error:  # noqa: BLE001 (each who waits for it raises it)
            with self._lock:
                self._loaded.pop(version_id, None)
            place.set_exception(_unavailable(version_id, error))
            return
        self._make_room()

    def _load(self, version: Version) -> tuple[Model, int]:
        with tempfile.TemporaryDirectory(prefix="version-") as name:
            folder = Path(name)
            self._versions.put_into(version, folder)
            try:
                return load_model(version.recipe, folder), (folder / ONNX_NAME).stat().st_size
            except CheckpointError as error:
                raise CheckpointError(str(error).replace(f"{folder}/", "")) from error

    def _make_room(self) -> None:
        with self._lock:
            while len(self._loaded) > 1 and self._is_full():
                self._loaded.popitem(last=False)

    def _is_full(self) -> bool:
        ready = [it.result()[1] for it in self._loaded.values() if it.done()]
        return len(self._loaded) > self._most or sum(ready) > self._most_bytes


def load_model(recipe: str, folder: Path) -> Model:
    """The checkpoint in `folder`; raises CheckpointError."""
    if recipe == DETECTOR:
        return Detector.load(folder)
    return ImageModel.load(task_in(folder), folder)


def _unavailable(version_id: str, error: Exception) -> VersionUnavailable:
    known = isinstance(error, CheckpointError | ApiError)
    reason = str(error) if known else type(error).__name__
    return VersionUnavailable(f"version {version_id} does not load: {reason}")
