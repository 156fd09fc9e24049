"""Whatever is asked wrongly: the right exit status and one plain line, no traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest

RunAgent = Callable[..., tuple[int, list[str]]]


@pytest.mark.parametrize("name", ["notes.mp4", "notes.npz", "missing.mp4", "missing.npz"])
def test_file_that_cannot_be_played(run_agent: RunAgent, tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.mp4").write_text("no video")
    (tmp_path / "notes.npz").write_text("no track")
    status, said = run_agent(source=tmp_path / name)
    assert (status, len(said)) == (1, 1)
    assert str(tmp_path / name) in said[0]


def test_folder_for_the_record_that_is_not_there(run_agent: RunAgent, tmp_path: Path) -> None:
    status, said = run_agent("--record", tmp_path / "nowhere" / "fall.npz")
    assert (status, said) == (1, [f"no such folder for the recording: {tmp_path / 'nowhere'}"])


def test_record_that_cannot_be_written_is_reported_after_the_events_are_sent(
    run_agent: RunAgent, nobody_there: str
) -> None:
    # Only the attempt shows that nothing can be made in there.
    record = "/proc/self/fall.npz"
    status, said = run_agent("--record", record, "--backend-url", nobody_there, DRAIN_SEC=0)
    assert status == 1
    assert said[-1].startswith(f"the recording cannot be written to {record}")
    assert not any("Traceback" in line for line in said)


def test_data_dir_that_cannot_be_written(run_agent: RunAgent, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, said = run_agent(DATA_DIR=tmp_path / "file")
    assert (status, len(said)) == (1, 1)
    assert said[0].startswith(f"cannot write below {tmp_path / 'file'}")


def test_missing_checkpoint_is_told_when_the_box_is_to_analyze_by_itself(
    run_agent: RunAgent, tmp_path: Path
) -> None:
    status, said = run_agent("--inference", "local", MODEL_CHECKPOINT_PATH=tmp_path)
    assert (status, len(said)) == (1, 1)
    assert str(tmp_path / "manifest.json") in said[0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--sauce", "0"), "--sauce"),
        (("--pace", "slow"), "--pace"),
        (("--record", "fall.mp4"), "--record"),
        (("--camera-id", ""), "CAMERA_ID"),
    ],
)
def test_wrong_usage_ends_with_2(run_agent: RunAgent, options: tuple[str, ...], told: str) -> None:
    status, said = run_agent(*options)
    assert status == 2
    assert told in "".join(said)
    assert "Traceback" not in "".join(said)


@pytest.mark.parametrize("camera_id", ["../거실/../../etc", "거실" * 60, "a b?*:|\\"])
def test_camera_may_have_any_name(
    run_agent: RunAgent, nobody_there: str, tmp_path: Path, camera_id: str
) -> None:
    options = ("--camera-id", camera_id, "--backend-url", nobody_there)
    status, said = run_agent(*options, DRAIN_SEC=0)
    assert status == 1
    assert "could not be sent" in said[-1]
    (box,) = (tmp_path / "box" / "outbox").glob("*.sqlite3")
    assert box.stat().st_size > 0
