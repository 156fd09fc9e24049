"""Accounts on the pages: log-in, invitation, roles, sessions."""

import re
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import expect

from contract.language import Language
from testkit.browser import Device
from testkit.web_server import PASSWORD, WebServer, fill_account, log_in


def test_wrong_password_is_refused_in_words_and_leaves_what_was_typed(
    device_factory: Callable[..., Device], server: WebServer
) -> None:
    page = device_factory().page
    page.goto("/login")
    page.locator("#login").fill("mina")
    page.locator("#password").fill("another sentence")
    page.locator("form button").click()
    assert page.get_by_role("alert").inner_text() == "The name or the password is not right."
    assert page.locator("#login").input_value() == "mina"


def test_page_without_a_login_leads_to_it_and_back(
    device_factory: Callable[..., Device], server: WebServer
) -> None:
    page = device_factory().page
    page.goto("/people/1?done=changed")
    assert "/login?next=" in page.url
    log_in(page)
    page.wait_for_url("**/people/1?done=changed")


def test_browser_that_was_logged_in_this_week_needs_no_password(phone: Device) -> None:
    cookies = [it for it in phone.page.context.cookies() if it["name"] != "dolbom_access"]
    phone.page.context.clear_cookies()
    phone.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    phone.page.evaluate("localStorage.setItem('refreshed_at', '1')")
    phone.page.goto("/people")
    phone.page.get_by_role("heading", name="People").wait_for()
    phone.check()


def test_two_pages_of_one_browser_take_turns_at_the_refresh_token(phone: Device) -> None:
    pages = [phone.page, *(phone.page.context.new_page() for _ in range(3))]
    cookies = [it for it in phone.page.context.cookies() if it["name"] != "dolbom_access"]
    phone.page.evaluate("localStorage.setItem('refreshed_at', '1')")
    phone.page.context.clear_cookies()
    phone.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    for page in pages:
        page.goto("/people", wait_until="commit")
    for page in pages:
        page.get_by_role("heading", name="People").wait_for()


def test_somebody_who_is_invited_joins_once_and_may_not_do_what_owners_do(
    phone: Device, device_factory: Callable[..., Device]
) -> None:
    phone.page.goto("/people")
    phone.page.get_by_label("Caregiver").check()
    phone.page.get_by_role("button", name="Make an invitation").click()
    link = phone.page.locator("#link").inner_text()
    phone.check()
    other = device_factory()
    other.page.goto(link)
    other.check()
    fill_account(other.page, "Jun", "jun")
    other.page.get_by_role("button", name="Join").click()
    other.page.wait_for_url("**/channels")
    other.page.goto("/settings")
    assert other.page.get_by_role("button", name="Save").count() == 0
    other.page.goto("/people")
    assert other.page.get_by_text("Invite somebody").count() == 0
    again = other.page.goto(link)
    assert again is not None
    assert again.status == 403


def test_quiet_hours_order_and_language_are_changed_on_the_page(phone: Device) -> None:
    phone.page.goto("/people/1")
    phone.page.locator("#quiet_from").fill("22:00")
    phone.page.locator("#quiet_until").fill("07:00")
    phone.page.get_by_label("Language").select_option("ko")
    phone.page.get_by_role("button", name="Save").click()
    assert phone.page.get_by_role("status").first.inner_text() == "저장했습니다."
    phone.page.get_by_label("언어").select_option("en")
    phone.page.get_by_role("button", name="저장").click()
    phone.page.goto("/people")
    assert phone.page.get_by_text("quiet from 22:00 to 07:00").is_visible()


def test_password_is_changed_and_other_devices_are_logged_out(
    phone: Device, owner_factory: Callable[..., Device]
) -> None:
    other = owner_factory()
    phone.page.goto("/people/1")
    phone.page.locator("#old").fill(PASSWORD)
    phone.page.locator("#new").fill(PASSWORD)
    phone.page.get_by_role("button", name="Change the password").click()
    phone.page.get_by_role("status").filter(has_text="The password is changed").wait_for()
    other.page.goto("/people")
    expect(other.page.get_by_role("button", name="Log in")).to_be_visible()


def test_last_owner_stays_one_and_is_told_why(phone: Device) -> None:
    phone.page.goto("/people/1")
    phone.page.get_by_label("What they may do").select_option("viewer")
    phone.page.get_by_role("button", name="Save").click()
    assert re.search("needs an owner", phone.page.get_by_role("alert").inner_text())


