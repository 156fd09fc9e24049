"""The time without network: what was known is shown, as what it is, and to nobody else."""

import re
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, Route, expect

from testkit.web_server import WebServer

Eventually = Callable[..., Any]
KEPT = """async () => (await (await caches.open("pages")).keys()).length"""
END_SESSION = """async () => {
  const [session] = await (await fetch("/auth/sessions")).json();
  await fetch(`/auth/sessions/${session.id}`, { method: "DELETE" });
}"""

HOLD = """() => {
  const ask = fetch;
  const { waitUntil } = ExtendableEvent.prototype;
  self.work = [];
  ExtendableEvent.prototype.waitUntil = function (promise) {
    self.work.push(promise);
    waitUntil.call(this, promise);
  };
  const released = new Promise((release) => { self.release = release; });
  self.fetch = async (request) => {
    const answer = await ask(request);
    self.isHeld = true;
    await released;
    return answer;
  };
}"""
"""Lets the worker have no answer of the server before its `release`; notes what it has to do."""
IS_HELD = "async () => { while (!self.isHeld) await new Promise((look) => setTimeout(look, 10)); }"
RELEASE = "() => self.release()"
FORGET = """() => import(document.querySelector("[rel=modulepreload]").href).then((session) => {
  session.forget();
})"""
DONE = "() => Promise.all(self.work).then(() => null)"


def kept(page: Page) -> int:
    """How many pages its browser keeps. A page that is loaded again answers nothing meanwhile."""
    (worker,) = page.context.service_workers
    found: int = worker.evaluate(KEPT)
    return found


@pytest.fixture
def incident(page: Page, fall: Callable[[str], str], eventually: Eventually) -> str:
    """The page of an incident, which was open."""
    path = f"/incidents/{fall('hall')}"
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(path)
    eventually(lambda: kept(page))
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
    assert not kept(page)
    page.context.set_offline(True)
    page.goto(incident)
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()


def test_nothing_is_left_once_the_session_was_ended_elsewhere(
    page: Page, incident: str, eventually: Eventually
) -> None:
    page.evaluate(END_SESSION)
    page.evaluate("localStorage.setItem('refreshed_at', '1')")
    page.goto("/people")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    eventually(lambda: not kept(page))
    page.context.set_offline(True)
    page.goto(incident)
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()


def test_page_that_comes_after_the_log_out_is_not_kept(page: Page, incident: str) -> None:
    other = page.context.new_page()
    for each in (page, other):
        each.goto("/household")
    (worker,) = page.context.service_workers
    worker.evaluate(HOLD)
    other.evaluate("(path) => void setTimeout(() => location.assign(path))", incident)
    worker.evaluate(IS_HELD)
    page.evaluate(FORGET)
    worker.evaluate(RELEASE)
    expect(other.get_by_role("heading", level=1)).to_have_text("Fall detected")
    worker.evaluate(DONE)
    assert not kept(page)


def test_page_that_another_tab_opens_while_the_session_ends_is_not_left(
    page: Page, incident: str, eventually: Eventually
) -> None:
    held: list[Route] = []
    page.goto("/household")
    page.route("**/auth/logout", lambda route: held.append(route))
    with page.expect_request("**/auth/logout"):
        page.get_by_role("button", name="Log out").click(no_wait_after=True)
    other = page.context.new_page()
    other.goto(incident)
    eventually(lambda: kept(other))
    held[0].continue_()
    page.wait_for_url("**/login")
    eventually(lambda: not kept(page))
