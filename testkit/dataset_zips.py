"""Zips of data sets of each kind, generated: their content is none of anybody's."""

import io
import json
import zipfile
from collections.abc import Mapping

import numpy as np
from PIL import Image

from modeling.perception.poses.pose import LANDMARK_COUNT, PoseTrack
from modeling.training.datasets.labels import ClipLabels, Span

Files = dict[str, bytes]

MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2"
"""How an MP4 begins; nothing follows."""


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The files as a zip."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return written.getvalue()


def picture(shade: int = 0, kind: str = "PNG") -> bytes:
    """A picture of 8 by 8 pixels."""
    written = io.BytesIO()
    Image.new("RGB", (8, 8), (shade % 256, shade // 256 % 256, 0)).save(written, kind)
    return written.getvalue()


def cvat(*marks: tuple[str, int, int]) -> bytes:
    """CVAT XML 1.1 with a track for each label, first and last frame."""
    tracks = "".join(
        f'<track id="{number}" label="{label}"><box frame="{first}" outside="0"/>'
        f'<box frame="{last + 1}" outside="1"/></track>'
        for number, (label, first, last) in enumerate(marks)
    )
    return f"<annotations><version>1.1</version>{tracks}</annotations>".encode()


def clips(count: int = 2) -> Files:
    """Clips of which the even ones show a fall."""
    files: Files = {}
    for number in range(count):
        files[f"clip-{number}.mp4"] = MP4 + bytes([number])
        files[f"clip-{number}.xml"] = cvat(*[("fall", 10, 20)] * (number % 2 == 0))
    return files


def track(number: int = 0, frames: int = 20) -> PoseTrack:
    """One person who stands still."""
    landmarks = np.full((frames, LANDMARK_COUNT, 4), 0.5, dtype=np.float32)
    landmarks[..., 0] += number / 1000
    return PoseTrack.of_person(np.arange(frames) / 10, landmarks, 16 / 9)


def track_bytes(track: PoseTrack) -> bytes:
    """The file of a track, without the checks."""
    written = io.BytesIO()
    np.savez_compressed(
        written,
        frame_indices=track.frame_indices,
        times=track.times,
        rows=track.rows,
        persons=track.persons,
        landmarks=track.landmarks,
        aspect=np.array(track.aspect),
        cuts=np.array(sorted(track.cuts), dtype=np.int64),
    )
    return written.getvalue()


def clip_labels(number: int) -> ClipLabels:
    """The even ones show a fall."""
    spans = (Span(label="fall", start=0.5, end=1.2),) if number % 2 == 0 else ()
    name = f"clip-{number}"
    return ClipLabels(
        name=name, group=name, room="hall", view="cam0", source="synthetic", spans=spans
    )


def labels_json(labels: list[ClipLabels]) -> bytes:
    """A file of labels."""
    return json.dumps({"clips": [it.model_dump(mode="json") for it in labels]}).encode()


def tracks(count: int = 2) -> Files:
    """Tracks of which the even ones show a fall."""
    labels = [clip_labels(number) for number in range(count)]
    files = {f"tracks/{it.name}.npz": track_bytes(track(n)) for n, it in enumerate(labels)}
    return {"labels.json": labels_json(labels), **files}


def folders(count: int = 4) -> Files:
    """Pictures in a folder for each of two labels."""
    return {f"{('서 있음', 'lying')[n % 2]}/{n}.png": picture(n) for n in range(count)}


def coco(count: int = 4) -> Files:
    """Pictures with boxes of two classes in turn."""
    files = {f"images/{n}.png": picture(n) for n in range(count)}
    said = {
        "images": [{"id": n, "file_name": f"{n}.png"} for n in range(count)],
        "categories": [{"id": 1, "name": "서 있음"}, {"id": 2, "name": "lying"}],
        "annotations": [
            {"id": n, "image_id": n, "category_id": 1 + n % 2, "bbox": [0, 0, 4, 4]}
            for n in range(count)
        ],
    }
    return {"instances.json": json.dumps(said).encode(), **files}


def yolo(count: int = 4) -> Files:
    """The same as YOLO has it; the last picture shows nothing."""
    files: Files = {"classes.txt": "서 있음\nlying\n".encode()}
    for number in range(count):
        files[f"images/{number}.png"] = picture(number)
        if number < count - 1:
            files[f"labels/{number}.txt"] = f"{number % 2} 0.5 0.5 0.2 0.2\n".encode()
    return files
