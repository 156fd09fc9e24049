"""Opens what other programs of the home hear of it."""

from starlette.datastructures import State

from backend.bus import Bus
from backend.config import BackendSettings
from backend.integrations.home_assistant.activity_now import ActivityNow
from backend.integrations.home_assistant.broker import Broker
from backend.integrations.home_assistant.commands import Commands
from backend.integrations.home_assistant.happenings import Happenings
from backend.integrations.home_assistant.home import HomeReader
from backend.integrations.home_assistant.publishing import Publishing
from backend.integrations.home_assistant.service import HomeAssistantService
from backend.integrations.home_assistant.topics import HomeTopics, own_name


def open_integrations(state: State, settings: BackendSettings, bus: Bus) -> None:
    """Raises OSError."""
    url = settings.mqtt_url
    state.home_assistant = _home_assistant(state, settings, Broker.of(url), bus) if url else None


def _home_assistant(
    state: State, settings: BackendSettings, broker: Broker, bus: Bus
) -> HomeAssistantService:
    topics = HomeTopics(own_name(settings.data_dir))
    activity = ActivityNow(bus)
    reader = HomeReader(state.cameras, state.incidents, state.visits, state.people, activity)
    return HomeAssistantService(
        broker,
        reader,
        Publishing(topics, state.public_url),
        Happenings(bus),
        Commands(topics, reader, state.escalation, state.visits, state.self_tests),
        bus,
    )
