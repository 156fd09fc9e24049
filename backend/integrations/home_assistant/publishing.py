"""All that the broker is to keep of a home. Pure."""

from dataclasses import dataclass

from backend.integrations.home_assistant import states
from backend.integrations.home_assistant.discovery import Discovery
from backend.integrations.home_assistant.home import Home
from backend.integrations.home_assistant.topics import HomeTopics

Messages = dict[str, str]
"""Payloads by topic, in the order in which they are sent: devices before how they are."""
GONE = ""
"""The payload after which the broker keeps nothing of a topic."""


@dataclass(frozen=True)
class Publishing:
    """Makes the messages of a home."""

    topics: HomeTopics
    page: str | None

    def messages(self, home: Home) -> Messages:
        """Those of all devices."""
        household, found = self.topics.household, self._configs(home)
        found[household.state] = states.of_household(home).model_dump_json()
        for camera in home.cameras:
            topics = self.topics.camera(camera.shown.camera_id)
            found[topics.state] = states.of_camera(camera).model_dump_json()
            found[topics.availability] = states.availability_of(camera)
        return found | {household.availability: states.ONLINE}

    def _configs(self, home: Home) -> Messages:
        discovery = Discovery(self.topics, self.page)
        found = {self.topics.household.config: discovery.of_household(home).as_json()}
        for camera in home.cameras:
            camera_id = camera.shown.camera_id
            topics = self.topics.camera(camera_id)
            found[topics.config] = discovery.of_camera(home, camera_id).as_json()
        return found


def news(known: Messages, wanted: Messages) -> Messages:
    """What is to be sent to a broker that has `known`, so that it has `wanted`."""
    changed = {topic: it for topic, it in wanted.items() if known.get(topic) != it}
    return changed | dict.fromkeys(known.keys() - wanted.keys(), GONE)
