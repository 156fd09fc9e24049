"""The life of a picture: offered, put, confirmed or refused, looked at, erased."""

import errno
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import update

from backend.media.drivers.driver import Stored
from backend.media.errors import (
    BadImage,
    MediaUnavailable,
    NoConsent,
    UnknownFile,
    UnknownImage,
    WrongImageState,
)
from backend.media.keys import brought_key, folder_of
from backend.media.tables import images
from contract.media import ImageState, ImageType
from testkit.households import HOME
from testkit.memory_driver import MemoryDriver
from testkit.picture_store import NOW, PictureStore
from testkit.telling_pictures import LATITUDE, SECRETS, TAKEN_AT, telling

PICTURE = telling(ImageType.JPEG)
DAY = 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path)


def test_what_was_put_is_kept_without_place_and_device(store: PictureStore) -> None:
    image = store.keep(PICTURE)
    assert (image.state, image.failure) == (ImageState.CONFIRMED, None)
    assert (image.width, image.height, image.taken_at) == (480, 640, TAKEN_AT)
    assert (image.latitude, image.delete_at) == (None, NOW + 30 * DAY)
    original = b"".join(store.media.read(image))
    assert len(original) == image.bytes < len(PICTURE)
    kept = {key.removeprefix(folder_of(image)) for key in store.driver.files}
    assert kept == {"original.jpg", "thumbnail.webp"}
    for content, _ in store.driver.files.values():
        assert all(secret not in content for secret in SECRETS)
    assert store.media.newest(HOME) == [image]


def test_place_is_kept_where_it_was_asked_for(store: PictureStore) -> None:
    image = store.media.confirm(store.put(PICTURE, keeps_place=True).id, HOME)
    assert image.latitude == pytest.approx(LATITUDE, abs=1e-4)
    assert b"".join(store.media.read(image)) == PICTURE


def test_a_second_confirm_gives_the_same_answer(store: PictureStore) -> None:
    awaited = store.put(PICTURE)
    found = [store.media.confirm(awaited.id, HOME)]
    store.driver.write(brought_key(awaited), [b"another picture"], ImageType.JPEG)
    found.append(store.media.confirm(awaited.id, HOME))
    assert found[0] == found[1]
    assert brought_key(awaited) not in store.driver.files


