"""HEIC: blanks in their places the items that hold EXIF, XMP and the like.

How the picture lies stands in its properties. What is taken out is overwritten: other items are
found by their places in the file.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from backend.media.decoding.refused import Refused

TOP = {b"ftyp", b"meta", b"mdat", b"free", b"skip"}
FREE = {b"free", b"skip"}
EXIF = b"Exif"
SAID = {EXIF, b"mime", b"uri "}
NOTHING = b"\0\0\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"
"""An item of EXIF with no tag."""
MAX_META_BYTES = 4 * 2**20
MAX_ITEMS = 10_000
DAMAGED = "the HEIC is damaged: expected a box within the one that holds it"


@dataclass(frozen=True)
class Box:
    """A box: what it is, and where its content begins and ends."""

    name: bytes
    begin: int
    end: int


def rewrite(source: IO[bytes], out: IO[bytes], _exif: bytes) -> None:
    """Copy it, and blank what it says of itself; raises Refused."""
    source.seek(0)
    shutil.copyfileobj(source, out)
    length = out.tell()
    boxes = list(_top(source, length))
    metas = [box for box in boxes if box.name == b"meta"]
    if len(metas) != 1 or metas[0].end - metas[0].begin > MAX_META_BYTES:
        raise Refused("expected a HEIC with the one list of what is in it")
    for kind, begin, size in _said(source, metas[0], length):
        blank = NOTHING[:size] if kind == EXIF else b""
        out.seek(begin)
        out.write(blank.ljust(size, b"\0"))
    for box in boxes:
        if box.name in FREE:
            out.seek(box.begin)
            out.write(bytes(box.end - box.begin))


def _top(source: IO[bytes], length: int) -> Iterator[Box]:
    place = 0
    while place < length:
        source.seek(place)
        head = source.read(16)
        size, name, begin = int.from_bytes(head[:4], "big"), head[4:8], place + 8
        if size == 1:
            size, begin = int.from_bytes(head[8:16], "big"), place + 16
        end = length if size == 0 else place + size
        if end > length or end < begin:
            raise Refused(DAMAGED)
        if name not in TOP:
            raise Refused(f"expected a HEIC of one still picture, it has a box {name!r}")
        yield Box(name, begin, end)
        place = end


def _said(source: IO[bytes], meta: Box, length: int) -> Iterator[tuple[bytes, int, int]]:
    """The items that say something of the picture: of what kind, where each begins, its size."""
    source.seek(meta.begin)
    data = source.read(meta.end - meta.begin)
    inner = {box.name: box for box in _boxes(data, 4, len(data))}
    if b"iinf" not in inner or b"iloc" not in inner:
        raise Refused("expected a HEIC that says what is in it")
    said = dict(_said_kinds(data, inner[b"iinf"]))
    idat = inner.get(b"idat")
    for item, method, begin, size in _places(data, inner[b"iloc"]):
        if item not in said:
            continue
        if method == 1 and idat is not None:
            begin += meta.begin + idat.begin
        elif method != 0:
            raise Refused("expected a HEIC whose EXIF can be taken out, or keeps_place")
        if begin + size > length:
            raise Refused(DAMAGED)
        yield said[item], begin, size


def _boxes(data: bytes, place: int, end: int) -> Iterator[Box]:
    while place + 8 <= end:
        size, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        if size < 8 or place + size > end:
            raise Refused(DAMAGED)
        yield Box(name, place + 8, place + size)
        place += size


def _said_kinds(data: bytes, iinf: Box) -> Iterator[tuple[int, bytes]]:
    begin = iinf.begin + (6 if data[iinf.begin] == 0 else 8)
    for box in _boxes(data, begin, iinf.end):
        version, place = data[box.begin], box.begin + 4
        wide = 2 if version == 2 else 4
        kind = data[place + wide + 2 : place + wide + 6]
        if version < 2 or kind in SAID:
            yield int.from_bytes(data[place : place + wide], "big"), kind


def _places(data: bytes, iloc: Box) -> Iterator[tuple[int, int, int, int]]:
    """Each extent: of which item, by which method, where it begins, and its size."""
    version, reader = data[iloc.begin], _Numbers(data, iloc.begin + 4, iloc.end)
    sizes = reader.next(2)
    wide = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    count = reader.next(2 if version < 2 else 4)
    for _ in range(min(count, MAX_ITEMS)):
        item = reader.next(2 if version < 2 else 4)
        method = reader.next(2) & 15 if version else 0
        reader.next(2)
        base = reader.next(wide[2])
        for _ in range(min(reader.next(2), MAX_ITEMS)):
            if version:
                reader.next(wide[3])
            begin, size = reader.next(wide[0]), reader.next(wide[1])
            yield item, method, base + begin, size


class _Numbers:
    """Reads numbers one after the other; raises Refused where they end early."""

    def __init__(self, data: bytes, place: int, end: int) -> None:
        self._data, self._place, self._end = data, place, end

    def next(self, width: int) -> int:
        """The next one, of so many bytes; 0 of none."""
        begin, self._place = self._place, self._place + width
        if self._place > self._end:
            raise Refused(DAMAGED)
        return int.from_bytes(self._data[begin : self._place], "big")
