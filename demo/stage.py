"""The parts of the demo, running on this machine, and how to ask them what happened."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2 as httpx

from contract.events import FALL
from contract.incidents import IncidentState
from demo.household import move_in
from demo.timeline import Timeline
from testkit.processes import Part, free_port, signals_held_back, start, wait_ready

# They guard nothing: the stand-in takes them, Kakao would not.
ACCESS_TOKEN = "demo-access-token"  # noqa: S105


@dataclass(frozen=True)
class Stage:
    """The server and the Kakao stand-in run; `play` starts the camera box on a source."""

    folder: Path
    play: Callable[[str], Part]
    server: httpx.Client
    sandbox: httpx.Client

    def events(self) -> list[dict[str, Any]]:
        """All events so far, oldest first."""
        answer = self.server.get("/event/recent", params={"limit": 1000}).raise_for_status()
        newest_first: list[dict[str, Any]] = answer.json()
        return newest_first[::-1]

    def memos(self) -> list[dict[str, Any]]:
        """The memos that the Kakao stand-in accepted."""
        memos: list[dict[str, Any]] = self.sandbox.get("/sandbox/memos").raise_for_status().json()
        return memos

    def is_fall_over(self) -> bool:
        """Whether somebody has answered the newest fall, and nothing of it is left to do."""
        asked = {"label": FALL, "limit": "1"}
        falls = self.server.get("/incidents", params=asked).raise_for_status().json()
        return all(fall["state"] == IncidentState.RESOLVED for fall in falls)


@contextlib.contextmanager
def stage(timeline: Timeline) -> Iterator[Stage]:
    """Start the server and the stand-in, and take down whatever runs afterwards."""
    words = timeline.words
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dolbom-demo-")))
        timeline.say(words.starting_server)
        sandbox_url, server_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        environment = _environment(folder, sandbox_url, words.camera)
        begin = partial(_begin, stack, folder, environment)
        options = ("--port", _port_of(sandbox_url), "--access-token", ACCESS_TOKEN)
        sandbox = begin("run-kakao-sandbox", *options)
        server = begin("run-backend", "--host", "127.0.0.1", "--port", _port_of(server_url))
        wait_ready(sandbox, f"{sandbox_url}/sandbox/memos")
        wait_ready(server, f"{server_url}/health")
        headers = {"Authorization": f"Bearer {environment['API_KEY']}"}
        asking = httpx.Client(base_url=server_url, headers=headers, trust_env=False, timeout=30.0)
        yield Stage(
            folder,
            partial(begin, "run-agent", "--backend-url", server_url, "--source"),
            stack.enter_context(asking),
            stack.enter_context(httpx.Client(base_url=sandbox_url, trust_env=False)),
        )


def open_page(stage: Stage, timeline: Timeline) -> None:
    """Let a household move in, and say where its page is and how it is entered."""
    owner = move_in(stage.server, timeline.words)
    address = str(stage.server.base_url).rstrip("/")
    said = timeline.words.page.format(address=address, login=owner.login, password=owner.password)
    timeline.say(said)


def _begin(
    stack: ExitStack, folder: Path, environment: Mapping[str, str], name: str, *options: str
) -> Part:
    """Start a part that `stack` takes down again, at whatever moment a signal comes."""
    with signals_held_back():
        part = start(name, *options, folder=folder, environment=environment)
        stack.callback(part.stop)
    return part


def _environment(folder: Path, sandbox_url: str, camera: str) -> dict[str, str]:
    # Only what any process needs is passed on, so that no setting of the user reaches the demo.
    passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return passed_on | {
        "DATA_DIR": str(folder / "data"),
        "CAMERA_ID": camera,
        "API_KEY": secrets.token_urlsafe(16),
        "KAKAO_ACCESS_TOKEN": ACCESS_TOKEN,
        "KAKAO_API_URL": sandbox_url,
        "KAKAO_AUTH_URL": sandbox_url,
    }


def _port_of(url: str) -> str:
    return url.rpartition(":")[2]
