"""What the tests of every part share."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from contract.layout import FEATURE_COUNT, FEATURE_LAYOUT, FEATURE_NAMES, WINDOW_LENGTH
from modeling.checkpoint import ONNX_NAME, Label, Manifest, Normalization, save_manifest
from modeling.vision.camera_health import CAMERA_HEALTH
from modeling.vision.model import ImageManifest
from modeling.vision.posture import POSTURE
from modeling.vision.task import ImageTask

T = TypeVar("T")
REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The data beside the checkout; tests of real video are skipped without it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the data at {folder}")
    return folder


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Wait until a condition holds, for ten seconds if nothing is said; returns its value."""

    def wait(condition: Callable[[], T], timeout: float = 10.0) -> T:
        deadline = time.monotonic() + timeout
        while not (value := condition()):
            assert time.monotonic() < deadline, f"the condition did not come true in {timeout} s"
            time.sleep(0.02)
        return value

    return wait


@pytest.fixture(scope="session")
def make_event() -> Callable[..., dict[str, Any]]:
    """Makes events as a camera box sends them, each with an id of its own."""

    def make(event_type: str = "HEARTBEAT", **fields: object) -> dict[str, Any]:
        event_id = uuid.uuid4().hex
        event = {"event_type": event_type, "event_id": event_id, "camera_id": "거실", "ts": 1.0e9}
        if event_type in ("START", "END"):
            event |= {"event": "fall", "incident_id": f"incident-{event_id}", "prob": 0.9}
        return event | fields

    return make


@pytest.fixture(scope="session")
def make_checkpoint() -> Callable[[Path], Path]:
    """Writes a checkpoint that can be reckoned by hand.

    The score of `fall` is the sigmoid of the window's mean `hip_velocity_y`, that of `lying` the
    sigmoid of its mean `body_extent_x`; both thresholds are 0.6.
    """

    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        labels = [
            Label(name="fall", threshold=0.6, anomalous=True),
            Label(name="lying", threshold=0.6, anomalous=False),
        ]
        manifest = Manifest(
            name="by-hand",
            version="1",
            feature_layout=FEATURE_LAYOUT,
            window_length=WINDOW_LENGTH,
            rate_hz=15.0,
            labels=labels,
            normalization=Normalization(mean=[0.0] * FEATURE_COUNT, std=[1.0] * FEATURE_COUNT),
            metrics={},
        )
        save_manifest(folder, manifest)
        onnx.save(_network(), folder / ONNX_NAME)
        return folder

    return make


@pytest.fixture(scope="session")
def checkpoint(
    make_checkpoint: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The checkpoint that can be reckoned by hand, to read only."""
    return make_checkpoint(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="session")
def camera_health(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `camera_health` that can be reckoned by hand.

    A picture with a mean level below 40 is dark, else frozen where nothing has changed, else ok.
    """
    weights = np.zeros((2, 5), dtype=np.float32)
    weights[0, 1], weights[1, 4] = -1.0, -100.0
    biases = np.array([0.0, 40.0, -99.0, -99.0, 10.0], dtype=np.float32)
    return _image_model(tmp_path_factory.mktemp("camera_health"), CAMERA_HEALTH, weights, biases)


@pytest.fixture(scope="session")
def posture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `posture` that goes by the colour: red is lying, green upright, blue nobody; else unsure.

    The folder's name is the model's, as where a server looks for it.
    """
    weights = np.zeros((3, 4), dtype=np.float32)
    weights[1, 0] = weights[0, 2] = weights[2, 3] = 0.1
    folder = tmp_path_factory.mktemp("image-models") / "posture"
    return _image_model(folder, POSTURE, weights, np.zeros(4, dtype=np.float32))


HOLD = -1
"""In place of a status: take the memo, and never answer."""


@dataclass
class Endpoint:
    """A webhook that Apprise sends to; it keeps what it was sent.

    It answers with the statuses of its list, then with 200.
    """

    port: int
    statuses: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """As ALERT_URLS has it; its path stands for the secrets that addresses hold."""
        return f"json://127.0.0.1:{self.port}/s3cr3t-t0pic"

    @property
    def titles(self) -> list[str]:
        """The memos' first lines."""
        return [body["title"] for body in self.bodies]


class _Handler(BaseHTTPRequestHandler):
    endpoint: Endpoint

    def do_POST(self) -> None:
        if body := self.rfile.read(int(self.headers.get("Content-Length", 0))):
            self.endpoint.bodies.append(json.loads(body))
        self.endpoint.paths.append(self.path)
        status = self.endpoint.statuses.pop(0) if self.endpoint.statuses else 200
        if status == HOLD:
            self.endpoint.released.wait(10)
            return
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.endpoint.port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Keep the output clean."""


@contextmanager
def _serving() -> Iterator[Endpoint]:
    handler: Any = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        handler.endpoint = Endpoint(server.server_port)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield handler.endpoint
        handler.endpoint.released.set()
        server.shutdown()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A webhook on this machine."""
    with _serving() as endpoint:
        yield endpoint


@pytest.fixture
def other_endpoint() -> Iterator[Endpoint]:
    """Another one."""
    with _serving() as endpoint:
        yield endpoint


def _image_model(
    folder: Path, task: ImageTask, weights: NDArray[np.float32], biases: NDArray[np.float32]
) -> Path:
    """A checkpoint whose scores follow from the mean of each channel."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = ImageManifest(
        name=task.name,
        version="by-hand",
        preprocessing=task.preprocessing,
        labels=task.labels,
        metrics={},
    )
    save_manifest(folder, manifest)
    nodes = [
        helper.make_node("Cast", ["pictures"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["levels"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["means", "weights"], ["weighted"]),
        helper.make_node("Add", ["weighted", "biases"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
    ]
    pictures = helper.make_tensor_value_info(
        "pictures", TensorProto.UINT8, ["n", *task.input_shape]
    )
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", len(task.labels)])
    initializers = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(biases, "biases"),
    ]
    graph = helper.make_graph(nodes, task.name, [pictures], [scores], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, folder / ONNX_NAME)
    return folder


def _network() -> onnx.ModelProto:
    weights = np.zeros((FEATURE_COUNT, 2), dtype=np.float32)
    weights[FEATURE_NAMES.index("hip_velocity_y"), 0] = 1.0
    weights[FEATURE_NAMES.index("body_extent_x"), 1] = 1.0
    nodes = [
        helper.make_node("ReduceMean", ["windows"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("MatMul", ["mean", "weights"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
    ]
    windows = helper.make_tensor_value_info(
        "windows", TensorProto.FLOAT, ["n", WINDOW_LENGTH, FEATURE_COUNT]
    )
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 2])
    initializers = [numpy_helper.from_array(weights, "weights")]
    graph = helper.make_graph(nodes, "by-hand", [windows], [scores], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
