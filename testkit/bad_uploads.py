"""Zips that no data set can be made of, generated: each with what its refusal has to say."""

import io
import json
import random
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from contract.datasets import DatasetKind
from testkit import dataset_zips as good
from testkit.dataset_zips import Files, zipped

ZIPPED = PICTURES, CLIPS, TRACKS = DatasetKind.PICTURES, DatasetKind.CLIPS, DatasetKind.TRACKS


@dataclass(frozen=True)
class BadUpload:
    """What is sent as which kind; the refusal has to say `expected`."""

    name: str
    kind: DatasetKind
    content: bytes
    expected: str


Made = tuple[DatasetKind, bytes, str]


def _member(name: str, mode: int = 0, content: bytes = b"x") -> bytes:
    """Good pictures, and one member beside them that is not."""
    written = io.BytesIO(zipped(good.folders()))
    with zipfile.ZipFile(written, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, content)
    return written.getvalue()


def _slip(chance: random.Random) -> Made:
    up = "../" * chance.randint(1, 6)
    return PICTURES, _member(f"lying/{up}etc/{chance.random()}.png"), "without `..`"


def _absolute(chance: random.Random) -> Made:
    start = chance.choice(["/", "C:/", "c:\\", "\\\\server\\share\\"])
    return PICTURES, _member(f"{start}lying/{chance.random()}.png"), "relative path"


def _dots(chance: random.Random) -> Made:
    part = chance.choice([".", "..", ""])
    return PICTURES, _member(f"lying/{part}/{chance.random()}.png"), "path that stays in the zip"


def _link(chance: random.Random) -> Made:
    mode = chance.choice([stat.S_IFLNK, stat.S_IFIFO, stat.S_IFBLK, stat.S_IFCHR, stat.S_IFSOCK])
    return PICTURES, _member("lying/link.png", mode | 0o777, b"/etc/passwd"), "files only"


def _bomb(chance: random.Random) -> Made:
    content = bytes(chance.randint(2, 4) * 2**20)
    return PICTURES, zipped(good.folders() | {"lying/b.png": content}), "times its packed size"


def _larger_than_said(chance: random.Random) -> Made:
    """A member whose content is longer than its directory says."""
    data = bytearray(zipped({"lying/a.png": good.picture() * 50}))
    size = chance.randint(1, 20)
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, size)
    return PICTURES, bytes(data), "cannot be unpacked"


def _too_large(chance: random.Random) -> Made:
    """Members that say they are huge once they are unpacked."""
    data = bytearray(zipped({"lying/a.png": good.picture()}))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 2**32 - chance.randint(2, 1000))
    return PICTURES, bytes(data), "times its packed size"


def _too_many(chance: random.Random) -> Made:
    """An end that says there are more files than are taken."""
    data = zipped(good.folders())
    count, at = 200_001 + chance.randint(0, 10**6), len(data) - 22
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, count * 46, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    return PICTURES, data[:at] + end64 + locator + data[at:], "at most 200,000 files"


def _encrypted(chance: random.Random) -> Made:
    data = bytearray(zipped(good.folders(chance.randint(2, 8))))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    return PICTURES, bytes(data), "no encryption"


def _same_name(chance: random.Random) -> Made:
    first, second = chance.choice(
        [
            ("lying/A.png", "lying/a.png"),
            ("Lying/a.png", "lying/a.png"),
            ("누움/가.png", unicodedata.normalize("NFD", "누움/가.png")),
            ("lying/ﬁ.png", "lying/fi.png"),
            ("lying/straße.png", "lying/STRASSE.png"),
        ]
    )
    files = {first: good.picture(1), second: good.picture(chance.randint(2, 99))}
    return PICTURES, zipped(files), "expected another name"


def _file_and_folder(chance: random.Random) -> Made:
    files = {"lying.png": good.picture(), f"LYING.png/{chance.random()}.png": good.picture()}
    return PICTURES, zipped(files), "a file or a folder"


def _truncated(chance: random.Random) -> Made:
    data = zipped(good.folders(6))
    return PICTURES, data[: chance.randint(1, len(data) - 23)], "expected a whole zip"


def _no_zip(chance: random.Random) -> Made:
    return chance.choice(ZIPPED), chance.randbytes(500), "expected a whole zip"


def _damaged(chance: random.Random) -> Made:
    data = bytearray(zipped({"lying/a.png": chance.randbytes(2000)}, zipfile.ZIP_STORED))
    data[chance.randint(100, 1500)] ^= 0xFF
    return PICTURES, bytes(data), "cannot be unpacked"


