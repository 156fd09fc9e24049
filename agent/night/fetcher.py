"""Fetches the look that the household has chosen for the night."""

import logging
from pathlib import Path

import httpx2 as httpx

from agent.backend_client import describe_failure
from agent.night.household_look import HouseholdLook, LookFailed
from agent.packages.client import NothingOffered, PackageClient
from agent.packages.shelf import Shelf
from agent.packages.trust import PackageRefused
from contract.deployments import EdgePackage
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.looks.look import Look
from modeling.perception.looks.night import by_look

logger = logging.getLogger(__name__)


class LookFetcher:
    """Asks once each `round`, which raises nothing. For one thread."""

    def __init__(self, packages: PackageClient, look: HouseholdLook, shelf: Shelf) -> None:
        self._packages, self._look, self._shelf = packages, look, shelf

    def begin(self) -> None:
        """Use the one that was used when the box ended, until the server is heard."""
        for look_id in self._shelf.state.chain:
            if self._shelf.is_whole(look_id):
                self._try(look_id)

    def round(self) -> None:
        """Ask once, and do what the answer says. A server that is away changes nothing."""
        try:
            offer = self._packages.ask()
            if offer is not None:
                self._use(offer.package)
                self._packages.followed(offer)
        except NothingOffered:
            self._forget()
        except httpx.HTTPError as error:
            logger.debug("no word of the look for the night: %s", describe_failure(error))
        except (PackageRefused, CheckpointError, OSError) as error:
            self._look.note_failure(str(error))
        except Exception as error:
            logger.exception("a round of the look for the night failed; the next one follows")
            self._look.note_failure(f"the fetching failed: {type(error).__name__}")

    def _use(self, package: EdgePackage) -> None:
        if not self._shelf.is_whole(package.version_id):
            self._packages.fetch(package, _check)
        self._shelf.note(chain=(package.version_id,))
        self._shelf.remove_others()
        self._try(package.version_id)

    def _try(self, look_id: str) -> None:
        """Where it fails it is not tried again, until another one is chosen."""
        try:
            self._look.use(by_look(Look.load(self._shelf.path(look_id)), look_id))
        except (CheckpointError, LookFailed) as failure:
            self._look.drop()
            self._look.note_failure(f"the look {look_id} is not used: {failure}")

    def _forget(self) -> None:
        if self._shelf.state.chain:
            self._shelf.note(chain=())
            self._shelf.remove_others()
        self._look.drop()


def _check(folder: Path) -> None:
    """Raise CheckpointError unless it is a look that runs."""
    Look.load(folder)
