"""Opens the way that dark pictures are changed, and who fetches the household's look."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx

from agent.config import AgentSettings
from agent.night.fetcher import LookFetcher
from agent.night.household_look import HouseholdLook
from agent.packages.client import PackageClient
from agent.packages.poller import Poller
from agent.packages.shelf import Shelf
from agent.packages.trust import PinnedKey
from contract.looks import NIGHT_LOOK, NIGHT_LOOK_PATH
from modeling.perception.looks.night import SIMPLE


@contextmanager
def opened_night(settings: AgentSettings, client: httpx.Client) -> Iterator[HouseholdLook | None]:
    """While the context lasts; None where dark pictures stay as they are.

    A table that the settings name is used whatever the household has chosen.
    """
    way = settings.night_look
    if way is not SIMPLE:
        yield HouseholdLook(way) if way else None
        return
    look, shelf = HouseholdLook(), Shelf(settings.data_dir / "night-look")
    pinned = PinnedKey(settings.data_dir)
    packages = PackageClient(client, NIGHT_LOOK_PATH, NIGHT_LOOK, shelf, pinned)
    fetcher = LookFetcher(packages, look, shelf)
    fetcher.begin()
    poller = Poller("night look", fetcher.round, settings.model_poll_sec)
    poller.start()
    try:
        yield look
    finally:
        poller.stop()
