"""`run-agent --find-cameras` and `--camera-login`, as somebody at the box types them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from testkit.onvif_camera import Behaviour, OnvifCamera

PASSWORD = "s3cret-of-the-camera"


@pytest.fixture
def typed(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Runs `run-agent` with what is typed; its exit status and all that it said."""

    def run(*options: str, said: str = "") -> tuple[int, str]:
        command = [str(Path(sys.executable).with_name("run-agent")), *options]
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "box")}
        done = subprocess.run(
            command, input=said, env=environment, cwd=tmp_path, timeout=60, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return done.returncode, done.stdout

    return run


def test_camera_is_listed_and_its_login_kept_on_the_box(
    camera_factory: Callable[..., OnvifCamera], typed: Callable[..., tuple[int, str]]
) -> None:
    camera = camera_factory(Behaviour(name="Front door", user="admin", password=PASSWORD))
    status, before = typed("--find-cameras")
    assert (status, f"--camera-login {camera.id}" in before) == (0, True), before
    status, refused = typed("--camera-login", camera.id, said="admin\nwrong\n")
    assert (status, "does not take" in refused) == (1, True), refused
    status, taken = typed("--camera-login", camera.id, said=f"admin\n{PASSWORD}\n")
    assert (status, "2 streams" in taken) == (0, True), taken
    status, after = typed("--find-cameras")
    assert status == 0
    of_this = after[after.index(f"onvif://{camera.id}") :]
    assert "  * sub: H264, 640x480, 15 a second: suits the detector" in of_this
    assert "Front door (Dolcam DC-1)" in after
    assert PASSWORD not in before + refused + taken + after


@pytest.mark.parametrize("said", ["", "admin\n", "\nword\n"])
def test_login_that_is_none_is_said_so(typed: Callable[..., tuple[int, str]], said: str) -> None:
    status, answer = typed("--camera-login", "127.0.0.1:9", said=said)
    assert (status, "expected a user and a password" in answer) == (1, True), answer
    assert "Traceback" not in answer
