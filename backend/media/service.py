"""Pictures for the rest of the server and for workers."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import ColumnElement

from backend.media import store
from backend.media.consents import delete_at
from backend.media.drivers.driver import Driver
from backend.media.errors import BadImage, NoConsent, UnknownImage
from backend.media.files import MediaFile, file_of
from backend.media.keeping import keep, pieces
from backend.media.keys import ORIGINAL, brought_key, folder_of, key_of
from backend.media.new_image import new_image
from backend.storage.database import Database
from backend.storage.room import check_room
from contract.media import (
    UPLOAD_SEC,
    Image,
    ImageResult,
    ImageState,
    ImageType,
    UploadOffer,
    UploadWanted,
)
from contract.names import visible


class MediaService:
    """Thread-safe; methods raise DatabaseUnavailable and MediaUnavailable."""

    def __init__(
        self,
        database: Database,
        driver: Driver,
        clock: Callable[[], float] = time.time,
        forget: Callable[[str], object] = lambda _image_id: None,
    ) -> None:
        """`forget` lets go what is said elsewhere of a picture that is erased."""
        self._database, self._driver, self._clock = database, driver, clock
        self._forget = forget
        self._looking = threading.Lock()  # at one picture at a time

    def offer(self, wanted: UploadWanted, person_id: int | None, household_id: int) -> UploadOffer:
        """A picture that is awaited, and where to put it; raises NoConsent."""
        new = new_image(wanted, household_id, self._clock())
        image = self._await(new.model_copy(update={"person_id": person_id}))
        until = image.created_at + UPLOAD_SEC
        put = self._driver.signed_put(brought_key(image), image.content_type, image.bytes, until)
        return UploadOffer(image=image, put=put)

    def confirm(self, image_id: str, household_id: int) -> Image:
        """Look at what was put there, and keep it; asked again, the same answer.

        Raises UnknownImage, WrongImageState, NoConsent and BadImage.
        """
        with self._looking:
            image = self.find(image_id, household_id)
            if image.state is ImageState.FAILED:
                raise BadImage(image.failure or "the picture was not kept")
            if image.state is ImageState.PENDING:
                self._keep(image)
            # Also what a kill has left, or was put there again.
            self._driver.delete(brought_key(image))
        return self.find(image_id, household_id)

    def keep_camera_picture(
        self, camera_id: str, content: bytes, incident_id: str | None, household_id: int
    ) -> Image:
        """Keep the JPEG of a camera; raises NoConsent and BadImage."""
        name = f"{visible(camera_id[:100])}.jpg"
        wanted = UploadWanted(name=name, content_type=ImageType.JPEG, bytes=len(content))
        new = new_image(wanted, household_id, self._clock())
        of_camera = {"camera_id": camera_id, "incident_id": incident_id}
        image = self._await(new.model_copy(update=of_camera))
        self._driver.write(brought_key(image), [content], image.content_type)
        return self.confirm(image.id, household_id)

    def find(self, image_id: str, household_id: int) -> Image:
        """One picture; raises UnknownImage."""
        with self._database.reading() as db:
            found = store.find(db, image_id, household_id)
        if found is None:
            raise UnknownImage(f"no picture {image_id[:40]}")
        return found

    def newest(self, household_id: int, before: str | None = None, limit: int = 50) -> list[Image]:
        """Confirmed pictures, newest first; behind the one of the id `before`."""
        with self._database.reading() as db:
            return store.newest(db, household_id, before, limit)

    def file(self, image: Image, what: str = ORIGINAL) -> MediaFile:
        """What is known of its `original`, its `thumbnail` or a result; raises UnknownFile."""
        return file_of(self._driver, image, what)

    def read(
        self, image: Image, what: str = ORIGINAL, begin: int = 0, end: int | None = None
    ) -> Iterator[bytes]:
        """Its `original`, its `thumbnail` or a result by its name; raises UnknownFile."""
        return self._driver.read(key_of(image, self.file(image, what).what), begin, end)

    def put_into(self, image: Image, path: Path) -> None:
        """Put its original at `path`, in the clear, for a job that deletes it again.

        Raises OSError where the disk has room only for the record.
        """
        check_room(path.parent)
        with path.open("wb") as file:
            file.writelines(self.read(image))

    def keep_result(
        self,
        image: Image,
        name: str,
        path: Path,
        content_type: ImageType,
        job_id: str,
        remark: str | None,
    ) -> ImageResult:
        """Keep the file at `path` as a result of this name: once, if asked again too.

        Raises UnknownImage where the picture was erased meanwhile.
        """
        found = self.find(image.id, image.household_id)
        before = next((it for it in found.results if it.name == name), None)
        if before is not None:
            return before
        with path.open("rb") as file:
            stored = self._driver.write(key_of(found, name), pieces(file), content_type)
        result = ImageResult(
            name=name,
            content_type=content_type,
            bytes=stored.bytes,
            job_id=job_id,
            made_at=self._clock(),
            remark=remark,
        )
        with self._database.writing() as db:
            is_there = store.find(db, image.id, image.household_id) is not None
            if is_there:
                store.add_result(db, image.id, result)
        if not is_there:
            self._driver.delete(folder_of(found))
            raise UnknownImage("the picture was erased meanwhile")
        return result

    def erase(self, image_id: str, household_id: int) -> list[str]:
        """Erase it with all that was made of it; the names of the files that are gone.

        The files go first: asked again after a kill, the rest goes.
        """
        image = self.find(image_id, household_id)
        folder = folder_of(image)
        names = sorted(key.removeprefix(folder) for key in self._driver.keys(folder))
        self._driver.delete(folder)
        self._forget(image_id)
        with self._database.writing() as db:
            store.remove(db, image_id)
        # What came while the row was there still; from here on nobody adds anything.
        self._driver.delete(folder)
        self._forget(image_id)
        self._database.forget_deleted()
        return names

    def count(self, *conditions: ColumnElement[bool]) -> int:
        """Of how many pictures the conditions hold."""
        if not self._database.is_made:  # nor is it for this
            return 0
        with self._database.reading() as db:
            return store.count(db, *conditions)

    def erase_all(self, *conditions: ColumnElement[bool], limit: int | None = None) -> int:
        """Erase the newest pictures of which all conditions hold; how many they were."""
        if not self._database.is_made:
            return 0
        with self._database.reading() as db:
            found = store.those(db, *conditions, limit=limit)
        for image in found:
            with suppress(UnknownImage):  # somebody else was faster
                self.erase(image.id, image.household_id)
        return len(found)

    def _await(self, image: Image) -> Image:
        """Note that it comes; raises NoConsent."""
        with self._database.writing() as db:
            lasts = delete_at(db, image.camera_id, image.household_id, image.created_at)
            awaited = image.model_copy(update={"delete_at": lasts})
            store.add(db, awaited)
        return awaited

    def _keep(self, image: Image) -> None:
        """Let it be confirmed, or failed; raises NoConsent, BadImage and WrongImageState."""
        with self._database.reading() as db:  # it may have been withdrawn meanwhile
            delete_at(db, image.camera_id, image.household_id, image.created_at)
        try:
            kept = keep(self._driver, image)
        except BadImage as error:
            with self._database.writing() as db:
                store.settle(db, image.id, state=ImageState.FAILED, failure=error.message)
            self._driver.delete(folder_of(image))
            raise
        values = kept.found.model_dump() | {"bytes": kept.bytes, "confirmed_at": self._clock()}
        try:
            with self._database.writing() as db:  # it may have been withdrawn meanwhile, too
                delete_at(db, image.camera_id, image.household_id, image.created_at)
                store.settle(db, image.id, state=ImageState.CONFIRMED, **values)
        except NoConsent:
            self.erase(image.id, image.household_id)
            raise
