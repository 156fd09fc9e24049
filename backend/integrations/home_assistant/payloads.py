"""The messages of MQTT discovery, as Home Assistant's own schema has them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Platform = Literal["binary_sensor", "sensor", "event", "button"]


class Availability(BaseModel):
    """A topic that says `online` or `offline`."""

    topic: str


class Component(BaseModel):
    """One entity of a device; what is None is left out."""

    platform: Platform
    unique_id: str
    name: str
    device_class: str | None = None
    entity_category: Literal["diagnostic", "config"] | None = None
    state_topic: str | None = None
    value_template: str | None = None
    options: list[str] | None = None
    event_types: list[str] | None = None
    command_topic: str | None = None
    payload_press: str | None = None
    availability: list[Availability] | None = None
    availability_mode: Literal["all"] | None = None
    qos: Literal[1] = 1


class Device(BaseModel):
    """The device itself."""

    identifiers: list[str]
    name: str
    model: str
    manufacturer: str = "Dolbom"
    sw_version: str
    via_device: str | None = None
    configuration_url: str | None = None


class Origin(BaseModel):
    """Who sends it."""

    name: str = "Dolbom"
    sw_version: str


class DeviceConfig(BaseModel):
    """A device with its entities: the message below `homeassistant/device/`.

    `availability` holds for each entity that does not say otherwise.
    """

    model_config = ConfigDict(populate_by_name=True)

    device: Annotated[Device, Field(serialization_alias="dev")]
    origin: Annotated[Origin, Field(serialization_alias="o")]
    components: Annotated[Mapping[str, Component], Field(serialization_alias="cmps")]
    availability: list[Availability]

    def as_json(self) -> str:
        """As it is sent."""
        return self.model_dump_json(by_alias=True, exclude_none=True)
