"""Opens the versions of the models, and what lets the server answer by those in production."""

import time
from datetime import datetime
from pathlib import Path

from starlette.datastructures import State

from backend.access.keys import FIRST_HOUSEHOLD
from backend.bus import Bus
from backend.config import BackendSettings
from backend.versions.comparisons import ComparisonService
from backend.versions.following import ProductionFollower, Served
from backend.versions.record import incident_stretches
from backend.versions.service import VersionService
from backend.versions.shadow import ShadowWatch
from backend.vision.local import VisionService
from contract.comparisons import Stretch
from contract.versions import DETECTOR
from modeling.perception.images.registry import TASKS


def open_versions(state: State, settings: BackendSettings, bus: Bus) -> None:
    """After the data sets, the models, the incidents and their poses."""
    database, blobs = state.factory_database, state.blobs
    state.versions = VersionService(database, blobs, bus, _shipped(settings))
    _open_production(state, settings, bus)

    def record(household_id: int) -> list[Stretch]:
        replays = state.poses.replays()
        return incident_stretches(state.database, replays, time.time(), household_id)

    state.comparisons = ComparisonService(
        database, blobs, state.jobs, state.versions, state.datasets, record
    )


def _open_production(state: State, settings: BackendSettings, bus: Bus) -> None:
    def today() -> str:
        return datetime.now(state.people.zone(FIRST_HOUSEHOLD)).date().isoformat()

    state.shadow = ShadowWatch(state.factory_database, today)
    state.behavior.answered = state.shadow.answered
    models: dict[str, Served] = {DETECTOR: state.behavior}
    if isinstance(state.vision, VisionService):
        models |= state.vision.slots
    models |= state.tabular.models
    folder = settings.data_dir / "versions"
    state.production = ProductionFollower(state.versions, models, state.shadow, folder, bus)


def _shipped(settings: BackendSettings) -> dict[str, Path]:
    """The folder of each recipe's checkpoint; the image models may be another machine's."""
    images = () if settings.vision_url else TASKS
    folders = {name: settings.vision_checkpoints_path / name for name in images}
    return {DETECTOR: settings.model_checkpoint_path, **folders}
