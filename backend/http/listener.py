"""The listening socket, taken before anything else is touched."""

import socket
from contextlib import suppress

UNSENT_BYTES = 16 * 2**10
"""The kernel takes no more ahead of the network: what a slow client has not got shows here."""
UNREAD_BYTES = 64 * 2**10
"""The kernel keeps no more for us of each connection: what is read at once lies in memory."""
# RFC 5737 and 3849: addresses of nobody's. No packet is sent to find the way there.
ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
EVERY_ADDRESS = {
    "0.0.0.0": [socket.AF_INET],  # noqa: S104
    "::": [socket.AF_INET, socket.AF_INET6],
}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, port 0 for a free one; `::` is for IPv4 too. Raises OSError.

    asyncio leaves Nagle's algorithm on for a socket that is handed to it, and an answer in two
    writes would then take 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    is_both = host == "::" and socket.has_dualstack_ipv6()
    listener = socket.create_server((host, port), family=family, dualstack_ipv6=is_both)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD_BYTES)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    return listener


def reachable_address(host: str) -> str:
    """The address by which other machines find a server that listens on `host`."""
    if host not in EVERY_ADDRESS:
        return host
    for family in EVERY_ADDRESS[host]:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((ELSEWHERE[family], 9))
            return str(probe.getsockname()[0])
    return "127.0.0.1"  # there is no network
