"""Videos as files and cameras give them, through `run-agent` as a process of its own."""

import time
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from modeling.perception.frames.video import VideoFile
from modeling.perception.poses.pose import PoseTrack

Json = dict[str, Any]
Run = Callable[..., tuple[int, list[str]]]
FPS = 30
TELEVISION = (280, 40, 340, 255)
"""Left, top, width and height in pictures of 640x480."""


def write(path: Path, images: Iterable[np.ndarray], stamps: Iterator[float] | None = None) -> Path:
    base = Fraction(1, 1000)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "18"})
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = stream.time_base = base
        for number, image in enumerate(images):
            if number == 0:
                stream.height, stream.width = image.shape[:2]
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.time_base = base
            frame.pts = round((next(stamps) if stamps else number / FPS) / base)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture
def clip(shared_data: Path) -> Callable[[str], list[np.ndarray]]:
    """The pictures of a clip of URFD."""

    def read(name: str) -> list[np.ndarray]:
        video = VideoFile(shared_data / "urfd" / "videos" / f"{name}-cam0.mp4")
        return [frame.image for frame in video.frames()]

    return read


@pytest.fixture
def watch(
    run_agent: Run, nobody_there: str, kept: Callable[[], list[Json]]
) -> Callable[..., tuple[list[Json], list[str]]]:
    """Runs the agent on a file, with nobody to send to: its events, and what it said."""

    def run(source: Path, *options: object, **settings: object) -> tuple[list[Json], list[str]]:
        settings = {"DRAIN_SEC": 0, "INFERENCE": "local", **settings}
        _, said = run_agent(*options, "--backend-url", nobody_there, source=source, **settings)
        return kept(), said

    return run


def falls(events: list[Json]) -> int:
    return sum((e["event_type"], e.get("event")) == ("START", "fall") for e in events)


def on_television(room: np.ndarray, shown: list[np.ndarray]) -> Iterator[np.ndarray]:
    left, top, width, height = TELEVISION
    for image in shown:
        picture = room.copy()
        picture[top : top + height, left : left + width] = cv2.resize(image, (width, height))
        yield picture


def polygon() -> str:
    left, top, width, height = TELEVISION
    right, bottom = (left + width) / 640, (top + height) / 480
    x, y = left / 640, top / 480
    return f"[[[{x}, {y}], [{right}, {y}], [{right}, {bottom}], [{x}, {bottom}]]]"


def test_fall_on_a_television_is_nobodys_business_once_it_is_masked(
    clip: Any, watch: Any, tmp_path: Path
) -> None:
    room = cv2.resize(clip("adl-01")[0], (640, 480)) // 2
    video = write(tmp_path / "television.mp4", on_television(room, clip("fall-16")))
    seen, _ = watch(video)
    assert falls(seen) == 1
    masked, _ = watch(video, MASK=polygon())
    assert falls(masked) == 1, "none besides that of the run before"


def test_fall_in_the_room_beside_a_masked_television_is_reported(
    clip: Any, watch: Any, tmp_path: Path
) -> None:
    top, width, height = 60, 240, 180
    pictures = []
    for image in clip("fall-21"):
        picture = cv2.resize(image, (640, 480))
        pictures.append(np.hstack([picture, np.full((480, 240, 3), 40, dtype=np.uint8)]))
    shown = clip("fall-16")
    for picture, on_screen in zip(pictures, shown, strict=False):
        picture[top : top + height, 640:] = cv2.resize(on_screen, (width, height))
    video = write(tmp_path / "both.mp4", pictures)
    mask = f"[[[{640 / 880}, 0], [1, 0], [1, 1], [{640 / 880}, 1]]]"
    events, _ = watch(video, MASK=mask)
    assert falls(events) == 1


def test_camera_that_hangs_upside_down_is_set_right(clip: Any, watch: Any, tmp_path: Path) -> None:
    turned = [np.ascontiguousarray(image[::-1, ::-1]) for image in clip("fall-21")]
    events, _ = watch(write(tmp_path / "turned.mp4", turned), ROTATE=180)
    assert falls(events) == 1


def test_day_between_two_pictures_is_neither_waited_for_nor_reported(
    clip: Any, watch: Any, tmp_path: Path
) -> None:
    pictures = clip("adl-24")[:90]
    stamps = iter([n / FPS + (26 * 3600 if n >= 45 else 0) for n in range(len(pictures))])
    video = write(tmp_path / "day.mkv", pictures, stamps)
    began = time.monotonic()
    events, said = watch(video, "--pace", "realtime")
    assert time.monotonic() - began < 40
    assert max(event["video_ts"] for event in events) < 10
    assert max(event["ts"] for event in events) < time.time() + 60
    assert sum("its times jump by 93600 s" in line for line in said) == 1


def test_recording_is_named_as_it_was_asked_for(
    recording: Path, watch: Any, tmp_path: Path
) -> None:
    watch(recording, "--record", tmp_path / "REC.NPZ")
    assert [path.name for path in tmp_path.glob("*.[nN]*")] == ["REC.NPZ"]
    assert len(PoseTrack.load(tmp_path / "REC.NPZ")) == len(PoseTrack.load(recording))
    again, _ = watch(tmp_path / "REC.NPZ")
    assert falls(again) == 2, "once of each run"
