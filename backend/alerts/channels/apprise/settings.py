"""What can be set of Apprise."""

from typing import Annotated

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from backend.alerts.channels.apprise.addresses import read_addresses
from common import settings

UNSET = "ALERT_URLS is empty"


def _addresses(value: object) -> object:
    return read_addresses(value) if isinstance(value, str) else value


class Settings(settings.Settings):
    """A channel for each address."""

    alert_urls: Annotated[tuple[SecretStr, ...], BeforeValidator(_addresses), NoDecode] = ()
