"""Opens looks, and the jobs of single pictures."""

from starlette.datastructures import State

from backend.looks.files import LookFiles
from backend.looks.service import LookService
from backend.looks.sharing import LookShares
from backend.media.image_jobs import ImageJobs


def open_looks(state: State) -> None:
    """After the jobs, the pictures and the place where they lie."""
    state.image_jobs = ImageJobs(state.media, state.jobs)
    state.looks = LookService(
        state.factory_database, state.jobs, state.media, LookFiles(state.media_driver)
    )
    state.look_shares = LookShares(state.factory_database, state.looks)
