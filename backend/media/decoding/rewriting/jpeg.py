"""JPEG: its segments without those of applications, up to the end of the first picture."""

import mmap
import re
from typing import IO

from backend.media.decoding.refused import Refused

START, END, SCAN = b"\xff\xd8", 0xD9, 0xDA
# JFIF and Adobe say which colours the numbers are, ICC exactly which.
JFIF, APP1, ICC, ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
JFIF_NAME, ICC_NAME = b"JFIF\0", b"ICC_PROFILE\0"
NAMED = {JFIF: JFIF_NAME, ICC: ICC_NAME}
ADDED = {*range(0xE0, 0xF0), 0xFE}
MARKER = re.compile(rb"\xff+([^\x00\xff])")
# Within a scan an escaped byte, and the marks from which decoding can begin again, end nothing.
SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
# A scan of a progressive picture goes over all of it, and may be a few bytes long.
MAX_SCANS, MAX_SEGMENTS = 64, 50_000
MAX_TAGS = 32
"""Segments of EXIF and XMP, 2 MB; a decoder joins them one by one, each time all so far."""


def check_tags(source: IO[bytes]) -> None:
    """Raise Refused where it says more of itself than any camera does."""
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        place, said = len(START), 0
        for _ in range(MAX_SEGMENTS):
            marker, _, place = _segment(data, place)
            if marker in (SCAN, END):
                return
            said += marker == APP1
            if said > MAX_TAGS:
                raise Refused(f"expected at most {MAX_TAGS} segments of EXIF and XMP")


def rewrite(source: IO[bytes], out: IO[bytes], exif: bytes) -> None:
    """Copy the first picture, with `exif` as the one that it has; raises Refused."""
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        out.write(START)
        place, scans, is_first = len(START), 0, True
        for _ in range(MAX_SEGMENTS):
            marker, begin, end = _segment(data, place)
            if is_first and marker != JFIF:
                out.write(_app1(exif))
                is_first = False
            if marker == END:
                out.write(b"\xff\xd9")
                return _check(scans)
            scans += marker == SCAN
            if _is_kept(marker, data[begin + 4 : begin + 16]):
                out.write(data[begin:end])
            place = end
        raise Refused(f"expected a JPEG of at most {MAX_SEGMENTS} segments")


def _segment(data: mmap.mmap, place: int) -> tuple[int, int, int]:
    """The next marker, and where its segment begins and ends; a scan ends with its data."""
    found = MARKER.search(data, place)
    if found is None:
        raise Refused("the JPEG is truncated")
    marker, begin = found[1][0], found.end() - 2
    if marker == END:
        return marker, begin, found.end()
    end = begin + 2 + max(2, int.from_bytes(data[begin + 2 : begin + 4], "big"))
    if marker == SCAN:
        over = SCAN_END.search(data, end)
        if over is None:
            raise Refused("the JPEG is truncated")
        end = over.start()
    return marker, begin, end


def _is_kept(marker: int, begin: bytes) -> bool:
    if marker in NAMED:
        return begin.startswith(NAMED[marker])
    return marker == ADOBE or marker not in ADDED


def _app1(exif: bytes) -> bytes:
    return b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif if exif else b""


def _check(scans: int) -> None:
    if not 1 <= scans <= MAX_SCANS:
        raise Refused(f"expected a JPEG of 1 to {MAX_SCANS} scans, got {scans}")
