"""The record comes first: what else is kept leaves it room on the disk."""

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

ROOM_BYTES = 2**30
"""Twice what the household is alerted at: the factory has stopped before."""

FreeBytes = Callable[[Path], int]


def free_bytes(folder: Path) -> int:
    """What the disk of `folder` has room for."""
    return shutil.disk_usage(folder).free


def check_room(folder: Path, free: FreeBytes = free_bytes) -> None:
    """Raise OSError where the disk of `folder` has no more room than the record needs."""
    if free(folder) < ROOM_BYTES:
        raise OSError(errno.ENOSPC, "the disk has room only for the record")
