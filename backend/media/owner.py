"""Of which database the pictures are: what one names that was lost is nobody's to sweep away."""

from backend.datasets.blob_owner import id_of
from backend.media.drivers.driver import Driver
from backend.storage.database import Database

KEY = "owner"
OTHERS = (
    "pictures are kept of another database of the factory, and none of them is deleted: restore "
    f"that database, or let them go by deleting the file {KEY!r} beside them"
)


def is_owner(database: Database, driver: Driver) -> bool:
    """Whether the pictures are of this database: the first that asks is their owner.

    Raises MediaUnavailable and DatabaseUnavailable.
    """
    with database.writing() as db:
        own = id_of(db).encode()
    if driver.find(KEY) is None:
        driver.write(KEY, [own], "text/plain")
    return b"".join(driver.read(KEY)) == own
