"""Web push in a real browser: what is pushed comes from the server, and is answered there."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

from testkit.browser import Device
from testkit.ntfy_server import NtfyServer
from testkit.push_service import Browser as Subscriber
from testkit.push_service import PushService
from testkit.service_worker import ServiceWorker
from testkit.web_server import WebServer, web_server

Eventually = Callable[..., Any]
SUBSCRIBED = """(subscription) => {
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    globalThis.subscribedWith = applicationServerKey;
    return { toJSON: () => subscription };
  };
}"""
HEADING = "Fall detected"


@pytest.fixture(scope="module")
def push_service() -> Iterator[PushService]:
    """The stand-in that the server pushes to."""
    service = PushService()
    yield service
    service.close()


@pytest.fixture(scope="module")
def new_server(
    tmp_path_factory: pytest.TempPathFactory, ntfy: NtfyServer, push_service: PushService
) -> Iterator[WebServer]:
    """A server that nobody has set up, and that may push to the stand-in."""
    settings = {"NTFY_URL": ntfy.url, "PUSH_HOSTS": push_service.host}
    with web_server(tmp_path_factory.mktemp("server"), settings) as server:
        yield server


def subscribed(page: Page, service: PushService) -> Subscriber:
    """Let the browser of `page` subscribe to the stand-in on the page of the channels."""
    page.goto("/channels")
    subscriber = service.subscribe(page.locator("[data-push]").get_attribute("data-push"))
    page.evaluate(SUBSCRIBED, subscriber.subscription)
    page.get_by_role("button", name="Allow here").click()
    page.wait_for_url("**/channels?done=added")
    return subscriber


@pytest.fixture
def worker(phone: Device, server: WebServer) -> ServiceWorker:
    """The service worker of the owner's phone, who lets it show notifications."""
    phone.page.context.grant_permissions(["notifications"], origin=server.url)
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    return ServiceWorker(phone.page.context, server.url)


def answers_of(server: WebServer, incident_id: str) -> list[tuple[str, str]]:
    """Who has said what of an incident."""
    headers = {"Authorization": f"Bearer {server.api_key}"}
    url = f"{server.url}/incidents/{incident_id}/course"
    course = httpx.get(url, headers=headers, trust_env=False).raise_for_status().json()
    return [(it["person"], it["detail"]) for it in course["entries"] if it["kind"] == "answered"]


def test_browser_becomes_a_channel_is_tried_and_confirmed_by_its_person(
    page: Page, worker: ServiceWorker, push_service: PushService, eventually: Eventually
) -> None:
    subscriber = subscribed(page, push_service)
    row = page.get_by_role("listitem").filter(has_text="Notifications of this device").first
    row.get_by_role("button", name="Let it ring").click()
    page.get_by_text("Did it ring?").wait_for()
    (test,) = eventually(lambda: subscriber.pushes)
    (shown,) = worker.push(test.payload)
    assert shown["title"] == test.payload["title"]
    assert shown["buttons"] == []
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(row.get_by_text("Arrives")).to_be_visible()


def test_button_of_a_notification_answers_with_no_page_open(
    page: Page,
    worker: ServiceWorker,
    push_service: PushService,
    server: WebServer,
    fall: Callable[[str], str],
    eventually: Eventually,
) -> None:
    subscriber = subscribed(page, push_service)
    incident_id = fall("hall")
    (pushed,) = eventually(lambda: subscriber.pushes)
    page.close()
    (shown,) = worker.push(pushed.payload)
    assert HEADING in shown["title"]
    assert shown["buttons"][:2] == ["I am going", "I have called 119"]
    worker.click(shown["title"], "going")
    assert answers_of(server, incident_id) == [("Mina", "going")]
    assert [it["title"] for it in worker.shown()] == ["✓ I am going"]


def test_notification_leads_to_the_incident(
    page: Page,
    worker: ServiceWorker,
    push_service: PushService,
    fall: Callable[[str], str],
    eventually: Eventually,
) -> None:
    subscriber = subscribed(page, push_service)
    fall("kitchen")
    (pushed,) = eventually(lambda: subscriber.pushes)
    (shown,) = worker.push(pushed.payload)
    worker.click(shown["title"])
    page.wait_for_url(pushed.payload["url"])
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)
    page.close()
    (shown,) = worker.push(pushed.payload)
    assert worker.click(shown["title"]) == pushed.payload["url"]
