"""Files that several servers share, whatever the place where they lie."""

from collections.abc import Iterable, Iterator
from typing import Protocol


class ObjectStore(Protocol):
    """Files by their keys, such as `record/{server}/{name}`. Thread-safe.

    Methods raise ApiError where the place refuses.
    """

    def read(self, key: str) -> Iterator[bytes]:
        """A file in pieces; raises ApiError where there is none."""
        ...

    def write(self, key: str, content: Iterable[bytes], content_type: str) -> object:
        """Keep a file, whole or not at all, in the place of one that is there."""
        ...

    def delete(self, prefix: str) -> int:
        """Delete the file of this key, or all below this folder; how many files there were."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """The file of this key, or all below this folder."""
        ...
