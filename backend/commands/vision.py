"""`run-vision`."""

import logging
import sys
from pathlib import Path

from common.cli import create_cli
from common.private_files import keep_private
from common.settings import read_settings

try:
    from backend.commands.own_key import announce_key, with_key
    from backend.config import VisionSettings
    from backend.http.server import Host, Port, log_to_stderr, open_listener, serve
    from backend.vision_app import create_vision_app
    from common.cli import fail
except ImportError as error:
    sys.exit(
        f"run-vision cannot start: {error}; it needs `uv sync --no-default-groups --group "
        "backend` and the system libraries that the README names"
    )

logger = logging.getLogger(__name__)


def _serve(host: Host = "0.0.0.0", port: Port = 8001) -> None:  # noqa: S104
    """Start the image half alone, for a server elsewhere whose VISION_URL leads here."""
    settings = read_settings(VisionSettings)
    keep_private(Path())
    log_to_stderr()
    listener = open_listener(host, port)
    try:
        settings, own = with_key(settings)
    except OSError as error:
        fail(f"cannot use DATA_DIR {settings.data_dir}: {error}")
    app = create_vision_app(settings)
    logger.info("listening on %s port %d", *listener.getsockname()[:2])
    announce_key(settings, own)
    serve(app, listener)


def main() -> None:
    """Entry point of `run-vision`."""
    app = create_cli()
    app.command()(_serve)
    app()
