"""What a container is built of: it serves as it stands, without a container, and says the same."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest

from backend.deployments.carrier import ContainerCarrier
from backend.deployments.context import NEEDED, pinned
from backend.versions.service import VersionService
from contract.jobs import MESSAGE, Job, JobKind, JobState
from modeling.perception.detector.checkpoint import ONNX_NAME
from testkit.asked_home import AskedHome
from testkit.households import HOME
from testkit.processes import free_port, wait_until_ready
from testkit.versions import register

pytestmark = pytest.mark.slow

NPY = {"Content-Type": "application/x-npy"}
SHARES = {"recipe": "fall-lstm", "shares": {"boxed": 100}}


@pytest.fixture(scope="module")
def context(
    versions_home: AskedHome,
    versions: VersionService,
    make_version: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The context, unpacked."""
    register(versions, make_version("boxed"), "boxed")
    body = {"kind": "container", "name": "elsewhere", **SHARES}
    made = versions_home.ask("household", "POST", "/deployments", json=body).json()
    assert "build it by the Dockerfile" in (made["note"] or "build it by the Dockerfile")
    answer = versions_home.ask("household", "GET", f"/deployments/{made['id']}/file")
    folder = tmp_path_factory.mktemp("context")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def python(context: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One that has what the requirements name, and nothing else."""
    folder = tmp_path_factory.mktemp("python") / "venv"
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("needs uv")
    commands = (
        [uv, "venv", "-q", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "-q", "--python", str(folder), "-r", "requirements.txt"],
    )
    for command in commands:
        done = subprocess.run(command, cwd=context, capture_output=True, check=False, text=True)
        if done.returncode:
            pytest.skip(f"the packages cannot be had: {done.stderr[-300:]}")
    return str(folder / "bin" / "python")


@pytest.fixture(scope="module")
def url(context: Path, python: str) -> Iterator[str]:
    """Where it serves, started as the Dockerfile starts it."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "HOST": "127.0.0.1"}
    with subprocess.Popen([python, "serve.py"], cwd=context, env=environment) as process:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/health", lambda: process.poll() is None)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def test_it_says_what_the_endpoint_says(url: str, versions_home: AskedHome, windows: Any) -> None:
    body = io.BytesIO()
    np.save(body, windows)
    told = {"content": body.getvalue(), "headers": NPY}
    asked = {"kind": "endpoint", "name": "here", **SHARES}
    made = versions_home.ask("household", "POST", "/deployments", json=asked).json()
    path = f"/deployments/{made['id']}/predict"
    here = versions_home.ask("household", "POST", path, **told).json()
    there = httpx.post(f"{url}/predict", trust_env=False, **told).json()
    assert there == {"version": "boxed", "results": here["results"]}
    frames = [{"features": row} for row in windows[0].tolist()]
    batch = {"windows": [{"frames": frames}]}
    assert (
        httpx.post(f"{url}/predict", json=batch, trust_env=False).json()["results"]
        == (here["results"][:1])
    )


@pytest.mark.parametrize(
    "told",
    [
        {"content": b"nothing", "headers": NPY},
        {"content": b"{}"},
        {"json": {"windows": [{"frames": [{"features": [1.0]}]}]}},
        {"content": b"x" * (12 * 2**20)},
    ],
    ids=["npy", "json", "short", "long"],
)
def test_it_refuses_what_it_cannot_answer(url: str, told: dict[str, Any]) -> None:
    answer = httpx.post(f"{url}/predict", trust_env=False, **told)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_it_does_not_start_with_another_file(context: Path, python: str, tmp_path: Path) -> None:
    shutil.copytree(context, spoilt := tmp_path / "context")
    with (spoilt / "model" / ONNX_NAME).open("ab") as file:
        file.write(b"rot")
    done = subprocess.run([python, "serve.py"], cwd=spoilt, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"model/model.onnx is not the file that was deployed" in done.stderr


def test_its_image_runs_as_nobody_and_with_pinned_packages(context: Path, repository: Path) -> None:
    dockerfile = (context / "Dockerfile").read_text()
    assert "\nUSER 10001\n" in dockerfile
    lines = (context / "requirements.txt").read_text().splitlines()
    assert all(line.count("==") == 1 for line in lines)
    lock = (repository / "uv.lock").read_text()
    for line in lines:
        name, _, version = line.partition("==")
        assert f'name = "{name}"\nversion = "{version}"' in lock, line
    assert lines == pinned(NEEDED[::-1])


@pytest.mark.parametrize(("status", "last"), [(0, "finished"), (3, "said")])
def test_where_a_builder_is_it_builds_the_image(
    versions_home: AskedHome,
    context: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    last: str,
) -> None:
    told = f'#!/bin/sh\n[ "$1" = info ] && exit 0\necho "built $*"\nexit {status}\n'
    (docker := tmp_path / "docker").write_text(told)
    docker.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    body = {"kind": "container", "name": "here", **SHARES}
    made = versions_home.ask("household", "POST", "/deployments", json=body).json()
    job: Job = versions_home.app.state.jobs.find(made["job_id"], HOME)
    assert (job.kind, job.state, made["note"]) == (JobKind.CONTAINER, JobState.QUEUED, None)
    command = ContainerCarrier(versions_home.app.state.blobs).command(job, tmp_path / "job")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        assert bool(process.wait()) == bool(status)
    messages = [MESSAGE.validate_json(line) for line in said.splitlines()]
    assert messages[-1].kind == last
    assert "built build --tag dolbom/fall-lstm:boxed" in said.decode()
