"""An upload that is no zip but one file as it is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from backend.datasets.archive import Member
from backend.storage.blobs import chunks_of


class SingleFile:
    """The file at `path`, as an Archive that has this one member, called `name`."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self.unpacked_bytes = path.stat().st_size
        self.members: Sequence[Member] = (Member(name, self.unpacked_bytes),)

    def chunks(self, _member: Member) -> Iterator[bytes]:
        """Its content, a piece at a time."""
        return chunks_of(self._path)
