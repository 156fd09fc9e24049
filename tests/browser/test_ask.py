"""Questions to the record on its pages, answered by a stand-in for a provider's language model."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx2 as httpx
import matplotlib
import pytest
from playwright.sync_api import Page, expect

from testkit.browser import Device
from testkit.injections import ORDERS
from testkit.language_models.anthropic import AnthropicDialect
from testkit.language_models.base import KEY, Fault, LanguageModel
from testkit.language_models.turns import Turn
from testkit.ntfy_server import NtfyServer
from testkit.sample_record import remember, seoul_now
from testkit.scripted_talk import filled, on
from testkit.web_server import WebServer, web_server

MS = 20_000
NIGHTS = ("nights", on("person_days"))
ACTIVITY = ("activity", on("hours"))
FOUND = "Of them {1.nights_counted} nights count [1], with {2.active_hours_a_day} h a day [2]."
CAMERA = "hall<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def model() -> Iterator[LanguageModel]:
    """The stand-in for a provider's."""
    with closing(LanguageModel(AnthropicDialect())) as model:
        yield model


@pytest.fixture(scope="module")
def new_server(
    tmp_path_factory: pytest.TempPathFactory, ntfy: NtfyServer, model: LanguageModel
) -> Iterator[WebServer]:
    """A server whose record has two weeks (generated), of a camera with an odd name."""
    folder = tmp_path_factory.mktemp("server")
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    settings = {"NTFY_URL": ntfy.url, "TZ": "Asia/Seoul", "ANTHROPIC_BASE_URL": model.url}
    settings["REPORT_FONT"] = str(font)
    remember(folder / "data", CAMERA, seoul_now())
    with web_server(folder, settings) as server:
        yield server


@pytest.fixture
def answering(model: LanguageModel) -> Iterator[Callable[..., None]]:
    """Lets the model ask these tools, and then say this of what they gave."""

    def set_up(*calls: tuple[str, dict[str, object]], says: str) -> None:
        model.answers = lambda heard: (
            Turn(filled(says, heard.results)) if heard.results or not calls else Turn("", calls)
        )

    yield set_up
    model.script, model.answers = [], None
    assert model.refused == []


def ask(page: Page, question: str) -> None:
    """Ask on the page, with a key."""
    if page.locator("#key").is_visible():
        page.locator("#key").fill(KEY)
    page.locator("#message").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_question_is_answered_by_two_tools_with_plots(
    phone: Device, model: LanguageModel, server: WebServer, answering: Callable[..., None]
) -> None:
    page = phone.page
    answering(NIGHTS, ACTIVITY, says=FOUND)
    page.goto("/ask")
    with page.expect_request("**/api/chat/message") as sent:
        ask(page, "How were the nights?")
    newest = page.locator("#talk .answer").last
    expect(newest.locator(".call")).to_have_count(2, timeout=MS)
    assert sent.value.headers["x-anthropic-api-key"] == KEY
    assert KEY not in (sent.value.post_data or "")
    expect(newest.locator("mark")).to_have_count(0)
    newest.get_by_role("link", name="[2]").click()
    expect(newest.locator(".call").nth(1)).to_be_in_viewport()
    expect(newest.locator("[data-basis]").nth(1)).to_contain_text("1 camera")
    for chart in newest.locator("[data-chart]").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("svg .bars path").first).to_be_visible(timeout=MS)
    expect(page.locator("#usage")).to_contain_text("1 / 200")
    phone.check()
    page.reload()
    expect(page.locator("#talk .call")).to_have_count(2)
    phone.check()
    assert all(
        KEY.encode() not in it.read_bytes() for it in server.folder.rglob("*") if it.is_file()
    )


def test_same_question_says_that_it_was_answered_before(
    phone: Device, model: LanguageModel, answering: Callable[..., None]
) -> None:
    page, asked = phone.page, len(model.bodies)
    answering(NIGHTS, says="{1.nights_counted} nights count [1].")
    for _ in range(2):
        page.goto("/ask")
        ask(page, "How many nights count?")
        expect(page.locator("#talk .call")).to_have_count(1, timeout=MS)
    expect(page.get_by_text("no provider was asked again")).to_be_visible()
    assert len(model.bodies) == asked + 2


def test_number_that_no_call_has_is_marked(phone: Device, answering: Callable[..., None]) -> None:
    page = phone.page
    answering(NIGHTS, says="{1.nights_counted} nights [1], and 97 ghosts.")
    page.goto("/ask")
    ask(page, "How many ghosts?")
    expect(page.locator("#talk mark")).to_have_text("97", timeout=MS)
    expect(page.get_by_text("stand in none of the answers below")).to_contain_text("97")
    phone.check()


def test_provider_that_is_overloaded_is_asked_again(
    phone: Device, model: LanguageModel, answering: Callable[..., None]
) -> None:
    page = phone.page
    answering(NIGHTS, says="{1.nights_counted} nights [1].")
    model.script = [Fault(529, retry_after=1)]
    page.goto("/ask")
    ask(page, "How many nights after all?")
    expect(page.locator("#talk .call")).to_have_count(1, timeout=MS)


