"""`make-sample-record`, as somebody runs it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from backend.record.generated import is_generated
from backend.sample.plan import ZONE
from backend.sample.service import read_truth
from backend.sample.words import OWNER, PASSWORD

SMALLEST = ("--days", "7", "--cameras", "2")


def test_record_is_made_and_what_is_said_lets_one_in(tmp_path: Path, command: Any) -> None:
    folder = tmp_path / "made"
    options = (str(folder), *SMALLEST, "--until", "2026-11-22", "--language", "en")
    status, said = command.run("make-sample-record", *options)
    assert status == 0, said
    assert OWNER in said
    assert PASSWORD in said
    assert is_generated(folder)
    truth = read_truth(folder)
    assert len(truth.days) == 7
    assert [camera.place for camera in truth.cameras] == ["bedroom", "living room"]
    assert (folder / "truth.json").stat().st_mode & 0o077 == 0


def test_folder_that_is_not_empty_is_left_as_it_is(tmp_path: Path, command: Any) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "mine").touch()
    status, said = command.run("make-sample-record", str(tmp_path / "here"), *SMALLEST)
    assert status == 1
    assert "to be empty" in said
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["mine"]


def test_day_that_is_not_over_is_refused(tmp_path: Path, command: Any) -> None:
    today = f"{datetime.now(ZONE):%Y-%m-%d}"
    status, said = command.run("make-sample-record", str(tmp_path / "new"), "--until", today)
    assert status == 2
    assert "expected a day that is over" in said
    assert not (tmp_path / "new").exists()