def _nothing(chance: random.Random) -> Made:
    files: Files = {f"__MACOSX/{chance.random()}": b"", ".DS_Store": b"x"}
    return chance.choice(list(DatasetKind)), zipped(files), "expected files in the zip"


def _other_packing(chance: random.Random) -> Made:
    packing = chance.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    return PICTURES, zipped(good.folders(), packing), "stored or deflated"


def _foreign(chance: random.Random) -> Made:
    kind, files = chance.choice(
        [(PICTURES, good.folders()), (CLIPS, good.clips()), (TRACKS, good.tracks())]
    )
    suffix = chance.choice([".exe", ".sh", ".py", ".docx", ""])
    return kind, zipped(files | {f"lying/run{suffix}": b"x"}), "only"


def _no_picture(chance: random.Random) -> Made:
    content = chance.choice([b"", b"GIF89a", good.picture(kind="JPEG"), good.picture()[:20]])
    return PICTURES, zipped(good.folders() | {"lying/b.png": content}), "PNG picture"


def _no_label(chance: random.Random) -> Made:
    return PICTURES, zipped({f"{chance.random()}.png": good.picture()}), "its label names"


def _odd_label(chance: random.Random) -> Made:
    label = chance.choice(["\N{ZERO WIDTH SPACE}", "\N{HANGUL FILLER}", "a" * 200])
    said = "is no label" if label[0] != "\N{ZERO WIDTH SPACE}" else "can be printed"
    return PICTURES, zipped({f"{label}/a.png": good.picture()}), said


def _classes(chance: random.Random) -> Made:
    names = chance.choice(["", "lying\nlying\n", "  \n", "lying\n"])
    expected = {"": "expected classes", "  \n": "is no label", "lying\n": "a class below 1"}
    files = good.yolo() | {"classes.txt": names.encode()}
    return PICTURES, zipped(files), expected.get(names, "every one once")


def _yolo_line(chance: random.Random) -> Made:
    line = chance.choice(["0", "0 1 2", "lying 0.1 0.1 0.1 0.1", "0 nan 0 0 0", "0 3.5 0 0 0"])
    files = good.yolo() | {"labels/0.txt": line.encode()}
    return PICTURES, zipped(files), "expected the class's number and a box"


def _yolo_without(chance: random.Random) -> Made:
    if chance.random() < 0.5:
        files = good.yolo() | {"labels/99.txt": b"0 0 0 0 0"}
        return PICTURES, zipped(files), "a picture of the same name"
    files = {path: it for path, it in good.yolo().items() if path != "classes.txt"}
    return PICTURES, zipped(files), "expected classes.txt"


def _coco(chance: random.Random) -> Made:
    files = good.coco()
    said = json.loads(files["instances.json"])
    where, change, expected = chance.choice(
        [
            ("categories", [], "expected categories"),
            ("categories", [{"id": 1, "name": ""}, {"id": 2, "name": "b"}], "is no label"),
            ("annotations", [{"image_id": 77, "category_id": 1}], "not in its lists"),
            ("annotations", [{"image_id": 1, "category_id": 9}], "not in its lists"),
            ("images", said["images"][:-1], "not in its lists"),
            ("images", [*said["images"], {"id": 9, "file_name": "9.png"}], "one picture"),
            ("images", "none", "expected COCO"),
            ("annotations", [{"image_id": 1}], "expected COCO"),
        ]
    )
    files["instances.json"] = json.dumps(said | {where: change}).encode()
    return PICTURES, zipped(files), expected


def _deep_json(chance: random.Random) -> Made:
    text = b"[" * chance.randint(5_000, 9_000)
    return PICTURES, zipped(good.coco() | {"instances.json": text}), "expected COCO"


def _nan(chance: random.Random) -> Made:
    track = good.track()
    arrays: list[NDArray[Any]] = [track.landmarks.reshape(-1), track.times]
    array = chance.choice(arrays)
    array[chance.randrange(len(array))] = chance.choice([np.nan, np.inf])
    files = good.tracks() | {"tracks/clip-0.npz": good.track_bytes(track)}
    return TRACKS, zipped(files), "finite numbers"


def _no_track(chance: random.Random) -> Made:
    content = chance.choice([b"", b"PK\x03\x04", chance.randbytes(99), zipped({"a.npy": b"x"})])
    return TRACKS, zipped(good.tracks() | {"tracks/clip-1.npz": content}), "expected a pose track"


