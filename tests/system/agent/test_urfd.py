"""Real video, start to end: a handful of clips of the UR Fall Detection Dataset."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modeling.perception.poses.pose import PoseTrack
from testkit.processes import Part

Json = dict[str, Any]
FALLS = ("fall-16-cam0", "fall-21-cam0")
DAILY_LIVING = ("adl-24-cam0",)
FPS = 30.0


@pytest.fixture
def truth(shared_data: Path) -> dict[str, Json]:
    """What is known of each clip, by its name."""
    with (shared_data / "urfd" / "clips.csv").open(encoding="utf-8") as file:
        return {row["file"].removesuffix(".mp4"): row for row in csv.DictReader(file)}


def summary(events: list[Json]) -> list[tuple[Any, ...]]:
    """What events say apart from their ids and the time of day, in the stream's order."""
    names = ("video_ts", "event_type", "event", "prob", "frame_idx", "duration_sec", "probs")
    return sorted(tuple(str(event.get(name)) for name in names) for event in events)


def assert_told_at_the_time_of_the_video(events: list[Json], incident: Any, clip: Json) -> None:
    start, _ = incident
    began, on_floor = (int(clip[name]) / FPS for name in ("fall_start_frame", "on_floor_frame"))
    assert began <= start["video_ts"] <= on_floor + 1.0
    offsets = [event["ts"] - event["video_ts"] for event in events]
    assert offsets == pytest.approx([offsets[0]] * len(offsets), abs=1e-3)


def test_real_falls_are_reported_once_each_and_daily_living_never(
    shared_data: Path,
    truth: dict[str, Json],
    server: Any,
    sandbox: Any,
    start_agent: Callable[..., Part],
    incidents: Callable[[list[Json]], list[tuple[Json, Json]]],
    eventually: Callable[..., Any],
    tmp_path: Path,
) -> None:
    def start(camera: str, source: Path) -> Part:
        options = ("--camera-id", camera, "--record", tmp_path / f"{camera}.npz")
        return start_agent(*options, "--backend-url", server.url, source=source)

    def told(camera: str) -> list[Json]:
        return [record for record in server.records() if record["camera_id"] == camera]

    videos = shared_data / "urfd" / "videos"
    # One camera a clip, all at once: they share the server, and each has its own outbox.
    agents = [start(clip, videos / f"{clip}.mp4") for clip in FALLS + DAILY_LIVING]
    for agent in agents:
        status, said = agent.process.wait(90), agent.log.read_text(encoding="utf-8").splitlines()
        assert status == 0, said
        # Nothing but the agent's own lines: no decoder's, no TensorFlow's.
        assert all(" INFO " in line for line in said), said

    # Some of the rooms are nearly dark.
    for clip in FALLS + DAILY_LIVING:
        beats = [event for event in told(clip) if event["event_type"] == "HEARTBEAT"]
        assert {beat.get("picture") for beat in beats} <= {"ok", "dark", None}
    for clip in FALLS:
        (incident,) = incidents(told(clip))
        assert_told_at_the_time_of_the_video(told(clip), incident, truth[clip])
    for clip in DAILY_LIVING:
        assert incidents(told(clip)) == []
    eventually(lambda: sandbox.told(*FALLS, *DAILY_LIVING) == list(FALLS))

    # The record of a video, played again, tells the same.
    record = tmp_path / f"{FALLS[0]}.npz"
    track = PoseTrack.load(record)
    assert track.frame_indices[-1] < int(truth[FALLS[0]]["frames"])
    assert track.times == pytest.approx(track.frame_indices / FPS, abs=0.005)
    assert np.diff(track.times).max() <= 0.25  # while somebody moves
    assert start("again", record).process.wait(60) == 0
    assert summary(told("again")) == summary(told(FALLS[0]))
