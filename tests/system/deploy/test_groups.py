"""Each half starts with the packages of its group alone, as `deploy/install` installs them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from testkit.processes import Part, free_port, wait_ready

# Starts a command in whose Python the modules of the first argument are not installed.
WITHOUT = """
import importlib, sys

hidden = set(sys.argv.pop(1).split(","))
module, function = sys.argv.pop(1).split(":")


class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Hidden)
sys.exit(getattr(importlib.import_module(module), function)())
"""


def installed_by(group: str, repository: Path) -> set[str]:
    """The names of the packages of a group, and of those that they need."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("needs uv")
    options = ["--frozen", "--offline", "--no-default-groups", "--no-hashes", "--no-emit-project"]
    done = subprocess.run(
        [uv, "export", "--quiet", *options, "--group", group],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    return {canonicalize_name(name) for name in re.findall(r"^[\w.-]+", done.stdout, re.MULTILINE)}


def others_than(names: set[str]) -> str:
    """The modules that other packages bring, with commas between them."""
    own = {"dolbom", *names}
    return ",".join(
        module
        for module, brought_by in packages_distributions().items()
        if not own & {canonicalize_name(name) for name in brought_by}
    )


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "DATA_DIR": str(tmp_path / "data")}


def with_packages_of(group: str, repository: Path, *command: str) -> list[str]:
    """The command line of a command that sees the packages of its group alone."""
    hidden = others_than(installed_by(group, repository))
    return [sys.executable, "-c", WITHOUT, hidden, *command]


def run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """What it said; it has to end well."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_server_and_its_backup(
    repository: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    port = str(free_port())
    serve = with_packages_of("backend", repository, "backend.commands.serve:main", "--port", port)
    with (log := tmp_path / "server.log").open("wb") as output:
        process = subprocess.Popen(serve, env=environment, stdout=output, stderr=output)
    server = Part("run-backend", process, log)
    try:
        wait_ready(server, f"http://127.0.0.1:{port}/health")
    finally:
        server.stop()
    back_up = ("backend.commands.backup:main", str(tmp_path / "backups"))
    assert "files of" in run(with_packages_of("backend", repository, *back_up), environment)


def test_camera_box(repository: Path, environment: Mapping[str, str], server: Any) -> None:
    recording = ("--source", str(repository / "demo/recordings/fall.npz"), "--pace", "fast")
    watch = with_packages_of("agent", repository, "agent.cli:main", *recording)
    said = run(watch, environment | {"BACKEND_BASE_URL": server.url})
    assert "hears this camera" in said
    assert server.records()


def test_control_others_are_not_seen(repository: Path, environment: Mapping[str, str]) -> None:
    watch = with_packages_of("backend", repository, "agent.cli:main", "--help")
    done = subprocess.run(watch, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "No module named 'av'" in done.stderr) == (1, True)
