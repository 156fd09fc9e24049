"""What a start must know of a log file's lines, so that it need not read them.

A closed file's index is kept beside the log. It can be thrown away at any time: it is made again
from the file when it is missing, damaged, or not about the file as it is.
"""

import zipfile
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.events.journal.record_line import ID_BYTES, Head
from contract.events import EventType

Kind = tuple[str, str]
"""Camera and type of an event."""

Digests = NDArray[np.bytes_]
"""Identities of events (S16), sorted in an index; or what they begin with, the id's (S8)."""

Offsets = NDArray[np.uint64]


def as_digests(found: Iterable[bytes], length: int = 2 * ID_BYTES) -> Digests:
    """Digests as an array of their own kind, in their order."""
    return np.array(list(found), dtype=f"S{length}")


NO_DIGESTS = as_digests(())


def find(identities: Digests, wanted: Digests) -> NDArray[np.bool_]:
    """Which of `wanted`, identities or beginnings of some, are among `identities`."""
    if not len(identities):
        return np.zeros(len(wanted), dtype=np.bool_)
    places = np.minimum(identities.searchsorted(wanted), len(identities) - 1)
    hits: NDArray[np.bool_] = identities[places].astype(wanted.dtype) == wanted
    return hits


@dataclass(frozen=True)
class Index:
    """The lines of one file, in columns: N lines of K kinds.

    `size` (bytes) and `checksum` (CRC-32) are those of the file that it is about. `offsets` are
    bytes from the file's start, `received_at` seconds since 1970, `kinds` rows of `names` (K, 2).
    """

    size: int
    checksum: int
    identities: Digests
    offsets: Offsets
    received_at: NDArray[np.float64]
    kinds: NDArray[np.uint32]
    names: NDArray[np.str_]

    @property
    def ended_at(self) -> float:
        """When the last line was received; 0 for a file without a line."""
        return float(self.received_at[-1]) if len(self.received_at) else 0.0

    def newest(self, wanted: defaultdict[Kind, int]) -> Offsets:
        """The newest lines of each kind, at most as many as are `wanted`, which goes down by it."""
        chosen = np.zeros(len(self.offsets), dtype=np.bool_)
        for number, (camera, event_type) in enumerate(self.names.tolist()):
            kind = (camera, event_type)
            lines = np.flatnonzero(self.kinds == number)
            newest = lines[max(0, len(lines) - wanted[kind]) :]
            chosen[newest] = True
            wanted[kind] -= len(newest)
        return self.offsets[chosen]

    def incidents(self, since: float) -> Offsets:
        """The lines of each START and END that was received after `since`."""
        told = [
            number
            for number, (_, event_type) in enumerate(self.names.tolist())
            if event_type in (EventType.START, EventType.END)
        ]
        return self.offsets[np.isin(self.kinds, told) & (self.received_at > since)]

    def save(self, path: Path) -> None:
        """Write it to `path`, all or nothing. Raises OSError."""
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, **asdict(self))
        partial.replace(path)


def load_index(path: Path) -> Index | None:
    """The index that was saved at `path`; None when there is none, or it is damaged."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as saved:
            columns: dict[str, Any] = {name: saved[name] for name in saved.files}
            columns |= {name: int(columns[name]) for name in ("size", "checksum")}
            return Index(**columns)
    except (OSError, ValueError, TypeError, LookupError, EOFError):
        return None
    except (zipfile.BadZipFile, zlib.error, RuntimeError):  # such as a flag that says "encrypted"
        return None


class GrowingIndex:
    """The index of a file that is still written to."""

    def __init__(self) -> None:
        self.size = 0
        self._checksum = 0
        self._identities: set[bytes] = set()
        self._ids: set[bytes] = set()
        self._offsets = array("Q")
        self._received_at = array("d")
        self._kinds = array("I")
        self._names: dict[Kind, int] = {}

    def add(self, line: bytes, head: Head) -> None:
        """`line` stands at the end of the file."""
        identity = head.identity()
        self._identities.add(identity)
        self._ids.add(identity[:ID_BYTES])
        self._offsets.append(self.size)
        self._received_at.append(head.received_at)
        kind = (head.camera_id, head.event_type)
        self._kinds.append(self._names.setdefault(kind, len(self._names)))
        self.skip(line)

    def skip(self, damage: bytes) -> None:
        """Something stands at the end of the file that is no line."""
        self.size += len(damage)
        self._checksum = zlib.crc32(damage, self._checksum)

    def holds(self, digest: bytes) -> bool:
        """Whether a line has this identity, or this id."""
        return digest in self._identities or digest in self._ids

    def finished(self) -> Index:
        """The index as it stands now."""
        return Index(
            self.size,
            self._checksum,
            as_digests(sorted(self._identities)),
            np.array(self._offsets, dtype=np.uint64),
            np.array(self._received_at, dtype=np.float64),
            np.array(self._kinds, dtype=np.uint32),
            np.array(list(self._names), dtype=np.str_).reshape(-1, 2),
        )


def is_about(index: Index, path: Path, *, thoroughly: bool) -> bool:
    """Whether `index` is about the file at `path` as it is; `thoroughly` reads the file."""
    if path.stat().st_size != index.size:
        return False
    return not thoroughly or zlib.crc32(path.read_bytes()) == index.checksum
