"""The files that pages ask for: read, compressed and numbered once, when the server starts.

Those of packages are as large as all others together: they are read when somebody first asks.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from starlette.responses import Response

STATIC = Path(__file__).with_name("static")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
SMALL_BYTES = 512
"""What is shorter gains nothing by being compressed."""
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css"}
"""Those that the machine's own tables may have differently."""
OF_PACKAGES: Mapping[str, tuple[str, str]] = {
    "vendor/plotly.min.js": ("plotly", "package_data/plotly.min.js"),
}
"""Files that came with a package: which, and where they lie in it."""


@dataclass(frozen=True)
class StaticFile:
    """One file; `packed` is its gzip, None where that is no shorter."""

    plain: bytes
    packed: bytes | None
    media_type: str
    etag: str


class StaticFiles:
    """All files below a folder. `version` changes with any of them, and is a part of their address.

    A module finds those that it imports beside it, so that they have the same version.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        """Raises OSError where a file cannot be read."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in paths}
        self.version = _version(self._files)

    def url(self, name: str) -> str:
        """Where `name` is; raises KeyError for a file that there is not."""
        if name not in OF_PACKAGES:
            self._files[name]
        return f"/static/{self.version}/{name}"

    def answer(self, version: str, name: str, request: Mapping[str, str]) -> Response | None:
        """What a GET with these headers is answered; None where there is no such file.

        A page of an earlier version gets today's file, and must ask again for it.
        """
        file = self._files.get(name) or (_of_package(name) if name in OF_PACKAGES else None)
        if file is None:
            return None
        caching = FOR_EVER if version == self.version else ASK_AGAIN
        headers = {"Cache-Control": caching, "ETag": file.etag, "Vary": "Accept-Encoding"}
        if request.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        if file.packed and "gzip" in request.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(file.packed, headers=headers, media_type=file.media_type)
        return Response(file.plain, headers=headers, media_type=file.media_type)


@cache
def _of_package(name: str) -> StaticFile:
    package, place = OF_PACKAGES[name]
    return _file(files(package).joinpath(place).read_bytes(), Path(place))


def _read(path: Path) -> StaticFile:
    return _file(path.read_bytes(), path)


def _file(plain: bytes, path: Path) -> StaticFile:
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"
    packed = gzip.compress(plain, compresslevel=9, mtime=0)
    is_shorter = len(plain) > SMALL_BYTES and len(packed) < 0.9 * len(plain)
    return StaticFile(plain, packed if is_shorter else None, media_type, f'"{_digest(plain)}"')


def _version(found: Mapping[str, StaticFile]) -> str:
    packages = "".join(version(package) for package, _ in OF_PACKAGES.values())
    return _digest((packages + "".join(f"{name}{it.etag}" for name, it in found.items())).encode())


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()
