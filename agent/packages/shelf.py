"""The versions that the camera box has fetched, in folders of their own below DATA_DIR/model."""

import logging
import shutil
import threading
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from common.files import replace_durably, sha256_of, sync_folder, write_durably
from contract.deployments import EdgePackage, FileName, PackageFile

logger = logging.getLogger(__name__)

PACKAGE_NAME = "package.json"
PARTIAL = ".partial"

T = TypeVar("T")


class ShelfState(BaseModel):
    """`sequence` is that of the newest package that was seen; `chain` the ids of the version that
    serves and of those that served before it, newest first."""

    model_config = ConfigDict(frozen=True)

    sequence: int = 0
    chain: tuple[FileName, ...] = ()


BAD = TypeAdapter(dict[str, str])


class Shelf:
    """Thread-safe but for its folders, which one thread changes. A kill leaves what was whole.

    `bad` are versions that are not to be fetched again, with the reason of each. Methods raise
    OSError.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self.state = _read(folder / "state.json", TypeAdapter(ShelfState)) or ShelfState()
        self.bad = _read(folder / "bad.json", BAD) or {}

    def note(self, **changes: object) -> None:
        """Change the state, durably."""
        with self._lock:
            changed = self.state.model_copy(update=changes)
            if changed != self.state:
                self._write("state.json", changed.model_dump_json())
                self.state = changed

    def mark_bad(self, version_id: str, reason: str) -> None:
        """Never fetch this version again."""
        with self._lock:
            self.bad = {**self.bad, version_id: reason}
            self._write("bad.json", BAD.dump_json(self.bad, indent=1).decode())

    def path(self, version_id: str) -> Path:
        """Where it lies."""
        return self._folder / version_id

    def empty_place(self, version_id: str) -> Path:
        """A folder to put its files into, which `settle` makes whole."""
        place = self._folder / f"{version_id}{PARTIAL}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place

    def settle(self, package: EdgePackage, place: Path) -> None:
        """Let what lies in `place` be this version."""
        write_durably(place / PACKAGE_NAME, package.model_dump_json().encode(), "wb")
        shutil.rmtree(self.path(package.version_id), ignore_errors=True)
        place.rename(self.path(package.version_id))
        sync_folder(self._folder)

    def is_whole(self, version_id: str) -> bool:
        """Whether its files are those of its package, byte for byte."""
        package = _read(self.path(version_id) / PACKAGE_NAME, TypeAdapter(EdgePackage))
        return package is not None and all(
            is_file(self.path(version_id) / name, file) for name, file in package.files.items()
        )

    def remove_others(self) -> None:
        """Remove what no longer serves, and what a kill has left."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.is_dir() and path.name not in self.state.chain:
                shutil.rmtree(path, ignore_errors=True)

    def _write(self, name: str, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        replace_durably(self._folder / name, text.encode())


def is_file(path: Path, expected: PackageFile) -> bool:
    """Whether the file is there, and is that one."""
    try:
        is_as_long = path.stat().st_size == expected.size
        return is_as_long and sha256_of(path) == expected.sha256
    except OSError:
        return False


def _read(path: Path, kind: TypeAdapter[T]) -> T | None:
    """None where nothing can be read: what is lost is fetched again."""
    try:
        return kind.validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValidationError) as error:
        logger.warning("%s cannot be read: %s", path, type(error).__name__)
        return None
