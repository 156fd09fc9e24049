"""Replays of one server, where another one finds them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backend.poses.frame import PoseFrame
from backend.poses.replay_file import Kept
from backend.poses.shared_replays import SharedReplays
from backend.poses.store import ReplayStore
from testkit.memory_driver import MemoryDriver

MakeFrame = Callable[..., PoseFrame]


class Server:
    """One with replays, of which those of `open_ids` still go on."""

    def __init__(self, folder: Path, objects: MemoryDriver, name: str) -> None:
        self.replays, self.open_ids = ReplayStore(folder / name, 365), set[str]()
        self.shared = SharedReplays(objects, name, self.replays, lambda: self.open_ids)


@pytest.fixture
def objects() -> MemoryDriver:
    return MemoryDriver()


@pytest.fixture
def two(tmp_path: Path, objects: MemoryDriver) -> tuple[Server, Server]:
    return Server(tmp_path, objects, "a1"), Server(tmp_path, objects, "b2")


def kept(make_frame: MakeFrame, *times: float, is_partial: bool = False) -> Kept:
    return Kept("f" * 16, "hall", is_partial, [make_frame(at) for at in times])


def test_replay_is_shared_once_it_is_over(
    two: tuple[Server, Server], objects: MemoryDriver, make_frame: MakeFrame
) -> None:
    first, second = two
    first.replays.write(kept(make_frame, 1.0))
    first.open_ids = {"f" * 16}
    first.shared.share()
    assert objects.files == {}
    first.open_ids = set()
    first.shared.share()
    assert [it.frames[0].at for it in second.shared.others("f" * 16)] == [1.0]
    assert first.shared.others("f" * 16) == []


def test_replay_that_is_gone_is_shared_no_more_also_after_a_restart(
    two: tuple[Server, Server], objects: MemoryDriver, make_frame: MakeFrame, tmp_path: Path
) -> None:
    first, second = two
    for server in two:
        server.replays.write(kept(make_frame, 1.0))
        server.shared.share()
    first.replays.erase(["f" * 16])
    Server(tmp_path, objects, "a1").shared.share()
    assert list(objects.files) == [f"poses/{'f' * 16}/b2.npz"]
    assert second.shared.others("f" * 16) == []


def test_parts_are_one_replay_with_each_moment_once(make_frame: MakeFrame) -> None:
    one, other = kept(make_frame, 1.0, 2.0), kept(make_frame, 2.0, 3.0, is_partial=True)
    whole = Kept.of_parts([other, one])
    assert [frame.at for frame in whole.frames] == [1.0, 2.0, 3.0]
    assert whole.is_partial