def test_who_logs_out_is_asked_for_the_password_again(phone: Device) -> None:
    phone.page.goto("/household")
    phone.page.get_by_role("button", name="Log out").click()
    phone.page.wait_for_url("**/login")
    phone.page.goto("/people")
    assert phone.page.get_by_role("button", name="Log in").is_visible()


@pytest.mark.parametrize(
    ("language", "join", "refusal"),
    [
        ("en", "Join with my account", "You belong to this household already."),
        ("ko", "내 계정으로 참여", "이미"),
    ],
)
def test_who_has_an_account_joins_another_household_with_it_and_once(
    device_factory: Callable[..., Device],
    server: WebServer,
    language: Language,
    join: str,
    refusal: str,
) -> None:
    ask(server.url, server.api_key, "/people/1", {"language": language}, "PUT")
    made = ask(server.url, server.api_key, "/households", {"name": f"301호 {language}"})
    other, number = device_factory(language=language), made["household_id"]
    other.page.goto(made["setup_address"])
    assert f"301호 {language}" in other.page.locator(".lead").inner_text()
    other.check()
    other.page.locator("a[href^='/login']").click()
    log_in(other.page)
    other.page.wait_for_url("**/invitation/*")
    other.check()
    other.page.get_by_role("button", name=join).click()
    other.page.wait_for_url("**/setup/household")
    other.page.goto("/people")
    assert other.page.locator("#home").input_value() == str(number), "the session looks there"
    key = ask(server.url, server.api_key, f"/households/{number}/keys", {"name": "desk"})["key"]
    again = ask(server.url, key, "/people/invitations", {"role": "caregiver"})
    other.page.goto(again["address"])
    other.page.get_by_role("button", name=join).click()
    assert refusal in other.page.get_by_role("alert").inner_text()
    ask(server.url, server.api_key, "/people/1", {"language": "en"}, "PUT")


def test_other_tabs_of_a_browser_follow_to_the_household_that_is_looked_at(
    phone: Device, server: WebServer
) -> None:
    made = ask(server.url, server.api_key, "/households", {"name": "401호", "owner_id": 1})
    number = str(made["household_id"])
    settings, board = (phone.page.context.new_page() for _ in range(2))
    settings.goto("/settings")
    board.goto("/board")
    phone.page.goto("/")
    phone.page.locator("#home").select_option(number)
    phone.page.get_by_role("button", name="Look there").click()
    settings.wait_for_url(f"{server.url}/")
    expect(settings.locator("#home")).to_have_value(number)
    assert board.url.endswith("/board"), "it has the rooms of all of them"
    phone.page.locator("#home").select_option("1")
    phone.page.get_by_role("button", name="Look there").click()
    expect(settings.locator("#home")).to_have_value("1")


def test_operator_names_another_and_the_last_one_stays(
    phone: Device, server: WebServer, device_factory: Callable[..., Device]
) -> None:
    invited = ask(server.url, server.api_key, "/people/invitations", {"role": "viewer"})
    other = device_factory()
    other.page.goto(invited["address"])
    fill_account(other.page, "Hana", "hana")
    other.page.get_by_role("button", name="Join", exact=True).click()
    other.page.wait_for_url("**/channels")
    phone.page.goto("/people/1")
    phone.page.get_by_role("button", name="Take that back").click()
    assert "name somebody else first" in phone.page.get_by_role("alert").inner_text()
    phone.complaints.clear()  # of the refusal
    phone.page.goto("/people")
    phone.page.get_by_role("link", name="Hana").click()
    phone.page.get_by_role("button", name="Let Hana make and end households").click()
    phone.page.get_by_role("button", name="Take that back").wait_for()
    phone.check()
    phone.page.goto("/log")
    assert phone.page.get_by_text("let Hana make and end households").is_visible()
    phone.page.goto("/people/1")
    phone.page.get_by_role("button", name="Take that back").click()
    expect(phone.page.get_by_text("Households of this server")).to_have_count(0)
    other.page.goto("/people/1")
    other.page.get_by_role("button", name=re.compile("Let .* make and end households")).click()
    other.page.get_by_role("button", name="Take that back").wait_for()


def ask(
    url: str, key: str, path: str, body: dict[str, str], method: str = "POST"
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.request(method, f"{url}{path}", json=body, headers=headers, trust_env=False)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found
