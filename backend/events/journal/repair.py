"""Cuts out of a log file what is no whole line, and keeps it beside the log."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

from backend.events.journal.record import Head, beginnings, head
from common.files import replace_durably, write_durably

logger = logging.getLogger(__name__)

SALVAGE_BYTES = 2**28
"""So many are checked for a line in one damaged stretch: an event may hold any number of what
looks like the beginning of one, and each costs a checksum of the rest."""

Piece = tuple[bytes, Head | None]
"""A line and its head, or a damaged stretch and None."""


@dataclass(frozen=True)
class Damage:
    """What was found damaged: bytes, and the stretches that they stand in."""

    bytes: int = 0
    stretches: int = 0

    def __add__(self, other: "Damage") -> "Damage":
        return Damage(self.bytes + other.bytes, self.stretches + other.stretches)


@dataclass(frozen=True)
class Recovered:
    """A file's lines with their heads. One that is not `whole` must not be appended to."""

    lines: list[tuple[bytes, Head]]
    damage: Damage
    whole: bool


def recover(path: Path, side_folder: Path) -> Recovered:
    """Read a whole file; damage moves to `side_folder`, the lines around it stay as they are.

    A disk that has no room for that leaves the file as it is, to be repaired at the next start.
    Raises OSError when the file cannot be read.
    """
    pieces = list(split(path.read_bytes()))
    damaged = [piece for piece, found in pieces if found is None]
    damage = Damage(sum(map(len, damaged)), len(damaged))
    whole = not damaged or _cut_out(path, pieces, side_folder)
    lines = [(piece, found) for piece, found in pieces if found is not None]
    return Recovered(lines, damage if whole else Damage(), whole)


def split(data: bytes) -> Iterator[Piece]:
    """Cut a file's content into lines and what is damaged between them."""
    for line in BytesIO(data):
        found = head(line)
        if found is not None:
            yield line, found
        else:
            yield from _salvage(line)


def _salvage(damaged: bytes) -> Iterator[Piece]:
    """The line at the end of `damaged`, if there is one: the newline before it may be what broke.

    An event may hold what looks like the beginning of a line; it lacks the right checksum.
    """
    for start in islice(beginnings(damaged), SALVAGE_BYTES // len(damaged)):
        found = head(damaged[start:])
        if found is not None:
            yield damaged[:start], None
            yield damaged[start:], found
            return
    yield damaged, None


def _cut_out(path: Path, pieces: list[Piece], side_folder: Path) -> bool:
    kept = b"".join(piece for piece, found in pieces if found is not None)
    damaged = b"".join(piece for piece, found in pieces if found is None)
    side = side_folder / path.with_suffix(".bin").name
    try:
        side_folder.mkdir(exist_ok=True)
        write_durably(side, damaged, "ab")
        replace_durably(path, kept)
    except OSError as error:
        logger.error("%s is damaged and cannot be repaired: %s", path, error.strerror)
        return False
    logger.warning("cut %d damaged bytes out of %s; they are kept in %s", len(damaged), path, side)
    return True
