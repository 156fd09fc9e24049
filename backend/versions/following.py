"""Lets the server's own detector be the version that is in production, and asks the shadow."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from backend.analysis.service import BehaviorService
from backend.bus import Bus
from backend.errors import ApiError
from backend.versions.service import AliasMoved, VersionService
from backend.versions.shadow import Shadowed, ShadowWatch
from contract.versions import DETECTOR, Alias, Version
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector

logger = logging.getLogger(__name__)


class DetectorFollower:
    """`start` it before the first request and `stop` it after the last.

    The versions that serve lie in `folder`, a folder each. A thread of its own loads them.
    """

    def __init__(
        self,
        versions: VersionService,
        behavior: BehaviorService,
        shadow: ShadowWatch,
        folder: Path,
        bus: Bus,
    ) -> None:
        self._versions, self._behavior, self._shadow = versions, behavior, shadow
        self._folder = folder
        self._serving_id: str | None = None
        self._thread = ThreadPoolExecutor(1, "versions")
        bus.subscribe(AliasMoved, self._moved)

    def start(self) -> None:
        """Load what an earlier run of the server has served; it waits for that.

        Where no version but the one that ships has ever served there is nothing to ask for.
        """
        if self._folder.exists():
            self._thread.submit(self._follow).result()

    def stop(self) -> None:
        """Follow no more."""
        self._thread.shutdown()
        self._shadow.stop()

    def _moved(self, moved: AliasMoved) -> None:
        if moved.move.recipe == DETECTOR:
            self._thread.submit(self._follow)

    def _follow(self) -> None:
        try:
            production = self._versions.named(DETECTOR, Alias.PRODUCTION)
            shadow = self._versions.named(DETECTOR, Alias.SHADOW)
        except ApiError as error:
            self._behavior.refuse(f"the version in production is not known: {error.message}")
            return
        if production is not None and production.id != self._serving_id:
            self._serve(production)
        if shadow is None or production is None or shadow.id == production.id:
            self._shadow.watch(None)
        else:
            self._shadow.watch(self._shadowed(shadow, production))

    def _serve(self, version: Version) -> None:
        """Let it answer; where it cannot, the one before goes on."""
        try:
            folder = self._placed(version)
        except ApiError as error:
            self._behavior.refuse(f"version {version.version}: {error.message}")
            return
        if self._behavior.serve(folder):
            self._serving_id = version.id
            logger.info("version %s of %s answers", version.version, version.recipe)

    def _shadowed(self, shadow: Version, production: Version) -> Shadowed | None:
        """The shadow beside the version in production; None where it cannot be loaded."""
        try:
            detector = Detector.load(self._placed(shadow))
        except (ApiError, CheckpointError) as error:
            logger.error("no shadow: version %s: %s", shadow.version, error)
            return None
        return Shadowed(shadow.id, production.id, detector)

    def _placed(self, version: Version) -> Path:
        """Its folder, with all its files as they were registered; raises ApiError."""
        folder = self._folder / version.id
        self._versions.put_into(version, folder)
        return folder
