"""A zip of a stranger's making: its members are looked at before any of them is unpacked."""

import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from backend.datasets.errors import UnusableFiles
from backend.errors import shorten
from contract.datasets import MANIFEST_NAME

MAX_FILES = 200_000
MAX_UNPACKED_BYTES = 16 * 2**30
MAX_DIRECTORY_BYTES = 128 * 2**20
MAX_RATIO, RATIO_FROM_BYTES = 200, 2**20
"""So many times its packed size a member of this size may have: videos and pictures have none."""
MAX_PATH = 400
CHUNK = 2**20
ENCRYPTED = 0x1
UTF8 = 0x800
DRIVE = re.compile(r"^[A-Za-z]:")
LEFT_OUT = re.compile(r"(^|/)(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$|^\.manifest\.json$")
"""What file managers put into zips by themselves, and what a version that was fetched has."""
END, END64, END_BYTES, END64_BYTES = b"PK\x05\x06", b"PK\x06\x06", 22, 56
LOCATOR, LOCATOR_BYTES, MAX_COMMENT = b"PK\x06\x07", 20, 2**16
ENTRY, ENTRY_BYTES = b"PK\x01\x02", 46


@dataclass(frozen=True)
class Member:
    """A file of the zip: its `path`, normalised, and its `size` once it is unpacked."""

    path: str
    size: int


@dataclass(frozen=True)
class Packed(Member):
    """The same, and what the zip says of it."""

    info: zipfile.ZipInfo


class Archive:
    """An open zip whose members may be unpacked; see `open_archive`."""

    def __init__(self, opened: zipfile.ZipFile, members: Sequence[Packed]) -> None:
        self._opened, self.members = opened, members
        self._infos = {member.path: member.info for member in members}

    @property
    def unpacked_bytes(self) -> int:
        """Of all members together."""
        return sum(member.size for member in self.members)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Its content, a piece at a time; raises UnusableFiles where it cannot be read."""
        length = 0
        try:
            with self._opened.open(self._infos[member.path]) as file:
                while chunk := file.read(CHUNK):
                    length += len(chunk)
                    yield chunk
        except Exception as error:  # zlib, struct and zipfile share no base class
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise _unusable(member.path, f"it cannot be unpacked ({error})") from error
        if length != member.size:
            raise _unusable(member.path, f"it has {length} bytes, expected {member.size}")


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The zip at `path`; raises UnusableFiles where it holds what is not to be unpacked."""
    with path.open("rb") as file:
        check_directory(file, path.stat().st_size)
        try:
            opened = zipfile.ZipFile(file)
        except Exception as error:  # as above
            raise UnusableFiles(f"expected a whole zip: {error}") from error
        with opened:
            yield Archive(opened, _members(opened.infolist(), path.stat().st_size))


def check_directory(file: BinaryIO, size: int, most_files: int = MAX_FILES) -> None:
    """Refuse a zip whose directory could not be read in bounded memory, before it is.

    It finds the directory where `zipfile` does. Raises UnusableFiles.
    """
    tail_bytes = min(size, MAX_COMMENT + END_BYTES + LOCATOR_BYTES + END64_BYTES)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_BYTES:
        raise UnusableFiles("expected a whole zip: it has no end, or is no zip")
    count, length = struct.unpack_from("<HI", tail, at + 10)
    at64 = at - LOCATOR_BYTES - END64_BYTES
    if at64 >= 0 and (tail[at64 : at64 + 4], tail[at64 + 56 : at64 + 60]) == (END64, LOCATOR):
        count, length = struct.unpack_from("<QQ", tail, at64 + 32)
        at = at64
    if count > most_files:
        raise UnusableFiles(f"expected at most {most_files:,} files in it, got {count:,}")
    if length > min(MAX_DIRECTORY_BYTES, size - tail_bytes + at):
        raise UnusableFiles("expected a whole zip: its directory is too long")
    file.seek(size - tail_bytes + at - length)
    _check_count(file, length, most_files)
    file.seek(0)


