"""Trackers against services: MLflow's own server, ClearML's stand-in, W&B's files, none at all."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.tracking.clearml_tracker import ClearmlTracker
from backend.tracking.mlflow_tracker import MlflowTracker
from backend.tracking.trackers import Trackers, open_trackers
from testkit.clearml_server import SECRET_KEY, ClearmlServer
from testkit.hanging_service import HangingService
from testkit.mlflow_server import MlflowServer, lacks
from testkit.processes import free_port
from testkit.tracked_job import FIGURES, TITLE, tell

WAIT_SEC = 90.0
AT_ONCE_SEC = 0.1
WANDB = ["uv", "tool", "run", "-q", "--python", sys.executable, "--from", "wandb==0.28.0"]
WANDB += ["--with", "protobuf<5", "--with", "httpx2", "--with", "pydantic"]
LOSSES = [(figure.epoch, figure.value) for figure in FIGURES if figure.fit == "all"]


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.md"
    path.write_text("# A detector", encoding="utf-8")
    return path


def set_all(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def until_missing(trackers: Trackers, name: str) -> str:
    until = time.monotonic() + WAIT_SEC
    while time.monotonic() < until:
        if reason := trackers.missing().get(name):
            return reason
        time.sleep(0.02)
    raise AssertionError(f"{name} never was missing")


@pytest.fixture(scope="module")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    """The real server, not started yet."""
    if reason := lacks():
        pytest.skip(reason)
    server = MlflowServer(tmp_path_factory.mktemp("mlflow"))
    yield server
    server.stop()


@pytest.mark.slow
def test_mlflow_hears_of_a_job_once_it_is_there_and_of_its_next_try(
    mlflow: MlflowServer, card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow.url)
    killed = open_trackers(["mlflow"], tmp_path)
    assert tell(killed, "job-1", card, None) < AT_ONCE_SEC
    assert "ConnectError" in until_missing(killed, "mlflow")
    mlflow.start()
    killed.close(WAIT_SEC)
    assert killed.missing() == {}
    assert [run["info"]["status"] for run in mlflow.runs("dolbom")] == ["RUNNING"]

    again = open_trackers(["mlflow"], tmp_path)
    tell(again, "job-1", card, "completed")
    again.close(WAIT_SEC)
    [run] = mlflow.runs("dolbom")
    assert run["info"]["status"] == "FINISHED"
    params = {param["key"]: param["value"] for param in run["data"]["params"]}
    assert params == {"epochs": "3", "loss.name": "focal", "loss.gamma": "2.0"}
    assert set(mlflow.history(run["info"]["run_id"], "all/loss")) == set(LOSSES)
    assert next(mlflow.folder.rglob("card.md")).read_text(encoding="utf-8") == "# A detector"
    assert TITLE not in json.dumps(run)


def test_clearml_hears_of_a_job_across_an_outage(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = ClearmlServer()
    with server:
        set_all(monkeypatch, server.settings)
        trackers = open_trackers(["clearml"], tmp_path)
        tell(trackers, "job-1", card, None)
        trackers.close(WAIT_SEC)
    again = open_trackers(["clearml"], tmp_path)
    assert tell(again, "job-1", card, "failed") < AT_ONCE_SEC
    assert "ConnectError" in until_missing(again, "clearml")
    with server:
        again.close(WAIT_SEC)
        assert again.missing() == {}
    [task] = server.tasks.values()
    assert task["status"] == ["created", "started", "started", "failed"]
    assert task["hyperparams"]["General"]["loss.gamma"]["value"] == "2.0"
    seen = [
        (point["iter"], point["value"]) for point in task["scalars"] if point["variant"] == "all"
    ]
    assert seen == LOSSES * 2
    assert task["artifacts"][0]["uri"].endswith("/dolbom/task-0/card.md")
    assert any(b"# A detector" in content for content in server.files.values())
    assert TITLE not in json.dumps(task)
    assert SECRET_KEY not in caplog.text


def test_wrong_keys_are_a_reason(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ClearmlServer() as server:
        set_all(monkeypatch, server.settings | {"CLEARML_API_SECRET_KEY": "not-the-secret"})
        trackers = open_trackers(["clearml"], tmp_path)
        tell(trackers, "job-1", card, "completed")
        reason = until_missing(trackers, "clearml")
        trackers.close(0)
    assert "401" in reason
    assert "not-the-secret" not in reason


def test_services_that_hang_hold_up_nobody(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HangingService() as hanging:
        set_all(monkeypatch, ClearmlServer().settings | {"CLEARML_API_HOST": hanging.url})
        monkeypatch.setenv("MLFLOW_TRACKING_URI", hanging.url)
        kinds = {"mlflow": MlflowTracker, "clearml": ClearmlTracker}
        trackers = Trackers(
            {name: lambda kind=kind: kind(tmp_path) for name, kind in kinds.items()},
            {},
            slow_sec=0.2,
        )
        assert tell(trackers, "job-1", card, "completed") < AT_ONCE_SEC
        for name in kinds:
            assert "has not answered" in until_missing(trackers, name)
        trackers.close(0)


def wandb(folder: Path, wait_sec: float, **settings: str) -> dict[str, object]:
    """What a process with the package of W&B says, having told it of a job."""
    if shutil.which("uv") is None:
        pytest.skip("uv is not installed, which brings the package wandb")
    folder.mkdir(exist_ok=True)
    told = [*WANDB, "python", "-m", "testkit.tracked_job", "wandb", "job-1"]
    done = subprocess.run(
        [*told, str(folder), str(wait_sec), "completed"],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=2 * WAIT_SEC,
        check=False,
    )
    if "Failed to download" in done.stderr or "Failed to fetch" in done.stderr:
        pytest.skip("wandb 0.28.0 cannot be downloaded")
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


READ = """
import sys
from wandb.proto import wandb_internal_pb2 as pb
from wandb.sdk.internal.datastore import DataStore
store = DataStore(); store.open_for_scan(sys.argv[1])
while (data := store.scan_data()) is not None:
    record = pb.Record(); record.ParseFromString(data)
    print(record.WhichOneof("record_type"), str(record).replace("\\n", " "))
