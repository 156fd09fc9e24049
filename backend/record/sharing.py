"""The rounds in which servers share what each has heard: their own files go out, others' come."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend.errors import ApiError
from backend.record.archive import Archive, Make
from backend.record.others_files import OthersFiles
from backend.record.own_files import OwnFiles
from backend.storage.objects import ObjectStore
from common.repeating import Repeating

logger = logging.getLogger(__name__)

ROUND_SEC = 60.0
TAIL, COPIES = "tail", "others"
TAILS = "tail-*.parquet"


@dataclass(frozen=True)
class Shares:
    """Where servers share what they have heard, the name of this one there, and how often what is
    not closed yet is shared.
    """

    objects: ObjectStore
    server: str
    tail_sec: float


class Sharing:
    """Thread-safe. The closed files of `archive` are shared, and at times the newest one as far as
    it is written; what is kept for that is below `folder`.

    `make` makes the Parquet of a file of the journal, `monotonic` is any clock that nobody sets.
    """

    def __init__(
        self,
        shares: Shares,
        archive: Archive,
        folder: Path,
        make: Make,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._own = OwnFiles(shares.objects, shares.server)
        self._others = OthersFiles(shares.objects, shares.server, folder / COPIES)
        self._archive, self._tails = archive, folder / TAIL
        self._tail_sec, self._make, self._monotonic = shares.tail_sec, make, monotonic
        self._tail_at = 0.0
        self._sharing = threading.Lock()
        self._failure: str | None = None
        self._repeating = Repeating(
            "sharing", self._round, min(ROUND_SEC, shares.tail_sec), "the record is not shared"
        )
        self.start, self.stop = self._repeating.start, self._repeating.stop

    @property
    def failure(self) -> str | None:
        """Why the record is not shared, in one line; None while it is."""
        said = self._failure or self._repeating.failure
        return f"the record is not shared with the other servers: {said}" if said else None

    def others(self) -> tuple[Path, ...]:
        """The Parquet files of the other servers, as they are known here now."""
        return self._others.paths

    def share(self) -> None:
        """Share what is new, and fetch what others have. Raises ApiError, OSError, ValueError."""
        with self._sharing:
            if self._monotonic() >= self._tail_at:
                self._make_tail()
                self._tail_at = self._monotonic() + self._tail_sec
            self._share_own()
            try:
                self._others.fetch()
            except ApiError:  # a file may have had its time since its manifest was read
                self._others.fetch()

    def forget(self) -> None:
        """Let nothing be shared that the archive has no more, nor copies be left. Raises as `share`
        does."""
        with self._sharing:
            for path in self._tails.glob("*"):
                path.unlink(missing_ok=True)
            self._share_own()
            self._others.forget()

    def _round(self) -> None:
        try:
            self.share()
        except (ApiError, OSError, ValueError) as error:
            said = error.message if isinstance(error, ApiError) else str(error)
            if said != self._failure:
                logger.warning("the record is not shared: %s", said)
            self._failure = said
        else:
            self._failure = None

    def _share_own(self) -> None:
        made = self._archive.made()
        closed = {name.number for name in made}
        tails = [path for path in self._tails.glob(TAILS) if _number_of(path) not in closed]
        self._own.share({path.name: path for path in (*made.values(), *tails)})

    def _make_tail(self) -> None:
        """Of the file that is being written; that of one before stays until it is Parquet."""
        names = self._archive.names()
        if not names:
            return
        number, source = names[-1].number, self._archive.journal / str(names[-1])
        target = self._tails / f"tail-{number:06}-{source.stat().st_size}.parquet"
        if not target.exists():
            self._tails.mkdir(parents=True, exist_ok=True)
            self._make(source, partial := target.with_suffix(".partial"))
            partial.replace(target)
        closed = {name.number for name in self._archive.made()}
        for path in self._tails.glob(TAILS):
            if path != target and (_number_of(path) == number or _number_of(path) in closed):
                path.unlink(missing_ok=True)


def _number_of(tail: Path) -> int:
    """Of the journal's file of which it is a part."""
    return int(tail.name.split("-")[1])
