"""A place for pictures that is in memory: the Driver of tests that are about something else."""

from collections.abc import Iterable, Iterator

from backend.media.drivers.driver import Stored
from backend.media.errors import MediaUnavailable, UnknownFile
from contract.media import ImageType, SignedPut

PIECE_BYTES = 2**16


class MemoryDriver:
    """A Driver. While it has a `failure`, it refuses."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[bytes, str]] = {}
        self.failure: str | None = None

    def signed_put(self, key: str, content_type: ImageType, size: int, until: float) -> SignedPut:
        """An address at which nobody listens: `write` stands for the PUT."""
        self._check()
        headers = {"Content-Type": content_type.value, "Content-Length": str(size)}
        return SignedPut(url=f"/memory/{key}", headers=headers, expires_at=until)

    def find(self, key: str) -> Stored | None:
        """What is known of a file; None where there is none."""
        self._check()
        if key not in self.files:
            return None
        content, content_type = self.files[key]
        return Stored(key, len(content), content_type)

    def read(self, key: str, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from `begin` to `end`, in pieces; raises UnknownFile."""
        self._check()
        if key not in self.files:
            raise UnknownFile(f"no file {key}")
        asked = self.files[key][0][begin:end]
        return (asked[at : at + PIECE_BYTES] for at in range(0, len(asked), PIECE_BYTES))

    def write(self, key: str, content: Iterable[bytes], content_type: str) -> Stored:
        """Keep a file in the place of one that is there."""
        self._check()
        self.files[key] = b"".join(content), str(content_type)
        return Stored(key, len(self.files[key][0]), str(content_type))

    def delete(self, prefix: str) -> int:
        """Delete all below `prefix`; how many files there were."""
        gone = list(self.keys(prefix))
        for key in gone:
            del self.files[key]
        return len(gone)

    def keys(self, prefix: str) -> Iterator[str]:
        """Of all below `prefix`."""
        self._check()
        return iter(sorted(key for key in self.files if key.startswith(prefix)))

    def _check(self) -> None:
        if self.failure is not None:
            raise MediaUnavailable(self.failure)
