"""`run-agent` at work: from the recording of a real fall to the memo."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modeling.perception.poses.pose import PoseTrack

Json = dict[str, Any]
RunAgent = Callable[..., tuple[int, list[str]]]
Incidents = Callable[[list[Json]], list[tuple[Json, Json]]]


def of_type(events: list[Json], event_type: str) -> list[Json]:
    return [event for event in events if event["event_type"] == event_type]


def test_fall_becomes_one_incident_and_one_memo(
    server: Any,
    sandbox: Any,
    run_agent: RunAgent,
    incidents: Incidents,
    kept: Callable[[], list[Json]],
    eventually: Callable[..., Any],
) -> None:
    status, said = run_agent("--backend-url", server.url)
    assert status == 0, said
    events = server.records()
    ((start, end),) = incidents(events)
    assert 1.3 < start["video_ts"] < 2.3
    # The END comes by itself, while the person still lies there and the recording goes on.
    assert end["video_ts"] < of_type(events, "HEARTBEAT")[-1]["video_ts"] - 0.2
    assert end["duration_sec"] == pytest.approx(end["video_ts"] - start["video_ts"], abs=0.01)
    between = [e for e in events if start["seq"] < e["seq"] < end["seq"]]
    assert of_type(between, "PROBS")
    assert [e["seq"] for e in sorted(events, key=lambda e: e["seq"])] == list(range(len(events)))
    assert {(e["camera_id"], e["session_id"]) for e in events} == {("거실", start["session_id"])}
    assert kept() == []
    eventually(sandbox.memos)
    (memo,) = sandbox.texts()
    assert "거실" in memo


def test_heart_beats_every_three_seconds_of_the_stream_with_its_figures(
    server: Any, run_agent: RunAgent, repeated: Callable[[int], Path]
) -> None:
    path = repeated(3)  # so that there is more than one beat
    thrice = PoseTrack.load(path)
    status, said = run_agent("--backend-url", server.url, source=path)
    assert status == 0, said
    beats = of_type(server.records(), "HEARTBEAT")
    assert [b["video_ts"] for b in beats[:4]] == pytest.approx([3.0, 6.0, 9.0, 12.0], abs=0.1)
    assert [b["state"] for b in beats] == ["watching"] * 4 + ["ended"]
    found, since = np.array([bool(poses.bodies) for poses in thrice]), -1.0
    for beat in beats:
        counted = (since < thrice.times) & (thrice.times <= beat["video_ts"])
        assert beat["fps"] == pytest.approx(30.0, abs=1.0)
        assert beat["pose_share"] == pytest.approx(found[counted].mean(), abs=0.001)
        since = beat["video_ts"]
        assert 0.0 <= beat["frame_age_sec"] < 5.0
        assert beat["outbox_length"] >= 0
    assert beats[-1]["inference"] == "remote"


def summary(events: list[Json]) -> list[tuple[Any, ...]]:
    """What an event says apart from its ids, its number and the time of day.

    The loop that beats and the thread that analyzes run side by side: the stream's time orders.
    """
    names = ("video_ts", "event_type", "event", "prob", "frame_idx", "duration_sec", "probs")
    return sorted(tuple(str(event.get(name)) for name in names) for event in events)


def test_record_played_again_gives_the_same_events(
    run_agent: RunAgent,
    kept: Callable[[], list[Json]],
    recording: Path,
    nobody_there: str,
    tmp_path: Path,
) -> None:
    record = tmp_path / "again.npz"
    options = ("--inference", "local", "--backend-url", nobody_there)
    run_agent(*options, "--record", record, DRAIN_SEC=0)
    first = kept()
    run_agent(*options, source=record, DRAIN_SEC=0)
    both = kept()
    assert len(first) > 5
    assert summary(both[len(first) :]) == summary(first)
    original, recorded = PoseTrack.load(recording), PoseTrack.load(record)
    np.testing.assert_array_equal(recorded.landmarks, original.landmarks)
    np.testing.assert_array_equal(recorded.times, original.times)


@pytest.mark.parametrize("first_frame", [0, 1])
def test_half_the_frame_rate_gives_the_same_incidents(
    run_agent: RunAgent,
    kept: Callable[[], list[Json]],
    incidents: Incidents,
    recording: Path,
    nobody_there: str,
    tmp_path: Path,
    first_frame: int,
) -> None:
    """At 15 and at 30 frames/s: START and END within 0.2 s, peaks within 0.05."""
    full = PoseTrack.load(recording)
    PoseTrack.from_poses(list(full)[first_frame::2]).save(tmp_path / "slow.npz")
    options = ("--inference", "local", "--backend-url", nobody_there)
    run_agent(*options, DRAIN_SEC=0)
    run_agent(*options, source=tmp_path / "slow.npz", DRAIN_SEC=0)
    (start, end), (slow_start, slow_end) = incidents(kept())
    assert slow_start["session_id"] != start["session_id"]
    assert slow_start["video_ts"] == pytest.approx(start["video_ts"], abs=0.2)
    assert slow_end["video_ts"] == pytest.approx(end["video_ts"], abs=0.2)
    assert slow_end["prob"] == pytest.approx(end["prob"], abs=0.05)


def test_bar_is_drawn_on_a_terminal_and_nowhere_else(
    run_agent: RunAgent, recording: Path, nobody_there: str, tmp_path: Path
) -> None:
    options = ("--inference", "local", "--backend-url", nobody_there)
    _, piped = run_agent(*options, DRAIN_SEC=0)
    complete = "{0}/{0}".format(len(PoseTrack.load(recording)))
    assert complete not in "".join(piped)
    assert "\x1b" not in "".join(piped)

    terminal, its_other_end = pty.openpty()
    agent = Path(sys.executable).with_name("run-agent")
    subprocess.run(
        [agent, "--source", recording, "--pace", "fast", *options],
        cwd=tmp_path,
        env={"TERM": "xterm", "COLUMNS": "120", "DRAIN_SEC": "0", "DATA_DIR": "terminal"},
        stdout=its_other_end,
        stderr=its_other_end,
        check=False,
        timeout=60,
    )
    os.close(its_other_end)
    drawn = os.read(terminal, 1_000_000).decode()
    os.close(terminal)
    assert complete in drawn
