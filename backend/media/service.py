"""Pictures for the rest of the server and for workers."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from backend.media.drivers.driver import Driver
from backend.storage.database import Database
from contract.media import Image, ImageResult, ImageType, UploadOffer, UploadWanted


class MediaService:
    """Thread-safe; methods raise DatabaseUnavailable and MediaUnavailable."""

    def __init__(
        self, database: Database, driver: Driver, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._driver, self._clock = database, driver, clock

    def offer(
        self, wanted: UploadWanted, person_id: int | None, household_id: int = 1
    ) -> UploadOffer:
        """A picture that is awaited, and where to put it; raises NoConsent."""
        raise NotImplementedError

    def confirm(self, image_id: str, household_id: int = 1) -> Image:
        """Look at what was put there, and keep it.

        Raises UnknownImage, WrongImageState and BadImage.
        """
        raise NotImplementedError

    def keep_camera_picture(
        self, camera_id: str, content: bytes, incident_id: str | None, household_id: int = 1
    ) -> Image | None:
        """Keep the JPEG of a camera; None where the household did not consent to that."""
        raise NotImplementedError

    def find(self, image_id: str, household_id: int = 1) -> Image:
        """One picture; raises UnknownImage."""
        raise NotImplementedError

    def newest(
        self, household_id: int = 1, before: float | None = None, limit: int = 50
    ) -> list[Image]:
        """Confirmed pictures, newest first."""
        raise NotImplementedError

    def read(self, image: Image, what: str = "original") -> Iterator[bytes]:
        """Its `original`, its `thumbnail` or a result by its name; raises UnknownFile."""
        raise NotImplementedError

    def put_into(self, image: Image, path: Path) -> None:
        """Put its original at `path`, in the clear, for a job that deletes it again."""
        raise NotImplementedError

    def keep_result(
        self,
        image: Image,
        name: str,
        path: Path,
        content_type: ImageType,
        job_id: str,
        remark: str | None,
    ) -> ImageResult:
        """Keep the file at `path` as a result of this name: once, if asked again too."""
        raise NotImplementedError

    def erase(self, image_id: str, household_id: int = 1) -> list[str]:
        """Erase it with all that was made of it; the names of the files that are gone."""
        raise NotImplementedError
