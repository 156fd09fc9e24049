"""What can be set of the contacts."""

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from backend.http.network import host_name
from common import settings
from common.settings import BaseUrl

NTFY_SERVER = "https://ntfy.sh"
NO_HOST = "/@*?#\"'`<>(){}|;= "


def _hosts(value: object) -> object:
    """Names with a port where it is not the usual one, with commas or blanks between."""
    if not isinstance(value, str):
        return value
    items = value.lower().replace(",", " ").split()
    for number, item in enumerate(items, start=1):
        if host_name(b"//" + item.encode()) is None or any(sign in item for sign in NO_HOST):
            raise ValueError(f"item {number}: expected a name such as push.example.org:8443")
    return frozenset(items)


class ContactSettings(settings.Settings):
    """The servers through which people are reached."""

    ntfy_url: BaseUrl = NTFY_SERVER
    push_hosts: Annotated[frozenset[str], BeforeValidator(_hosts), NoDecode] = frozenset()
