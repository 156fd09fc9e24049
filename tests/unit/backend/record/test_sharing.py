"""What one server has heard, where another one finds it: files on a disk, objects in memory."""

from pathlib import Path

import pytest

from backend.media.errors import MediaUnavailable
from backend.record.archive import Archive
from backend.record.sharing import Shares, Sharing
from testkit.clock import Clock
from testkit.memory_driver import MemoryDriver

TAIL_SEC = 300.0


def copy(source: Path, target: Path) -> None:
    """Stands in for what makes Parquet."""
    target.write_bytes(b"parquet of " + source.read_bytes())


class Server:
    """One that has heard what is in its journal; `clock` is the one of all."""

    def __init__(self, folder: Path, objects: MemoryDriver, name: str, clock: Clock) -> None:
        self.journal = folder / name / "events"
        self.journal.mkdir(parents=True)
        self.folder, self.objects, self.name, self.clock = folder / name, objects, name, clock
        self.start()

    def start(self) -> None:
        self.archive = Archive(self.journal, self.folder / "record/events", copy)
        shares = Shares(self.objects, self.name, TAIL_SEC)
        shared = self.folder / "record/shared"
        self.sharing = Sharing(shares, self.archive, shared, copy, self.clock)

    def hear(self, number: int, text: str) -> None:
        with (self.journal / f"events-{number:06}-2026-11-30.jsonl").open("a") as file:
            file.write(text)

    def share(self) -> None:
        self.archive.tidy()
        self.archive.make_missing(lambda: False)
        self.clock.now += TAIL_SEC
        self.sharing.share()

    @property
    def heard_by_others(self) -> list[str]:
        return sorted(path.read_text() for path in self.sharing.others())


@pytest.fixture
def objects() -> MemoryDriver:
    return MemoryDriver()


@pytest.fixture
def two(tmp_path: Path, objects: MemoryDriver) -> tuple[Server, Server]:
    clock = Clock(0.0)
    return Server(tmp_path, objects, "a1", clock), Server(tmp_path, objects, "b2", clock)


def test_other_has_closed_files_and_what_is_written_of_the_newest(
    two: tuple[Server, Server],
) -> None:
    first, second = two
    first.hear(0, "closed")
    first.hear(1, "new")
    second.hear(0, "its own")
    first.share()
    second.share()
    assert second.heard_by_others == ["parquet of closed", "parquet of new"]
    first.hear(1, "er")
    first.share()
    second.share()
    assert second.heard_by_others == ["parquet of closed", "parquet of newer"]


def test_tail_goes_once_its_file_is_closed(two: tuple[Server, Server]) -> None:
    first, second = two
    first.hear(0, "one")
    first.share()
    first.hear(1, "two")
    first.share()
    second.share()
    assert second.heard_by_others == ["parquet of one", "parquet of two"]


def test_restart_puts_nothing_twice_and_sweeps_what_a_kill_has_left(
    two: tuple[Server, Server], objects: MemoryDriver
) -> None:
    first, _ = two
    first.hear(0, "closed")
    first.hear(1, "new")
    first.share()
    objects.write("record/a1/half.parquet", [b"?"], "")
    before = {key: value for key, value in objects.files.items() if "half" not in key}
    first.start()
    first.share()
    assert objects.files == before
    assert all(objects.files[key] is value for key, value in before.items())


def test_nothing_is_left_of_what_the_journal_has_no_more(
    two: tuple[Server, Server], objects: MemoryDriver
) -> None:
    first, second = two
    first.hear(0, "secret")
    first.hear(1, "secret too")
    first.share()
    second.share()
    for path in first.journal.iterdir():
        path.write_text("left")
    first.archive.tidy()
    first.sharing.forget()
    assert not any(b"secret" in content for content, _ in objects.files.values())
    for _ in range(2):  # whoever reads them has a round to end
        second.share()
        assert second.heard_by_others == []
    assert not list(second.folder.glob("record/shared/others/*"))


def test_file_that_is_not_what_its_server_says_is_not_used(
    two: tuple[Server, Server], objects: MemoryDriver
) -> None:
    first, second = two
    first.hear(0, "closed")
    first.hear(1, "new")
    first.share()
    key = next(key for key in objects.files if key.startswith("record/a1/events"))
    objects.files[key] = b"altered", ""
    with pytest.raises(ValueError, match="is not what that server says"):
        second.share()
    assert second.heard_by_others == []


def test_place_that_refuses_leaves_what_is_known(
    two: tuple[Server, Server], objects: MemoryDriver
) -> None:
    first, second = two
    first.hear(0, "new")
    first.share()
    second.share()
    objects.failure = "away"
    with pytest.raises(MediaUnavailable):
        second.share()
    assert second.heard_by_others == ["parquet of new"]
