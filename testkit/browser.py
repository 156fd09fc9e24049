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


@contextmanager
def device(
    browser: Browser,
    url: str,
    size: Size = "phone",
    language: Language = "en",
    scheme: Scheme = "light",
) -> Iterator[Device]:
    """A device of its own, with cookies of its own, for the server at `url`."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        locale=LOCALES[language],
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    with context:
        found = Device(context.new_page())
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on(
            "console",
            lambda said: found.complaints.append(said.text) if said.type == "error" else None,
        )
        yield found
