"""A fall, from a camera box to the pages of two phones, and from one to the other its answer."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import expect

from testkit.browser import DRAWN, Device
from testkit.forked import fork
from testkit.ntfy_server import NtfyServer
from testkit.processes import Part
from testkit.recording import RECORDING
from testkit.sample_household import LOGIN, move_in, reach_the_other
from testkit.web_server import WebServer, log_in

PATIENCE_MS = 40_000


@pytest.fixture(scope="module")
def home(new_server: WebServer) -> WebServer:
    """A server with a household of two, of two languages, whose phones have rung through ntfy."""
    move_in(new_server, "en")
    reach_the_other(new_server)
    with httpx.Client(base_url=new_server.url, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {new_server.api_key}"
        client.put("/people/2", json={"language": "ko"}).raise_for_status()
    return new_server


@pytest.fixture
def phone_of(device_factory: Callable[..., Device], home: WebServer) -> Callable[..., Device]:
    """The phone of somebody who is logged in, on page Now."""

    def make(login: str, **options: object) -> Device:
        found = device_factory(**options)
        found.page.goto("/login?next=/")
        log_in(found.page, login)
        found.page.wait_for_url(f"{home.url}/")
        return found

    return make


@pytest.fixture
def camera_box(home: WebServer, tmp_path: Path) -> Iterator[Callable[[], Part]]:
    """Starts a real one, which watches the recording of a fall as if it were live."""
    boxes: list[Part] = []

    def begin() -> Part:
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path / "box"),
            "API_KEY": home.api_key,
            "CAMERA_ID": "living room",
        }
        options = ("--source", str(RECORDING), "--backend-url", home.url, "--pace", "realtime")
        boxes.append(fork("run-agent", *options, folder=tmp_path, environment=environment))
        return boxes[-1]

    yield begin
    for box in boxes:
        box.stop()


def test_fall_is_seen_answered_and_judged(
    phone_of: Callable[..., Device],
    camera_box: Callable[[], Part],
    ntfy: NtfyServer,
    eventually: Callable[..., Any],
) -> None:
    mine, others = phone_of(LOGIN), phone_of("other", language="ko")
    expect(mine.page.get_by_role("heading", level=1)).to_have_text("All is well")
    camera_box()
    expect(mine.page.locator("[data-said]")).to_have_text("live", timeout=PATIENCE_MS)
    assert mine.page.locator("canvas").evaluate(DRAWN)
    alarm = mine.page.get_by_role("heading", name="Fall detected", level=1)
    expect(alarm).to_be_visible(timeout=PATIENCE_MS)
    mine.check()
    eventually(lambda: any("Fall detected" in it["title"] for it in ntfy.messages))

    mine.page.get_by_role("button", name="I am going").click()
    expect(mine.page.get_by_text("Mina is going.")).to_be_visible()
    expect(others.page.get_by_text("Mina님이 가고 있습니다.")).to_be_visible(timeout=1000)
    others.check()

    mine.page.get_by_role("link", name="Fall detected").first.click()
    expect(mine.page.locator("[data-replay] canvas")).to_be_visible()
    mine.page.get_by_label("A note for the others").fill("She sat on the carpet.")
    mine.page.get_by_role("button", name="Keep the note").click()
    note = mine.page.locator("section:has(#notes) .lines")
    expect(note).to_have_text("She sat on the carpet.")
    mine.page.get_by_role("button", name="A fall", exact=True).click()
    expect(mine.page.locator("[aria-pressed=true]", has_text="A fall")).to_be_visible()
    mine.check()
    mine.page.get_by_role("button", name="It is over").click()
    expect(mine.page.get_by_text("over", exact=True)).to_be_visible()
    others.page.goto("/record")
    others.check()
