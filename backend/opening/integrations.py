"""Opens what other programs of the home hear of it."""

import time
from pathlib import Path

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
from backend.integrations.webhooks.sender import Address
from backend.integrations.webhooks.service import WebhookService
from backend.integrations.webhooks.signing import Signer
from common.files import made_once

FIRST_START = Path("integrations") / "webhooks-since"
"""Below DATA_DIR: what had begun before is told to nobody."""


def open_integrations(state: State, settings: BackendSettings, bus: Bus) -> None:
    """Raises OSError."""
    url = settings.mqtt_url
    state.home_assistant = _home_assistant(state, settings, Broker.of(url), bus) if url else None
    state.webhooks = _webhooks(state, settings, bus) if settings.webhook_urls else None


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


def _webhooks(state: State, settings: BackendSettings, bus: Bus) -> WebhookService:
    urls, secret = settings.webhook_urls, settings.webhook_secret
    names = [f"address {number} of WEBHOOK_URLS" for number in range(1, len(urls) + 1)]
    addresses = [Address(*it) for it in zip(names, urls, strict=True)]
    signer = Signer.of(secret) if secret else Signer.own(settings.data_dir)
    path = (settings.data_dir / FIRST_START).absolute()
    since, _ = made_once(path, lambda: str(int(time.time())), 1)
    return WebhookService(
        state.database, bus, addresses, signer, float(since), is_on_duty=state.is_on_duty
    )