def test_two_confirms_at_once_give_the_same_answer(store: PictureStore) -> None:
    awaited, found = store.put(PICTURE), []
    threads = [
        threading.Thread(target=lambda: found.append(store.media.confirm(awaited.id, HOME)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(map(repr, found))) == 1


def test_a_bad_picture_fails_for_good_and_its_file_is_gone(store: PictureStore) -> None:
    awaited = store.put(b"no picture at all")
    said = []
    for _ in range(2):
        with pytest.raises(BadImage) as refused:
            store.media.confirm(awaited.id, HOME)
        said.append(refused.value.message)
    assert said[0] == said[1] == store.media.find(awaited.id, HOME).failure
    assert "its first bytes are of none" in said[0]
    assert store.driver.files == {}
    assert store.media.newest(HOME) == []
    with pytest.raises(UnknownFile, match="the picture is failed"):
        store.media.read(store.media.find(awaited.id, HOME))


def test_what_is_not_as_announced_is_refused(store: PictureStore) -> None:
    longer, other = store.put(PICTURE), store.put(PICTURE)
    store.driver.write(brought_key(longer), [PICTURE, b"more"], ImageType.JPEG)
    store.driver.write(brought_key(other), [PICTURE], ImageType.PNG)
    with pytest.raises(BadImage, match=f"expected the {len(PICTURE)} bytes that were announced"):
        store.media.confirm(longer.id, HOME)
    with pytest.raises(BadImage, match="it was put as another type"):
        store.media.confirm(other.id, HOME)


def test_nothing_is_confirmed_before_it_is_there(store: PictureStore) -> None:
    awaited = store.put(PICTURE)
    store.driver.files.clear()
    with pytest.raises(WrongImageState, match="expected the PUT"):
        store.media.confirm(awaited.id, HOME)
    assert store.media.find(awaited.id, HOME).state is ImageState.PENDING


def test_nothing_is_kept_without_consent(store: PictureStore) -> None:
    awaited = store.put(PICTURE)
    store.consents.withdraw(None, HOME)
    with pytest.raises(NoConsent, match="PUT /images/consents"):
        store.put(PICTURE)
    with pytest.raises(NoConsent):
        store.media.confirm(awaited.id, HOME)
    assert store.consents.all(HOME) == []


def test_nothing_is_kept_where_consent_is_withdrawn_while_it_is_looked_at(
    store: PictureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    awaited, write = store.put(PICTURE), store.driver.write

    def withdrawn_meanwhile(key: str, content: Iterable[bytes], content_type: str) -> Stored:
        store.consents.withdraw(None, HOME)
        return write(key, content, content_type)

    monkeypatch.setattr(store.driver, "write", withdrawn_meanwhile)
    with pytest.raises(NoConsent):
        store.media.confirm(awaited.id, HOME)
    assert store.driver.files == {}
    with pytest.raises(UnknownImage):
        store.media.find(awaited.id, HOME)


def test_a_cameras_picture_needs_a_consent_of_its_own(store: PictureStore) -> None:
    with pytest.raises(NoConsent, match="this camera"):
        store.media.keep_camera_picture("거실", PICTURE, "an-incident", HOME)
    assert store.driver.files == {}
    store.consent("거실", 7)
    kept = store.media.keep_camera_picture("거실", PICTURE, "an-incident", HOME)
    assert (kept.camera_id, kept.incident_id, kept.person_id) == ("거실", "an-incident", None)
    assert kept.delete_at == NOW + 7 * DAY


def test_new_days_count_for_what_is_kept_already(store: PictureStore) -> None:
    image = store.keep(PICTURE)
    store.consent(days=None)
    assert store.media.find(image.id, HOME).delete_at is None
    store.consent(days=2)
    assert store.media.find(image.id, HOME).delete_at == NOW + 2 * DAY


def test_erasing_says_which_files_are_gone(store: PictureStore, tmp_path: Path) -> None:
    image = store.keep(PICTURE)
    made = tmp_path / "made"
    made.write_bytes(b"a result")
    of = image, "blurred.webp", made, ImageType.WEBP, "a-job"
    assert store.media.keep_result(*of, "made smaller") == store.media.keep_result(*of, None)
    found = store.media.find(image.id, HOME)
    assert b"".join(store.media.read(found, "blurred.webp")) == b"a result"
    gone = store.media.erase(image.id, HOME)
    assert gone == ["original.jpg", "results/blurred.webp", "thumbnail.webp"]
    assert store.driver.files == {}
    with pytest.raises(UnknownImage):
        store.media.find(image.id, HOME)
    with pytest.raises(UnknownImage):
        store.media.keep_result(*of, None)


def test_pictures_of_other_households_are_unknown(store: PictureStore) -> None:
    image = store.keep(PICTURE)
    for ask in (store.media.find, store.media.confirm, store.media.erase):
        with pytest.raises(UnknownImage):
            ask(image.id, 2)
    assert store.media.newest(2) == []


def test_a_place_that_refuses_is_said_and_nothing_is_lost(store: PictureStore) -> None:
    awaited = store.put(PICTURE)
    store.driver.failure = "the disk is full"
    with pytest.raises(MediaUnavailable, match="the disk is full"):
        store.media.confirm(awaited.id, HOME)
    assert store.sweeper.health().reason == "the disk is full"
    store.driver.failure = None
    assert store.media.confirm(awaited.id, HOME).state is ImageState.CONFIRMED


def test_pictures_are_told_page_by_page(store: PictureStore) -> None:
    kept = []
    for _ in range(3):
        store.clock.now += 1
        kept.append(store.keep(PICTURE))
    first = store.media.newest(HOME, limit=2)
    assert [it.id for it in first] == [kept[2].id, kept[1].id]
    assert store.media.newest(HOME, before=first[-1].id) == [kept[0]]


class Killed(BaseException):
    """The process ends here."""


class KilledDriver(MemoryDriver):
    """Ends the process at its call number `at`, once `calls` are counted."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at, self.calls = at, -100

    def _check(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            self.calls = -100
            raise Killed


@pytest.mark.parametrize("at", range(1, 8))
def test_a_kill_while_it_is_confirmed_can_be_repeated_and_leaves_nothing(
    tmp_path: Path, at: int
) -> None:
    driver = KilledDriver(at)
    store = PictureStore(tmp_path, driver)
    awaited = store.put(PICTURE)
    driver.calls = 0
    with suppress(Killed):
        store.media.confirm(awaited.id, HOME)
    driver.calls = -100
    left = dict(driver.files)
    confirmed = store.media.confirm(awaited.id, HOME)
    assert confirmed.state is ImageState.CONFIRMED
    assert {key.rpartition("/")[2] for key in driver.files} == {"original.jpg", "thumbnail.webp"}
    # And where nobody asks again:
    driver.files = left
    with store.database.writing() as db:
        pending = {"state": ImageState.PENDING, "confirmed_at": None}
        db.execute(update(images).where(images.c.id == awaited.id).values(pending))
    store.clock.now += 3601
    store.sweeper.sweep()
    assert list(driver.keys("images/")) == []
    assert store.media.count(images.c.id == awaited.id) == 0


def test_a_kill_while_it_is_offered_or_erased_leaves_nothing(store: PictureStore) -> None:
    kept, offered = store.keep(PICTURE), store.put(PICTURE)
    store.driver.files = {
        key: file for key, file in store.driver.files.items() if kept.id not in key
    }
    assert store.media.erase(kept.id, HOME) == []  # its files were gone already
    store.clock.now += 3601
    store.sweeper.sweep()
    assert list(store.driver.keys("images/")) == []
    assert store.media.count(images.c.id == offered.id) == 0


def test_a_disk_that_is_full_fails_no_picture(
    store: PictureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    awaited = store.put(PICTURE)

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("backend.media.keeping.TemporaryFile", full)
        with pytest.raises(MediaUnavailable, match="No space left"):
            store.media.confirm(awaited.id, HOME)
    assert store.media.confirm(awaited.id, HOME).state is ImageState.CONFIRMED
