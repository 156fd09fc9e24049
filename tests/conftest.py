"""What the tests of every part share."""

import json
import os
import resource
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar, cast
from unittest.mock import patch

import httpcore2
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from contract.layout import FEATURE_COUNT, FEATURE_LAYOUT, FEATURE_NAMES, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import (
    ONNX_NAME,
    Label,
    Manifest,
    Normalization,
    load_manifest,
    save_manifest,
)
from modeling.perception.images.model import ImageManifest
from modeling.perception.images.own_labels import own_labels_task
from modeling.perception.images.registry import TASKS
from modeling.perception.images.task import ImageTask

pytest_plugins = [
    "testkit.box",
    "testkit.labelled_pictures",
    "testkit.messages",
    "testkit.motions",
    "testkit.tiny_urfd",
    "testkit.training_clips",
]

# The networks of the tests are tiny: threads would cost more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "1")

T = TypeVar("T")
REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_read_once() -> Iterator[None]:
    """Else each client of HTTP reads those of the machine, which takes a processor 28 ms."""
    with patch.object(httpcore2, "default_ssl_context", cache(httpcore2.default_ssl_context)):
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def as_dolbom(repository: Path) -> Any:
    """The script deploy/as-dolbom as a module."""
    loader = SourceFileLoader("as_dolbom", str(repository / "deploy" / "as-dolbom"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The data beside the checkout; tests of real video are skipped without it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the data at {folder}")
    return folder


@pytest.fixture(scope="session")
def full_disk() -> Callable[[int], AbstractContextManager[None]]:
    """While it lasts no file of this process and of its children can grow beyond so many bytes."""

    @contextmanager
    def limit(size: int) -> Iterator[None]:
        before, writes_bytecode = resource.getrlimit(resource.RLIMIT_FSIZE), sys.dont_write_bytecode
        # Half a compiled module would stay, and break whoever imports it later.
        sys.dont_write_bytecode = True
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            sys.dont_write_bytecode = writes_bytecode

    return limit


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Wait until a condition holds, for half a minute if nothing is said; returns its value."""

    def wait(condition: Callable[[], T], timeout: float = 30.0) -> T:
        began = time.monotonic()
        while not (value := condition()):
            waited = time.monotonic() - began
            assert waited < timeout, f"the condition did not come true in {timeout} s"
            # To ask a server fifty times a second keeps a third of a processor busy.
            time.sleep(min(max(0.02, waited / 10), 0.1))
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
def make_named_checkpoint(make_checkpoint: Callable[[Path], Path]) -> Callable[[Path, str], Path]:
    """Writes the checkpoint that can be reckoned by hand as a version that is called so."""

    def make(folder: Path, name: str) -> Path:
        make_checkpoint(folder)
        save_manifest(folder, load_manifest(folder).model_copy(update={"version": name}))
        (folder / "CARD.md").write_text(f"# {name}\n", encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def checkpoint(
    make_checkpoint: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The checkpoint that can be reckoned by hand, to read only."""
    return make_checkpoint(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="session")
def make_image_checkpoint() -> Callable[..., Path]:
    """Writes an image model's checkpoint that can be reckoned by hand, into a folder of its name.

    `posture` calls red upright, green transition, blue lying, and black nobody. `camera_health`
    calls a picture frozen that has not changed, else ok, and a black one dark. `pictures` has four
    `labels` for the colours of `posture`.
    """

    def make(
        folder: Path, name: str, version: str = "1", labels: Sequence[str] = (), **manifest: object
    ) -> Path:
        task, folder = TASKS.get(name) or own_labels_task(labels), folder / name
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(_image_network(task), folder / ONNX_NAME)
        fields = {"name": name, "preprocessing": task.preprocessing, "labels": task.labels}
        save_manifest(
            folder,
            ImageManifest.model_validate({**fields, "version": version, "metrics": {}, **manifest}),
        )
        return folder

    return make


@pytest.fixture(scope="session")
def image_checkpoints(
    make_image_checkpoint: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a checkpoint for every image model, to read only."""
    folder = tmp_path_factory.mktemp("image-checkpoints")
    for name in TASKS:
        make_image_checkpoint(folder, name)
    return folder


@pytest.fixture(scope="session")
def make_picture() -> Callable[..., bytes]:
    """Encodes a picture of one colour, as `options` of Pillow say."""

    def make(
        colour: object = (255, 0, 0),
        size: tuple[int, int] = (320, 240),
        kind: str = "JPEG",
        mode: str = "RGB",
        **options: Any,
    ) -> bytes:
        encoded = BytesIO()
        Image.new(mode, size, cast("Any", colour)).save(encoded, kind, **options)
        return encoded.getvalue()

    return make


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


COLOURS: tuple[list[list[float]], list[float]] = (
    [[9, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 0]],
    [0, 0, 0, 3],
)
IMAGE_WEIGHTS: dict[str, tuple[list[list[float]], list[float]]] = {
    "posture": COLOURS,
    "pictures": COLOURS,
    "camera_health": ([[9, 0, 0, 0, 0], [0, 0, 0, 0, -9999]], [0, 2, 0, 0, 20]),
}
"""From the mean of each channel, 0 to 1, to a logit a label; and what is added to it."""


def _image_network(task: ImageTask) -> onnx.ModelProto:
    weights, bias = (np.array(values, dtype=np.float32) for values in IMAGE_WEIGHTS[task.name])
    nodes = [
        helper.make_node("Cast", ["pictures"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["means", "weights"], ["weighted"]),
        helper.make_node("Add", ["weighted", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"]),
    ]
    shape = ["n", *task.input_shape]
    pictures = helper.make_tensor_value_info("pictures", TensorProto.UINT8, shape)
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", len(task.labels)])
    initializers = [
        numpy_helper.from_array(weights / 255, "weights"),
        numpy_helper.from_array(bias, "bias"),
    ]
    graph = helper.make_graph(nodes, "by-hand", [pictures], [scores], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
