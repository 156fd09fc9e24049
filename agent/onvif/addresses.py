"""Addresses that cameras name, kept to the camera that was asked."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from agent.onvif.errors import OnvifError
from agent.onvif.login import Login

IP_ADDRESS = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?::[0-9]{1,5})?")
"""Of IPv4, with or without a port."""
SCHEMES = ("http", "https", "rtsp", "rtsps")


def is_address(text: str) -> bool:
    """Whether it is an address, and no name or id of a camera."""
    return IP_ADDRESS.fullmatch(text) is not None


def device_service(address: str) -> str:
    """Where the camera at an address answers, as ONVIF has it."""
    return f"http://{address}/onvif/device_service"


def at_host(url: str, host: str) -> str:
    """`url` at `host` and without a user, whatever it says; raises OnvifError where it is none.

    Cameras behind routers name addresses that they once had. And a password must not go anywhere
    that an answer names.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OnvifError("it names an address that is none") from None
    if parts.scheme not in SCHEMES:
        raise OnvifError("it names an address that is none")
    netloc = host if port is None else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def with_login(url: str, login: Login | None) -> str:
    """The address of a stream with who asks: a secret, to be given to the connection alone."""
    if login is None:
        return url
    user, password = quote(login.user, safe=""), quote(login.password.get_secret_value(), safe="")
    return url.replace("://", f"://{user}:{password}@", 1)
