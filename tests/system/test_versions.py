"""Which version of the detector answers: it changes while the server is asked, and stays."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest

from backend.storage.blobs import Blobs
from backend.storage.shared_file import SharedFile
from backend.versions.service import VersionService
from contract.versions import Version
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT, ONNX_NAME, load_manifest
from testkit.households import HOME
from testkit.versions import altered, compared, register

Json = dict[str, Any]
SHIPPED = load_manifest(DEFAULT_CHECKPOINT)
WINDOWS = 12
"""More than are scored in the event loop: batches go to a thread of their own too."""


@dataclass
class Factory:
    """What a worker would write, beside a running server."""

    server: Any
    folder: Path
    database: SharedFile
    versions: VersionService = field(init=False)

    def __post_init__(self) -> None:
        blobs = Blobs(self.server.data_dir / "blobs")
        self.versions = VersionService(self.database, blobs)

    @property
    def serving(self) -> Json:
        """The version in production, as the server lists it."""
        listed = self.server.get("/versions", recipe="fall-lstm").raise_for_status().json()
        (found,) = (one for one in listed if "production" in one["aliases"])
        return found

    def trained(self, version: str, **fields: Any) -> Version:
        """A version whose labels have these fields."""
        return register(self.versions, altered(self.folder / version, version, **fields))

    def compared(self, version: Version) -> Version:
        """The version, after a comparison with the one that serves."""
        compared(self.database, version, self.versions.find(self.serving["id"], HOME))
        return version

    def name(self, version_id: str, alias: str = "production") -> httpx.Response:
        """Let the alias name it."""
        asked = {"alias": alias, "reason": "a test"}
        answer: httpx.Response = self.server.post(f"/versions/{version_id}/alias", asked)
        return answer

    def model(self) -> Json:
        """What `/health` says of the detector."""
        said: Json = self.server.health()["model"]
        return said


@pytest.fixture(scope="module")
def server(serve: Callable[..., Any]) -> Any:
    """One for all tests, each of which leaves the version in production that ships."""
    return serve()


@pytest.fixture
def factory(server: Any, tmp_path: Path) -> Iterator[Factory]:
    database = SharedFile(server.data_dir / "jobs" / "factory.sqlite3")
    yield Factory(server, tmp_path / "trained", database)
    database.close()


@dataclass
class Load:
    """Clients that ask for analyses without a pause, each until `stopping`."""

    url: str
    stopping: threading.Event = field(default_factory=threading.Event)
    statuses: list[int] = field(default_factory=list)
    thresholds: list[float] = field(default_factory=list)

    def ask(self) -> None:
        """Be one of them."""
        body = BytesIO()
        np.save(body, np.zeros((WINDOWS, 16, 55), dtype=np.float32))
        headers = {"Content-Type": "application/x-npy"}
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30.0) as client:
            while not self.stopping.is_set():
                answer = client.post("/behavior/analyze", content=body.getvalue(), headers=headers)
                self.statuses.append(answer.status_code)
                found = {one["thresholds"][0] for one in answer.json()["results"]}
                self.thresholds.append(*found)


def test_another_version_takes_over_without_a_failed_request_and_stays(
    factory: Factory, eventually: Callable[..., Any]
) -> None:
    shipped = factory.serving
    version = factory.compared(factory.trained("strict", threshold=0.95))
    load = Load(factory.server.url)
    clients = [threading.Thread(target=load.ask) for _ in range(3)]
    for client in clients:
        client.start()
    eventually(lambda: len(load.thresholds) > 20)
    move = factory.name(version.id).raise_for_status().json()
    eventually(lambda: load.thresholds[-1] == 0.95)
    load.stopping.set()
    for client in clients:
        client.join()
    assert set(load.statuses) == {200}
    assert set(load.thresholds) == {SHIPPED.labels[0].threshold, 0.95}
    assert (move["from_version_id"], move["to_version_id"]) == (shipped["id"], version.id)
    assert factory.model()["version"] == "strict"

    factory.server.restart()
    assert factory.model()["version"] == "strict"
    assert factory.serving["id"] == version.id
    # What served before may do so again without a comparison.
    factory.name(shipped["id"]).raise_for_status()
    eventually(lambda: factory.model()["version"] == shipped["version"])
    moves = factory.server.get("/versions/moves").json()
    assert [one["to_version_id"] for one in moves[:2]] == [shipped["id"], version.id]


def test_damaged_version_leaves_the_one_before_and_that_is_said(
    factory: Factory, eventually: Callable[..., Any]
) -> None:
    shipped = factory.serving
    damaged = factory.compared(factory.trained("damaged", threshold=0.7))
    blob = Blobs(factory.server.data_dir / "blobs").path(damaged.files[ONNX_NAME])
    weights = blob.read_bytes()
    blob.write_bytes(b"torn")
    factory.name(damaged.id).raise_for_status()
    eventually(lambda: factory.model()["status"] == "degraded")
    said = factory.model()
    assert said["version"] == SHIPPED.version
    assert "damaged" in said["reason"]
    assert f"{SHIPPED.version} goes on" in said["reason"]
    factory.server.restart()
    now = factory.model()
    assert (now["version"], now["status"]) == (SHIPPED.version, "degraded")
    blob.write_bytes(weights)
    factory.name(shipped["id"]).raise_for_status()
    eventually(lambda: factory.model()["status"] == "ok")


def test_what_may_not_serve_is_refused_with_the_way_to_go(factory: Factory) -> None:
    serving = factory.serving
    new = factory.trained("new", threshold=0.7)
    answer = factory.name(new.id)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_compared")
    assert f'"{serving["id"]}", "{new.id}"' in answer.json()["message"]
    other = factory.compared(factory.trained("other", name="slip"))
    answer = factory.name(other.id)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_labels")
    refused = factory.server.http.delete(f"/versions/{serving['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "version_in_use")
    assert factory.server.http.delete(f"/versions/{new.id}").status_code == 200
    assert factory.server.get(f"/versions/{new.id}").status_code == 404
    assert "# " in factory.server.get(f"/versions/{other.id}/card").json()["card"]


def test_shadow_is_asked_the_same_and_counted(
    factory: Factory, eventually: Callable[..., Any]
) -> None:
    shadow = factory.trained("eager", threshold=0.0)
    factory.name(shadow.id, "shadow").raise_for_status()
    load = Load(factory.server.url)

    def more() -> list[Json]:
        client = threading.Thread(target=load.ask)
        client.start()
        load.stopping.wait(0.05)
        load.stopping.set()
        client.join()
        load.stopping.clear()
        days: list[Json] = factory.server.get(f"/versions/{shadow.id}/shadow").json()
        return days

    (day,) = eventually(more)
    assert day["production_id"] == factory.serving["id"]
    assert day["more"] == day["windows"] > 0
    assert day["fewer"] == 0
    factory.server.restart()
    (kept,) = factory.server.get(f"/versions/{shadow.id}/shadow").json()
    assert kept["windows"] >= day["windows"]
    assert set(load.thresholds) == {SHIPPED.labels[0].threshold}
