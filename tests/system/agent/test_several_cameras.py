"""One `run-agent` that watches several cameras: each tells what it would tell alone."""

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testkit.processes import Part

Json = dict[str, Any]
StartCameras = Callable[..., Part]
LIMIT_SEC = 10.0


@pytest.fixture
def start_cameras(command: Any, tmp_path: Path) -> StartCameras:
    """Starts `run-agent` on several cameras, given by name, as fast as possible."""

    def start(
        cameras: dict[str, object], *options: str, pace: str = "fast", **settings: object
    ) -> Part:
        named = [f"--camera={name}={source}" for name, source in cameras.items()]
        settings = {"DATA_DIR": tmp_path / "box", **settings}
        part: Part = command.fork("run-agent", *named, "--pace", pace, *options, **settings)
        return part

    return start


@pytest.fixture
def outboxes(tmp_path: Path) -> Callable[[], list[list[Json]]]:
    """What each outbox holds, oldest first."""

    def read() -> list[list[Json]]:
        held = []
        for file in sorted((tmp_path / "box" / "outbox").glob("*.sqlite3")):
            with sqlite3.connect(file) as db:
                rows = db.execute("SELECT body FROM events ORDER BY number").fetchall()
            held.append([json.loads(body) for (body,) in rows])
        return held

    return read


def said_by(agent: Part) -> list[str]:
    return agent.log.read_text(encoding="utf-8").splitlines()


def test_every_camera_has_its_incident_under_its_name_and_one_that_is_not_there_stops_no_other(
    server: Any,
    sandbox: Any,
    start_cameras: StartCameras,
    recording: Path,
    incidents: Callable[[list[Json]], list[tuple[Json, Json]]],
    eventually: Callable[..., Any],
) -> None:
    cameras = {"거실": recording, "현관": "missing.npz", "부엌": recording}
    agent = start_cameras(cameras, "--backend-url", server.url)
    assert agent.process.wait(60) == 1
    said = said_by(agent)
    assert said[-1] == "not watched: 현관: no such pose track: missing.npz"
    assert "Traceback" not in "".join(said)
    told = server.records()
    assert {start["camera_id"] for start, _ in incidents(told)} == {"거실", "부엌"}
    sessions = {(event["camera_id"], event["session_id"]) for event in told}
    assert len(sessions) == len({session for _, session in sessions}) == 2
    for camera in ("거실", "부엌"):
        numbers = [event["seq"] for event in told if event["camera_id"] == camera]
        assert sorted(numbers) == list(range(len(numbers)))
        assert any(f"{camera} analysis: START fall" in line for line in said)
    eventually(lambda: sandbox.told(*cameras) == ["거실", "부엌"])


def test_camera_tells_the_same_beside_others_as_alone(
    start_cameras: StartCameras,
    outboxes: Callable[[], list[list[Json]]],
    recording: Path,
    nobody_there: str,
) -> None:
    def summary(events: list[Json]) -> list[tuple[str, ...]]:
        names = ("video_ts", "event_type", "event", "prob", "frame_idx", "duration_sec", "probs")
        return sorted(tuple(str(event.get(name)) for name in names) for event in events)

    options = ("--inference", "local", "--backend-url", nobody_there)
    start_cameras({"alone": recording}, *options, DRAIN_SEC=0).process.wait(60)
    three = dict.fromkeys(("hall", "kitchen", "stairs"), recording)
    start_cameras(three, *options, DRAIN_SEC=0).process.wait(60)
    held = outboxes()
    names = [{event["camera_id"] for event in events} for events in held]
    assert names == [{"alone"}, {"hall"}, {"kitchen"}, {"stairs"}]
    assert len(held[0]) > 5
    assert all(summary(events) == summary(held[0]) for events in held)


def test_signal_ends_all_cameras_in_time_although_the_server_is_away(
    start_cameras: StartCameras,
    outboxes: Callable[[], list[list[Json]]],
    recording: Path,
    nobody_there: str,
    eventually: Callable[..., Any],
) -> None:
    # One of them is not there yet, and is tried again and again.
    cameras = {"a": recording, "b": "/dev/video99", "c": recording}
    options = ("--inference", "local", "--backend-url", nobody_there)
    agent = start_cameras(cameras, *options, pace="realtime", DRAIN_SEC=300)
    eventually(lambda: sum("watching" in line for line in said_by(agent)) == 3)
    eventually(lambda: any("camera 99" in line for line in said_by(agent)))
    eventually(lambda: any("PROBS" in str(event) for events in outboxes() for event in events))
    began = time.monotonic()
    agent.process.terminate()
    assert agent.process.wait(20) == 0
    assert time.monotonic() - began < LIMIT_SEC
    last = {(events[-1]["camera_id"], events[-1]["state"]) for events in outboxes()}
    assert last == {("a", "stopped"), ("b", "stopped"), ("c", "stopped")}
    assert "they are kept below" in said_by(agent)[-1]


def test_cameras_can_stand_in_the_environment(
    command: Any, outboxes: Callable[[], list[list[Json]]], recording: Path, tmp_path: Path
) -> None:
    cameras = json.dumps({"거실": str(recording), "부엌": str(recording)}, ensure_ascii=False)
    settings = {"CAMERAS": cameras, "PACE": "fast", "INFERENCE": "local", "DRAIN_SEC": "0"}
    # A service sets CAMERA_ID in any case.
    status, said = command.run("run-agent", **settings, CAMERA_ID="x", DATA_DIR=tmp_path / "box")
    assert (status, "could not be sent" in said) == (1, True)
    assert {event["camera_id"] for events in outboxes() for event in events} == {"거실", "부엌"}
