"""The secret that camera box and server share."""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

OWN_KEY = Path("access") / "api-key"
"""Below the server's DATA_DIR: the key that it makes where API_KEY is not set."""


def _header_value(value: SecretStr) -> SecretStr:
    key = value.get_secret_value()
    if not (key.isascii() and key.isprintable()):
        raise ValueError("expected printable ASCII characters, since it travels in a header")
    return value


ApiKey = Annotated[SecretStr, AfterValidator(_header_value)]


def key_for(url: str, api_key: SecretStr | None, data_dir: Path) -> SecretStr | None:
    """What to show to the server at `url`: API_KEY, or the key that it made on this machine.

    None if there is neither. A key that was made here is shown to no other machine.
    """
    if api_key is not None:
        return api_key
    with suppress(OSError, ValueError):
        own = (data_dir / OWN_KEY).read_text(encoding="ascii").strip()
        if own and _is_this_machine(urlsplit(url).hostname or ""):
            return SecretStr(own)
    return None


def _is_this_machine(host: str) -> bool:
    """Whether each address of `host` is one of ours: no other can be bound."""
    for family, kind, _, _, address in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM):
        with socket.socket(family, kind) as probe:
            try:
                probe.bind(address)
            except OSError:
                return False
    return True