"""


@pytest.mark.slow
def test_wandb_writes_a_job_into_its_folder(tmp_path: Path) -> None:
    said = wandb(tmp_path, WAIT_SEC, WANDB_MODE="offline")
    assert said["missing"] == {}
    [written] = tmp_path.rglob("run-job-1.wandb")
    read = [*WANDB, "python", "-c", READ, str(written)]
    records = subprocess.run(read, capture_output=True, text=True, check=True).stdout.splitlines()
    history = [record for record in records if record.startswith("history ")]
    assert len(history) == len(FIGURES)
    assert sum("all/loss" in record for record in history) == len(LOSSES)
    whole = "\n".join(records)
    assert '"loss.gamma"' in whole
    assert "card.md" in whole
    assert any(record.startswith("exit ") for record in records)
    for private in (TITLE, f'host: "{os.uname().nodename}"', "email", "git {"):
        assert private not in whole


@pytest.mark.slow
def test_wandb_that_hangs_holds_up_nobody_and_ends_with_its_process(tmp_path: Path) -> None:
    key = "0123456789" * 4
    with HangingService() as hanging:
        said = wandb(tmp_path, 3.0, WANDB_API_KEY=key, WANDB_BASE_URL=hanging.url)
    assert isinstance(said["slowest"], float)
    assert said["slowest"] < AT_ONCE_SEC
    assert "has not answered" in str(said["missing"])
    assert key not in str(said)


def test_a_port_where_nobody_listens_is_a_reason(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://me:hidden@127.0.0.1:{free_port()}")
    trackers = open_trackers(["mlflow"], tmp_path)
    tell(trackers, "job-1", card, "completed")
    reason = until_missing(trackers, "mlflow")
    trackers.close(0)
    assert "ConnectError" in reason
    assert "hidden" not in reason
