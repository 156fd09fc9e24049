"""What the commands that serve share: the listener, the HTTP server, and an end in time."""

import gc
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Annotated, Any

import typer
import uvicorn
from fastapi import FastAPI

from backend.http.connection_limits import BoundedConnection
from backend.http.listener import listen
from backend.http.memory import give_back_large_blocks
from backend.http.websocket_limits import MAX_MESSAGE_BYTES, BoundedWebSocket
from common.cli import end_within, fail

logger = logging.getLogger(__name__)

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Stop waiting for clients after this; what they posted by then is still recorded.
SHUTDOWN_SEC = 4
# After this the process ends, whoever hangs; everything that was answered is durable.
END_SEC = 9

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")]


# uvicorn's settings that all servers of ours share.
CONNECTIONS: dict[str, Any] = {
    "http": BoundedConnection,
    "ws": BoundedWebSocket,
    "ws_max_size": MAX_MESSAGE_BYTES,
    # A small message could become a large one, and each connection would hold two compressors.
    "ws_per_message_deflate": False,
    # AccessControl reads whom a proxy speaks for: it knows TRUSTED_PROXIES.
    "proxy_headers": False,
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": SHUTDOWN_SEC,
}


class _Server(uvicorn.Server):
    """Runs the lifespan by itself: uvicorn would write a traceback of whatever cannot be opened."""

    def __init__(self, app: FastAPI, announce: Callable[[], None]) -> None:
        super().__init__(uvicorn.Config(app, lifespan="off", **CONNECTIONS))
        self._app, self._announce = app, announce

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        with self.capture_signals():
            async with self._app.router.lifespan_context(self._app):
                await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()  # what is there now stays: looking through it again would hold up a request
        self._announce()
        logger.info("ready")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.started:  # it may read a log for a while
            raise KeyboardInterrupt
        end_within(END_SEC, 0)
        super().handle_exit(sig, frame)


def log_to_stderr() -> None:
    """One line an entry, without the addresses that a client of ours calls."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    # One line for each memo sent is enough, and a URL in a log is one chance more for a secret.
    logging.getLogger("httpx2").setLevel(logging.WARNING)


def open_listener(host: str, port: int) -> socket.socket:
    """A listening socket; one that cannot be had ends the command in one plain line."""
    try:
        return listen(host, port)
    except OSError as error:
        fail(f"cannot listen: {error.strerror}")


def serve(app: FastAPI, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Answer on `listener` until SIGTERM or Ctrl-C; what was accepted is finished.

    `announce` is called once it answers. Raises what the lifespan raises, and KeyboardInterrupt
    where it is stopped before it answers.
    """
    give_back_large_blocks()
    server = _Server(app, announce)
    # uvicorn ends by raising the signal that stopped it once more; being stopped is no failure.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with listener:
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            if not server.started:
                raise
