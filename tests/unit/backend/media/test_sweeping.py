"""What does not stay: what was never confirmed, what failed, what is past its day, and strays."""

from pathlib import Path

import pytest
from sqlalchemy import delete, update

from backend.media.errors import UnknownImage
from backend.media.keys import brought_key, key_of
from backend.media.tables import images
from contract.media import Image, ImageState, ImageType
from testkit.households import HOME
from testkit.picture_store import PictureStore

HOUR, DAY = 3600.0, 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path)


def settle(store: PictureStore, image: Image, state: ImageState) -> None:
    """As if it had been looked at."""
    with store.database.writing() as db:
        values = {"state": state, "confirmed_at": store.clock()}
        db.execute(update(images).where(images.c.id == image.id).values(values))


def is_there(store: PictureStore, image: Image) -> bool:
    try:
        store.media.find(image.id, HOME)
    except UnknownImage:
        return False
    return True


def test_what_is_not_confirmed_within_the_hour_is_gone(store: PictureStore) -> None:
    image = store.put(b"abc")
    store.clock.now += HOUR - 1
    assert store.sweeper.sweep() == 0
    store.clock.now += 2
    assert store.sweeper.sweep() == 1
    assert not is_there(store, image)
    assert list(store.driver.keys("images/")) == []


def test_why_it_failed_is_said_for_a_day(store: PictureStore) -> None:
    image = store.put(b"abc")
    settle(store, image, ImageState.FAILED)
    store.sweeper.sweep()
    assert is_there(store, image)
    assert list(store.driver.keys("images/")) == []
    store.clock.now += DAY + 1
    store.sweeper.sweep()
    assert not is_there(store, image)


def test_what_is_past_its_day_is_gone(store: PictureStore) -> None:
    image = store.put(b"abc")
    settle(store, image, ImageState.CONFIRMED)
    store.clock.now += 30 * DAY - 1
    store.sweeper.sweep()
    assert is_there(store, image)
    store.clock.now += 1
    store.sweeper.sweep()
    assert not is_there(store, image)


def test_a_file_of_no_picture_is_gone_and_others_stay(store: PictureStore) -> None:
    awaited, kept, lost = (store.put(b"abc") for _ in range(3))
    settle(store, kept, ImageState.CONFIRMED)
    store.driver.write(key_of(kept, "original"), [b"abc"], ImageType.JPEG)
    with store.database.writing() as db:
        db.execute(delete(images).where(images.c.id == lost.id))
    assert store.sweeper.sweep() == 2  # of the lost one, and what was brought of the kept one
    assert set(store.driver.keys("images/")) == {brought_key(awaited), key_of(kept, "original")}


def test_pictures_of_another_database_are_left_alone(store: PictureStore, tmp_path: Path) -> None:
    store.put(b"abc")
    store.sweeper.sweep()
    (tmp_path / "new").mkdir()
    other = PictureStore(tmp_path / "new", store.driver)
    assert other.sweeper.sweep() == 0
    assert "restore that database" in (other.sweeper.health().reason or "")
    assert len(list(store.driver.keys("images/"))) == 1
