"""What lies on the disk tells nothing and cannot be exchanged; what is read is what was written."""

import os
from pathlib import Path

import pytest

from backend.media.drivers.media_key import MediaKey
from backend.media.drivers.sealed_file import FOOTER, SEGMENT, TAG, SealedReader, SealedWriter
from backend.media.errors import MediaUnavailable

KEY = "images/7/abc/original.jpg"
CONTENT = os.urandom(2 * SEGMENT + 1000)
STORED = SEGMENT + TAG


def sealed(path: Path, content: bytes, keys: MediaKey | None, key: str = KEY) -> None:
    """In pieces that have nothing to do with the segments."""
    with path.open("wb") as file:
        writer = SealedWriter(file, key, "image/jpeg", keys)
        for begin in range(0, len(content), 10_007):
            writer.write(content[begin : begin + 10_007])
        writer.end()


def read(path: Path, keys: MediaKey, key: str = KEY, begin: int = 0, end: int = 2**40) -> bytes:
    return b"".join(SealedReader(path, key, keys).read(begin, end))


@pytest.fixture
def keys(tmp_path: Path) -> MediaKey:
    return MediaKey(tmp_path / "media.key")


@pytest.mark.parametrize("is_encrypted", [True, False])
@pytest.mark.parametrize("length", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT])
def test_what_is_written_is_read_whatever_its_length(
    tmp_path: Path, keys: MediaKey, length: int, is_encrypted: bool
) -> None:
    path = tmp_path / "file"
    sealed(path, CONTENT[:length], keys if is_encrypted else None)
    reader = SealedReader(path, KEY, keys)
    assert (reader.footer.length, reader.footer.content_type) == (length, "image/jpeg")
    assert path.stat().st_size == reader.footer.stored_bytes()
    assert b"".join(reader.read(0, length)) == CONTENT[:length]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (0, 10),
        (SEGMENT - 3, SEGMENT + 3),
        (SEGMENT, SEGMENT + 1),
        (5, 5),
        (2 * SEGMENT + 990, 2**40),
    ],
)
def test_range_is_the_same_bytes(tmp_path: Path, keys: MediaKey, begin: int, end: int) -> None:
    sealed(tmp_path / "file", CONTENT, keys)
    assert read(tmp_path / "file", keys, begin=begin, end=end) == CONTENT[begin:end]


def test_range_needs_only_its_own_segments(tmp_path: Path, keys: MediaKey) -> None:
    path = tmp_path / "file"
    sealed(path, CONTENT, keys)
    damaged = bytearray(path.read_bytes())
    damaged[10] ^= 1
    path.write_bytes(damaged)
    assert read(path, keys, begin=SEGMENT) == CONTENT[SEGMENT:]
    with pytest.raises(MediaUnavailable, match="damaged"):
        read(path, keys, begin=SEGMENT - 1)


def test_nothing_of_the_content_lies_there_and_the_same_content_never_looks_the_same(
    tmp_path: Path, keys: MediaKey
) -> None:
    content = b"a picture of grandmother " * 8000
    sealed(tmp_path / "one", content, keys)
    sealed(tmp_path / "two", content, keys)
    one, two = (tmp_path / "one").read_bytes(), (tmp_path / "two").read_bytes()
    assert b"grandmother" not in one + two
    assert one[:SEGMENT] != two[:SEGMENT]


def swapped(stored: bytes) -> bytes:
    return stored[STORED : 2 * STORED] + stored[:STORED] + stored[2 * STORED :]


def without_its_first(stored: bytes) -> bytes:
    return stored[STORED:]


def cut_off(stored: bytes) -> bytes:
    return stored[:STORED] + stored[-FOOTER:]


def said_to_be_shorter(stored: bytes) -> bytes:
    """Cut off, with a footer that says so."""
    at = -FOOTER + TAG + 32 + 64
    length = SEGMENT.to_bytes(8, "big")
    footer = stored[-FOOTER:at] + length + stored[at + 8 :]
    return stored[:STORED] + footer


def half(stored: bytes) -> bytes:
    return stored[: len(stored) // 2]


def nothing(_: bytes) -> bytes:
    return b""


@pytest.mark.parametrize(
    "change", [swapped, without_its_first, cut_off, said_to_be_shorter, half, nothing]
)
def test_what_was_changed_on_the_disk_is_refused(
    tmp_path: Path, keys: MediaKey, change: object
) -> None:
    path = tmp_path / "file"
    sealed(path, CONTENT, keys)
    assert callable(change)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(MediaUnavailable, match="is damaged, or no file of this server"):
        read(path, keys)


def test_file_of_another_name_is_refused(tmp_path: Path, keys: MediaKey) -> None:
    sealed(tmp_path / "file", CONTENT, keys)
    with pytest.raises(MediaUnavailable, match="damaged"):
        read(tmp_path / "file", keys, key="images/8/abd/original.jpg")


def test_file_of_another_media_key_says_so(tmp_path: Path, keys: MediaKey) -> None:
    sealed(tmp_path / "file", CONTENT, keys)
    with pytest.raises(MediaUnavailable, match="under another media"):
        read(tmp_path / "file", MediaKey(tmp_path / "another.key"))


def test_media_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "media.key"
    one, two = MediaKey(path), MediaKey(path)
    assert one.derive("a purpose") == two.derive("a purpose") != one.derive("another")
    assert path.stat().st_mode & 0o777 == 0o600
    assert one.id() not in bytes.fromhex(path.read_text())


def test_what_is_no_key_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "media.key").write_text("x" * 64)
    with pytest.raises(OSError, match="holds no key: bring it back from a copy"):
        MediaKey(tmp_path / "media.key").id()
