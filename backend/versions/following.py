"""Lets the server's models be the versions that are in production, and asks the shadow."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from backend.access.keys import FIRST_HOUSEHOLD
from backend.bus import Bus
from backend.errors import ApiError
from backend.versions.service import AliasMoved, VersionService
from backend.versions.shadow import Shadowed, ShadowWatch
from common.repeating import Repeating
from contract.versions import DETECTOR, Alias, Version
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector

logger = logging.getLogger(__name__)

AGAIN_SEC = 30.0
"""What could not be known, or not be read, is tried again after so long."""


class Served(Protocol):
    """A model of the server: it answers by what lies in a folder."""

    def serve(self, folder: Path) -> bool:
        """Answer by this one from now on; False where the one before goes on."""

    def refuse(self, reason: str) -> None:
        """The version that was wanted cannot answer; whatever answers goes on."""

    def confirm(self) -> None:
        """What answers is what is wanted, after all."""


class ProductionFollower:
    """`start` it before the first request and `stop` it after the last.

    `models` are those of the server, by their recipe: what answers all households is chosen by the
    one that the server was set up for. The versions that serve lie in `folder`, a
    folder each; a thread of its own puts them there.
    """

    def __init__(
        self,
        versions: VersionService,
        models: Mapping[str, Served],
        shadow: ShadowWatch,
        folder: Path,
        bus: Bus,
        again_sec: float = AGAIN_SEC,
    ) -> None:
        self._versions, self._models, self._shadow = versions, models, shadow
        self._folder = folder
        self._serving: dict[str, str | None] = {}
        self._refused: dict[str, str] = {}
        self._to_follow: set[str] = set()
        self._repeating = Repeating(
            "versions", self._round, again_sec, "versions in production are not followed"
        )
        bus.subscribe(AliasMoved, self._moved, everywhere=True)

    def start(self) -> None:
        """Load what is in production, unless that is what ships; it waits for that."""
        if not self._versions.is_unused:
            self._to_follow |= self._models.keys()
            self._round()
        self._repeating.start()

    def stop(self) -> None:
        """Follow no more."""
        self._repeating.stop()
        self._shadow.stop()

    def _moved(self, moved: AliasMoved) -> None:
        if moved.move.recipe in self._models:
            self._to_follow.add(moved.move.recipe)
            self._repeating.wake()

    def _round(self) -> float | None:
        """Follow those that have moved; None where one of them is to be tried again."""
        for recipe in sorted(self._to_follow):
            self._to_follow.discard(recipe)  # before it is asked for: it may move meanwhile
            if not self._follow(recipe):
                self._to_follow.add(recipe)
        return None if self._to_follow else threading.TIMEOUT_MAX

    def _follow(self, recipe: str) -> bool:
        """Whether what is in production is known, and its files could be read."""
        try:
            production = self._versions.named(recipe, Alias.PRODUCTION, FIRST_HOUSEHOLD)
            shadow = self._versions.named(recipe, Alias.SHADOW, FIRST_HOUSEHOLD)
            serving = self._serving.get(recipe, self._versions.ships(recipe))
        except ApiError as error:
            self._refuse(recipe, f"the version in production is not known: {error.message}")
            return False
        is_placed = True
        if production is not None and production.id != serving:
            is_placed = self._serve(production)
        elif self._refused.pop(recipe, None):
            self._models[recipe].confirm()
        if recipe == DETECTOR:
            self._ask_too(shadow, production)
        return is_placed

    def _serve(self, version: Version) -> bool:
        """Let it answer; where it cannot, the one before goes on. Whether its files were read."""
        self._serving[version.recipe] = None
        try:
            folder = self._placed(version)
        except ApiError as error:
            self._refuse(version.recipe, f"version {version.version}: {error.message}")
            return False
        self._refused.pop(version.recipe, None)
        if self._models[version.recipe].serve(folder):
            self._serving[version.recipe] = version.id
            logger.info("version %s of %s is to answer", version.version, version.recipe)
        return True

    def _refuse(self, recipe: str, reason: str) -> None:
        """Say so once: it is tried again and again."""
        if self._refused.get(recipe) != reason:
            self._refused[recipe] = reason
            self._models[recipe].refuse(reason)

    def _ask_too(self, shadow: Version | None, production: Version | None) -> None:
        if shadow is None or production is None or shadow.id == production.id:
            self._shadow.watch(None)
        else:
            self._shadow.watch(self._shadowed(shadow, production))

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
