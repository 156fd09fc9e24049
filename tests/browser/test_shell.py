"""What all pages share."""

import re
from collections.abc import Callable

import pytest

from testkit.browser import Device
from testkit.web_server import WebServer

MOST_SECONDS = 1.0
PATHS = [
    "/household", "/people", "/people/1", "/cameras", "/channels", "/channels/new/telegram",
    "/fall-test", "/board",
    "/detectors", "/detectors/deployments", "/datasets", "/jobs", "/training",
    "/settings", "/log", "/setup/household", "/setup/channels", "/setup/cameras", "/setup/done",
]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "scheme"), [("phone", "light"), ("phone", "dark"), ("desk", "light")]
)
def test_every_page_is_sound_in_each_size_and_light(
    owner_factory: Callable[..., Device], size: str, scheme: str
) -> None:
    device = owner_factory(size=size, scheme=scheme)
    for path in PATHS:
        answer = device.page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        device.check()


def test_page_is_in_the_language_of_the_browser_until_somebody_is_logged_in(
    device_factory: Callable[..., Device], server: WebServer
) -> None:
    korean = device_factory(language="ko")
    korean.page.goto("/login")
    assert korean.page.get_by_role("heading", level=1).inner_text() == "로그인"
    korean.check()
    korean.page.get_by_role("link", name="English").click()
    assert korean.page.get_by_role("heading", level=1).inner_text() == "Log in"
    korean.page.goto("/login")
    assert korean.page.locator("html").get_attribute("lang") == "en"


def test_keyboard_reaches_the_content_first(phone: Device) -> None:
    phone.page.goto("/household")
    phone.page.keyboard.press("Tab")
    assert phone.page.locator(":focus").inner_text() == "To the content"
    phone.page.keyboard.press("Enter")
    assert phone.page.locator(":focus").get_attribute("id") == "main"


def test_page_asks_no_other_host(phone: Device, server: WebServer) -> None:
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.page.goto("/household", wait_until="networkidle")
    assert len(asked) > 3
    assert [url for url in asked if not url.startswith(server.url)] == []


@pytest.mark.parametrize(("path", "most_bytes"), [("/household", 25_000), ("/", 50_000)])
def test_page_is_complete_at_once_over_a_slow_line(
    phone: Device, path: str, most_bytes: int
) -> None:
    measured = [phone.complete_after(path) for _ in range(3)]
    assert min(seconds for seconds, _ in measured) < MOST_SECONDS
    assert max(size for _, size in measured) < most_bytes


def test_second_visit_fetches_the_page_alone(phone: Device) -> None:
    phone.page.goto("/", wait_until="networkidle")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.page.goto("/", wait_until="networkidle")
    fetched = "performance.getEntriesByType('resource').filter((it) => it.transferSize > 0)"
    fetched += ".map(({ name }) => new URL(name).pathname)"
    assert [path for path in phone.page.evaluate(fetched) if path.startswith("/static/")] == []


def test_word_that_there_is_no_network_comes_and_goes(phone: Device) -> None:
    phone.page.goto("/household")
    said = phone.page.get_by_text(re.compile("No connection"))
    assert said.is_hidden()
    phone.page.context.set_offline(True)
    said.wait_for(state="visible")
    phone.page.context.set_offline(False)
    said.wait_for(state="hidden")


def test_page_that_there_is_not_says_so_as_a_page(phone: Device) -> None:
    answer = phone.page.goto("/people/999")
    assert answer is not None
    assert answer.status == 404
    assert phone.page.get_by_role("heading", level=1).inner_text() == "That did not work"
