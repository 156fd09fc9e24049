"""What the media store asks of the place where pictures lie."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from contract.media import ImageType, SignedPut


@dataclass(frozen=True)
class Stored:
    """A file that is there: how long it is as it was brought, and its type as it was said."""

    key: str
    bytes: int
    content_type: str


class Driver(Protocol):
    """Files by their keys, such as `images/{person}/{image}/original.jpg`. Thread-safe.

    Its files are encrypted where they lie, unless the household chose otherwise; who reads and
    writes here has them in the clear. Methods raise MediaUnavailable where the place refuses.
    """

    @property
    def failure(self) -> str | None:
        """What the place refused last, in one line; None once it takes or gives something."""
        ...

    def signed_put(self, key: str, content_type: ImageType, size: int, until: float) -> SignedPut:
        """Where somebody without a login may put exactly this file, until then and only there."""
        ...

    def find(self, key: str) -> Stored | None:
        """What is known of a file; None where there is none."""
        ...

    def read(self, key: str, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from `begin` to `end`, in pieces; raises UnknownFile."""
        ...

    def write(self, key: str, content: Iterable[bytes], content_type: str) -> Stored:
        """Keep a file, whole or not at all, in the place of one that is there."""
        ...

    def delete(self, prefix: str) -> int:
        """Delete all below `prefix`; how many files there were."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Of all below `prefix`."""
        ...
