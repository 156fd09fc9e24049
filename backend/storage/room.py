"""The record comes first: what else is kept leaves it room on the disk."""

import errno
import shutil
from pathlib import Path

ROOM_BYTES = 64 * 2**20


def check_room(folder: Path) -> None:
    """Raise OSError where the disk of `folder` has no more room than the record needs."""
    if shutil.disk_usage(folder).free < ROOM_BYTES:
        raise OSError(errno.ENOSPC, "the disk has room for the record alone")
