"""A person at a page who knows its texts in English, in whatever language the page is."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx

from backend.web.language import read_catalogues
from contract.language import Language
from testkit.browser import Device
from testkit.web_server import WebServer

MS, LOOK_MS = 60_000, 500
"""Until a job is done."""
TEXTS = read_catalogues()


@contextmanager
def reads(server: WebServer, language: Language) -> Iterator[None]:
    """Let the owner read this language, and English afterwards."""
    _read_in(server, language)
    yield
    _read_in(server, "en")


class Speaker:
    """Finds things by their English texts, in whatever language the page is."""

    def __init__(self, device: Device, language: Language) -> None:
        self.device, self.page, self.language = device, device.page, language

    def said(self, text: str) -> str:
        """The text as the page has it."""
        return TEXTS[self.language].gettext(text)

    def press(self, text: str) -> None:
        """Press the button that has this text."""
        self.page.get_by_role("button", name=self.said(text), exact=True).first.click()

    def unfold(self, text: str) -> None:
        """Open what is folded away under this text."""
        self.page.locator("summary", has_text=self.said(text)).first.click()

    def see(self, text: str) -> None:
        """Wait until it is there."""
        self.page.get_by_text(self.said(text)).first.wait_for(timeout=MS)

    def reload_until(self, text: str) -> None:
        """Ask for the page again and again until it has the text."""
        for _ in range(MS // LOOK_MS):
            if self.page.get_by_text(self.said(text)).count():
                return
            self.page.wait_for_timeout(LOOK_MS)
            self.page.reload()
        raise AssertionError(f"expected {text!r} on {self.page.url}")


def _read_in(server: WebServer, language: Language) -> None:
    headers = {"Authorization": f"Bearer {server.api_key}"}
    change = {"language": language}
    url = f"{server.url}/people/1"
    httpx.put(url, json=change, headers=headers, trust_env=False).raise_for_status()