def _check_count(directory: BinaryIO, length: int, most_files: int) -> None:
    """Refuse more entries than that, however many the zip says that it has."""
    found = 0
    while length > 0:
        head = directory.read(ENTRY_BYTES)
        if len(head) < ENTRY_BYTES or not head.startswith(ENTRY):
            raise UnusableFiles("expected a whole zip: its directory is damaged")
        rest = sum(struct.unpack_from("<3H", head, 28))
        directory.seek(rest, 1)
        length, found = length - ENTRY_BYTES - rest, found + 1
        if found > most_files:
            raise UnusableFiles(f"expected at most {most_files:,} files in it, got more")


def _members(infos: Sequence[zipfile.ZipInfo], packed_bytes: int) -> list[Packed]:
    if len(infos) > MAX_FILES:
        raise UnusableFiles(f"expected at most {MAX_FILES:,} files in it, got {len(infos):,}")
    found = [_member(info) for info in infos]
    members = [member for member in found if member is not None]
    if not members:
        raise UnusableFiles("expected files in the zip, it has none")
    if sum(member.size for member in members) > MAX_UNPACKED_BYTES:
        raise UnusableFiles(f"expected at most {MAX_UNPACKED_BYTES >> 30} GiB once it is unpacked")
    if sum(member.info.compress_size for member in members) > packed_bytes:
        raise UnusableFiles("expected members that lie beside each other, they overlap")
    _check_names([member.path for member in members])
    return sorted(members, key=lambda member: member.path)


def _member(info: zipfile.ZipInfo) -> Packed | None:
    """One file; None for a folder, and for what a file manager has added."""
    path = unicodedata.normalize("NFC", _name(info))
    _check_path(path.removesuffix("/"), info)
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _unusable(path, "expected files only, it is a link or a device")
    if info.is_dir() or LEFT_OUT.search(path):
        return None
    if info.flag_bits & ENCRYPTED:
        raise _unusable(path, "expected no encryption")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _unusable(path, "expected it stored or deflated")
    if info.file_size > max(RATIO_FROM_BYTES, MAX_RATIO * info.compress_size):
        raise _unusable(path, f"expected at most {MAX_RATIO} times its packed size")
    return Packed(path, info.file_size, info)


def _name(info: zipfile.ZipInfo) -> str:
    """As it was meant: without the flag that says UTF-8, that of a Korean Windows is tried too."""
    name = info.orig_filename
    if info.flag_bits & UTF8 or name.isascii():
        return name
    written = name.encode("cp437")
    for encoding in ("utf-8", "cp949"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableFiles(f"{shorten(name)!r}: expected names in UTF-8")


def _check_path(path: str, info: zipfile.ZipInfo) -> None:
    parts = path.split("/")
    if path.startswith("/") or DRIVE.match(path) or "\\" in path:
        raise _unusable(path, "expected a relative path with / between folders")
    if any(part in ("", ".", "..") for part in parts):
        raise _unusable(path, "expected a path that stays in the zip, without `..`")
    if path != MANIFEST_NAME and _plain(parts[0]) == MANIFEST_NAME:
        raise _unusable(path, f"expected another name than {MANIFEST_NAME}, which is taken")
    if not path.isprintable() or "\0" in info.orig_filename:
        raise _unusable(path, "expected a name that can be printed")
    if len(path.encode()) > MAX_PATH or any(len(part.encode()) > 255 for part in parts):
        raise _unusable(path, f"expected a path of at most {MAX_PATH} bytes")


def _check_names(paths: Sequence[str]) -> None:
    """Refuse what would be one file where case or spelling does not count."""
    seen: dict[str, str] = {}
    for path in paths:
        plain = _plain(path)
        if plain in seen:
            raise _unusable(path, f"expected another name than that of {shorten(seen[plain])!r}")
        seen[plain] = path
    for plain, path in seen.items():
        for at in (index for index, letter in enumerate(plain) if letter == "/"):
            if plain[:at] in seen:
                raise _unusable(path, "expected a file or a folder of one name, not both")


def _plain(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()


def _unusable(path: str, reason: str) -> UnusableFiles:
    return UnusableFiles(f"{shorten(path)!r}: {reason}")
