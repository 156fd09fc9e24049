"""Replays on the disk: for how long, how many, and erased."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.poses.frame import PoseFrame
from backend.poses.replay_file import Kept
from backend.poses.store import DAY_SEC, ReplayStore

MakeFrame = Callable[..., PoseFrame]
NOW = 1_795_939_200.0


@pytest.fixture
def store(tmp_path: Path) -> ReplayStore:
    return ReplayStore(tmp_path / "poses", days=30, most_kept=3)


def write(
    store: ReplayStore, folder: Path, frame: PoseFrame, name: str, age_days: float = 0
) -> None:
    store.write(Kept(name, frame.camera_id, False, [frame]))
    written_at = NOW - age_days * DAY_SEC
    os.utime(folder / "poses" / f"{name}.npz", (written_at, written_at))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "poses").iterdir())


def test_replay_that_was_not_written_is_none(store: ReplayStore) -> None:
    assert store.read("i") is None
    assert not store.has("i")
    store.delete_expired(NOW)
    store.erase(["i"])
    assert store.names() == set()


def test_replay_is_read_as_it_was_written_last(store: ReplayStore, make_frame: MakeFrame) -> None:
    store.write(Kept("i", "hall", True, [make_frame(1.0)]))
    store.write(Kept("i", "hall", False, [make_frame(1.0), make_frame(1.1)]))
    kept = store.read("i")
    assert kept is not None
    assert (kept.is_partial, len(kept.frames)) == (False, 2)


def test_old_ones_go_and_the_oldest_of_too_many(
    store: ReplayStore, tmp_path: Path, make_frame: MakeFrame
) -> None:
    for name, age_days in (("a", 31), ("b", 29), ("c", 3), ("d", 2), ("e", 1)):
        write(store, tmp_path, make_frame(1.0), name, age_days)
    (tmp_path / "poses" / "f.partial").write_bytes(b"half")
    store.delete_expired(NOW)
    assert names(tmp_path) == ["c.npz", "d.npz", "e.npz"]


def test_replays_of_erased_incidents_go_and_what_is_half_written(
    store: ReplayStore, tmp_path: Path, make_frame: MakeFrame
) -> None:
    write(store, tmp_path, make_frame(1.0, "hall"), "a")
    write(store, tmp_path, make_frame(1.0, "bedroom"), "b")
    (tmp_path / "poses" / "c.partial").write_bytes(b"half")
    store.erase(["a", "x"])
    assert names(tmp_path) == ["b.npz"]
    assert store.names() == {"b"}
