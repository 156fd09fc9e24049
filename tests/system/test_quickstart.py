"""docs/quickstart.md, command by command, as a newcomer copies it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from testkit.processes import Part, free_port, wait_ready

BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
# What `uv run` does once all is installed; the real one would install what the test has not.
UV = '#!/bin/sh\nshift\nexec "$@"\n'


def blocks(repository: Path, name: str) -> list[str]:
    return BLOCK.findall((repository / "docs" / name).read_text(encoding="utf-8"))


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def shell(repository: Path, tmp_path: Path, port: int) -> Callable[[str], list[str]]:
    """The call of bash for a block of the page, on a port that is free."""
    (tmp_path / "demo").symlink_to(repository / "demo")
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(UV, encoding="utf-8")
    uv.chmod(0o755)

    def call(block: str) -> list[str]:
        text = block.replace("run-backend", f"run-backend --port {port}")
        return ["bash", "-ec", text.replace(":8000", f":{port}").replace("curl", "curl -sS")]

    return call


@pytest.fixture
def environment(tmp_path: Path, port: int) -> dict[str, str]:
    path = f"{tmp_path / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(tmp_path), "SERVER": f"http://127.0.0.1:{port}"}


@pytest.fixture
def page(repository: Path) -> list[str]:
    """Its blocks: demo, server, camera box, key, three requests."""
    found = blocks(repository, "quickstart.md")
    assert len(found) == 7
    return found


@pytest.fixture
def server(
    page: list[str],
    shell: Callable[[str], list[str]],
    environment: dict[str, str],
    tmp_path: Path,
    port: int,
) -> Iterator[None]:
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            shell(f"exec {page[1]}"), cwd=tmp_path, env=environment, stderr=output
        )
    part = Part("run-backend", process, log)
    try:
        wait_ready(part, f"http://127.0.0.1:{port}/health")
        yield
    finally:
        part.stop()


def code_for(camera: str, environment: dict[str, str], folder: Path) -> str:
    """What the pages do, over HTTP: set the household up, and make a code for a camera."""
    key = (folder / "data" / "access" / "api-key").read_text(encoding="utf-8").strip()
    with httpx.Client(base_url=environment["SERVER"], trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        owner = {"name": "Mina", "login": "mina", "password": "as long as a sentence"}
        home = {"household": {"name": "Grandmother's home"}}
        client.post("/setup", json=owner | home).raise_for_status()
        made = client.post("/cameras", json={"camera_id": camera}).raise_for_status()
        code: str = made.json()["code"]
        return code


def test_demo_is_started_as_the_readme_does_it(repository: Path, page: list[str]) -> None:
    assert page[0] in (repository / "README.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("server")
def test_recorded_fall_is_answered_by_the_first_requests(
    page: list[str], shell: Callable[[str], list[str]], environment: dict[str, str], tmp_path: Path
) -> None:
    _, _, camera, key, *requests = page

    def run(block: str) -> str:
        call = shell(block)
        return subprocess.run(
            call, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        ).stdout

    run(camera.replace("048213", code_for("hall", environment, tmp_path)))
    health, recent, payload = (json.loads(run(key + request)) for request in requests)
    assert (health["status"], list(health["cameras"]["seen"])) == ("degraded", ["hall"])
    assert health["contacts"]["unreached"] == ["Mina"]
    assert {event["event"] for event in recent} == {"fall", "lying"}
    assert (payload["success"], payload["event_id"]) == (True, "mat-1")
