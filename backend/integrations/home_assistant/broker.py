"""Where the MQTT broker is, as MQTT_URL says it."""

import ssl
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, SecretStr

from common import settings

EXPECTED = "expected mqtt://USER:PASSWORD@HOST:1883, or mqtts:// and port 8883"
PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True)
class Broker:
    """An address to connect to, and what to say there."""

    host: str
    port: int
    user: str | None
    password: SecretStr | None
    is_encrypted: bool

    @classmethod
    def of(cls, url: SecretStr) -> "Broker":
        """The broker at `url`. Raises ValueError, which does not repeat what may be a password."""
        try:
            parts = urlsplit(url.get_secret_value())
            return cls(*_address(parts), *_login(parts), parts.scheme == "mqtts")
        except ValueError:
            raise ValueError(EXPECTED) from None

    def tls_context(self) -> ssl.SSLContext | None:
        """What checks the broker's certificate; None where nothing is encrypted."""
        return ssl.create_default_context() if self.is_encrypted else None

    def password_text(self) -> str | None:
        """The password as the broker is to hear it."""
        return self.password.get_secret_value() if self.password else None


def _address(parts: SplitResult) -> tuple[str, int]:
    has_more = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in PORTS or not parts.hostname or has_more or parts.port == 0:
        raise ValueError(EXPECTED)
    return parts.hostname, parts.port or PORTS[parts.scheme]


def _login(parts: SplitResult) -> tuple[str | None, SecretStr | None]:
    if parts.username is None:
        return None, None
    password = None if parts.password is None else SecretStr(unquote(parts.password))
    return unquote(parts.username), password


def _checked(url: SecretStr | None) -> SecretStr | None:
    if url is not None:
        Broker.of(url)
    return url


class HomeAssistantSettings(settings.Settings):
    """What can be set of Home Assistant."""

    mqtt_url: Annotated[SecretStr | None, AfterValidator(_checked)] = None
