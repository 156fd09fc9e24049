"""A real browser on pages of a real server."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from testkit.browser import Device, NoBrowser, device, launch
from testkit.web_server import WebServer, web_server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowser as error:
            pytest.skip(str(error))
        with browser:
            yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """A server for the tests of a module, which lets this machine in."""
    with web_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def device_factory(browser: Browser, server: WebServer) -> Iterator[Callable[..., Device]]:
    """Devices for a test; `size`, `language` and `scheme` are arguments."""
    with ExitStack() as stack:
        make = partial(device, browser, server.url)
        yield lambda **options: stack.enter_context(make(**options))


@pytest.fixture
def phone(device_factory: Callable[..., Device]) -> Any:
    """A phone in English."""
    return device_factory()
