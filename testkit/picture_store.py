"""The pictures of a household, without the rest of the server."""

from dataclasses import dataclass, field
from pathlib import Path

from backend.media.consents import ConsentService
from backend.media.keys import brought_key
from backend.media.service import MediaService
from backend.media.sweeping import Sweeper
from backend.media.views import ViewService
from backend.storage.database import Database
from backend.storage.shared_file import SharedFile
from contract.media import ConsentWanted, Image, ImageType, UploadWanted
from testkit.clock import Clock
from testkit.households import HOME
from testkit.memory_driver import MemoryDriver

NOW = 1_795_939_200.0


@dataclass
class PictureStore:
    """The services on a database in `folder`, or another; files are in memory.

    What people bring is kept.
    """

    folder: Path
    driver: MemoryDriver = field(default_factory=MemoryDriver)
    clock: Clock = field(default_factory=lambda: Clock(NOW))
    other: Database | None = None

    def __post_init__(self) -> None:
        self.database = self.other or SharedFile(self.folder / "factory.sqlite3")
        self.media = MediaService(self.database, self.driver, self.clock)
        self.consents = ConsentService(self.database, self.clock)
        self.views = ViewService(self.database, self.clock)
        self.sweeper = Sweeper(self.database, self.driver, self.media, clock=self.clock)
        self.consent()

    def consent(self, camera_id: str | None = None, days: int | None = 30) -> None:
        """Let such pictures be kept."""
        self.consents.give(ConsentWanted(camera_id=camera_id, days=days), 1, HOME)

    def put(
        self, content: bytes, content_type: ImageType = ImageType.JPEG, keeps_place: bool = False
    ) -> Image:
        """Have it offered, and put it there."""
        wanted = UploadWanted(
            name="거실.jpg",
            content_type=content_type,
            bytes=len(content),
            keeps_place=keeps_place,
        )
        image = self.media.offer(wanted, 1, HOME).image
        self.driver.write(brought_key(image), [content], content_type)
        return image

    def keep(self, content: bytes, content_type: ImageType = ImageType.JPEG) -> Image:
        """Put it there, and confirm it."""
        return self.media.confirm(self.put(content, content_type).id, HOME)
