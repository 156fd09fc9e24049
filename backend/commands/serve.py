"""`run-backend` and `run-backend-dev`."""

import gc
import logging
import shlex
import sqlite3
import sys
from functools import partial
from pathlib import Path

from common.cli import fail, needs, run, stoppable
from common.private_files import keep_private
from common.settings import SettingError, read_settings, refuse

# Nothing that modules make is garbage: to look for some among all of it takes a sixth of a start.
gc.disable()
with needs("the group `backend` and the system libraries that the README names"):
    import typer
    import uvicorn
    from fastapi import FastAPI
    from sqlalchemy.exc import SQLAlchemyError

    from backend.app import create_app
    from backend.commands.own_key import OwnKey, announce_key, with_key
    from backend.commands.setup_address import announce_setup
    from backend.config import BackendSettings
    from backend.http.listener import reachable_address
    from backend.http.server import CONNECTIONS, Host, Port, log_to_stderr, open_listener, serve
    from backend.storage.errors import UnusableDatabaseError

gc.freeze()
gc.enable()

logger = logging.getLogger(__name__)

WRITTEN = (
    *("access", "blobs", "database", "events", "integrations", "jobs", "kakao", "media"),
    *("record", "zones"),
)
"""The folders of DATA_DIR that the server writes."""

PACKAGES = Path(__file__).resolve().parents[2]


def _serve(host: Host = "0.0.0.0", port: Port = 8000) -> None:  # noqa: S104
    """Start the Dolbom server: it analyses, records, and alerts the caregivers."""
    settings = read_settings(BackendSettings)
    keep_private(settings.data_dir, WRITTEN)
    log_to_stderr()
    listener = open_listener(host, port)
    try:
        with stoppable("stopped before it began"):
            settings, own = with_key(settings)
            app = create_app(settings)
            announce = partial(_announce, app, settings, own, *listener.getsockname()[:2])
            serve(app, listener, announce)
    except SettingError as error:
        refuse(str(error))
    except (OSError, sqlite3.Error) as error:
        fail(f"cannot use DATA_DIR {settings.data_dir}: {error}")
    except (SQLAlchemyError, UnusableDatabaseError) as error:
        fail(f"cannot use the database of DATABASE_URL: {str(error).splitlines()[0]}")


def _announce(
    app: FastAPI, settings: BackendSettings, own: OwnKey | None, host: str, port: int
) -> None:
    """Say where the server listens, how a camera box finds it, and where it is set up."""
    logger.info("listening on %s port %d", host, port)
    announce_key(settings, own)
    where = reachable_address(host) if settings.api_key else "127.0.0.1"
    url = f"http://[{where}]:{port}" if ":" in where else f"http://{where}:{port}"
    line = (
        "start a camera box with: BACKEND_BASE_URL=%s %suv run --no-sync run-agent --camera-id NAME"
    )
    logger.info(line, url, _shown_key(settings, own))
    if own and own.is_new and sys.stderr.isatty():
        # To a person's eyes, and once: a log would keep it.
        typer.echo(line % (url, f"API_KEY={own.key.get_secret_value()} "), err=True)
    announce_setup(app.state, url)


def _shown_key(settings: BackendSettings, own: OwnKey | None) -> str:
    if own:
        return f'API_KEY="$(cat {shlex.quote(str(own.path))})" '
    return "API_KEY=<as on the server> " if settings.api_key else ""


def dev_app() -> FastAPI:
    """The application for the reloader, which imports it by name."""
    return create_app(with_key(BackendSettings())[0])


def _serve_dev(host: Host = "0.0.0.0", port: Port = 8000) -> None:  # noqa: S104
    """Start the server for developers: it reloads when the code changes."""
    settings = read_settings(BackendSettings)
    keep_private(settings.data_dir, WRITTEN)
    log_to_stderr()
    open_listener(host, port).close()
    try:
        announce_key(*with_key(settings))
    except OSError as error:
        fail(f"cannot use DATA_DIR {settings.data_dir}: {error}")
    uvicorn.run(
        "backend.commands.serve:dev_app",
        factory=True,
        host=host,
        port=port,
        reload=True,
        reload_dirs=[
            str(PACKAGES / name) for name in ("backend", "common", "contract", "modeling")
        ],
        **CONNECTIONS,
    )


def main() -> None:
    """Entry point of `run-backend`."""
    run(_serve)


def main_dev() -> None:
    """Entry point of `run-backend-dev`."""
    run(_serve_dev)
