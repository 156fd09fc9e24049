"""The time without network: what was known is shown, as what it is, and to nobody else."""

import re
from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

from testkit.web_server import WebServer

KEPT = """async () => (await caches.has("pages"))
  && (await (await caches.open("pages")).keys()).length"""
"""How many pages are; false where there is nothing to keep them in."""
END_SESSION = """async () => {
  const [session] = await (await fetch("/auth/sessions")).json();
  await fetch(`/auth/sessions/${session.id}`, { method: "DELETE" });
}"""


@pytest.fixture
def incident(page: Page, fall: Callable[[str], str]) -> str:
    """The page of an incident, which was open."""
    path = f"/incidents/{fall('hall')}"
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(path)
    page.wait_for_function(KEPT)
    return path


def is_incident(page: Page) -> None:
    """Raise AssertionError unless this is an incident, and says that it may be old."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Fall detected")
    expect(page.get_by_text(re.compile("What you see may be old"))).to_be_visible()


def test_incident_that_was_open_is_shown_without_network_as_old(page: Page, incident: str) -> None:
    page.context.set_offline(True)
    page.goto(incident)
    is_incident(page)
    page.goto("/")
    is_incident(page)
    page.goto("/people")
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()


def test_page_that_may_be_old_is_asked_for_again_once_there_is_network(
    page: Page, incident: str, server: WebServer
) -> None:
    page.context.set_offline(True)
    page.goto(incident)
    is_incident(page)
    headers = {"Authorization": f"Bearer {server.api_key}"}
    url = f"{server.url}{incident}/resolution"
    httpx.post(url, headers=headers, trust_env=False).raise_for_status()
    page.context.set_offline(False)
    expect(page.get_by_text("over", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("What you see may be old"))).to_be_hidden()


def test_nothing_is_left_after_the_log_out(page: Page, incident: str) -> None:
    page.goto("/household")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    assert not page.evaluate(KEPT)
    page.context.set_offline(True)
    page.goto(incident)
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()


def test_nothing_is_left_once_the_session_was_ended_elsewhere(page: Page, incident: str) -> None:
    page.evaluate(END_SESSION)
    page.evaluate("localStorage.setItem('refreshed_at', '1')")
    page.goto("/people")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.wait_for_function(f"async () => !(await ({KEPT})())")
    page.context.set_offline(True)
    page.goto(incident)
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()
