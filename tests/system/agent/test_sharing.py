"""What leaves the camera box: every byte of it, during a video with a fall.

The poses are those of a real fall, the pictures are noise that tells each frame from every other.
"""

import base64
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from agent.box import opened
from agent.build import assembled
from agent.config import AgentSettings, ShareFrames
from agent.file_pace import FilePace
from agent.link import linked
from agent.pipeline import Pipeline
from contract.analysis import AnalysisBatch
from contract.events import EVENT
from contract.zones import Zones, zones_path
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.frames.frame import Frame
from modeling.perception.poses.pose import Poses, PoseTrack
from modeling.perception.windows.features import window_features
from modeling.perception.windows.windows import RATE_HZ
from testkit.scripted_server import Request, ScriptedServer

Json = dict[str, Any]
Run = Callable[..., list[Any]]
WIDTH, HEIGHT = 320, 240
POSES_SHAPE = (1, 16, 13, 3)
POSES_BYTES = 128 + 2 * 16 * 13 * 3
EVENT_PATHS = {"/event/payload", "/event/payloads"}
CAMERA_ID = "hall"
KEEP_PATH = "/images/of-camera?"
ZONES_PATH = zones_path(CAMERA_ID)
VOLATILE = {"event_id", "session_id", "incident_id", "ts", "seq", "frame_age_sec", "outbox_length"}
"""What differs between two runs of the same video."""
PREDICTION = {
    "label": "lying",
    "confidence": 0.97,
    "scores": {"lying": 0.97},
    "model_name": "posture",
    "version": "1",
    "took_ms": 3.0,
}


class Server:
    """Answers as the real one would."""

    def __init__(self) -> None:
        self._detector = Detector.load(DEFAULT_CHECKPOINT)

    def __call__(self, request: Request) -> tuple[int, bytes]:
        if request.path == "/behavior/analyze":
            (poses,) = np.load(io.BytesIO(request.body)).astype(np.float32)
            aspect = float(request.headers["Content-Type"].split("aspect=")[1].split(";")[0])
            window = window_features(poses, aspect, RATE_HZ)
            batch = AnalysisBatch(results=self._detector.analyze(window[None]))
            return 200, batch.model_dump_json().encode()
        if request.path == "/api/v1/predict":
            return 200, json.dumps(PREDICTION).encode()
        if request.path.startswith(KEEP_PATH):
            return 403, b'{"code": "no_consent", "message": "they are not kept"}'
        if request.path == ZONES_PATH:
            return 200, Zones().model_dump_json().encode()
        told = events_of([request])
        if request.path == "/event/payload":
            return 200, json.dumps({"success": True, "event_id": told[0]["event_id"]}).encode()
        ids = [event["event_id"] for event in told]
        return 200, json.dumps({"success": True, "event_ids": ids}).encode()


@pytest.fixture
def track(repository: Path) -> PoseTrack:
    return PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")


@pytest.fixture
def run(
    scripted_server: ScriptedServer,
    track: PoseTrack,
    image_checkpoints: Path,
    tmp_path: Path,
    eventually: Callable[..., Any],
) -> Run:
    """Watches a video to its end; what the server got, in its order."""
    poses = list(track)

    def watch(seed: int, **settings: Any) -> list[Any]:
        scripted_server.script, scripted_server.requests = Server(), []
        video = write_video(tmp_path / f"{seed}.mp4", len(poses), seed)
        chosen = AgentSettings(
            source=str(video),
            camera_id=CAMERA_ID,
            backend_base_url=scripted_server.url,
            data_dir=tmp_path / "box",
            vision_checkpoints_path=image_checkpoints,
            pace=FilePace.FAST,
            **settings,
        )
        with (
            opened(chosen) as box,
            linked(chosen, box.uploads, chosen.camera_id) as link,
            assembled(box, link, load_estimator=lambda _: no_estimate) as pipeline,
        ):
            pipeline.estimate = in_step_with(pipeline, poses, eventually)
            pipeline.run()
            assert pipeline.outbox.wait_empty(30.0)
        requests: list[Any] = scripted_server.requests
        return requests

    return watch


