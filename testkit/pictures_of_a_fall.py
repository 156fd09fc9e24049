"""Pictures of a fall, from what a real camera box sees of it to what the record keeps."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from contract.language import Language
from testkit.browser import DRAWN, Size, device
from testkit.ntfy_server import NtfyServer
from testkit.pictures import sizes_of, take
from testkit.processes import start
from testkit.recording import save_longer
from testkit.sample_household import LOGIN, WORDS
from testkit.web_server import WebServer, log_in

PATIENCE_MS = 120_000
BEFORE_SEC, AFTER_SEC = 40, 60
"""Enough for the pictures of what is live."""
HELD_AFTER_MS = 4000
"""After its alarm the last pose is held: until then the one who fell is lost in some frames."""
WELL = ".state.well"
LIVE = "[data-said].well"
ALARM = ".state.alarm"


@dataclass(frozen=True)
class Album:
    """The pages of one person on each device, and the pictures that are taken of them."""

    language: Language
    pages: dict[Size, Page]

    @property
    def first(self) -> Page:
        """On which something is done; the others follow."""
        return next(iter(self.pages.values()))

    def take(self, name: str, path: str | None = None) -> None:
        """Take what each device shows, after it went to `path` if there is one."""
        for size, page in self.pages.items():
            if path is not None:
                page.goto(path, wait_until="networkidle")
            take(page, name, size, self.language)

    def open(self, path: str) -> None:
        """Go there on each device."""
        for page in self.pages.values():
            page.goto(path)

    def wait(self, what: str) -> None:
        """Until each device shows it."""
        for page in self.pages.values():
            expect(page.locator(what).first).to_be_visible(timeout=PATIENCE_MS)

    def wait_for_somebody(self) -> None:
        """Until each device shows a skeleton; the policy lets no page evaluate a condition."""
        for page in self.pages.values():
            give_up_at = time.monotonic() + PATIENCE_MS / 1000
            while not page.locator("canvas").first.evaluate(DRAWN):
                if time.monotonic() > give_up_at:
                    raise AssertionError("there is no skeleton")
                page.wait_for_timeout(100)


def take_fall(browser: Browser, server: WebServer, ntfy: NtfyServer, language: Language) -> None:
    """Let somebody fall, answer it, and take each page on the way."""
    words = WORDS[language]
    with _album(browser, server, language) as album:
        with _camera_box(server, words.camera):
            album.wait(LIVE)
            album.open("/")
            for what in (WELL, LIVE):
                album.wait(what)
            album.take("now")
            album.wait(ALARM)
            album.first.wait_for_timeout(HELD_AFTER_MS)
            album.wait_for_somebody()
            album.take("alarm")
            incident = album.first.locator("article h2 a").first.get_attribute("href")
            _take_answer(browser, server, _link(album.first, ntfy), language)
            _answer(album.first, words.note, f"{incident}")
        album.take("incident", incident)
        for name, path in (("incidents", "/incidents"), ("record", "/record")):
            album.take(name, path)
        _take_erase(album, words.camera)


@contextmanager
def _album(browser: Browser, server: WebServer, language: Language) -> Iterator[Album]:
    with ExitStack() as stack:
        pages = {}
        for size in sizes_of(language):
            page = stack.enter_context(device(browser, server.url, size, language)).page
            page.goto("/login?next=/")
            log_in(page, LOGIN)
            page.wait_for_url(f"{server.url}/")
            pages[size] = page
        yield Album(language, pages)


@contextmanager
def _camera_box(server: WebServer, camera: str) -> Iterator[None]:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(server.folder / "box"),
        "API_KEY": server.api_key,
        "CAMERA_ID": camera,
    }
    track = server.folder / "fall.npz"
    save_longer(track, BEFORE_SEC, AFTER_SEC)
    options = ("--source", str(track), "--backend-url", server.url, "--pace", "realtime")
    box = start("run-agent", *options, folder=server.folder, environment=environment)
    try:
        yield
    finally:
        box.stop()


def _link(page: Page, ntfy: NtfyServer) -> str:
    """Where the newest message leads that can be answered, once there is one."""
    while not (links := [it["click"] for it in ntfy.messages if it.get("click")]):
        page.wait_for_timeout(100)
    link: str = links[-1]
    return link


def _take_answer(browser: Browser, server: WebServer, link: str, language: Language) -> None:
    """The page that a message leads to, for whoever is not logged in."""
    for size in sizes_of(language):
        with device(browser, server.url, size, language) as new:
            new.page.goto(link, wait_until="networkidle")
            take(new.page, "answer", size, language)


def _answer(page: Page, note: str, incident: str) -> None:
    """Somebody goes there, says what it was, writes a note, and that it is over."""
    page.locator("button[value=going]").first.click()
    page.goto(incident)
    page.locator("#note").fill(note)
    page.locator("form[action$='/notes'] button").click()
    page.locator("button[value=fall]").click()
    page.locator("form[action$=resolution] button").click()
    page.locator("form[action$=resolution]").wait_for(state="detached")


def _take_erase(album: Album, camera: str) -> None:
    for page in album.pages.values():
        page.goto("/erase")
        page.locator("#camera").select_option(camera)
        page.locator("form[action$=count] button").click()
        page.locator("button.danger").wait_for()
    album.take("erase")
