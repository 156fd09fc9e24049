"""The listening socket, taken before anything else is touched."""

import socket


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, port 0 for a free one; raises OSError.

    asyncio leaves Nagle's algorithm on for a socket that is handed to it, and an answer in two
    writes would then take 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
