"""`run-backend` and `run-backend-dev`."""

import contextlib
import logging
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from modeling.cli import create_cli, end_within

try:
    import uvicorn
    from fastapi import FastAPI

    from backend.access.connection import BoundedConnection
    from backend.access.websocket import BoundedWebSocket
    from backend.app import create_app
    from backend.command import fail, read_settings
    from backend.config import BackendSettings
    from backend.gateway.transport import MAX_MESSAGE_BYTES
    from backend.listener import listen, reachable_address
except ImportError as error:
    sys.exit(
        f"run-backend cannot start: {error}; it needs `uv sync --no-default-groups --group "
        "backend` and the system libraries that the README names"
    )

logger = logging.getLogger(__name__)

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
PACKAGES = Path(__file__).resolve().parents[1]
# Stop waiting for clients after this; what they posted by then is still recorded.
SHUTDOWN_SEC = 4
# After this the process ends, whoever hangs; everything that was answered is durable.
END_SEC = 9

# uvicorn's settings that both commands share.
CONNECTIONS: dict[str, Any] = {
    "http": BoundedConnection,
    "ws": BoundedWebSocket,
    "ws_max_size": MAX_MESSAGE_BYTES,
    # A small message could become a large one, and each connection would hold two compressors.
    "ws_per_message_deflate": False,
    "log_config": None,
    "timeout_graceful_shutdown": SHUTDOWN_SEC,
}

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")]


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, end_polls: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_polls = end_polls

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        end_within(END_SEC, 0)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_polls()
        await super().shutdown(sockets)


def _serve(host: Host = "0.0.0.0", port: Port = 8000) -> None:  # noqa: S104
    """Start the Dolbom server: it analyses, records, and alerts the caregivers."""
    settings = read_settings()
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    # One line for each memo sent is enough, and a URL in a log is one chance more for a secret.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    try:
        listener = listen(host, port)
    except OSError as error:
        fail(f"cannot listen: {error.strerror}")
    try:
        app = create_app(settings)
    except (OSError, sqlite3.Error) as error:
        fail(f"cannot use DATA_DIR {settings.data_dir}: {error}")
    config = uvicorn.Config(
        app,
        # A proxy on this machine may say whom it speaks for, and nobody else.
        forwarded_allow_ips="127.0.0.1",
        access_log=False,
        **CONNECTIONS,
    )
    _announce(settings, *listener.getsockname()[:2])
    # uvicorn ends by raising the signal that stopped it once more; being stopped is no failure.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with listener, contextlib.suppress(KeyboardInterrupt):
        _Server(config, app.state.gateway.app.end_polls).run(sockets=[listener])


def _announce(settings: BackendSettings, host: str, port: int) -> None:
    """Say where the server listens, and how a camera box finds it."""
    logger.info("listening on %s port %d", host, port)
    where = reachable_address(host)
    key = "API_KEY=<the one in .env> "
    if settings.api_key is None:
        logger.info("API_KEY is not set: only this machine is answered")
        where, key = "127.0.0.1", ""
    url = f"http://[{where}]:{port}" if ":" in where else f"http://{where}:{port}"
    logger.info(
        "start a camera box with: BACKEND_BASE_URL=%s %suv run run-agent --camera-id NAME", url, key
    )


def dev_app() -> FastAPI:
    """The application for the reloader, which imports it by name."""
    return create_app(BackendSettings())


def _serve_dev(host: Host = "0.0.0.0", port: Port = 8000) -> None:  # noqa: S104
    """Start the server for developers: it reloads when the code changes."""
    read_settings()
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    try:
        listen(host, port).close()
    except OSError as error:
        fail(f"cannot listen: {error.strerror}")
    uvicorn.run(
        "backend.cli:dev_app",
        factory=True,
        host=host,
        port=port,
        reload=True,
        reload_dirs=[str(PACKAGES / name) for name in ("backend", "contract", "modeling")],
        **CONNECTIONS,
    )


def main() -> None:
    """Entry point of `run-backend`."""
    app = create_cli()
    app.command()(_serve)
    app()


def main_dev() -> None:
    """Entry point of `run-backend-dev`."""
    app = create_cli()
    app.command()(_serve_dev)
    app()
