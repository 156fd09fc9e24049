"""Files: written all or nothing, on the disk when a call returns, claimed by one process."""

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal


def claim(lock: Path, *, wait: bool = False) -> BinaryIO:
    """Hold the result as long as what `lock` stands for is used; a killed process lets go of it.

    Raises BlockingIOError where another process has it, unless it is to `wait`, and OSError.
    """
    file = lock.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        file.close()
        raise
    return file


def sha256_of(path: Path) -> str:
    """The SHA-256 of the file's content, as it is written; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace_whole(path: Path, text: str) -> None:
    """Let `path` hold `text`: a reader, and a box that stops, finds the old one or the new one.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def write_durably(path: Path, data: bytes, mode: Literal["ab", "wb"]) -> None:
    """Write `data` to `path`, opened in `mode`, and wait for the disk. Raises OSError."""
    with path.open(mode) as file:
        _write_through(file, data)
    sync_folder(path.parent)


def replace_durably(path: Path, data: bytes) -> None:
    """Let `path` hold `data`; whoever reads, and a crash, finds the old or the new content.

    Its owner only can read it. Raises OSError.
    """
    prepare(path, data).replace(path)
    sync_folder(path.parent)


def prepare(path: Path, data: bytes) -> Path:
    """Write `data` durably beside `path`, which its file is to be renamed to. Raises OSError."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _write_through(file, data)
    return partial


def made_once(path: Path, make: Callable[[], str], shortest: int) -> tuple[str, bool]:
    """The key at `path`, of `shortest` ASCII characters or more, and whether it was made just now.

    It is there whole and durable, for its owner only; of two starts both get the same one. Raises
    OSError, also where something else lies there.
    """
    is_new = not path.exists() and _make(path, make())
    key = path.read_bytes().decode("ascii", errors="replace").strip()
    if not (key.isascii() and len(key) >= shortest):
        raise OSError(f"{path} holds no key: delete it, and the next start makes another")
    return key, is_new


def _make(path: Path, key: str) -> bool:
    """Put `key` at `path`; False if another start was faster."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _write_through(file, f"{key}\n".encode())
        with suppress(FileExistsError):
            os.link(draft, path)  # which replaces nothing
            sync_folder(path.parent)
            return True
    finally:
        draft.unlink(missing_ok=True)
    return False


def _write_through(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


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
