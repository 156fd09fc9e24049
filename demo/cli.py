"""`run-demo`: a real fall becomes an alert, through every part, on this machine alone."""

import contextlib
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import httpx2 as httpx
import typer
from rich.console import Console

from common.cli import fail, run
from contract.events import FALL, EventType
from demo.timeline import Timeline
from demo.words import words_for
from testkit.processes import Part, PartFailed, free_port, signals_held_back, start, wait_ready

RECORDING = Path(__file__).parent / "recordings" / "fall.npz"
POLL_SEC = 0.1
# After its last event the alert has this long to arrive.
ALERT_SEC = 15.0
# They guard nothing: the stand-in takes them, Kakao would not.
ACCESS_TOKEN = "demo-access-token"  # noqa: S105


@dataclass(frozen=True)
class Stage:
    """The running parts, and how to ask them what happened."""

    agent: Part
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


def show(
    source: Annotated[
        str | None,
        typer.Option(help="A video file, camera index or URL instead of the recording."),
    ] = None,
    keep: Annotated[bool, typer.Option(help="Leave it running after the alert.")] = False,
) -> None:
    """Start server, Kakao stand-in and camera box, and show how a fall becomes an alert."""
    timeline = Timeline(Console(), words_for(os.environ))
    try:
        with _stage(source, timeline) as stage:
            _follow(stage, timeline)
            if keep:
                _wait(stage, timeline)
    except (PartFailed, httpx.HTTPError) as failure:
        fail(f"the demo failed: {failure}")


@contextlib.contextmanager
def _stage(source: str | None, timeline: Timeline) -> Iterator[Stage]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dolbom-demo-")))
        timeline.say(timeline.words.starting_server)
        sandbox_url, server_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        environment = _environment(folder, sandbox_url, timeline.words.camera)
        begin = partial(_begin, stack, folder, environment)
        port = sandbox_url.rsplit(":", 1)[1]
        options = ("--port", port, "--access-token", ACCESS_TOKEN)
        sandbox = begin("run-kakao-sandbox", *options)
        port = server_url.rsplit(":", 1)[1]
        options = ("--host", "127.0.0.1", "--port", port)
        server = begin("run-backend", *options)
        wait_ready(sandbox, f"{sandbox_url}/sandbox/memos")
        wait_ready(server, f"{server_url}/health")
        timeline.say(timeline.words.starting_camera)
        options = ("--source", _resolve(source), "--backend-url", server_url)
        agent = begin("run-agent", *options)
        headers = {"Authorization": f"Bearer {environment['API_KEY']}"}
        yield Stage(
            agent,
            stack.enter_context(
                httpx.Client(base_url=server_url, headers=headers, trust_env=False)
            ),
            stack.enter_context(httpx.Client(base_url=sandbox_url, trust_env=False)),
        )


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


def _resolve(source: str | None) -> str:
    if source is None:
        return str(RECORDING)
    return source if source.isdigit() or "://" in source else str(Path(source).resolve())


def _follow(stage: Stage, timeline: Timeline) -> None:
    """Print what happens until the alert has arrived; raises PartFailed when none comes."""
    ended_at = None
    while True:
        # Asked before the events are read, so that the last of them are not missed.
        ended = stage.agent.process.poll()
        # The memo is asked for first: the END that it came of is then among the events.
        memos, events = stage.memos(), stage.events()
        for event in events:
            timeline.show_event(event)
        if memos:
            return timeline.show_memo(memos[0], _delay(events, memos[0]))
        if ended is not None:
            ended_at = ended_at or time.monotonic()
            _check_hope(stage, events, ended, time.monotonic() - ended_at)
        time.sleep(POLL_SEC)


def _check_hope(
    stage: Stage, events: list[dict[str, Any]], exit_code: int, waited_sec: float
) -> None:
    if exit_code != 0:
        raise PartFailed(f"run-agent ended with {exit_code}: {stage.agent.last_line()}")
    fell = any(e["event_type"] == EventType.END and e["event"] == FALL for e in events)
    if not fell:
        raise PartFailed("the source ended, and no fall was seen in it")
    if waited_sec > ALERT_SEC:
        raise PartFailed(f"the fall was recorded, but no memo came within {ALERT_SEC:.0f} s")


def _delay(events: list[dict[str, Any]], memo: dict[str, Any]) -> float:
    received_at: float = memo["received_at"]
    ends: list[float] = [e["received_at"] for e in events if e["event_type"] == EventType.END]
    return max(0.0, received_at - max(ends, default=received_at))


def _wait(stage: Stage, timeline: Timeline) -> None:
    timeline.say(timeline.words.goes_on.format(address=stage.server.base_url))
    with contextlib.suppress(KeyboardInterrupt):
        shown = 1  # the memo that ended the demo proper
        while True:
            memos, events = stage.memos(), stage.events()
            for event in events:
                timeline.show_event(event)
            for memo in memos[shown:]:
                timeline.show_memo(memo, _delay(events, memo))
            shown = len(memos)
            time.sleep(1.0)


def main() -> None:
    """Entry point of `run-demo`."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # As an exception it takes the started parts down, too.
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    run(show)
