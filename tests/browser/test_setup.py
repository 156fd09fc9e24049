"""From a new server to an alert that has rung and a camera that watches, in a browser alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page

from testkit.browser import Device, device
from testkit.ntfy_server import NtfyServer
from testkit.web_server import PASSWORD, WebServer, web_server

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "go on": "Go on", "yes, go on": "Yes, go on", "new": "Add ntfy app", "add": "Add",
        "ring": re.compile("Let it ring"), "yes": "Yes", "make": "Make a code",
        "rang": "An alert reaches you.", "there": "It is there and watches.",
    },
    "ko": {
        "go on": "계속", "yes, go on": "네, 계속", "new": "ntfy 앱 추가", "add": "추가",
        "ring": re.compile("울려 보기"), "yes": "네", "make": "코드 만들기",
        "rang": "알림이 옵니다.", "there": "연결되었고, 보고 있습니다.",
    },
}  # fmt: skip
HEARTBEAT = {"type": "HEARTBEAT", "session_id": "s", "seq": 1, "state": "running"}


@pytest.fixture(params=["en", "ko"])
def words(request: pytest.FixtureRequest) -> dict[str, Any]:
    return WORDS[request.param] | {"language": request.param}


@pytest.fixture
def own_server(tmp_path: Path, ntfy: NtfyServer) -> Iterator[WebServer]:
    with web_server(tmp_path, {"NTFY_URL": ntfy.url}) as server:
        yield server


def test_newcomer_comes_from_the_first_start_to_a_ringing_alert_and_a_camera(
    browser: Browser, own_server: WebServer, ntfy: NtfyServer, words: dict[str, Any]
) -> None:
    with device(browser, own_server.url, language=words["language"]) as phone:
        page = phone.page
        become_owner(phone, own_server, words)
        say_where_help_has_to_come(phone, words)
        let_it_ring(phone, ntfy, words)
        pair_a_camera(page, own_server, words)
        page.goto("/setup/done")
        assert page.get_by_text(words["rang"]).is_visible()
        assert page.get_by_text("hall").is_visible()
        phone.check()


def become_owner(phone: Device, server: WebServer, words: dict[str, Any]) -> None:
    page = phone.page
    page.goto(server.setup_path)
    phone.check()
    for name, text in {"name": "Mina", "login": "mina", "household": "Home"}.items():
        page.locator(f"#{name}").fill(text)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name=words["go on"]).click()
    page.wait_for_url("**/setup/household")


def say_where_help_has_to_come(phone: Device, words: dict[str, Any]) -> None:
    page = phone.page
    page.locator("#address").fill("Jahamun-ro 1, 302")
    page.get_by_role("button", name=words["go on"]).click()
    page.get_by_text("Jahamun-ro 1, 302").wait_for()
    phone.check()
    page.get_by_role("link", name=words["yes, go on"]).click()


def let_it_ring(phone: Device, ntfy: NtfyServer, words: dict[str, Any]) -> None:
    page, before = phone.page, len(ntfy.messages)
    page.get_by_role("link", name=words["new"]).click()
    phone.check()
    page.get_by_role("button", name=words["add"]).click()
    phone.check()
    page.get_by_role("button", name=words["ring"]).click()
    page.get_by_role("button", name=words["yes"], exact=True).click()
    assert len(ntfy.messages) == before + 1
    phone.check()
    page.get_by_role("link", name=words["go on"]).click()


def pair_a_camera(page: Page, server: WebServer, words: dict[str, Any]) -> None:
    page.locator("#camera_id").fill("hall")
    page.get_by_role("button", name=words["make"]).click()
    code = page.locator("#code").inner_text()
    assert f"--pair {code} --backend-url {server.url}" in page.locator("#command").inner_text()
    paired = httpx.post(f"{server.url}/pairing", json={"code": code}, trust_env=False)
    key = paired.raise_for_status().json()["key"]
    report(server, key)
    page.get_by_text(words["there"]).wait_for()


def report(server: WebServer, key: str) -> None:
    """Be the camera box for a moment."""
    beat = HEARTBEAT | {"event_id": "b1", "camera_id": "hall", "ts": 1_795_939_200.0}
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{server.url}/event/payload", json=beat, headers=headers, trust_env=False)
    assert answer.is_success, answer.text


def test_setup_is_closed_without_the_code_and_after_it_has_served(
    browser: Browser, own_server: WebServer
) -> None:
    words = WORDS["en"] | {"language": "en"}
    with device(browser, own_server.url) as stranger, device(browser, own_server.url) as phone:
        answer = stranger.page.goto("/setup?code=guessed")
        assert answer is not None
        assert answer.status == 403
        become_owner(phone, own_server, words)
        stranger.page.goto(own_server.setup_path)
        assert "/login" in stranger.page.url