def _grows(chance: random.Random) -> Made:
    """A track whose numbers have one byte each, and eight once they are read."""
    written, named = io.BytesIO(), chance.choice(["times", "rows", "persons"])
    said = {"descr": "|i1", "fortran_order": False, "shape": (2**26 + chance.randint(1, 9),)}
    npy.write_array_header_1_0(written, said)
    track = zipped({f"{named}.npy": written.getvalue()})
    return TRACKS, zipped(good.tracks() | {"tracks/clip-0.npz": track}), "million numbers"


def _manifest(chance: random.Random) -> Made:
    name = chance.choice([".manifest.json/a.png", ".Manifest.json", ".MANIFEST.JSON/b/a.png"])
    return PICTURES, _member(name, content=good.picture()), "which is taken"


def _track_labels(chance: random.Random) -> Made:
    clip = good.clip_labels(0).model_dump(mode="json")
    span = {"label": "fall", "start": 0.5, "end": 1.0}
    clips, expected = chance.choice(
        [
            ([], "expected a clip at least"),
            ([clip, clip], "another name for each clip"),
            ([clip | {"spans": [span | {"label": "춤"}]}], "unknown label"),
            ([clip | {"spans": [span | {"label": ""}]}], "unknown label"),
            ([clip | {"spans": [span | {"end": 0.1}]}], "before it starts"),
            ([clip | {"source": "nobody"}], "unknown source"),
            ([clip | {"name": "clip-7"}], "expected this track"),
            ([clip], "expected a clip of this name"),
            ([{"name": "clip-0"}], "required"),
        ]
    )
    files = good.tracks() | {"labels.json": json.dumps({"clips": clips}).encode()}
    return TRACKS, zipped(files), expected


def _no_labels(chance: random.Random) -> Made:
    files = good.tracks(chance.randint(1, 5))
    del files["labels.json"]
    return TRACKS, zipped(files), "labels.json"


def _no_video(chance: random.Random) -> Made:
    suffix = chance.choice([".mp4", ".mkv", ".avi", ".mov", ".webm"])
    files = good.clips() | {f"film{suffix}": chance.randbytes(40), "film.xml": good.cvat()}
    return CLIPS, zipped(files), "expected a video"


def _alone(chance: random.Random) -> Made:
    if chance.random() < 0.5:
        return CLIPS, zipped(good.clips() | {"film.xml": good.cvat()}), "expected a video of"
    return CLIPS, zipped(good.clips() | {"film.mp4": good.MP4}), "its labels beside it"


def _xml(chance: random.Random) -> Made:
    content, expected = chance.choice(
        [
            (b"", "expected XML"),
            (b"<annotations><version>1.1</version>", "expected XML"),
            (b"<annotations><version>1.0</version></annotations>", "CVAT XML 1.1"),
            (b"<html/>", "CVAT XML 1.1"),
            (good.cvat(("춤", 1, 2)), "unknown label"),
            (good.cvat(("", 1, 2)), "unknown label"),
        ]
    )
    return CLIPS, zipped(good.clips() | {"clip-0.xml": content}), expected


def _entities(chance: random.Random) -> Made:
    entities = [b'<!ENTITY a0 "ha">'] + [
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
    ]
    doctype = chance.choice(
        [
            b"<!DOCTYPE x [%s]>" % b"".join(entities),
            b'<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>',
        ]
    )
    said = b"<annotations><version>1.1</version><x>&a11;</x></annotations>"
    files = good.clips() | {"clip-0.xml": doctype + said}
    return CLIPS, zipped(files), "without a document type"


KINDS: tuple[Callable[[random.Random], Made], ...] = (
    _slip, _absolute, _dots, _link, _bomb, _larger_than_said, _too_large, _too_many, _encrypted,
    _same_name, _file_and_folder, _truncated, _no_zip, _damaged, _nothing, _other_packing, _foreign,
    _no_picture, _no_label, _odd_label, _classes, _yolo_line, _yolo_without, _coco, _deep_json,
    _nan, _no_track, _track_labels, _no_labels, _no_video, _alone, _xml, _entities,
    _grows, _manifest,
)  # fmt: skip


def bad_uploads(count: int, seed: int = 1) -> Iterator[BadUpload]:
    """So many, of each kind in turn."""
    chance = random.Random(seed)  # noqa: S311 (it guards nothing)
    for number in range(count):
        make = KINDS[number % len(KINDS)]
        kind, content, expected = make(chance)
        yield BadUpload(f"{number}{make.__name__}", kind, content, expected)
