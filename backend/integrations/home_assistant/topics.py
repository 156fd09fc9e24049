"""The names that the broker knows the household's devices by; they never change."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from common.files import made_once

PREFIX = "homeassistant"
"""Where Home Assistant looks for devices, unless it was told another place."""
STATUS = f"{PREFIX}/status"
"""Where it says that it has started."""
CONFIGS = f"{PREFIX}/device/+/config"

OWN_NAME = Path("integrations") / "home"
"""Below DATA_DIR."""
NAME_BYTES = 6
HOUSEHOLD = "household"
"""Stands in a topic in place of a camera."""


def own_name(data_dir: Path) -> str:
    """What tells this home from others at the same broker, made once. Raises OSError."""
    path = (data_dir / OWN_NAME).absolute()
    return made_once(path, lambda: secrets.token_hex(NAME_BYTES), 2 * NAME_BYTES)[0]


@dataclass(frozen=True)
class DeviceTopics:
    """Of one device of a home: `place` is the part of its topics that no other device has."""

    home: str
    place: str

    @property
    def device_id(self) -> str:
        """Names it among all devices of Home Assistant."""
        return f"dolbom_{self.home}_{self.place}"

    @property
    def config(self) -> str:
        """What Home Assistant learns the device from."""
        return f"{PREFIX}/device/{self.device_id}/config"

    @property
    def state(self) -> str:
        """How it is, as one JSON object."""
        return self._of("state")

    @property
    def availability(self) -> str:
        """Whether what it says is of now."""
        return self._of("availability")

    @property
    def event(self) -> str:
        """What happens there, told once."""
        return self._of("event")

    @property
    def retained(self) -> tuple[str, ...]:
        """What the broker keeps of it."""
        return self.config, self.state, self.availability

    def command(self, name: str) -> str:
        """Where a button of this name is pressed."""
        return self._of(f"command/{name}")

    def _of(self, what: str) -> str:
        return f"dolbom/{self.home}/{self.place}/{what}"


@dataclass(frozen=True)
class HomeTopics:
    """Those of all devices of a home."""

    home: str

    @property
    def household(self) -> DeviceTopics:
        """The device of the household and its server, whose availability is the server's."""
        return DeviceTopics(self.home, HOUSEHOLD)

    @property
    def commands(self) -> str:
        """Where all buttons are pressed."""
        return f"dolbom/{self.home}/+/command/+"

    def camera(self, camera_id: str) -> DeviceTopics:
        """The device of a camera, whose name may have any characters."""
        return DeviceTopics(
            self.home, hashlib.blake2b(camera_id.encode(), digest_size=6).hexdigest()
        )

    def of_config(self, topic: str) -> DeviceTopics | None:
        """The device that this config is of; None if it is of another home."""
        begin, end = f"{PREFIX}/device/dolbom_{self.home}_", "/config"
        if not (topic.startswith(begin) and topic.endswith(end)):
            return None
        return DeviceTopics(self.home, topic.removeprefix(begin).removesuffix(end))

    def pressed(self, topic: str) -> tuple[str, str] | None:
        """The place and the name of the button of this topic; None if it is none of this home."""
        match topic.split("/"):
            case ["dolbom", self.home, place, "command", name]:
                return place, name
        return None
