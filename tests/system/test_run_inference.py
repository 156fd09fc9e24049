"""`run-lstm-inference` as a process: reading video silences native libraries for all of it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[[Path], subprocess.CompletedProcess[str]]


@pytest.fixture
def run() -> Run:
    """Runs it on a source, in lines of JSON."""

    def run(source: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "modeling.perception.run_inference", str(source)]
        return subprocess.run(
            [*command, "--format", "jsonl"], capture_output=True, text=True, timeout=300
        )

    return run


def test_a_real_fall_is_one_incident(run: Run, shared_data: Path) -> None:
    result = run(shared_data / "urfd" / "videos" / "fall-10-cam0.mp4")
    assert (result.returncode, result.stderr) == (0, "")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    (fall,) = [line for line in lines if line.get("incident") == "fall"]
    assert 38 / 30 < fall["start"] < 69 / 30 + 1.0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.npz", None, "error: no such pose track"),
        ("text.npz", b"no arrays", "error: not a recording"),
        ("absent.mp4", None, "error: no such video file"),
        ("text.mp4", b"no video", "error: not a video that can be decoded"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_plain_line(
    run: Run, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run(tmp_path / name)
    assert result.returncode == 1
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
