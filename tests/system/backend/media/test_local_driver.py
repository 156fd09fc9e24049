"""The local driver on a real disk."""

import errno
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from backend.media.drivers import draft as drafts
from backend.media.drivers.driver import Driver, Stored
from backend.media.drivers.local import LocalDriver
from backend.media.drivers.media_key import MediaKey
from backend.media.errors import MediaUnavailable, UnknownFile
from backend.media.signing import PutSigner

KEY = "images/7/abc/original.jpg"
CONTENT = os.urandom(200_000)


def opened(folder: Path, *, is_encrypted: bool = True) -> LocalDriver:
    media_key = MediaKey(folder / "media.key")
    signer = PutSigner(media_key)
    return LocalDriver(folder / "media", media_key, signer, is_encrypted=is_encrypted)


def on_disk(folder: Path) -> list[str]:
    """All that lies there, empty folders too, but for that of the drafts."""
    found = (path.relative_to(folder / "media") for path in (folder / "media").rglob("*"))
    return sorted(str(path) for path in found if str(path) not in (".drafts", ".lock"))


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    return opened(tmp_path)


def test_file_is_found_read_and_replaced(driver: Driver) -> None:
    assert driver.write(KEY, [CONTENT[:70_000], CONTENT[70_000:]], "image/jpeg") == Stored(
        KEY, len(CONTENT), "image/jpeg"
    )
    assert driver.find(KEY) == Stored(KEY, len(CONTENT), "image/jpeg")
    assert b"".join(driver.read(KEY)) == CONTENT
    assert b"".join(driver.read(KEY, 65_530, 65_550)) == CONTENT[65_530:65_550]
    driver.write(KEY, [b"another"], "image/png")
    assert driver.find(KEY) == Stored(KEY, 7, "image/png")
    assert b"".join(driver.read(KEY)) == b"another"


def test_what_is_not_there_is_said_before_the_first_byte(driver: Driver) -> None:
    assert driver.find(KEY) is None
    with pytest.raises(UnknownFile):
        driver.read(KEY)
    driver.write(KEY, [b"x"], "image/jpeg")
    assert driver.find("images/7/abc") is None
    assert driver.find(f"{KEY}/more") is None


@pytest.mark.parametrize(
    "key",
    ["../media.key", "images/../../media.key", "/etc/passwd", "", ".drafts/x", "images//x",
     "images/\0", "images/x\n", "이미지", "a/" * 20 + "a", "a" * 300],
)  # fmt: skip
def test_no_key_leads_out_of_the_folder(driver: Driver, key: str, tmp_path: Path) -> None:
    driver.write(KEY, [b"x"], "image/jpeg")
    with pytest.raises(UnknownFile):
        driver.write(key, [b"x"], "image/jpeg")
    with pytest.raises(UnknownFile):
        driver.read(key)
    assert driver.find(key) is None
    assert on_disk(tmp_path)[-1] == KEY


def test_delete_takes_a_file_or_a_folder_and_no_neighbour(driver: Driver, tmp_path: Path) -> None:
    names = ["images/7/abc/original.jpg", "images/7/abc/results/blurred.png", "images/7/abcd/x.jpg"]
    for name in names:
        driver.write(name, [b"x"], "image/jpeg")
    assert list(driver.keys("images/7/abc")) == list(driver.keys("images/7/abc/")) == names[:2]
    assert list(driver.keys("")) == names
    assert list(driver.keys("images/8")) == []
    assert driver.delete("images/7/abc/results/blurred.png") == 1
    assert driver.delete("images/7/abc") == 1
    assert driver.delete("images/7/abc") == 0
    assert on_disk(tmp_path) == ["images", "images/7", "images/7/abcd", "images/7/abcd/x.jpg"]


def test_what_breaks_off_leaves_nothing_and_what_was_there_stays(
    driver: Driver, tmp_path: Path
) -> None:
    driver.write(KEY, [b"first"], "image/jpeg")

    def broken() -> Iterator[bytes]:
        yield CONTENT
        raise RuntimeError("the camera is gone")

    with pytest.raises(RuntimeError, match="the camera is gone"):
        driver.write(KEY, broken(), "image/jpeg")
    assert b"".join(driver.read(KEY)) == b"first"
    assert on_disk(tmp_path) == ["images", "images/7", "images/7/abc", KEY]


def write_half(folder: Path, has_begun: Event) -> None:
    def half() -> Iterator[bytes]:
        yield CONTENT
        has_begun.set()
        signal.pause()

    opened(folder).write(KEY, half(), "image/jpeg")


def test_draft_of_a_process_that_was_killed_goes_and_that_of_a_live_one_stays(
    tmp_path: Path,
) -> None:
    spawned = multiprocessing.get_context("spawn")
    has_begun = spawned.Event()
    process = spawned.Process(target=write_half, args=(tmp_path, has_begun))
    process.start()
    assert has_begun.wait(30)
    opened(tmp_path)
    assert len(on_disk(tmp_path)) == 1
    process.kill()
    process.join()
    driver = opened(tmp_path)
    assert on_disk(tmp_path) == []
    assert driver.find(KEY) is None


def test_files_are_read_whichever_way_they_were_kept(tmp_path: Path) -> None:
    opened(tmp_path).write("images/1/a/original.jpg", [CONTENT], "image/jpeg")
    opened(tmp_path, is_encrypted=False).write("images/1/b/original.jpg", [CONTENT], "image/jpeg")
    for driver in (opened(tmp_path), opened(tmp_path, is_encrypted=False)):
        for key in driver.keys("images"):
            assert b"".join(driver.read(key)) == CONTENT
    assert (tmp_path / "media/images/1/b/original.jpg").read_bytes().startswith(CONTENT)


def test_another_media_key_is_said_and_gives_no_garbage(tmp_path: Path) -> None:
    opened(tmp_path).write(KEY, [CONTENT], "image/jpeg")
    (tmp_path / "media.key").unlink()
    for ask in (opened(tmp_path).find, opened(tmp_path).read):
        with pytest.raises(MediaUnavailable, match="encrypted under another media"):
            ask(KEY)


def test_disk_that_refuses_is_said_until_it_takes_something_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = opened(tmp_path)
    assert driver.failure is None

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "the disk has room only for the record")

    with monkeypatch.context() as patch:
        patch.setattr(drafts, "check_room", full)
        with pytest.raises(MediaUnavailable, match="the disk has room only for the record"):
            driver.write(KEY, [b"x"], "image/jpeg")
    assert driver.failure == "the disk refuses: the disk has room only for the record"
    driver.write(KEY, [b"x"], "image/jpeg")
    assert driver.failure is None


def test_folder_that_cannot_be_used_stops_no_start(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file")
    driver = opened(tmp_path)
    with pytest.raises(MediaUnavailable):
        driver.write(KEY, [b"x"], "image/jpeg")
    assert driver.failure is not None


def test_many_write_and_delete_at_once(driver: Driver, tmp_path: Path) -> None:
    """Folders that become empty are removed under those who write into them."""
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(20):
                key = f"images/7/abc/{number}.jpg"
                driver.write(key, [b"x"], "image/jpeg")
                driver.delete(key)
        except BaseException as error:  # noqa: BLE001 (it is asserted below)
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert list(driver.keys("images")) == []
