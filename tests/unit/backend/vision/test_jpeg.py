"""A JPEG is judged by its pixels: what a browser shows is shown, and missing rows are damage."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from backend.vision.decode import decode, orientation
from backend.vision.errors import BrokenImage, UnsupportedImage
from backend.vision.jpeg import MAX_SCANS

SMALL = (320, 240)
END = b"\xff\xd9"
RATIONAL, SHORT, DOUBLE, SIGNED_RATIONAL, LONG_LONG = 5, 3, 12, 10, 16


def jpeg(size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for step in range(12):
        corner = step * size[0] // 12
        draw.ellipse((corner, corner // 2, corner + 150, corner // 2 + 90), fill=(20 * step, 90, 9))
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=90, **options)
    return encoded.getvalue()


SOUND = jpeg()
KINDS = {
    "baseline": SOUND,
    "progressive": jpeg(progressive=True),
    "with restarts": jpeg(restart_marker_rows=1),
    "with many restarts": jpeg(restart_marker_blocks=1),
    "black": jpeg((64, 48)),
}


def with_segment(marker: int, content: bytes, data: bytes = SOUND) -> bytes:
    """`data` with one more segment behind its first marker."""
    return (
        data[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content + data[2:]
    )


def exif(*tags: tuple[int, int, int, bytes], rest: bytes = b"", order: str = "<") -> bytes:
    """EXIF of the tags' entries: tag, kind, count and four bytes of value or its place."""
    entries = b"".join(struct.pack(f"{order}HHI", *tag[:3]) + tag[3] for tag in tags)
    head = b"II*\0" if order == "<" else b"MM\0*"
    length = struct.pack(f"{order}IH", 8, len(tags))
    return b"Exif\0\0" + head + length + entries + bytes(4) + rest


def turned(value: int) -> tuple[int, int, int, bytes]:
    return 0x0112, SHORT, 1, struct.pack("<HH", value, 0)


def place(offset: int) -> bytes:
    return struct.pack("<I", offset)


ODD = {
    "NaN": exif(turned(6), (0x829D, DOUBLE, 1, place(50)), rest=struct.pack("<d", float("nan"))),
    "-1/0": exif(
        turned(6), (0x829A, SIGNED_RATIONAL, 1, place(50)), rest=struct.pack("<ii", -1, 0)
    ),
    "0/0": exif(turned(6), (0x011A, RATIONAL, 1, place(50)), rest=bytes(8)),
    "huge": exif(turned(6), (0x9003, 2, 0xFFFFFFFF, place(50))),
    "64 bits": exif(turned(6), (0xEA1C, LONG_LONG, 1, place(50)), rest=b"\xff" * 8),
    "negative": exif(turned(6), (0x8827, 8, 1, struct.pack("<hh", -5, 0))),
    "another kind": exif(turned(6), (0x010F, 99, 1, place(50))),
    "beyond its end": exif(turned(6), (0x8769, 4, 1, place(60_000))),
    "truncated": exif(turned(6), (0x010F, 2, 9, place(50)))[:-12],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_exif_turns_the_picture_and_does_nothing_else(name: str) -> None:
    found = decode(with_segment(0xE1, ODD[name]), SMALL)
    upright = np.rot90(decode(SOUND, SMALL), -1)
    assert np.array_equal(found, upright)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (exif(turned(8)), 8),
        (exif((0x0112, SHORT, 1, struct.pack(">HH", 3, 0)), order=">"), 3),
        (exif(turned(8))[6:], 8),
        (exif(turned(0)), 1),
        (exif(turned(9)), 1),
        (exif((0x0112, RATIONAL, 1, place(50)), rest=struct.pack("<II", 6, 1)), 1),
        (exif(), 1),
        (exif(turned(6))[:12], 1),
        (b"Exif\0\0II*\0\xff\xff\xff\xff", 1),
        (b"Exif\0\0nonsense", 1),
        (b"", 1),
    ],
)
def test_orientation_is_one_that_there_is(data: bytes, expected: int) -> None:
    assert orientation(data) == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "missing",
    [pytest.param(2, id="the end marker"), pytest.param(1, id="half of it")],
)
def test_picture_without_its_end_marker_is_shown_whole(kind: str, missing: int) -> None:
    data = KINDS[kind]
    assert np.array_equal(decode(data[:-missing], SMALL), decode(data, SMALL))


def test_two_bytes_that_are_lost_at_the_end_are_not_seen() -> None:
    whole = decode(SOUND, (640, 480)).astype(int)
    for data in (SOUND[:-4], SOUND[:-4] + END):
        found = decode(data, (640, 480))
        assert (abs(found - whole).max(axis=2) > 8).sum() < 1024


@pytest.mark.parametrize("kind", ["baseline", "with restarts", "with many restarts"])
@pytest.mark.parametrize("end", [b"", END], ids=["cut", "cut and ended"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_picture_of_which_rows_are_missing_is_refused(kind: str, end: bytes, share: float) -> None:
    data = KINDS[kind]
    for least in (SMALL, (640, 480)):
        with pytest.raises(BrokenImage, match="the JPEG picture is truncated"):
            decode(data[: int(len(data) * share)] + end, least)


@pytest.mark.parametrize("kind", KINDS)
def test_what_lies_behind_the_picture_is_not_looked_at(kind: str) -> None:
    data = KINDS[kind]
    video = b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08" * 1000 + SOUND
    for behind in (b"\0", b"\r\n", bytes(4096), video):
        assert np.array_equal(decode(data + behind, SMALL), decode(data, SMALL))


def test_marks_of_scans_within_a_segment_are_no_scans() -> None:
    marks = b"\xff\xda" * 30_000
    for marker in (0xE1, 0xE2, 0xEC, 0xFE):
        assert np.array_equal(decode(with_segment(marker, marks), SMALL), decode(SOUND, SMALL))


def test_picture_with_thousands_of_segments_is_shown() -> None:
    data = SOUND
    added = b"".join(bytes([0xFF, 0xE2, 0, 4, 7, 7]) for _ in range(20_000))
    assert np.array_equal(decode(data[:2] + added + data[2:], SMALL), decode(data, SMALL))


def test_picture_of_endless_segments_is_refused_before_they_are_all_read() -> None:
    with pytest.raises(UnsupportedImage, match="at most 50000 segments"):
        decode(SOUND[:2] + b"\xff\xe1\0\2" * 100_000 + SOUND[2:], SMALL)


def test_control_as_many_true_scans_are_refused() -> None:
    data = KINDS["progressive"]
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert decode(data[:-2] + scan * 20 + END, SMALL).shape == (240, 320, 3)
    with pytest.raises(UnsupportedImage, match=f"at most {MAX_SCANS} scans"):
        decode(data[:-2] + scan * 100 + END, SMALL)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(SOUND[:3], id="first bytes"),
        pytest.param(SOUND[: SOUND.index(b"\xff\xda")], id="no scan"),
        pytest.param(SOUND[:2] + END, id="an end alone"),
        pytest.param(SOUND[:3] + bytes(5000), id="zeros"),
        pytest.param(SOUND[:2] + b"\xff" * 5000, id="fill bytes"),
        pytest.param(SOUND[:2] + b"\xff\xe1\xff\xff", id="a segment longer than the file"),
    ],
)
def test_picture_without_pixels_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenImage):
        decode(data, SMALL)


def test_flat_picture_is_whole() -> None:
    encoded = io.BytesIO()
    Image.new("RGB", (640, 480), "black").save(encoded, "JPEG")
    data = encoded.getvalue()
    assert not decode(data, SMALL).any()
    assert not decode(data[:-2], SMALL).any()
