"""Pictures of the pages for docs/images/: `python -m testkit.screenshots`.

On a phone in both languages, at a desk in English.
"""

import io
import tempfile
from contextlib import closing
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from contract.language import Language
from testkit.browser import SIZES, Size, device, launch
from testkit.ntfy_server import NtfyServer
from testkit.sample_household import LOGIN, move_in
from testkit.web_server import WebServer, log_in, web_server

IMAGES = Path(__file__).parents[1] / "docs" / "images"
COLOURS = 96
"""Of a picture: pages have few, and the files stay small."""
TALLEST = 1500
"""Pixels of a page that are shown."""
SHOWN: tuple[tuple[Size, Language], ...] = (("phone", "ko"), ("phone", "en"), ("desk", "en"))
PAGES = {
    "setup-household": "/setup/household",
    "setup-channels": "/setup/channels",
    "setup-cameras": "/setup/cameras",
    "people": "/people",
    "person": "/people/1",
    "cameras": "/cameras",
    "channels": "/channels",
    "settings": "/settings",
    "log": "/log",
    "household": "/household",
}


def main() -> None:
    """Write all of them."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, launch(playwright) as browser:
        for language in {language for _, language in SHOWN}:
            with (
                closing(NtfyServer()) as ntfy,
                tempfile.TemporaryDirectory() as folder,
                web_server(Path(folder), {"NTFY_URL": ntfy.url}) as server,
            ):
                _take_all(browser, server, language)


def _take_all(browser: Browser, server: WebServer, language: Language) -> None:
    for size in [size for size, shown in SHOWN if shown == language]:
        with device(browser, server.url, size, language) as new:
            new.page.goto("/login")
            _take(new.page, f"login-{size}-{language}", size)
    move_in(server, language)
    for size in [size for size, shown in SHOWN if shown == language]:
        with device(browser, server.url, size, language) as own:
            own.page.goto("/login?next=/household")
            log_in(own.page, LOGIN)
            own.page.wait_for_url("**/household")
            for name, path in PAGES.items():
                own.page.goto(path, wait_until="networkidle")
                _take(own.page, f"{name}-{size}-{language}", size)


def _take(page: Page, name: str, size: Size) -> None:
    """The whole page, as if the screen were that tall: what is fixed to its foot stays there."""
    width, height = SIZES[size]
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(tall, height), TALLEST)})
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.set_viewport_size({"width": width, "height": height})
    picture.quantize(COLOURS).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
