"""`run-agent` watching two people, one of whom falls."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modeling.perception.poses.pose import Body, PoseTrack

RunAgent = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def two_people(recording: Path, tmp_path: Path) -> Path:
    """The person 2 falls, and the person 1 stands beside them throughout."""
    fall = PoseTrack.load(recording)
    landmarks = next(poses for poses in fall if poses.bodies).bodies[0].landmarks.copy()
    landmarks[:, 0] -= np.float32(0.2)
    beside = Body(1, landmarks)
    stream = [
        replace(poses, bodies=(beside, *(replace(body, person=2) for body in poses.bodies)))
        for poses in fall
    ]
    path = tmp_path / "two.npz"
    PoseTrack.from_poses(stream).save(path)
    return path


def test_fall_beside_somebody_who_stands_is_one_memo_and_names_who_fell(
    server: Any,
    sandbox: Any,
    run_agent: RunAgent,
    two_people: Path,
    eventually: Callable[..., Any],
) -> None:
    status, said = run_agent("--backend-url", server.url, source=two_people)
    assert status == 0, said
    events = server.records()
    falls = [e for e in events if e.get("event") == "fall"]
    assert [(e["event_type"], e["person"]) for e in falls] == [("START", 2), ("END", 2)]
    assert falls[0]["incident_id"] == falls[1]["incident_id"]
    assert {e["person"] for e in events if e["event_type"] == "PROBS"} == {1, 2}
    assert {e["pose_share"] for e in events if e["event_type"] == "HEARTBEAT"} == {1.0}
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 1)
    assert len(sandbox.texts()) == 1


def test_two_people_recorded_again_are_the_same_two(
    run_agent: RunAgent, two_people: Path, nobody_there: str, tmp_path: Path
) -> None:
    record = tmp_path / "again.npz"
    options = ("--inference", "local", "--backend-url", nobody_there, "--record", record)
    run_agent(*options, source=two_people, DRAIN_SEC=0)
    original, recorded = PoseTrack.load(two_people), PoseTrack.load(record)
    for name in ("frame_indices", "times", "rows", "persons", "landmarks"):
        np.testing.assert_array_equal(getattr(recorded, name), getattr(original, name))
