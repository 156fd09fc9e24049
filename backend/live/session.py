"""A client of socket.io, from its websocket's handshake to its end."""

from dataclasses import dataclass, field
from typing import Any

from backend.access.rate_limit import RequestLimiter
from backend.http.websocket_limits import BoundedWebSocket

MESSAGES_PER_SEC = 200
"""Of one client, after ten seconds' worth of them at once: three cameras' pictures, and more."""


@dataclass(eq=False)
class Session:
    """`since` is when it came, in seconds of the monotonic clock, or when it last said good-bye."""

    connection: BoundedWebSocket
    address: str
    since: float
    is_admitted: bool = False
    """Whether its client has said who it is."""
    is_over: bool = False
    """Whether nothing that its client sends is read any more."""
    limiter: RequestLimiter = field(default_factory=lambda: RequestLimiter(MESSAGES_PER_SEC))

    def admit(self) -> None:
        """Its client has said who it is, and may send pictures."""
        self.is_admitted = True
        self.connection.admit()

    def dismiss(self, now: float) -> None:
        """Its client has said good-bye, but is still there."""
        self.is_admitted, self.since = False, now

    def hang_up(self) -> None:
        """End it at once."""
        self.is_over = True
        self.connection.abort()


def session_of(environ: dict[str, Any]) -> Session:
    """The session that began with this request, as the libraries keep it."""
    session: Session = environ["asgi.scope"]["state"]["session"]
    return session
