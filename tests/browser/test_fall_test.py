"""A fall on purpose, before a real camera box, on the page of whoever makes the test."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import expect

from contract.language import Language
from demo.cli import RECORDING
from testkit.browser import Device
from testkit.forked import fork
from testkit.ntfy_server import NtfyServer
from testkit.processes import Part
from testkit.sample_household import LOGIN, move_in
from testkit.web_server import WebServer, log_in, web_server

PATIENCE_MS = 60_000
DRAWN = """canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.some((value, place) => place % 4 === 3 && value > 0);
}"""
"""Whether anything is drawn: a canvas without a figure is transparent."""
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "try": "Try a camera by a fall", "begin": "Begin the test", "live": "live",
        "running": "Mina tests the camera living room by a fall until",
        "would": "Would have been notified to Mina at", "later": "If nobody answers, Jun after",
        "end": "I am up: end the test", "over": "over",
    },
    "ko": {
        "try": "카메라 앞에서 낙상 시험하기", "begin": "시험 시작", "live": "실시간",
        "running": "living room 카메라의 낙상 시험을 하고 있습니다.",
        "would": "에 Mina에게 알렸을 것입니다.", "later": "뒤에 Jun.",
        "end": "일어났습니다: 시험 끝내기", "over": "끝남",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def new_server(tmp_path_factory: pytest.TempPathFactory, ntfy: NtfyServer) -> Iterator[WebServer]:
    """A household of two, of two languages; Mina is notified first, Jun second."""
    with web_server(tmp_path_factory.mktemp("server"), {"NTFY_URL": ntfy.url}) as server:
        move_in(server, "en")
        with asking(server) as client:
            jun = {"language": "ko", "stage": 2}
            client.put("/people/2", json=jun).raise_for_status()
        yield server


def asking(server: WebServer) -> httpx.Client:
    """A program with the household's key."""
    headers = {"Authorization": f"Bearer {server.api_key}"}
    return httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60.0)


@pytest.fixture
def topics(new_server: WebServer) -> list[str]:
    """Mina's and Jun's."""
    with asking(new_server) as client:
        found = [client.get(f"/contacts/{number}/subscription").json() for number in (1, 2)]
    return [it["web"].rpartition("/")[2] for it in found]


@pytest.fixture
def phone_of(
    device_factory: Callable[..., Device], new_server: WebServer
) -> Callable[[str, Language], Device]:
    """The phone of somebody who is logged in, on page Now."""

    def make(login: str, language: Language) -> Device:
        found = device_factory(language=language)
        found.page.goto("/login?next=/")
        log_in(found.page, login)
        found.page.wait_for_url(f"{new_server.url}/")
        return found

    return make


@pytest.fixture
def camera_box(new_server: WebServer, tmp_path: Path) -> Iterator[Callable[[], Part]]:
    """Says that it is there; when called a real one watches the recording as if it were live."""
    boxes: list[Part] = []
    beat = {
        "type": "HEARTBEAT", "event_id": tmp_path.name, "camera_id": "living room", "seq": 1,
        "session_id": tmp_path.name, "ts": time.time(), "state": "running", "picture": "ok",
    }  # fmt: skip
    with asking(new_server) as client:
        client.post("/event/payload", json=beat).raise_for_status()

    def begin() -> Part:
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path / "box"),
            "API_KEY": new_server.api_key,
            "CAMERA_ID": "living room",
        }
        options = ("--source", str(RECORDING), "--backend-url", new_server.url)
        pace = ("--pace", "realtime")
        boxes.append(fork("run-agent", *options, *pace, folder=tmp_path, environment=environment))
        return boxes[-1]

    yield begin
    for box in boxes:
        box.stop()


@pytest.mark.parametrize(("language", "tester"), [("en", 0), ("ko", 1)])
def test_tester_sees_the_fall_and_whom_it_would_alert_and_nobody_else_is_alarmed(
    phone_of: Callable[[str, Language], Device],
    camera_box: Callable[[], Part],
    ntfy: NtfyServer,
    topics: list[str],
    eventually: Callable[..., Any],
    language: Language,
    tester: int,
) -> None:
    words, before = WORDS[language], [len(ntfy.of(topic)) for topic in topics]
    mine = phone_of((LOGIN, "other")[tester], language)
    page = mine.page
    page.goto("/cameras")
    page.get_by_role("link", name=words["try"]).click()
    mine.check()
    page.get_by_role("button", name=words["begin"]).click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text(words["running"])
    others = phone_of(("other", LOGIN)[tester], ("ko", "en")[tester])
    expect(others.page.locator("a[href='/fall-test']")).to_be_visible()

    camera_box()
    expect(page.locator("[data-said]")).to_have_text(words["live"], timeout=PATIENCE_MS)
    assert page.locator("canvas").evaluate(DRAWN)
    expect(page.get_by_text(words["would"])).to_be_visible(timeout=PATIENCE_MS)
    highest = page.locator("[data-label=fall] [data-highest]").inner_text()
    assert int(highest.removesuffix(" %")) >= 80
    expect(page.get_by_text(words["later"])).to_be_visible()
    mine.check()
    eventually(lambda: len(ntfy.of(topics[tester])) == before[tester] + 1)
    assert "[" in ntfy.of(topics[tester])[-1]["title"]
    expect(others.page.get_by_role("heading", level=1)).not_to_contain_text("Fall detected")
    others.check()

    page.get_by_role("button", name=words["end"]).click()
    expect(page.get_by_role("button", name=words["end"])).to_be_hidden()
    mine.check()
    page.locator("#seen ~ ol a").first.click()
    expect(page.get_by_text(words["over"], exact=True)).to_be_visible()
    assert len(ntfy.of(topics[1 - tester])) == before[1 - tester]
