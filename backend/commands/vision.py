"""`run-vision`."""

import logging
from pathlib import Path

from common.cli import fail, needs, run, stoppable
from common.private_files import keep_private
from common.settings import read_settings

with needs("the group `backend` and the system libraries that the README names"):
    from backend.commands.own_key import announce_key, with_key
    from backend.config import VisionSettings
    from backend.http.server import Host, Port, log_to_stderr, open_listener, serve
    from backend.vision_app import create_vision_app

logger = logging.getLogger(__name__)


def _serve(host: Host = "0.0.0.0", port: Port = 8001) -> None:  # noqa: S104
    """Start only the image half, for a server elsewhere whose VISION_URL leads here."""
    settings = read_settings(VisionSettings)
    keep_private(Path())
    log_to_stderr()
    listener = open_listener(host, port)
    try:
        settings, own = with_key(settings)
    except OSError as error:
        fail(f"cannot use DATA_DIR {settings.data_dir}: {error}")

    def announce() -> None:
        logger.info("listening on %s port %d", *listener.getsockname()[:2])
        announce_key(settings, own)

    with stoppable("stopped before it began"):
        serve(create_vision_app(settings), listener, announce)


def main() -> None:
    """Entry point of `run-vision`."""
    run(_serve)
