"""What a container asks of the half in it, as it asks: by a process and its status."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from testkit.scripted_server import Request, ScriptedServer

SERVER, CAMERA = "backend.commands.health", "agent.health"


def asked(module: str, *options: str) -> tuple[int, str]:
    """The status, and what was said."""
    command = [sys.executable, "-m", module, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def degraded() -> Iterator[ScriptedServer]:
    server = ScriptedServer(script=_degraded)
    yield server
    server.close()


def _degraded(_request: Request) -> tuple[int, bytes]:
    return 200, b'{"status":"degraded"}'


def test_server_that_answers_is_well_whatever_its_troubles_are(
    degraded: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # it is not asked
    assert asked(SERVER, f"{degraded.url}/health") == (0, "")
    assert [request.path for request in degraded.requests] == ["/health"]


def test_server_that_refuses_or_is_off_is_not_well(degraded: ScriptedServer) -> None:
    degraded.script = lambda _: (503, b"")
    url = f"{degraded.url}/health"
    assert asked(SERVER, url) == (1, f"no answer at {url}: HTTP Error 503: Service Unavailable\n")
    degraded.close()
    status, said = asked(SERVER, url)
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith(f"no answer at {url}: ")


def test_box_is_well_once_it_has_an_outbox(tmp_path: Path) -> None:
    assert asked(CAMERA, str(tmp_path))[0] == 1
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    (outbox / "hall.sqlite3").touch()
    assert asked(CAMERA, str(tmp_path)) == (0, "")


@pytest.mark.parametrize("module", [SERVER, CAMERA])
def test_wrong_use_is_a_line(module: str) -> None:
    status, said = asked(module)
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith(f"usage: python -m {module} ")
