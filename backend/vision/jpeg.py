"""A JPEG by its markers: what its pixels need, without what cameras and phones put beside it."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.vision.errors import BrokenImage, UnsupportedImage

# Each scan of a progressive JPEG goes over the whole picture, and may be a few bytes long.
MAX_SCANS = 64
# A segment is four bytes at least, and takes some microseconds.
MAX_SEGMENTS = 50_000
START, END = b"\xff\xd8", b"\xff\xd9"
SCAN, RESTARTS, EXIF = 0xDA, 0xDD, 0xE1
# Of what applications add, these two say which colours the numbers are.
JFIF, ADOBE = 0xE0, 0xEE
ADDED = {*range(0xE0, 0xF0), 0xFE}
MARKER = re.compile(rb"\xff+([^\x00\xff])")
# Within a scan: an escaped byte and the marks from which decoding can begin again end nothing.
SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
RESTART = re.compile(rb"\xff([\xd0-\xd7])")


@dataclass(frozen=True)
class Jpeg:
    """The first picture of a file: its bytes up to its end marker, and what is known of them."""

    data: bytes
    exif: bytes
    is_ended: bool
    """Whether its end marker was there."""

    @property
    def shown(self) -> bytes:
        """What is to be decoded."""
        return self.data + END

    @property
    def filled(self) -> bytes:
        """The same with noise in place of what is missing: pixels that are there stay the same."""
        noise = random.Random(0)  # noqa: S311
        parts = [bytes(noise.choices(range(255), k=16)) for _ in range(4096)]
        if b"\xff\xdd" not in self.data:
            return self.data + b"".join(parts) + END
        last = RESTART.findall(self.data[-65536:])[-1:]
        number = last[0][0] - 0xD0 + 1 if last else 0
        marks = (bytes([0xFF, 0xD0 + (number + turn) % 8]) for turn in range(len(parts)))
        return self.data + b"".join(p + mark for p, mark in zip(parts, marks, strict=True)) + END


def read_jpeg(data: bytes) -> Jpeg:
    """The first picture in `data`; raises BrokenImage without any, UnsupportedImage for scans."""
    kept, exif, scans, is_ended = [START], b"", 0, False
    for number, (marker, segment) in enumerate(_segments(data)):
        if marker == EXIF and not exif:
            exif = segment[4:]
        scans += marker == SCAN
        is_ended = marker == END[1]
        if marker not in ADDED - {JFIF, ADOBE} and not is_ended:
            kept.append(segment)
        if scans > MAX_SCANS:
            raise UnsupportedImage(f"expected a JPEG of at most {MAX_SCANS} scans")
        if number > MAX_SEGMENTS:
            raise UnsupportedImage(f"expected a JPEG of at most {MAX_SEGMENTS} segments")
    if not scans:
        raise BrokenImage("the JPEG picture is truncated")
    return Jpeg(b"".join(kept), exif, is_ended)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with its segment, a scan with all its data; the end marker is the last."""
    place = len(START)
    while found := MARKER.search(data, place):
        marker, begin = found[1][0], found.end() - 2
        if marker == END[1]:
            yield marker, END
            return
        end = begin + 2 + int.from_bytes(data[begin + 2 : begin + 4], "big")
        if marker == SCAN:
            following = SCAN_END.search(data, end)
            end = following.start() if following else len(data)
        yield marker, data[begin:end]
        place = end
