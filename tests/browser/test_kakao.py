"""KakaoTalk from the key of the app to a memo that has arrived, without a text editor."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, expect

from contract.language import Language
from testkit.browser import device
from testkit.forked import fork
from testkit.processes import free_port, wait_ready
from testkit.web_server import WebServer, set_up, web_server

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "enter": "Enter its key", "keep": "Keep the key", "kept": "Its key is kept.",
        "connect": "Add KakaoTalk", "test": "Send a test", "yes": "Yes",
        "arrives": "Arrives",
    },
    "ko": {
        "enter": "키 입력", "keep": "키 저장", "kept": "키가 저장되어 있습니다.",
        "connect": "카카오톡 추가", "test": "시험 보내기", "yes": "네",
        "arrives": "잘 옴",
    },
}  # fmt: skip


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[httpx.Client]:
    """Kakao's stand-in, which asks people on a page of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"PATH": os.environ["PATH"]}
    options = ("--port", str(port))
    part = fork("run-kakao-sandbox", *options, folder=tmp_path, environment=environment)
    try:
        wait_ready(part, f"{url}/sandbox/memos")
        with httpx.Client(base_url=url, trust_env=False) as client:
            client.patch("/sandbox/state", json={"login_page": True, "secret_required": True})
            yield client
    finally:
        part.stop()


@pytest.fixture
def own_server(tmp_path: Path, sandbox: httpx.Client) -> Iterator[WebServer]:
    kakao = dict.fromkeys(("KAKAO_API_URL", "KAKAO_AUTH_URL"), str(sandbox.base_url).rstrip("/"))
    with web_server(tmp_path, kakao) as server:
        yield server


@pytest.mark.parametrize("language", ["en", "ko"])
def test_owner_enters_the_key_connects_kakaotalk_and_gets_a_memo(
    browser: Browser, own_server: WebServer, sandbox: httpx.Client, language: Language
) -> None:
    words: dict[str, Any] = WORDS[language]
    with device(browser, own_server.url, language=language) as phone:
        page = phone.page
        set_up(page, own_server)
        page.goto("/setup/channels")
        page.get_by_text(words["enter"], exact=True).click()
        uri = page.locator("#kakao-redirect-uri").inner_text()
        sandbox.patch("/sandbox/state", json={"redirect_uris": [uri]}).raise_for_status()
        phone.check()
        page.locator("#rest_api_key").fill("sandbox-rest-api-key")
        page.locator("#client_secret").fill("sandbox-client-secret")
        page.get_by_role("button", name=words["keep"]).click()
        expect(page.get_by_text(words["kept"])).to_be_visible()
        assert "sandbox-rest-api-key" not in page.content()
        phone.check()

        page.get_by_role("link", name=words["connect"]).click()
        page.get_by_label("카카오계정").fill("mina")
        page.get_by_role("button", name="동의하고 계속하기").click()
        page.wait_for_url(f"{own_server.url}/setup/channels?kakao=connected*")
        phone.complaints.clear()  # the stand-in has no icon
        page.get_by_role("button", name=words["test"]).click()
        (memo,) = sandbox.get("/sandbox/memos").json()
        assert memo["text"].startswith("[")
        page.get_by_role("button", name=words["yes"], exact=True).click()
        expect(page.get_by_text(words["arrives"], exact=True)).to_be_visible()
        phone.check()
        assert "sandbox-client-secret" not in own_server.part.log.read_text(encoding="utf-8")
