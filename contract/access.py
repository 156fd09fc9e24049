"""The secret that camera box and server share."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr


def _header_value(value: SecretStr) -> SecretStr:
    key = value.get_secret_value()
    if not (key.isascii() and key.isprintable()):
        raise ValueError("expected printable ASCII characters, since it travels in a header")
    return value


ApiKey = Annotated[SecretStr, AfterValidator(_header_value)]
