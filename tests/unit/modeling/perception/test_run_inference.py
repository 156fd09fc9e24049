import json

import numpy as np
import pytest
from typer.testing import CliRunner

from contract.layout import FEATURE_NAMES
from modeling.perception.run_inference import app
from modeling.perception.windows.windows import track_moments

HIP_SPEED = FEATURE_NAMES.index("hip_velocity_y")


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def track(film, falling, tmp_path):
    path = tmp_path / "fall.npz"
    track = film(falling, seconds=6.0)
    track.save(path)
    return path, track


@pytest.fixture
def checkpoint(make_checkpoint, tmp_path):
    """Its score of a fall is the sigmoid of the hips' mean speed downwards."""
    return make_checkpoint(tmp_path / "checkpoint")


def test_each_window_has_its_line_and_each_incident_follows(run, track, checkpoint):
    path, poses = track
    result = run(path, "--checkpoint", checkpoint, "--format", "jsonl")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    scored = [line for line in lines if "scores" in line]
    moments = track_moments(poses)
    assert [line["time"] for line in scored] == [moment.time for moment in moments]
    expected = 1 / (1 + np.exp(-moments[-1].windows[0].features[:, HIP_SPEED].mean()))
    assert scored[-1]["scores"]["fall"] == pytest.approx(expected, abs=1e-5)
    assert scored[0]["scores"] is None
    assert all(line["incident"] in ("fall", "lying") for line in lines[len(scored) :])


def test_of_two_people_each_has_lines_and_incidents_of_their_own(
    run, film, together, swaying, falling, tmp_path, checkpoint
):
    both = together(film(swaying, seconds=6.0), film(falling, seconds=6.0))
    both.save(tmp_path / "two.npz")
    result = run(tmp_path / "two.npz", "--checkpoint", checkpoint, "--format", "jsonl")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    scores = {1: [], 2: []}
    for line in lines:
        if line.get("scores"):
            scores[line["person"]].append(line["scores"]["fall"])
    assert max(scores[1]) < 0.6 < max(scores[2])
    assert [line["person"] for line in lines if line.get("incident") == "fall"] == [2]


def test_suffix_of_a_pose_track_may_be_in_capitals(run, track, checkpoint, tmp_path):
    capitals = track[0].rename(tmp_path / "FALL.NPZ")
    result = run(capitals, "--checkpoint", checkpoint)
    assert result.exit_code == 0
    assert "fall 0." in result.stdout.splitlines()[-20]


def test_the_table_is_for_people(run, track, checkpoint):
    result = run(track[0], "--checkpoint", checkpoint)
    assert result.exit_code == 0
    assert "nobody" in result.stdout.splitlines()[0]
    assert "fall 0." in result.stdout.splitlines()[-20]


def test_a_missing_checkpoint_is_reported_in_one_line(run, track, tmp_path):
    result = run(track[0], "--checkpoint", tmp_path / "absent")
    assert result.exit_code == 1
    assert "error: cannot read" in result.stderr


def test_no_source_is_bad_usage(run):
    assert run().exit_code == 2
