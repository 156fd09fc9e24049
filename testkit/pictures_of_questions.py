"""Pictures of questions to the record; what answers is a stand-in, what it says stands in it."""

from playwright.sync_api import Browser, Page

from contract.language import Language
from testkit.browser import device
from testkit.language_models.base import KEY, LanguageModel
from testkit.pictures import sizes_of, take
from testkit.sample_household import LOGIN
from testkit.scripted_talk import ScriptedAnswer, on, scripted
from testkit.web_server import WebServer, log_in

PATIENCE_MS = 30_000
PAGES = {
    "ask-tools": "/ask/tools",
    "ask-tool": "/ask/tools?tool=day_timeline&table=hours&asked=1",
    "ask-days": "/ask/days",
    "ask-report": "/ask/report",
}
CALLS = (("nights", on("person_days")), ("activity", on("hours")))
ANSWERS: dict[Language, ScriptedAnswer] = {
    "ko": ScriptedAnswer(
        "요즘 밤에 잘 주무시나요?",
        CALLS,
        "센 밤은 {1.nights_counted}일이고, 밤마다 {1.lying_hours_a_night}시간 누워 계셨어요 [1].\n"
        "낮에는 하루 {2.active_hours_a_day}시간 움직이셨어요 [2].",
    ),
    "en": ScriptedAnswer(
        "Does she sleep well these days?",
        CALLS,
        "Of {1.nights_counted} nights that count, she lay for {1.lying_hours_a_night} h each [1].\n"
        "By day she was active for {2.active_hours_a_day} h [2].",
    ),
}


def take_questions(
    browser: Browser, server: WebServer, model: LanguageModel, language: Language
) -> None:
    """Of a server whose record has days, and which asks this model."""
    model.answers = scripted([ANSWERS[language]])
    for size in sizes_of(language):
        with device(browser, server.url, size, language) as own:
            own.page.goto("/login?next=/household")
            log_in(own.page, LOGIN)
            own.page.wait_for_url("**/household")
            _ask(own.page, ANSWERS[language].question)
            take(own.page, "ask", size, language)
            for name, path in PAGES.items():
                own.page.goto(path, wait_until="networkidle")
                _draw(own.page)
                take(own.page, name, size, language)


def _ask(page: Page, question: str) -> None:
    page.goto("/ask")
    page.locator("#key").fill(KEY)
    page.locator("#message").fill(question)
    page.locator("#ask button").first.click()
    page.locator("#talk .call").nth(1).wait_for(timeout=PATIENCE_MS)
    page.locator("#provider-part").evaluate("details => { details.open = false; }")
    _draw(page)


def _draw(page: Page) -> None:
    """Let all plots be drawn: they wait until somebody comes near."""
    for chart in page.locator("[data-chart]").all():
        chart.scroll_into_view_if_needed()
        chart.locator("svg.main-svg").first.wait_for(timeout=PATIENCE_MS)
