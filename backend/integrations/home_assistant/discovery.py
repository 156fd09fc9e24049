"""What Home Assistant is told of the devices and their entities. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version

from backend.integrations.home_assistant import words
from backend.integrations.home_assistant.activity_now import Activity
from backend.integrations.home_assistant.commands import PRESSED, Button
from backend.integrations.home_assistant.happenings import Happening
from backend.integrations.home_assistant.home import Home
from backend.integrations.home_assistant.payloads import (
    Availability,
    Component,
    Device,
    DeviceConfig,
    Origin,
)
from backend.integrations.home_assistant.topics import DeviceTopics, HomeTopics
from backend.integrations.home_assistant.words import Words
from contract.events import Picture
from contract.language import Language

VERSION = version("dolbom")


@dataclass(frozen=True)
class _Sensor:
    """A sensor, or a binary one where it has no `options` and is no time; `key` is in the state.

    One that `is_of_now` is not available while the camera is not.
    """

    key: str
    words: Words
    device_class: str
    options: tuple[str, ...] = ()
    is_of_now: bool = False
    is_diagnostic: bool = False

    @property
    def is_binary(self) -> bool:
        """Whether it is on or off."""
        return not self.options and self.device_class != "timestamp"


CAMERA_SENSORS = (
    _Sensor("fall", words.FALL, "safety"),
    _Sensor("still_down", words.STILL_DOWN, "safety"),
    _Sensor("on_floor", words.ON_FLOOR, "safety"),
    _Sensor("person", words.PERSON, "occupancy", is_of_now=True),
    _Sensor("connectivity", words.CONNECTIVITY, "connectivity", is_diagnostic=True),
    _Sensor("problem", words.PROBLEM, "problem", is_diagnostic=True),
    _Sensor("last_seen", words.LAST_SEEN, "timestamp", is_diagnostic=True),
    _Sensor("activity", words.ACTIVITY, "enum", tuple(Activity), is_of_now=True),
    _Sensor("picture", words.PICTURE, "enum", tuple(Picture), is_of_now=True, is_diagnostic=True),
)
HOUSEHOLD_SENSORS = (
    _Sensor("alarm", words.ALARM, "safety"),
    _Sensor("problem", words.PROBLEM, "problem", is_diagnostic=True),
    _Sensor("accompanied", words.ACCOMPANIED, "occupancy"),
)
BUTTON_WORDS = {
    Button.ACKNOWLEDGE: words.ACKNOWLEDGE,
    Button.HERE: words.HERE,
    Button.SELF_TEST: words.SELF_TEST,
}
CAMERA_BUTTONS = (Button.ACKNOWLEDGE, Button.SELF_TEST)
"""Whoever is here is with the person, not with a camera: that button is the household's."""


@dataclass(frozen=True)
class Discovery:
    """Describes the devices of a home; `page` is where its page is, if that is known."""

    topics: HomeTopics
    page: str | None

    def of_household(self, home: Home) -> DeviceConfig:
        """The device of the household."""
        topics, language = self.topics.household, home.language
        sensors = self._sensors(topics, HOUSEHOLD_SENSORS, language)
        buttons = _buttons(topics, tuple(Button), language)
        name = home.name or words.HOUSEHOLD.in_language(language)
        return self._config(topics, name, "Dolbom", [*sensors, *buttons])

    def of_camera(self, home: Home, camera_id: str) -> DeviceConfig:
        """The device of a camera, which belongs to the household's."""
        topics, language = self.topics.camera(camera_id), home.language
        sensors = self._sensors(topics, CAMERA_SENSORS, language)
        buttons = _buttons(topics, CAMERA_BUTTONS, language)
        model = words.CAMERA.in_language(language)
        return self._config(
            topics, camera_id, model, [*sensors, _event(topics, language), *buttons]
        )

    def _config(
        self, topics: DeviceTopics, name: str, model: str, found: Iterable[Component]
    ) -> DeviceConfig:
        household = self.topics.household
        device = Device(
            identifiers=[topics.device_id],
            name=name,
            model=model,
            sw_version=VERSION,
            via_device=household.device_id if topics != household else None,
            configuration_url=self.page,
        )
        components = {it.unique_id.removeprefix(f"{topics.device_id}_"): it for it in found}
        origin, server = Origin(sw_version=VERSION), Availability(topic=household.availability)
        return DeviceConfig(
            device=device, origin=origin, components=components, availability=[server]
        )

    def _sensors(
        self, topics: DeviceTopics, sensors: Iterable[_Sensor], language: Language
    ) -> Iterable[Component]:
        both = [self.topics.household.availability, topics.availability]
        for it in sensors:
            yield Component(
                platform="binary_sensor" if it.is_binary else "sensor",
                unique_id=f"{topics.device_id}_{it.key}",
                name=it.words.in_language(language),
                device_class=it.device_class,
                entity_category="diagnostic" if it.is_diagnostic else None,
                state_topic=topics.state,
                value_template=f"{{{{ value_json.{it.key} }}}}",
                options=list(it.options) or None,
                availability=[Availability(topic=at) for at in both] if it.is_of_now else None,
                availability_mode="all" if it.is_of_now else None,
            )


def _event(topics: DeviceTopics, language: Language) -> Component:
    return Component(
        platform="event",
        unique_id=f"{topics.device_id}_incident",
        name=words.INCIDENT.in_language(language),
        state_topic=topics.event,
        event_types=list(Happening),
    )


def _buttons(
    topics: DeviceTopics, buttons: Iterable[Button], language: Language
) -> Iterable[Component]:
    for it in buttons:
        yield Component(
            platform="button",
            unique_id=f"{topics.device_id}_{it}",
            name=BUTTON_WORDS[it].in_language(language),
            command_topic=topics.command(it),
            payload_press=PRESSED,
        )
