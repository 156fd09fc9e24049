"""The journal's lines from a position on, a piece at a time, while somebody else writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.activity.store import Position
from backend.events.journal.segment import FileName, names_in

PIECE_BYTES = 256 * 1024
"""Some 800 lines, 30 ms of work: the server's other threads wait for no more than that."""


@dataclass(frozen=True)
class Piece:
    """Whole lines, where the next ones begin, and whether there were more."""

    lines: Sequence[bytes]
    end: Position
    is_last: bool


def next_piece(folder: Path, begin: Position, piece_bytes: int = PIECE_BYTES) -> Piece | None:
    """What follows `begin`; None while there is no whole line more. Raises OSError.

    A file that is no longer there is passed over.
    """
    if not folder.is_dir():
        return None
    names = [name for name in names_in(folder) if name.number >= begin.segment]
    for name in names:
        at = begin.byte if name.number == begin.segment else 0
        is_newest = name is names[-1]
        if piece := _piece_of(folder / str(name), name, at, piece_bytes, is_newest):
            return piece
    return None


def _piece_of(
    path: Path, name: FileName, at: int, piece_bytes: int, is_newest: bool
) -> Piece | None:
    try:
        with path.open("rb") as file:
            file.seek(at)
            data = file.read(piece_bytes)
    except FileNotFoundError:
        return None
    whole = data[: data.rfind(b"\n") + 1]
    if not whole:
        return None
    end, is_last = Position(name.number, at + len(whole)), is_newest and len(data) < piece_bytes
    return Piece(whole.splitlines(keepends=True), end, is_last)
