"""Secrets: the key that camera box and server share, and what other services give out."""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

OWN_KEY = Path("access") / "api-key"
"""Below the server's DATA_DIR: the key that it makes where API_KEY is not set."""

SHORTEST_KEY = 16
"""Characters: whoever is in the network may guess, some hundred times a second."""


def _visible(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if not (secret and secret.isascii() and secret.isprintable()) or " " in secret:
        raise ValueError("expected printable ASCII characters without blanks")
    return value


def _long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_KEY:
        raise ValueError(f"expected a key of {SHORTEST_KEY} characters or more")
    return value


Token = Annotated[SecretStr, AfterValidator(_visible)]
"""A secret that another service has made."""

ApiKey = Annotated[Token, AfterValidator(_long)]


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
