"""Opens the pictures that the household keeps."""

from anyio import CapacityLimiter
from starlette.datastructures import State

from backend.media.consents import ConsentService
from backend.media.drivers.driver import Driver
from backend.media.service import MediaService
from backend.media.sweeping import Sweeper
from backend.media.views import ViewService
from backend.storage.database import Database
from contract.comments import Subject, SubjectKind


def open_media(state: State) -> None:
    """After the jobs, whose database knows of them, and the driver."""
    database: Database = state.factory_database
    driver: Driver = state.media_driver

    def forget(image_id: str) -> None:
        state.jobs.let_go(image_id)
        state.comments.erase(Subject(kind=SubjectKind.IMAGE, id=image_id))

    state.media = MediaService(database, driver, forget=forget)
    state.consents = ConsentService(database)
    state.image_views = ViewService(database)
    state.inspections = CapacityLimiter(1)
    state.media_sweeper = Sweeper(database, driver, state.media)