@pytest.fixture
def left_behind(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Callable[[], bytes]:
    """All that is on the camera box's disk, and in its log."""

    def read() -> bytes:
        written = [file.read_bytes() for file in (tmp_path / "box").rglob("*") if file.is_file()]
        assert written
        return b"".join([*written, caplog.text.encode()])

    return read


def no_estimate(_frame: Frame) -> Poses:
    raise AssertionError("the recorded poses take the place of the estimate")


def in_step_with(
    pipeline: Pipeline, poses: list[Poses], eventually: Callable[..., Any]
) -> Callable[[Frame], Poses]:
    """The recorded pose of each frame; the worker is never more than a moment behind."""

    def estimate(frame: Frame) -> Poses:
        eventually(lambda: pipeline.worker._moments.qsize() < 5)
        return poses[frame.index]

    return estimate


def write_video(path: Path, frames: int, seed: int) -> Path:
    """Noise, different in every frame and for every seed, on a grey that gets lighter."""
    chance = np.random.default_rng(seed)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 30.0, (WIDTH, HEIGHT))
    noise = chance.integers(0, 80, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    for number in range(frames):
        writer.write(np.roll(noise, 7 * number, axis=1) + np.uint8(level_of(number, frames)))
    writer.release()
    return path


def level_of(frame: float, frames: int) -> float:
    return 60 + 100 * frame / frames


def events_of(requests: Iterable[Any]) -> list[Json]:
    events: list[Json] = []
    for request in requests:
        if request.path in EVENT_PATHS:
            body = json.loads(request.body)
            events += body if isinstance(body, list) else [body]
    return events


def windows_of(requests: Iterable[Any]) -> list[bytes]:
    return [request.body for request in requests if request.path == "/behavior/analyze"]


def said(requests: Iterable[Any]) -> list[str]:
    """What the events say apart from what differs between two runs, in an order of its own."""
    return sorted(
        json.dumps({name: value for name, value in event.items() if name not in VOLATILE})
        for event in events_of(requests)
    )


def pictures_in(data: bytes) -> int:
    """How many JPEGs and PNGs begin in `data`, plain or in base64."""
    marks = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"/9j/", b"iVBORw0K")
    return sum(data.count(mark) for mark in marks)


def test_with_never_every_byte_that_leaves_is_accounted_for(
    run: Run, left_behind: Callable[[], bytes]
) -> None:
    """Windows of poses, events of the contract, and an empty question for the zones."""
    requests = run(1)
    assert {r.path for r in requests} <= {"/behavior/analyze", ZONES_PATH, *EVENT_PATHS}
    assert not any(r.body for r in requests if r.path == ZONES_PATH)
    assert windows_of(requests)
    for window in windows_of(requests):
        # The 13 joints of 16 poses, and nothing else.
        assert len(window) == POSES_BYTES
        assert np.load(io.BytesIO(window)).shape == POSES_SHAPE
    events = events_of(requests)
    assert {(e["event_type"], e.get("event")) for e in events} >= {
        ("START", "fall"),
        ("END", "fall"),
    }
    for event in events:
        known = EVENT.validate_json(json.dumps(event))
        assert not known.model_extra
        assert len(json.dumps(event)) < 1000
        assert not event.keys() & {"verdict", "posture", "posture_confidence"}
    # Headers hold nothing either.
    assert max(len(value) for r in requests for value in r.headers.values()) < 100
    assert sum(pictures_in(request.body) for request in requests) == 0
    assert pictures_in(left_behind()) == 0


def test_with_never_what_leaves_is_the_same_whatever_the_pictures_show(run: Run) -> None:
    """The same poses in two videos that differ in every pixel."""
    one, other = run(1), run(2)
    assert windows_of(one) == windows_of(other)
    assert said(one) == said(other)


def test_with_incident_one_picture_leaves_and_it_is_that_of_the_end(
    run: Run,
    track: PoseTrack,
    left_behind: Callable[[], bytes],
    eventually: Callable[..., Any],
) -> None:
    requests = run(1, share_frames=ShareFrames.INCIDENT)
    eventually(lambda: any(r.path.startswith(KEEP_PATH) for r in requests))
    (question,) = [r for r in requests if r.path == "/api/v1/predict"]
    (end,) = [e for e in events_of(requests) if e["event_type"] == "END" and e["event"] == "fall"]
    image = decoded(question.body)
    assert image.shape == (HEIGHT, WIDTH, 3)
    noise = 39.5  # the mean of whole numbers from 0 to 79
    shown = (float(image.mean()) - noise - level_of(0, 1)) / 100 * len(track)
    assert shown == pytest.approx(end["frame_idx"], abs=6)
    assert (end["verdict"], end["posture"], end["posture_confidence"]) == (
        "confirmed",
        "lying",
        0.97,
    )
    (start,) = [
        e for e in events_of(requests) if e["event_type"] == "START" and e["event"] == "fall"
    ]
    assert "verdict" not in start
    # It is sent once more, to be kept where the household wants that: the same picture.
    (to_keep,) = [r for r in requests if r.path.startswith(KEEP_PATH)]
    assert to_keep.body == base64.b64decode(json.loads(question.body)["image_base64"])
    # The search finds it there, and in nothing else that was sent, written or logged.
    assert pictures_in(question.body) == pictures_in(to_keep.body) == 1
    assert sum(pictures_in(request.body) for request in requests) == 2
    assert pictures_in(left_behind()) == 0


def decoded(body: bytes) -> NDArray[np.uint8]:
    jpeg = base64.b64decode(json.loads(body)["image_base64"], validate=True)
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, dtype=np.uint8)
