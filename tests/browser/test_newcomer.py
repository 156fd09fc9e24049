"""docs/quickstart.md in a browser: from a new server to a fall that somebody has answered."""

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from testkit.browser import device
from testkit.forked import fork
from testkit.ntfy_server import NtfyServer
from testkit.processes import Part
from testkit.recording import RECORDING
from testkit.web_server import PASSWORD, WebServer, web_server

QUICKSTART = Path(__file__).parents[2] / "docs" / "quickstart.md"
COUNTED = re.compile(r"(\d+) clicks and (\d+) fields")
PATIENCE_MS = 60_000
MOST_SEC = 120.0
"""A person reads and types meanwhile: ten minutes are left for that."""


@dataclass
class Hand:
    """A person at the page, whose clicks and fields are counted."""

    page: Page
    clicks: int = 0
    fields: int = 0

    def click(self, what: Locator) -> None:
        """Press it."""
        what.click(timeout=PATIENCE_MS)
        self.clicks += 1

    def press(self, role: Any, name: str) -> None:
        """Press the button or link of this name."""
        self.click(self.page.get_by_role(role, name=name, exact=True))

    def fill(self, field: str, text: str) -> None:
        """Write into the field."""
        self.page.locator(f"#{field}").fill(text)
        self.fields += 1


@pytest.fixture
def new_home(tmp_path: Path, ntfy: NtfyServer) -> Iterator[WebServer]:
    with web_server(tmp_path, {"NTFY_URL": ntfy.url}) as server:
        yield server


@pytest.fixture
def pair(new_home: WebServer, tmp_path: Path) -> Iterator[Callable[[str], Part]]:
    """Starts the camera box with a code, and with nothing else that it knows."""
    boxes: list[Part] = []

    def begin(code: str) -> Part:
        options = ("--pair", code, "--backend-url", new_home.url, "--source", str(RECORDING))
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "box")}
        boxes.append(fork("run-agent", *options, folder=tmp_path, environment=environment))
        return boxes[-1]

    yield begin
    for box in boxes:
        box.stop()


def test_newcomer_answers_a_fall_after_as_many_clicks_as_the_quickstart_says(
    browser: Browser,
    new_home: WebServer,
    ntfy: NtfyServer,
    pair: Callable[[str], Part],
    eventually: Callable[..., Any],
) -> None:
    began_at = time.monotonic()
    with device(browser, new_home.url) as phone:
        hand = Hand(phone.page)
        set_up(hand, new_home)
        let_it_ring(hand)
        watch(hand, pair)
        eventually(lambda: any(it["title"] == "Fall detected - hall" for it in ntfy.messages))
        answer(hand)
        phone.check()
    counted = COUNTED.findall(QUICKSTART.read_text(encoding="utf-8"))
    assert counted == [(str(hand.clicks), str(hand.fields))]
    assert time.monotonic() - began_at < MOST_SEC


def set_up(hand: Hand, server: WebServer) -> None:
    hand.page.goto(server.setup_path)
    hand.clicks += 1  # the address
    account = {"name": "Mina", "login": "mina", "password": PASSWORD, "household": "Home"}
    help_comes_to = {"resident": "Kim Sun-ja", "address": "Jahamun-ro 1", "entry_code": "1234*"}
    for fields in (account, help_comes_to):
        for name, text in fields.items():
            hand.fill(name, text)
        hand.press("button", "Go on")
    hand.press("link", "Yes, go on")


def let_it_ring(hand: Hand) -> None:
    hand.press("link", "Add ntfy app")
    hand.press("button", "Add")
    hand.click(hand.page.get_by_role("button", name="Let it ring"))
    hand.press("button", "Yes")
    hand.press("link", "Go on")


def watch(hand: Hand, pair: Callable[[str], Part]) -> None:
    hand.fill("camera_id", "hall")
    hand.press("button", "Make a code")
    pair(hand.page.locator("#code").inner_text())
    seen = hand.page.get_by_text(re.compile("It (is there and watches|was there)"))
    expect(seen).to_be_visible(timeout=PATIENCE_MS)
    hand.press("link", "Go on")
    hand.press("link", "To the page")


def answer(hand: Hand) -> None:
    hand.press("button", "I am going")
    expect(hand.page.get_by_text("Mina is going.")).to_be_visible()
    hand.click(hand.page.get_by_role("link", name="Fall detected").first)
    hand.press("button", "A fall")
    hand.press("button", "It is over")
    expect(hand.page.get_by_text("over", exact=True)).to_be_visible()
