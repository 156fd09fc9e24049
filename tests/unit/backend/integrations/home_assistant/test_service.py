"""What a broker is given, where it says more of what it has meanwhile."""

import asyncio
from typing import Any

from backend.bus import Bus
from backend.integrations.home_assistant.service import HomeAssistantService

WANTED = {"homeassistant/device/dolbom_1_hall/config": "a hall"}
REMOVED = "homeassistant/device/dolbom_1_attic/config"


class TalkativeBroker:
    """Tells of a camera that is no more, while it is given its first message."""

    def __init__(self, service: HomeAssistantService) -> None:
        self._service = service
        self.has = {REMOVED: "an attic"}

    async def publish(self, topic: str, payload: str, **_: object) -> None:
        if not self._service._known:
            self._service._forget({REMOVED})
        self.has[topic] = payload


def test_what_is_heard_of_while_something_is_published_is_taken_back_in_the_next_round() -> None:
    unused: Any = None
    service = HomeAssistantService(unused, unused, unused, unused, unused, Bus())
    broker: Any = TalkativeBroker(service)
    asyncio.run(service._publish(broker, WANTED))
    assert broker.has == WANTED | {REMOVED: "an attic"}
    assert service._changed.is_set(), "the next round comes at once"
    asyncio.run(service._publish(broker, WANTED))
    assert broker.has == WANTED | {REMOVED: ""}
    assert service._known == WANTED
