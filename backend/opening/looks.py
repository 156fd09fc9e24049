"""Opens looks, and the jobs of single pictures."""

from starlette.datastructures import State

from backend.looks.files import LookFiles
from backend.looks.night import NightLookService
from backend.looks.service import LookService
from backend.looks.sharing import LookShares
from backend.media.image_jobs import ImageJobs


def open_looks(state: State) -> None:
    """After the jobs, the deployments, the pictures and the place where they lie."""
    state.image_jobs = ImageJobs(state.media, state.jobs)
    database, files = state.factory_database, LookFiles(state.media_driver)
    state.looks = LookService(database, state.jobs, state.media, files)
    state.media_sweeper.also(state.looks.strays)
    state.look_shares = LookShares(database, state.looks)
    state.night_looks = NightLookService(database, state.looks, files, state.package_key)
