"""docs/factory.md, command by command: three labelled clips become a detector that serves."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import httpx2 as httpx
import pytest

from testkit.labelled_clips import copy_labelled_clips
from testkit.processes import Part, free_port, start, wait_ready

if find_spec("torch") is None or not all(map(which, ("curl", "jq", "zip"))):
    pytest.skip("needs torch, curl, jq and zip", allow_module_level=True)

BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
COMMANDS = 10
PATIENCE_SEC = 180.0


@pytest.fixture
def page(repository: Path) -> list[str]:
    """Its blocks: server, worker, what is set, and ten commands."""
    found = BLOCK.findall((repository / "docs" / "factory.md").read_text(encoding="utf-8"))
    assert len(found) == 3 + COMMANDS
    return found


@pytest.fixture
def clips(shared_data: Path, tmp_path: Path) -> Path:
    """The folder in which somebody works, with the clips."""
    copy_labelled_clips(shared_data / "urfd", tmp_path)
    return tmp_path


@pytest.fixture
def port(page: list[str], clips: Path) -> Iterator[int]:
    """Where the server answers, while a worker carries out what it is asked."""
    server, worker = (block.split()[-1] for block in page[:2])
    port, parts = free_port(), list[Part]()
    environment = {"PATH": os.environ["PATH"], "HOME": str(clips), "DATA_DIR": str(clips / "data")}
    try:
        parts.append(start(server, "--port", str(port), folder=clips, environment=environment))
        wait_ready(parts[0], f"http://127.0.0.1:{port}/health")
        parts.append(start(worker, folder=clips, environment=environment))
        yield port
    finally:
        for part in parts:
            part.stop()


def test_three_labelled_clips_become_the_detector_that_serves(
    page: list[str], port: int, clips: Path, eventually: Callable[..., object]
) -> None:
    functions = page[2]
    script = "\n".join([functions, *page[3:], 'echo "$BASE $NEW" > ids'])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(":8000", f":{port}")],
        cwd=clips,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SEC,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    received, taken, trained, compared, moved = map(json.loads, done.stdout.splitlines())
    base, new = (clips / "ids").read_text(encoding="utf-8").split()
    assert received == (clips / "clips.zip").stat().st_size
    assert taken["version_id"]
    assert taken["failure"] is None
    assert (trained["state"], trained["failure"]) == ("completed", None)
    assert compared["state"] == "completed"
    assert "no poses" in compared["no_replay"]
    assert set(compared["changes"].values()) == {0}
    assert moved == {"from_version_id": base, "to_version_id": new}
    assert "extracting poses" in done.stderr
    key = (clips / "data" / "access" / "api-key").read_text(encoding="utf-8").strip()
    eventually(lambda: serving_at(port, key) == trained["version"])


def serving_at(port: int, key: str) -> str:
    url, headers = f"http://127.0.0.1:{port}/health", {"Authorization": f"Bearer {key}"}
    version: str = httpx.get(url, headers=headers, trust_env=False).json()["model"]["version"]
    return version
