"""Pictures of the pages for docs/images/: `python -m testkit.screenshots`.

On a phone in both languages, at a desk in English.
"""

import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from contract.language import Language
from testkit.browser import device, launch
from testkit.language_models.anthropic import AnthropicDialect
from testkit.language_models.base import LanguageModel
from testkit.ntfy_server import NtfyServer
from testkit.pictures import IMAGES, SHOWN, sizes_of, take
from testkit.pictures_of_a_fall import take_fall
from testkit.pictures_of_detectors import take_detectors
from testkit.pictures_of_questions import take_questions
from testkit.sample_factory import record_falls
from testkit.sample_household import LOGIN, WORDS, move_in, reach_the_other
from testkit.sample_record import remember, seoul_now
from testkit.web_server import WebServer, log_in, web_server

PAGES = {
    "setup-household": "/setup/household",
    "setup-channels": "/setup/channels",
    "setup-cameras": "/setup/cameras",
    "people": "/people",
    "person": "/people/1",
    "cameras": "/cameras",
    "fall-test": "/fall-test",
    "channels": "/channels",
    "settings": "/settings",
    "board": "/board",
    "log": "/log",
    "household": "/household",
}


def main() -> None:
    """Write all of them."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, launch(playwright) as browser:
        for language in sorted({language for _, language in SHOWN}):
            with (
                closing(NtfyServer()) as ntfy,
                closing(LanguageModel(AnthropicDialect())) as model,
                tempfile.TemporaryDirectory() as name,
            ):
                _take_all(browser, Path(name), ntfy, model, language)


def _take_all(
    browser: Browser, folder: Path, ntfy: NtfyServer, model: LanguageModel, language: Language
) -> None:
    settings = {"NTFY_URL": ntfy.url, "TZ": "Asia/Seoul", "ANTHROPIC_BASE_URL": model.url}
    with web_server(folder, settings) as server:
        _take_login(browser, server, language)
        move_in(server, language)
        _take_pages(browser, server, language)
        reach_the_other(server)
    remember(folder / "data", WORDS[language].camera, seoul_now())
    with web_server(folder, settings) as server:
        take_questions(browser, server, model, language)
        take_fall(browser, server, ntfy, language)
    record_falls(folder / "data")
    with web_server(folder, settings) as server:
        take_detectors(browser, server, language)


def _take_login(browser: Browser, server: WebServer, language: Language) -> None:
    for size in sizes_of(language):
        with device(browser, server.url, size, language) as new:
            new.page.goto("/login")
            take(new.page, "login", size, language)


def _take_pages(browser: Browser, server: WebServer, language: Language) -> None:
    for size in sizes_of(language):
        with device(browser, server.url, size, language) as own:
            own.page.goto("/login?next=/household")
            log_in(own.page, LOGIN)
            own.page.wait_for_url("**/household")
            for name, path in PAGES.items():
                own.page.goto(path, wait_until="networkidle")
                take(own.page, name, size, language)


if __name__ == "__main__":
    main()
