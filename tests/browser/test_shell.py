"""What all pages share."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from testkit.browser import Device
from testkit.web_server import WebServer

MOST_BYTES = 60_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize(("language", "title"), [("ko", "우리 집"), ("en", "Household")])
def test_page_is_sound_in_each_language_size_and_light(
    device_factory: Callable[..., Device], size: str, language: str, title: str, scheme: str
) -> None:
    device = device_factory(size=size, language=language, scheme=scheme)
    device.page.goto("/household")
    assert device.page.locator("html").get_attribute("lang") == language
    assert device.page.get_by_role("heading", level=1).inner_text() == title
    device.check()


def test_language_of_the_address_is_kept(phone: Device) -> None:
    phone.page.goto("/household?lang=ko")
    phone.page.goto("/household")
    assert phone.page.locator("html").get_attribute("lang") == "ko"


def test_keyboard_reaches_the_content_first(phone: Device) -> None:
    phone.page.goto("/household")
    phone.page.keyboard.press("Tab")
    assert phone.page.locator(":focus").inner_text() == "To the content"
    phone.page.keyboard.press("Enter")
    assert phone.page.locator(":focus").get_attribute("id") == "main"


def test_page_asks_no_other_host_and_is_small(phone: Device, server: WebServer) -> None:
    asked: list[Any] = []
    phone.page.on("requestfinished", lambda request: asked.append(request))
    phone.page.goto("/household", wait_until="networkidle")
    assert len(asked) > 4
    assert all(request.url.startswith(server.url) for request in asked)
    sizes = [request.sizes() for request in asked]
    total = sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)
    assert total < MOST_BYTES


def test_word_that_there_is_no_network_comes_and_goes(phone: Device) -> None:
    phone.page.goto("/household")
    said = phone.page.get_by_text(re.compile("No connection"))
    assert said.is_hidden()
    phone.page.context.set_offline(True)
    said.wait_for(state="visible")
    phone.page.context.set_offline(False)
    said.wait_for(state="hidden")
