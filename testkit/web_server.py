"""A server whose pages a browser opens, for the browser tests and the screenshots."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from testkit.processes import TO_TRY_OUT, Part, free_port, start, wait_ready


@dataclass(frozen=True)
class WebServer:
    """A running `run-backend`; what it writes lies below `folder`."""

    url: str
    folder: Path
    part: Part


@contextmanager
def web_server(folder: Path, settings: Mapping[str, str] = TO_TRY_OUT) -> Iterator[WebServer]:
    """Start it with these settings, and end it afterwards."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder / "data"), **settings}
    options = ("--host", "127.0.0.1", "--port", str(port))
    part = start("run-backend", *options, folder=folder, environment=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_ready(part, f"{url}/health")
        yield WebServer(url, folder, part)
    finally:
        part.stop()
