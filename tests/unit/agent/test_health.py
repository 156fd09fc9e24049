"""A container of a camera box is well as long as its outbox is written to."""

import os
from pathlib import Path

import pytest

from agent.health import STALE_SEC, trouble

NOW = 1_795_939_200.0


def written(data_dir: Path, name: str, age: float) -> None:
    file = data_dir / "outbox" / name
    file.parent.mkdir(exist_ok=True)
    file.touch()
    os.utime(file, (NOW - age, NOW - age))


@pytest.mark.parametrize("name", ["hall.sqlite3", "hall.sqlite3-wal"])
def test_camera_is_watched_while_its_outbox_is_written(tmp_path: Path, name: str) -> None:
    written(tmp_path, "kitchen.sqlite3", 86_400.0)
    written(tmp_path, name, STALE_SEC)
    assert trouble(tmp_path, NOW) is None


def test_outbox_that_is_still_is_told_with_its_age(tmp_path: Path) -> None:
    written(tmp_path, "hall.sqlite3", 61.4)
    written(tmp_path, "hall.lock", 0.0)
    assert trouble(tmp_path, NOW) == "nothing is watched: the newest event is 61 s old"


def test_box_that_was_never_paired_watches_nothing(tmp_path: Path) -> None:
    assert trouble(tmp_path, NOW) == f"nothing was ever watched: {tmp_path / 'outbox'} is empty"
