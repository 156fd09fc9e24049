"""Files that are on the disk when a call returns, and what may become of them."""

import errno
import os
from pathlib import Path


def replace_whole(path: Path, text: str) -> None:
    """Let `path` hold `text`: a reader, and a box that stops, finds the old one or the new one.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def write_durably(path: Path, data: bytes, mode: str) -> None:
    """Write `data` to `path`, opened in `mode`, and wait for the disk. Raises OSError."""
    with path.open(mode) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def replace_durably(path: Path, data: bytes) -> None:
    """Let `path` hold `data`; whoever reads, and a crash, finds the old or the new content."""
    partial = path.with_suffix(".partial")
    write_durably(partial, data, "wb")
    partial.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def stops_the_start(error: OSError) -> bool:
    """Whether the place is wrong, or another server's: a disk that refuses stops no start."""
    wrong = isinstance(error, NotADirectoryError | FileExistsError | PermissionError)
    return wrong or error.errno == errno.EBUSY


def leads_to(path: Path, descriptor: int) -> bool:
    """Whether `path` still is the open file's; somebody may have moved or removed it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
