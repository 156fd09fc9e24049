"""Pictures of the way from the record to another detector; its training only counts."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from contract.language import Language
from testkit.browser import device
from testkit.pictures import sizes_of, take
from testkit.sample_factory import PLAIN_WORDS, quick_worker
from testkit.sample_household import LOGIN
from testkit.web_server import WebServer, log_in

PATIENCE_MS = 60_000


def take_detectors(browser: Browser, server: WebServer, language: Language) -> None:
    """Of a server whose record has falls."""
    with quick_worker(server.folder):
        for size in sizes_of(language):
            with device(browser, server.url, size, language) as own:
                page = own.page
                page.goto("/login?next=/household")
                log_in(page, LOGIN)
                page.wait_for_url("**/household")
                _ask(page)
                take(page, "training", size, language)
                _learn(page)
                take(page, "job", size, language)
                version = Path(page.url).name[:8]
                _compare(page, version)
                take(page, "comparison", size, language)
                _serve(page, version)
                take(page, "detectors", size, language)
                _go_back(page)


def _ask(page: Page) -> None:
    page.goto("/datasets")
    page.locator("#first").fill("2026-01-01")
    page.locator("#last").fill("2099-12-31")
    page.locator("form[action='/datasets/from-record'] button").click()
    page.wait_for_url("**/datasets/*?done=made")
    language: Language = "ko" if page.locator("html").get_attribute("lang") == "ko" else "en"
    page.goto("/training")
    page.locator("#message").fill(PLAIN_WORDS[language])
    page.locator("#say button").click()
    page.locator("#talk .answer").wait_for()
    page.locator("#setup details").evaluate("details => { details.open = false; }")
    page.wait_for_function("() => document.querySelector('#message').value === ''")


def _learn(page: Page) -> None:
    page.locator("#setup button").click()
    page.wait_for_url("**/jobs/*")
    page.locator(".notice.well").wait_for(timeout=PATIENCE_MS)


def _compare(page: Page, version: str) -> None:
    page.goto("/detectors")
    page.locator(f"[data-version='{version}'] form[action$=comparisons] button").click()
    page.locator("details summary").first.click(timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")


def _serve(page: Page, version: str) -> None:
    page.goto("/detectors")
    mine = page.locator(f"[data-version='{version}']")
    mine.locator("summary").click()
    mine.locator("details button").click()
    page.wait_for_url("**/detectors?done=serves")
    page.goto("/detectors")


def _go_back(page: Page) -> None:
    """So that the next version is held against the one that ships, too."""
    form = page.locator("form[action$=rollback]")
    page.locator("details", has=form).locator("summary").click()
    form.locator("button").click()
    page.wait_for_url("**/detectors?done=back")
