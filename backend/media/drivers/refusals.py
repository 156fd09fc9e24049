"""What a place refused last."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.media.errors import MediaUnavailable


class Refusals:
    """`last` is None once the place takes or gives something again. Thread-safe."""

    last: str | None = None

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Raise MediaUnavailable where the disk refuses within the block."""
        try:
            yield
        except OSError as error:
            raise self.note(f"the disk refuses: {error.strerror or error}") from error
        self.last = None

    def note(self, said: str) -> MediaUnavailable:
        """The error that says so, which is known from here on."""
        self.last = said
        return MediaUnavailable(said)
