"""A file of the local driver: its content in segments, and a footer that says what it is.

    segment 0 | segment 1 | … | footer

With encryption each segment is AES-GCM of SEGMENT bytes (the last one of fewer), under a key of
this file alone: derived from the media key, a salt of its own and the name by which it is kept. Its
number is the nonce. So a segment of another place or another file is refused, and the footer, which
is authenticated too, says how many bytes there are: one that was cut off is refused as well.

Without encryption the content lies there as it is, with the footer behind it.
"""

import os
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.media.drivers.media_key import MediaKey
from backend.media.errors import MediaUnavailable

SEGMENT = 32 * 1024
TAG = 16
SEALED, PLAIN = b"DOLBOM-S", b"DOLBOM-P"
FIELDS = struct.Struct(">32s64sQ8s8s")
"""Salt, content type, length, id of the media key, and the mark that ends a file."""
FOOTER = TAG + FIELDS.size
OF_FOOTER = b"\xff" * 12
"""The nonce of the footer, which no segment has."""
NO_SALT, NO_KEY, NO_TAG = bytes(32), bytes(8), bytes(TAG)


@dataclass(frozen=True)
class Footer:
    """What a file says of itself."""

    content_type: str
    length: int
    salt: bytes = NO_SALT
    key_id: bytes = NO_KEY
    mark: bytes = PLAIN

    def pack(self) -> bytes:
        """All but the tag that goes before it."""
        kind = self.content_type.encode()
        return FIELDS.pack(self.salt, kind, self.length, self.key_id, self.mark)

    def stored_bytes(self) -> int:
        """How long the file must be, with tags and footer."""
        segments = -(-self.length // SEGMENT) if self.mark == SEALED else 0
        return self.length + segments * TAG + FOOTER


class SealedWriter:
    """Writes one file; what `write` is given waits until a segment is full.

    Without `keys` it is not encrypted.
    """

    def __init__(self, file: BinaryIO, key: str, content_type: str, keys: MediaKey | None) -> None:
        self._file, self._type, self._keys = file, content_type, keys
        self._salt = secrets.token_bytes(len(NO_SALT)) if keys else NO_SALT
        self._cipher = AESGCM(keys.derive(f"file {key}", self._salt)) if keys else None
        self._held, self._number, self.length = b"", 0, 0

    def write(self, data: bytes) -> None:
        """Go on with `data`; raises OSError."""
        self.length += len(data)
        missing = SEGMENT - len(self._held)
        if len(data) < missing:
            self._held += data
            return
        self._write_segment(self._held + data[:missing])
        rest = memoryview(data)[missing:]  # which copies nothing
        while len(rest) >= SEGMENT:
            self._write_segment(rest[:SEGMENT])
            rest = rest[SEGMENT:]
        self._held = bytes(rest)

    def end(self) -> None:
        """Write what waits and the footer, and wait for the disk; raises OSError."""
        if self._held:
            self._write_segment(self._held)
        footer = self._footer().pack()
        tag = self._cipher.encrypt(OF_FOOTER, b"", footer) if self._cipher else NO_TAG
        self._file.write(tag + footer)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _write_segment(self, data: bytes | memoryview) -> None:
        if self._cipher:
            data = self._cipher.encrypt(_nonce(self._number), data, None)
        self._file.write(data)
        self._number += 1

    def _footer(self) -> Footer:
        if self._keys is None:
            return Footer(self._type, self.length)
        return Footer(self._type, self.length, self._salt, self._keys.id(), SEALED)


class SealedReader:
    """Reads the file at `path`, which is kept as `key`.

    Raises MediaUnavailable where it was damaged, or encrypted under another media key, and OSError.
    """

    def __init__(self, path: Path, key: str, keys: MediaKey) -> None:
        self._key = key
        self._file = path.open("rb")
        try:
            tag, self.footer = self._read_footer()
            self._cipher = self._unlocked(keys, tag) if self.footer.mark == SEALED else None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """It is not read any more."""
        self._file.close()

    def read(self, begin: int, end: int) -> Iterator[bytes]:
        """The bytes from `begin` to `end`, of which only the segments are read that hold some."""
        with self._file:
            end = min(end, self.footer.length)
            for number in range(begin // SEGMENT, -(-end // SEGMENT)):
                first = number * SEGMENT
                segment = self._segment(number, min(SEGMENT, self.footer.length - first))
                yield segment[max(0, begin - first) : end - first]

    def _read_footer(self) -> tuple[bytes, Footer]:
        size = os.fstat(self._file.fileno()).st_size
        self._file.seek(max(0, size - FOOTER))
        tail = self._file.read(FOOTER)
        if len(tail) < FOOTER or not tail.endswith((SEALED, PLAIN)):
            raise self._damaged()
        salt, kind, length, key_id, mark = FIELDS.unpack(tail[TAG:])
        footer = Footer(kind.rstrip(b"\0").decode(errors="replace"), length, salt, key_id, mark)
        if footer.stored_bytes() != size:
            raise self._damaged()
        return tail[:TAG], footer

    def _unlocked(self, keys: MediaKey, tag: bytes) -> AESGCM:
        if self.footer.key_id != keys.id():
            raise MediaUnavailable(f"{self._key} is encrypted under another media.key")
        cipher = AESGCM(keys.derive(f"file {self._key}", self.footer.salt))
        self._decrypt(cipher, OF_FOOTER, tag, self.footer.pack())
        return cipher

    def _segment(self, number: int, length: int) -> bytes:
        if self._cipher is None:
            self._file.seek(number * SEGMENT)
            return self._file.read(length)
        self._file.seek(number * (SEGMENT + TAG))
        return self._decrypt(self._cipher, _nonce(number), self._file.read(length + TAG))

    def _decrypt(
        self, cipher: AESGCM, nonce: bytes, data: bytes, beside: bytes | None = None
    ) -> bytes:
        try:
            return cipher.decrypt(nonce, data, beside)
        except InvalidTag:
            raise self._damaged() from None

    def _damaged(self) -> MediaUnavailable:
        return MediaUnavailable(f"{self._key} is damaged, or no file of this server")


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
