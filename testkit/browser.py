"""Debian's Chromium, driven by Playwright, as the devices of a household."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright

from contract.language import Language

Size = Literal["phone", "desk"]
Scheme = Literal["light", "dark"]
SIZES: dict[Size, tuple[int, int]] = {"phone": (360, 740), "desk": (1280, 800)}
LOCALES: dict[Language, str] = {"ko": "ko-KR", "en": "en-US"}
OPTIONS = ["--no-sandbox", "--disable-gpu"]
"""Tests run as root, where Chromium has no sandbox."""
STICKS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
"""Milliseconds, and bytes a second: 1.6 Mbit/s."""
DRAWN = """canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.some((value, place) => place % 4 === 3 && value > 0);
}"""
"""Whether anything is drawn: a canvas without a figure is transparent."""
LOADED_MS = "performance.getEntriesByType('navigation')[0].loadEventStart"


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


def launch(playwright: Playwright) -> Browser:
    """A browser without a window; raises NoBrowser."""
    program = shutil.which("chromium")
    if program is None:
        raise NoBrowser("expected Debian's package chromium")
    return playwright.chromium.launch(executable_path=program, args=OPTIONS)


@dataclass(frozen=True)
class Device:
    """A browser of somebody's; `complaints` is what its console says is wrong."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Raise AssertionError for what a script, the policy or axe complains of, or sticks out."""
        found = Axe().run(self.page)
        assert not found.violations_count, found.generate_report()  # noqa: S101
        assert not self.complaints, self.complaints  # noqa: S101
        assert not self.page.evaluate(STICKS_OUT), "it is wider than the screen"  # noqa: S101

    def complete_after(self, path: str) -> tuple[float, int]:
        """The seconds until the page at `path` is complete over a slow line, and its bytes.

        The line is SLOW_LINE, and nothing of the page is kept from before.
        """
        line = self.page.context.new_cdp_session(self.page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line.send("Network.setBypassServiceWorker", {"bypass": True})
        line.send("Network.emulateNetworkConditions", SLOW_LINE)
        received: list[float] = []
        line.on("Network.loadingFinished", lambda said: received.append(said["encodedDataLength"]))
        self.page.goto(path, wait_until="load")
        seconds = self.page.evaluate(LOADED_MS) / 1000
        self.page.wait_for_load_state("networkidle")
        line.detach()
        return seconds, round(sum(received))


@contextmanager
def device(
    browser: Browser,
    url: str,
    size: Size = "phone",
    language: Language = "en",
    scheme: Scheme = "light",
    *,
    runs_scripts: bool = True,
) -> Iterator[Device]:
    """A device of its own, with cookies of its own, for the server at `url`."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        locale=LOCALES[language],
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=runs_scripts,
    )
    with context:
        found = Device(context.new_page())
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on(
            "console",
            lambda said: found.complaints.append(said.text) if said.type == "error" else None,
        )
        yield found
