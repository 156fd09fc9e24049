"""Opens the figures, over the parts that they are of."""

from starlette.datastructures import State

from backend.analysis.service import BehaviorService
from backend.bus import Bus
from backend.config import BackendSettings
from backend.metrics.alerts import AlertFigures, TellingFigures
from backend.metrics.answers import AnswerFigures
from backend.metrics.cameras import CameraFigures
from backend.metrics.jobs import JobFigures
from backend.metrics.messages import MessageFigures
from backend.metrics.models import ModelFigures, VersionFigures
from backend.metrics.parts import Parts
from backend.metrics.service import MetricsService
from backend.metrics.storage import StorageFigures
from backend.troubles.table import TROUBLES


def open_metrics(state: State, settings: BackendSettings, bus: Bus) -> None:
    """After all parts, and before anything is published."""
    behavior: BehaviorService = state.behavior

    def labels() -> frozenset[str]:
        return behavior.labels | TROUBLES.keys()

    parts = Parts(
        {
            "cameras": CameraFigures(state.watchdog, settings.camera_silent_after).read,
            "alerts": AlertFigures(state.database, state.alerts, labels).read,
            "told": TellingFigures(state.alerts.tellings).read,
            "answers": AnswerFigures(state.database).read,
            "storage": StorageFigures(settings.data_dir, state.database, state.events).read,
            "jobs": JobFigures(state.factory_database).read,
            "models": ModelFigures(state.behavior, state.vision).read,
            "versions": VersionFigures(state.versions).read,
        }
    )
    messages = MessageFigures(bus, state.events.log_ends_at)
    state.metrics = MetricsService([parts, messages, state.request_meter])
