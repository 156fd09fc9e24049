"""Fetches the version that is to serve, and lets it."""

import logging
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx

from agent.backend_client import describe_failure
from agent.model.serving import Loaded, ServingModel
from agent.model.trial import TrialFailed, try_in_own_process
from agent.packages.client import NothingOffered, PackageClient
from agent.packages.shelf import Shelf
from agent.packages.trust import PackageRefused
from common.text import one_line
from contract.deployments import EdgePackage
from contract.versions import DETECTOR
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector

logger = logging.getLogger(__name__)

ADDRESS = f"/deployments/edge/{DETECTOR}"
MAX_FAILURE = 200
"""Characters."""

TryVersion = Callable[[Path], None]
"""Raises TrialFailed where the checkpoint in the folder is not to serve."""


class ModelFetcher:
    """Asks once each `round`, which raises nothing. For one thread."""

    def __init__(
        self,
        packages: PackageClient,
        model: ServingModel,
        shelf: Shelf,
        *,
        try_version: TryVersion = try_in_own_process,
    ) -> None:
        self._packages, self._model, self._shelf = packages, model, shelf
        self._try_version = try_version

    def round(self) -> None:
        """Ask once, and do what the answer says. A server that is away changes nothing."""
        try:
            offer = self._packages.ask()
            if offer is not None:
                self._follow(offer.package)
                self._packages.followed(offer)
        except NothingOffered:
            pass
        except httpx.HTTPError as error:
            logger.debug("no word of the model: %s", describe_failure(error))
        except (PackageRefused, TrialFailed, CheckpointError, OSError) as error:
            self._note_failure(str(error))
        except Exception as error:
            logger.exception("a round of the model failed; the next one follows")
            self._note_failure(f"the fetching failed: {type(error).__name__}")

    def _follow(self, package: EdgePackage) -> None:
        if package.version_id in self._shelf.bad:
            reason = self._shelf.bad[package.version_id]
            self._note_failure(f"version {package.version} is not used: {reason}")
        else:
            self._let_serve(package)
            self._model.failure = None

    def _let_serve(self, package: EdgePackage) -> None:
        if self._model.serving.version_id != package.version_id:
            if not self._shelf.is_whole(package.version_id):
                self._packages.fetch(package, lambda place: self._try(package, place))
            detector = Detector.load(self._shelf.path(package.version_id))
            self._model.swap(Loaded(detector, package.version_id))
        self._shelf.note(chain=self._model.version_ids)
        self._shelf.remove_others()

    def _try(self, package: EdgePackage, place: Path) -> None:
        """One that fails the trial is not fetched again."""
        try:
            self._try_version(place)
        except TrialFailed as failure:
            self._shelf.mark_bad(package.version_id, str(failure))
            raise TrialFailed(f"version {package.version} is not used: {failure}") from failure

    def _note_failure(self, reason: str) -> None:
        reason = one_line(reason, MAX_FAILURE)
        if reason != self._model.failure:  # one line per round would hide all others
            logger.error("the model stays %s: %s", self._model.serving.version, reason)
        self._model.failure = reason
