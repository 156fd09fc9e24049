"""What a start must know of a log file's lines, so that it need not read them.

A closed file's index is kept beside the log. It can be thrown away at any time: it is made again
from the file when it is missing, damaged, or not about the file as it is.
"""

import zipfile
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.events.line import Head
from contract.events import EventType

DIGEST_BYTES = 16

Kind = tuple[str, str]
"""Camera and type of an event."""

Ids = NDArray[np.bytes_]
"""Digests of event_ids, sorted."""

Offsets = NDArray[np.uint64]


NO_IDS: Ids = np.empty(0, dtype=f"S{DIGEST_BYTES}")


def digests(event_ids: Iterable[bytes]) -> list[bytes]:
    """A short name for each `event_id` (UTF-8); two never share one, whoever chose them."""
    return [blake2b(event_id, digest_size=DIGEST_BYTES).digest() for event_id in event_ids]


def find(ids: Ids, wanted: Ids) -> NDArray[np.bool_]:
    """Which of `wanted` are among `ids`."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.bool_)
    places = np.minimum(ids.searchsorted(wanted), len(ids) - 1)
    hits: NDArray[np.bool_] = ids[places] == wanted
    return hits


@dataclass(frozen=True)
class Index:
    """The lines of one file, in columns: N lines of K kinds.

    `size` (bytes) and `checksum` (CRC-32) are those of the file that it is about. `offsets` are
    bytes from the file's start, `received_at` seconds since 1970, `kinds` rows of `names` (K, 2).
    """

    size: int
    checksum: int
    ids: Ids
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
        with np.load(path, allow_pickle=False) as saved:
            columns: dict[str, Any] = {name: saved[name] for name in saved.files}
            columns |= {name: int(columns[name]) for name in ("size", "checksum")}
            return Index(**columns)
    except (OSError, ValueError, TypeError, LookupError, EOFError, NotImplementedError):
        return None
    except (zipfile.BadZipFile, zlib.error):
        return None


class GrowingIndex:
    """The index of a file that is still written to."""

    def __init__(self) -> None:
        self.size = 0
        self._checksum = 0
        self._ids: set[bytes] = set()
        self._offsets = array("Q")
        self._received_at = array("d")
        self._kinds = array("I")
        self._names: dict[Kind, int] = {}

    def add(self, line: bytes, head: Head) -> None:
        """`line` stands at the end of the file."""
        self._ids.update(digests([head.event_id]))
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
        """Whether a line has the `event_id` of this digest."""
        return digest in self._ids

    def finished(self) -> Index:
        """The index as it stands now."""
        return Index(
            self.size,
            self._checksum,
            as_ids(sorted(self._ids)),
            np.array(self._offsets, dtype=np.uint64),
            np.array(self._received_at, dtype=np.float64),
            np.array(self._kinds, dtype=np.uint32),
            np.array(list(self._names), dtype=np.str_).reshape(-1, 2),
        )


def as_ids(found: Sequence[bytes]) -> Ids:
    """Digests as an array of their own kind, in their order."""
    return np.array(found, dtype=f"S{DIGEST_BYTES}")


def is_about(index: Index, path: Path, *, thoroughly: bool) -> bool:
    """Whether `index` is about the file at `path` as it is; `thoroughly` reads the file."""
    if path.stat().st_size != index.size:
        return False
    return not thoroughly or zlib.crc32(path.read_bytes()) == index.checksum
