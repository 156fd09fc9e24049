"""A real browser on pages of a real server."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from testkit.browser import Device, NoBrowser, device, launch
from testkit.ntfy_server import NtfyServer
from testkit.web_server import WebServer, log_in, set_up, web_server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a module. Playwright holds the thread's event loop, which other modules need."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowser as error:
            pytest.skip(str(error))
        with browser:
            yield browser


@pytest.fixture(scope="module")
def ntfy() -> Iterator[NtfyServer]:
    """The stand-in for ntfy of the module's server."""
    server = NtfyServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def new_server(tmp_path_factory: pytest.TempPathFactory, ntfy: NtfyServer) -> Iterator[WebServer]:
    """A server for the tests of a module, that nobody has set up."""
    with web_server(
        tmp_path_factory.mktemp("server"),
        {"NTFY_URL": ntfy.url, "TZ": "Asia/Seoul"},
    ) as server:
        yield server


@pytest.fixture(scope="module")
def server(new_server: WebServer, browser: Browser) -> WebServer:
    """The same with a household and its owner."""
    with device(browser, new_server.url) as owner:
        set_up(owner.page, new_server)
    return new_server


@pytest.fixture
def device_factory(
    request: pytest.FixtureRequest, browser: Browser, new_server: WebServer
) -> Iterator[Callable[..., Device]]:
    """Devices for a test; its options are those of `device`."""
    if "fall" in request.fixturenames:
        # It ends after them: a page that is loaded again, as its incident is over, while it is
        # closed can hang for ever.
        request.getfixturevalue("fall")
    with ExitStack() as stack:
        make = partial(device, browser, new_server.url)
        yield lambda **options: stack.enter_context(make(**options))


@pytest.fixture
def owner_factory(
    device_factory: Callable[..., Device], server: WebServer
) -> Callable[..., Device]:
    """The same, where the owner is logged in."""

    def make(**options: Any) -> Device:
        found = device_factory(**options)
        found.page.goto("/login?next=/household")
        log_in(found.page)
        found.page.wait_for_url("**/household")
        return found

    return make


@pytest.fixture
def phone(owner_factory: Callable[..., Device]) -> Device:
    """The owner's phone, in English."""
    return owner_factory()


@pytest.fixture
def page(phone: Device) -> Page:
    """What it shows."""
    return phone.page


@pytest.fixture
def fall(server: WebServer) -> Iterator[Callable[[str], str]]:
    """Lets somebody fall before a camera; gives the incident's id. All is over afterwards."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30.0) as client:
        client.headers["Authorization"] = f"Bearer {server.api_key}"
        fallen: list[str] = []

        def report(camera: str) -> str:
            now = time.time()
            event = {"camera_id": camera, "event": "fall", "ts": now, "incident_id": str(now)}
            for kind, state in (("START", "running"), ("END", "lying")):
                said = {"event_type": kind, "event_id": f"{now} {kind}", "state": state}
                client.post("/event/payload", json=event | said).raise_for_status()
            newest, *_ = client.get("/incidents", params={"camera_id": camera}).json()
            fallen.append(newest["id"])
            return fallen[-1]

        yield report
        for incident_id in fallen:
            client.post(f"/incidents/{incident_id}/resolution")
