"""The files of looks, at the place where pictures lie."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from backend.looks.errors import UnknownCube
from backend.media.drivers.driver import Driver
from contract.looks import CubeSize

SIZES: tuple[CubeSize, ...] = get_args(CubeSize)
NAMES = ("model.onnx", "manifest.json", "CARD.md")
STYLES, CUBES = ROOTS = ("styles/", "cubes/")
PIECE_BYTES = 2**16
EPOCH = (1980, 1, 1, 0, 0, 0)
"""No time of this server's is told to whoever gets a link."""
BYTES = "application/octet-stream"


class LookFiles:
    """Thread-safe; methods raise MediaUnavailable."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def keep(self, look_id: str, folder: Path) -> int:
        """Keep the look that lies in a folder; how many bytes it has."""
        return sum(self._write(f"{_folder(look_id)}{name}", folder / name) for name in NAMES)

    def put_into(self, look_id: str, folder: Path) -> None:
        """Put the look there; raises UnknownFile."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            with (folder / name).open("wb") as file:
                file.writelines(self._driver.read(f"{_folder(look_id)}{name}"))

    def content(self, look_id: str, name: str) -> Iterator[bytes]:
        """One of its files, in pieces; raises UnknownFile."""
        return self._driver.read(f"{_folder(look_id)}{name}")

    def keep_cube(self, look_id: str, size: CubeSize, path: Path) -> int:
        """Keep the look as a `.cube` file; how many bytes it has."""
        return self._write(_cube(look_id, size), path)

    def cube(self, look_id: str, size: CubeSize) -> Iterator[bytes]:
        """The `.cube` file of this size, in pieces; raises UnknownCube."""
        if self._driver.find(_cube(look_id, size)) is None:
            raise UnknownCube(f"no .cube file of {size} points, expected that an export made one")
        return self._driver.read(_cube(look_id, size))

    def cubes(self, look_id: str) -> list[CubeSize]:
        """The sizes of which there is a `.cube` file."""
        return [size for size in SIZES if self._driver.find(_cube(look_id, size)) is not None]

    def zipped(self, look_id: str) -> bytes:
        """The look, and the `.cube` files that there are of it; raises UnknownFile."""
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in NAMES:
                content = b"".join(self._driver.read(f"{_folder(look_id)}{name}"))
                archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
            for size in self.cubes(look_id):
                info = zipfile.ZipInfo(f"look-{size}.cube", EPOCH)
                archive.writestr(info, b"".join(self.cube(look_id, size)), zipfile.ZIP_DEFLATED)
        return written.getvalue()

    def keys(self) -> dict[str, str]:
        """Of all files that there are, with the look of each."""
        found = (key for root in ROOTS for key in self._driver.keys(root))
        return {key: key.split("/")[1] for key in found if key.count("/") > 1}

    def erase(self, look_id: str) -> None:
        """Delete all that there is of a look."""
        self._driver.delete(_folder(look_id))
        self._driver.delete(f"{CUBES}{look_id}/")

    def _write(self, key: str, path: Path) -> int:
        with path.open("rb") as file:
            pieces = iter(lambda: file.read(PIECE_BYTES), b"")
            return self._driver.write(key, pieces, BYTES).bytes


def _folder(look_id: str) -> str:
    return f"{STYLES}{look_id}/"


def _cube(look_id: str, size: CubeSize) -> str:
    return f"{CUBES}{look_id}/{size}.cube"