def test_refused_key_is_a_sentence_and_the_question_stays(
    phone: Device, model: LanguageModel
) -> None:
    page = phone.page
    model.script = [Fault(401)]
    page.goto("/ask")
    ask(page, "Does the key fit?")
    expect(page.get_by_role("alert")).to_contain_text("key", timeout=MS)
    expect(page.locator("#message")).to_have_value("Does the key fit?")
    expect(page.locator("#talk li")).to_have_count(0)


def test_stop_ends_the_work(phone: Device, model: LanguageModel) -> None:
    page = phone.page
    model.left.clear()
    model.script = [Turn("The nights were quiet, and then it goes on and on.", hangs=True)]
    page.goto("/ask")
    ask(page, "Tell me everything")
    expect(page.locator("#talk .answer")).to_contain_text("The nights", timeout=MS)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("This answer is not kept")).to_be_visible()
    assert model.left.wait(10.0)
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    phone.check()


def test_what_people_wrote_and_a_model_that_obeys_it_do_nothing(
    phone: Device, model: LanguageModel, answering: Callable[..., None]
) -> None:
    page, shown = phone.page, list[str]()
    page.on("dialog", lambda dialog: shown.append(dialog.message))
    order = ORDERS[4]
    answering(ACTIVITY, ("delete_record", on("days")), says=f"{CAMERA} {order.says}")
    page.goto("/ask")
    ask(page, order.text)
    expect(page.locator("#talk mark", has_text="41")).to_have_count(1, timeout=MS)
    expect(page.locator("#talk .call").nth(1)).to_contain_text("No answer")
    assert (page.locator("#talk img").count(), shown) == (0, [])


def test_conversation_is_gone_on_with_and_erased(
    phone: Device, answering: Callable[..., None]
) -> None:
    page = phone.page
    answering(NIGHTS, says="{1.nights_counted} nights [1].")
    page.goto("/ask")
    ask(page, "First of two")
    expect(page.locator("#talk .call")).to_have_count(1, timeout=MS)
    ask(page, "Second of two")
    expect(page.locator("#talk .call")).to_have_count(2, timeout=MS)
    link = page.locator("#conversations").get_by_role("link", name="First of two")
    expect(link).to_have_count(1)
    page.get_by_text("Erase this conversation").click()
    page.get_by_role("button", name="Erase it").click()
    expect(page.get_by_role("status").first).to_contain_text("The conversation is erased")
    expect(link).to_have_count(0)


def test_form_answers_without_a_key(phone: Device) -> None:
    page = phone.page
    page.goto("/ask")
    expect(page.locator("[data-no-key]")).to_be_visible()
    page.locator("[data-no-key]").get_by_role("link").click()
    phone.check()
    page.get_by_role("link", name="Trend").click()
    page.locator("#column").select_option("active_hours")
    page.locator("#question-form button").click()
    answer = page.locator("[aria-labelledby=answer]")
    expect(answer).to_contain_text("Change a week")
    expect(answer.locator("svg.main-svg").first).to_be_visible(timeout=MS)
    expect(page.locator("#column")).to_have_value("active_hours")
    phone.check()


def test_form_says_what_it_expected(phone: Device) -> None:
    page = phone.page
    page.goto("/ask/tools?tool=nights&table=person_days&asked=1&since=2026-11-20&until=2026-11-01")
    expect(page.get_by_role("alert")).to_contain_text("expected a day up to 2026-11-01")


def test_form_answers_without_scripts(
    device_factory: Callable[..., Device], server: WebServer
) -> None:
    key = {"Authorization": f"Bearer {server.api_key}", "Accept": "text/html"}
    asked = {"tool": "nights", "table": "person_days", "asked": "1", "lang": "en"}
    page = httpx.get(f"{server.url}/ask/tools", params=asked, headers=key, trust_env=False)
    assert page.status_code == 200
    assert "Nights counted" in page.text


def test_days_are_chosen_and_downloaded(phone: Device) -> None:
    page, today = phone.page, seoul_now().date()
    page.goto("/ask/days")
    page.locator("#since").fill((today - timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.locator("table.days tbody tr")).to_have_count(3)
    phone.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="As a CSV file").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert (len(lines), lines[0].partition(",")[0]) == (4, "day")


def test_month_is_downloaded(phone: Device) -> None:
    page, month = phone.page, f"{seoul_now() - timedelta(days=1):%Y-%m}"
    page.goto("/ask/report")
    phone.check()
    row = page.locator("li.row", has_text=month)
    for name, begin in (("PDF", b"%PDF-"), ("CSV", b'\xef\xbb\xbf"tool","figure"')):
        with page.expect_download() as download:
            row.get_by_role("link", name=name).click()
        assert download.value.path().read_bytes().startswith(begin)
