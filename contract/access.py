"""Secrets: the key that camera box and server share, and what other services give out."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr

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
