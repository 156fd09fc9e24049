"""Where this server may push to: anybody can make up an endpoint, also one within the house."""

import re
import socket
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from backend.alerts.channels.base import ChannelError, Disposition

SERVICES = frozenset(
    {"fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"}
)
"""Of Chrome, Samsung Internet, Whale and Edge on Android; of Firefox; of Safari."""
FAMILIES = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
"""Of Firefox, Safari, and Edge on Windows."""
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}", re.ASCII)
"""A name as the DNS has it: of what is none, one library would ask another host than the next."""
NO_SERVICE = "expected an https endpoint of a push service that is known, or of PUSH_HOSTS"


def check_endpoint(endpoint: str, allowed: frozenset[str]) -> None:
    """Raises ValueError, without the endpoint, unless it is a push service's or of `allowed`."""
    parts = _parts(endpoint)
    if parts.netloc.lower() in allowed and parts.scheme in {"http", "https"}:
        return
    host = parts.netloc.lower().removesuffix(":443")
    is_known = host in SERVICES or (host.endswith(FAMILIES) and HOST.fullmatch(host))
    if parts.scheme != "https" or not is_known:
        raise ValueError(f"subscription.endpoint: {NO_SERVICE}")


def check_address(endpoint: str, allowed: frozenset[str]) -> None:
    """Raises ChannelError where the name leads into the house now: a name can be made to.

    Those of `allowed` may. Asks the DNS.
    """
    parts = _parts(endpoint)
    if parts.netloc.lower() in allowed:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ChannelError(Disposition.RETRY, "the push service's name is not known") from error
    if not all(ip_address(str(entry[4][0]).partition("%")[0]).is_global for entry in found):
        raise ChannelError(Disposition.RETRY, "the push service's name leads into the house")


def origin_of(endpoint: str) -> str:
    """The scheme and host of an endpoint, which a token for it names."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def _parts(endpoint: str) -> SplitResult:
    try:
        parts = urlsplit(endpoint)
    except ValueError as error:
        raise ValueError(f"subscription.endpoint: {NO_SERVICE}") from error
    if parts.username is not None or not (endpoint.isascii() and endpoint.isprintable()):
        raise ValueError(f"subscription.endpoint: {NO_SERVICE}")
    return parts
