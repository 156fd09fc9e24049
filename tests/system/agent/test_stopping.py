"""Signals: the watch ends in good order, and a second one ends it at once."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from testkit.processes import Part

Json = dict[str, Any]
StartAgent = Callable[..., Part]
Eventually = Callable[..., Any]

LIMIT_SEC = 10.0
PATIENT = """
from agent import cli, supervisor, watch
supervisor.STOP_DRAIN_SEC = watch.END_SEC = 300
cli.main()
"""


@pytest.fixture
def hanging_server() -> Iterator[str]:
    """The URL of a server that takes every request, and answers none."""
    with create_server(("127.0.0.1", 0)) as mute:
        yield f"http://127.0.0.1:{mute.getsockname()[1]}"


@pytest.mark.parametrize(
    "numbers",
    [
        [signal.SIGINT],
        [signal.SIGTERM],
        # `uv run` passes on what it gets with all others of its group.
        [signal.SIGTERM, signal.SIGTERM],
    ],
)
def test_signal_in_the_middle_ends_in_good_order(
    server: Any,
    start_agent: StartAgent,
    kept: Callable[[], list[Json]],
    eventually: Eventually,
    numbers: list[signal.Signals],
) -> None:
    agent = start_agent("--backend-url", server.url, pace="realtime")
    eventually(lambda: server.recent(event_type="PROBS"))
    for number in numbers:
        agent.process.send_signal(number)
        time.sleep(0.1)
    assert agent.process.wait(20) == 0
    last = server.records()[-1]
    assert (last["event_type"], last["state"]) == ("HEARTBEAT", "stopped")
    assert last["video_ts"] < 4.0
    assert kept() == []
    assert "Traceback" not in agent.log.read_text(encoding="utf-8")


def test_open_fall_gets_its_end_when_the_watch_is_stopped(
    server: Any, start_agent: StartAgent, sandbox: Any, eventually: Eventually
) -> None:
    agent = start_agent("--backend-url", server.url, pace="realtime")
    eventually(lambda: server.recent(event_type="START"))
    agent.process.terminate()
    assert agent.process.wait(20) == 0
    moves = [r for r in server.records() if r["event_type"] in ("START", "END")]
    assert [move["event_type"] for move in moves] == ["START", "END"]
    assert len({move["incident_id"] for move in moves}) == 1
    eventually(sandbox.memos)


def test_second_signal_ends_the_wait_for_a_server_that_is_away(
    start_agent: StartAgent,
    kept: Callable[[], list[Json]],
    eventually: Eventually,
    nobody_there: str,
) -> None:
    agent = start_agent("--backend-url", nobody_there, DRAIN_SEC=300)
    eventually(lambda: [e for e in kept() if e.get("state") == "ended"])
    agent.process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        agent.process.wait(3)
        # Else the signal came a moment before the wait began, and only stopped the watch.
    agent.process.send_signal(signal.SIGINT)
    assert agent.process.wait(20) == 0
    said = agent.log.read_text(encoding="utf-8")
    assert f"{len(kept())} events could not be sent" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert kept()


@pytest.mark.parametrize("inference", ["auto", "remote"])
def test_server_that_hangs_does_not_hold_the_end(
    start_agent: StartAgent,
    kept: Callable[[], list[Json]],
    eventually: Eventually,
    hanging_server: str,
    inference: str,
) -> None:
    agent = start_agent(
        "--backend-url", hanging_server, pace="realtime", INFERENCE=inference, DRAIN_SEC=300
    )
    eventually(lambda: [e for e in kept() if e["event_type"] == "HEARTBEAT"], timeout=20)
    if inference == "auto":
        eventually(lambda: [e for e in kept() if e["event_type"] == "START"])
    began = time.monotonic()
    agent.process.terminate()
    assert agent.process.wait(20) == 0
    assert time.monotonic() - began < LIMIT_SEC
    said = agent.log.read_text(encoding="utf-8")
    assert f"{len(kept())} events could not be sent" in said.splitlines()[-1]
    assert "they are kept below" in said.splitlines()[-1]
    assert "Traceback" not in said
    starts, ends = ([e for e in kept() if e["event_type"] == kind] for kind in ("START", "END"))
    assert {e["incident_id"] for e in starts} == {e["incident_id"] for e in ends}
    assert bool(starts) == (inference == "auto")
    assert kept()[-1]["state"] == "stopped"


def test_control_an_agent_without_limits_is_still_there_after_ten_seconds(
    hanging_server: str, recording: Path, tmp_path: Path, eventually: Eventually
) -> None:
    log = tmp_path / "patient.log"
    command = [sys.executable, "-c", PATIENT, "--source", str(recording)]
    settings = {"DATA_DIR": str(tmp_path), "BACKEND_BASE_URL": hanging_server, "DRAIN_SEC": "300"}
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=tmp_path, env=settings, stderr=said)
    try:
        eventually(lambda: b"watching" in log.read_bytes(), timeout=20)
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(LIMIT_SEC)
    finally:
        process.kill()
        process.wait()
