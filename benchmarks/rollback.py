"""How long a rollback takes until the last camera box says that it has gone back.

`uv run python -m benchmarks.rollback`.

The boxes are simulated: each is the model room of the camera box as it is, with a folder of its
own, and sends heartbeats over HTTP; none has a camera. The server is whole, and knows two versions.
"""

import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import httpx2 as httpx
import typer
from pydantic import HttpUrl

from agent.config import AgentSettings, Inference
from agent.event_factory import EventFactory, HeartbeatFigures
from agent.model.opening import opened_model
from modeling.perception.detector.checkpoint import (
    DEFAULT_CHECKPOINT,
    load_manifest,
    save_manifest,
)
from testkit.versions import known
from testkit.whole_server import WholeServer

HEARTBEAT_SEC = 3.0
PATIENCE_SEC = 300.0
LOOK_SEC = 0.2


def main(
    boxes: Annotated[int, typer.Option(help="Simulated camera boxes.")] = 50,
    rollbacks: Annotated[int, typer.Option(help="How often it is measured.")] = 5,
) -> None:
    """Say how long it took from each rollback until the last box's heartbeat, in seconds."""
    took = []
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-", dir=".") as name, ExitStack() as stack:
        folder = Path(name).resolve()
        http = stack.enter_context(_server(folder))
        made = _ask(http, "", kind="edge", name="boxes", recipe="fall-lstm", shares={"old": 100})
        for number in range(boxes):
            box = stack.enter_context(_box(folder / f"box-{number}", f"box-{number}", http))
            threading.Thread(target=box, daemon=True).start()
        print(f"{boxes} boxes have it after {_until(http, 'old', boxes):.1f} s")  # noqa: T201
        for _ in range(rollbacks):
            _ask(http, f"/{made}", shares={"new": 100})
            forward = _until(http, "new", boxes)
            _ask(http, f"/{made}/rollback")
            took.append(_until(http, "old", boxes))
            print(f"forward {forward:.1f} s, back {took[-1]:.1f} s")  # noqa: T201
    median = statistics.median(took)
    print(f"{rollbacks} rollbacks of {boxes} simulated boxes: median {median:.1f} s, ", end="")  # noqa: T201
    print(f"{min(took):.1f} to {max(took):.1f} s")  # noqa: T201


@contextmanager
def _server(folder: Path) -> Iterator[httpx.Client]:
    server = WholeServer(folder, {"MODEL_CHECKPOINT_PATH": "nowhere"})
    known(server.data_dir, *(_version(folder / name, name) for name in ("old", "new")))
    server.start()
    try:
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30.0) as http:
            yield http
    finally:
        server.kill()


def _version(folder: Path, name: str) -> Path:
    """The shipped detector, by another name."""
    shutil.copytree(DEFAULT_CHECKPOINT, folder)
    save_manifest(folder, load_manifest(folder).model_copy(update={"version": name}))
    return folder


@contextmanager
def _box(data_dir: Path, camera_id: str, http: httpx.Client) -> Iterator[Any]:
    """What sends the heartbeats of a box until the context ends."""
    url = str(http.base_url)
    settings = AgentSettings(
        data_dir=data_dir,
        camera_id=camera_id,
        backend_base_url=HttpUrl(url),
        inference=Inference.LOCAL,
    )
    over = threading.Event()
    factory = EventFactory(camera_id, epoch=time.time())
    with (
        httpx.Client(base_url=url, trust_env=False, timeout=30.0) as client,
        opened_model(settings, client) as model,
    ):

        def beat() -> None:
            while model is not None and not over.wait(HEARTBEAT_SEC):
                figures = HeartbeatFigures(
                    *(15.0, 0.0, 0.1, "local", 0, None),
                    model=model.serving.version,
                    model_failure=model.failure,
                )
                event = factory.heartbeat(time.time() - factory.epoch, "watching", figures)
                with suppress(httpx.TransportError):  # the next one follows
                    client.post("/event/payload", content=event.model_dump_json(exclude_none=True))

        yield beat
        over.set()


def _ask(http: httpx.Client, path: str, **body: object) -> str:
    """The deployment's id."""
    answer = http.post(f"/deployments{path}", json=body).raise_for_status()
    return str(answer.json()["id"])


def _until(http: httpx.Client, version: str, boxes: int) -> float:
    """Seconds until the heartbeat of each box says this version."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_SEC:
        said = [camera["model"] for camera in http.get("/cameras").json()]
        if said.count(version) == boxes:
            return time.monotonic() - began
        time.sleep(LOOK_SEC)
    raise TimeoutError(f"not all boxes say {version} within {PATIENCE_SEC:.0f} s: {said}")


if __name__ == "__main__":
    typer.run(main)
