"""The listening socket, taken before anything else is touched."""

import socket

# RFC 5737: an address of nobody's. No packet is sent to find the way there.
ELSEWHERE = ("192.0.2.1", 9)
EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, port 0 for a free one; raises OSError.

    asyncio leaves Nagle's algorithm on for a socket that is handed to it, and an answer in two
    writes would then take 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def reachable_address(host: str) -> str:
    """The address by which other machines find a server that listens on `host`."""
    if host not in EVERY_ADDRESS:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return "127.0.0.1"  # there is no network
        return str(probe.getsockname()[0])
