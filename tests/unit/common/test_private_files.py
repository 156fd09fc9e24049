"""What is written is for its owner only."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.private_files import keep_private


@pytest.fixture(autouse=True)
def _wide() -> Iterator[None]:
    """A process that somebody starts in a shell."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.lstat().st_mode & 0o777


def test_new_files_and_folders_are_the_owner_s(tmp_path: Path) -> None:
    keep_private(tmp_path / "data", ["events"])
    folder = tmp_path / "data" / "events"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").touch()
    assert (mode(tmp_path / "data"), mode(folder), mode(folder / "a.jsonl")) == (
        0o700,
        0o700,
        0o600,
    )


def test_what_is_there_is_narrowed_and_what_is_another_s_is_left(tmp_path: Path) -> None:
    for name in ("events/index", "photos"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").touch()
    (tmp_path / "events" / "link").symlink_to(tmp_path / "photos" / "file")
    keep_private(tmp_path, ["events", "not-there"])
    assert mode(tmp_path / "events") == mode(tmp_path / "events" / "index") == 0o700
    assert mode(tmp_path / "events" / "index" / "file") == 0o600
    assert mode(tmp_path / "photos") == 0o755
    assert mode(tmp_path / "photos" / "file") == 0o644
