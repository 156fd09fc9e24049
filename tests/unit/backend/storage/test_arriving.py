"""A file that a worker gives the server, piece by piece."""

import hashlib
from pathlib import Path

import pytest

from backend.storage.arriving import Arriving
from backend.storage.blobs import Blobs
from backend.storage.errors import BlobUnavailable
from backend.storage.room import ROOM_BYTES

PIECES = (b"weights", b" of a network")
SHA256 = hashlib.sha256(b"".join(PIECES)).hexdigest()


def room(_folder: Path) -> int:
    return 2 * ROOM_BYTES


def test_file_whose_beginning_was_deleted_meanwhile_is_not_kept_in_half(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    arriving = Arriving(blobs, 100, room)
    arriving.write(PIECES[0])
    for path in tmp_path.rglob("*"):
        path.unlink()
    arriving.write(PIECES[1])
    with pytest.raises(BlobUnavailable):
        arriving.keep()
    arriving.close()
    assert not blobs.has(SHA256)


def test_files_that_arrive_are_none_that_an_upload_has_left(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    arriving = Arriving(blobs, 100, room)
    arriving.write(PIECES[0])
    assert not blobs.staging("").exists()
    assert blobs.delete_all_but(()) == 0
    arriving.write(PIECES[1])
    arriving.keep()
    arriving.close()
    assert blobs.path(SHA256).read_bytes() == b"".join(PIECES)
    assert not list(tmp_path.glob("*.partial"))


def test_disk_keeps_room_for_the_record(tmp_path: Path) -> None:
    free = ROOM_BYTES
    arriving = Arriving(Blobs(tmp_path), 100, lambda _: free)
    arriving.write(PIECES[0])
    free -= 1
    with pytest.raises(BlobUnavailable, match="room only for the record"):
        arriving.write(PIECES[1])
    arriving.close()
    assert not list(tmp_path.rglob("*.partial"))
