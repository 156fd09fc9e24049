"""The pages without a mouse, with large text, and for who has them read aloud."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from testkit.browser import STICKS_OUT

STOPS = "a[href], button, input:not([type=hidden]), textarea, select, summary"
REACHABLE = f"""() => [...document.querySelectorAll("{STOPS}")]
  .filter((it) => it.checkVisibility() && !it.disabled).length"""
FOCUSED = """() => {
  const it = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  const { left, top, width, height } = it.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return {
    isStop: it !== document.body,
    name: it.textContent.trim() || it.name,
    isMarked: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    isCovered: !(it.contains(there) || it.parentElement.contains(there)),
  };
}"""
RENEWED = """async () => {
  const { renew } = await import(document.querySelector("link[href*='renew.js']").href);
  await renew();
}"""
NOTED = """() => {
  globalThis.noted = [];
  const note = (changes) => {
    for (const { target } of changes) noted.push(target.closest("time") ? "time" : "state");
  };
  const part = document.querySelector("[data-part=state]");
  new MutationObserver(note).observe(part, { childList: true, subtree: true });
}"""


@pytest.fixture
def incident(fall: Callable[[str], str]) -> str:
    """The path of an incident that nobody has answered."""
    return f"/incidents/{fall('hall')}"


def tab_to(page: Page, name: str) -> None:
    """Go on with the tabulator alone until what has this name is focused."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["name"] == name:
            return
    raise AssertionError(f"the tabulator does not come to {name!r}")


@pytest.mark.parametrize("path", ["/", "incident", "/setup/household", "/setup/channels", "/ask"])
def test_tabulator_comes_to_everything_and_shows_where_it_is(
    page: Page, incident: str, path: str
) -> None:
    page.goto(incident if path == "incident" else path)
    stops = []
    for _ in range(page.evaluate(REACHABLE)):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    assert all(stop["isStop"] for stop in stops)
    assert [stop["name"] for stop in stops if not stop["isMarked"]] == []
    assert [stop["name"] for stop in stops if stop["isCovered"]] == []


def test_fall_is_answered_and_judged_with_the_keyboard_alone(page: Page, incident: str) -> None:
    page.goto("/")
    tab_to(page, "Fall detected: hall")
    tab_to(page, "I am going")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Mina is going.")).to_be_visible()
    tab_to(page, "Fall detected: hall")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{incident}")
    tab_to(page, "A fall")
    page.keyboard.press("Enter")
    expect(page.locator("[aria-pressed=true]", has_text="A fall")).to_be_visible()


def test_step_of_the_setup_is_done_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/setup/household")
    tab_to(page, "address")
    page.keyboard.type("Jahamun-ro 1, 302")
    tab_to(page, "Go on")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Jahamun-ro 1, 302")).to_be_visible()
    tab_to(page, "Yes, go on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/channels")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "incident",
        "/incidents",
        "/record",
        "/people/1",
        "/setup/channels",
        "/log",
        "/ask",
        "/ask/days",
        "/ask/report",
        "/ask/tools?tool=nights",
    ],
)
def test_page_is_as_wide_as_the_phone_with_text_of_twice_the_size(
    page: Page, incident: str, path: str
) -> None:
    page.goto(incident if path == "incident" else path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not page.evaluate(STICKS_OUT)


def test_page_now_is_read_aloud_again_only_once_it_says_something_else(
    page: Page, fall: Callable[[str], str]
) -> None:
    page.goto("/")
    page.evaluate(NOTED)
    page.evaluate(RENEWED)
    page.evaluate(RENEWED)
    assert set(page.evaluate("noted")) <= {"time"}
    assert page.locator("[data-part=state] time:not([aria-live=off])").count() == 0
    fall("kitchen")
    expect(page.get_by_role("alert")).to_contain_text("Fall detected")
    assert "state" in page.evaluate("noted")


def test_focus_stays_where_it_was_when_something_else_happens(
    page: Page, fall: Callable[[str], str]
) -> None:
    fall("hall")
    page.goto("/")
    tab_to(page, "I have called 119")
    form = "document.activeElement.form.action"
    before = page.evaluate(form)
    fall("kitchen")
    page.get_by_role("link", name="Fall detected: kitchen").wait_for()
    assert page.evaluate(FOCUSED)["name"] == "I have called 119"
    assert page.evaluate(form) == before


def test_nothing_moves_for_who_wants_no_motion(page: Page) -> None:
    page.goto("/")
    moving = "document.getAnimations().length"
    page.get_by_role("button", name="I am here for an hour").hover()
    assert page.evaluate(moving) == 0
