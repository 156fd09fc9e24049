"""A server whose pages a browser opens, for the browser tests and the screenshots."""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from testkit.forked import fork
from testkit.processes import Part, free_port, wait_ready

SETUP = re.compile(r"http://\S+(/setup\?code=\S+)")
SAID_SEC = 20.0
NAME, LOGIN, PASSWORD = "Mina", "mina", "a sentence that is easy to remember"
HOME = "Grandmother's home"


@dataclass(frozen=True)
class WebServer:
    """A running `run-backend`; what it writes lies below `folder`."""

    url: str
    folder: Path
    part: Part

    @property
    def setup_path(self) -> str:
        """Where the first owner begins, as the server says it soon after it answers first."""
        give_up_at = time.monotonic() + SAID_SEC
        while (found := SETUP.search(self.part.log.read_text(encoding="utf-8"))) is None:
            if time.monotonic() > give_up_at:
                raise AssertionError("the server says no address for the set-up")
            time.sleep(0.05)
        return found[1]

    @property
    def api_key(self) -> str:
        """The key that the server has made."""
        return (self.folder / "data" / "access" / "api-key").read_text(encoding="utf-8").strip()


@contextmanager
def web_server(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[WebServer]:
    """Start it with these settings, and end it afterwards."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    data_dir = str(folder / "data")
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": data_dir, "PUBLIC_URL": url}
    options = ("--host", "127.0.0.1", "--port", str(port))
    part = fork(
        "run-backend", *options, folder=folder, environment=environment | dict(settings or {})
    )
    try:
        wait_ready(part, f"{url}/health")
        yield WebServer(url, folder, part)
    finally:
        part.stop()


def set_up(page: Page, server: WebServer) -> None:
    """Become the owner of a new household, whose browser `page` is then."""
    page.goto(server.setup_path)
    fill_account(page, NAME, LOGIN)
    page.locator("#household").fill(HOME)
    page.locator("form button").click()
    page.wait_for_url("**/setup/household")


def fill_account(page: Page, name: str, login: str) -> None:
    """Fill in what a new person chooses."""
    page.locator("#name").fill(name)
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)


def log_in(page: Page, login: str = LOGIN) -> None:
    """Log in on the page that asks for it."""
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.locator("form button").click()
