"""Notes on the page of an incident: written, changed and deleted by forms."""

from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import expect

from backend.web.language import read_catalogues
from contract.language import Language
from testkit.browser import Device, Size
from testkit.web_server import WebServer

TEXTS = read_catalogues()


@pytest.fixture
def api(server: WebServer) -> Any:
    """Asks with the household's key."""
    headers = {"Authorization": f"Bearer {server.api_key}"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        yield client
        client.put("/people/1", json={"language": "en"})


def write(device: Device, text: str) -> None:
    device.page.locator("#note").fill(text)
    device.page.locator("form[action$='/notes'] button").click()


@pytest.mark.parametrize(
    ("size", "language", "runs_scripts"),
    [("phone", "ko", True), ("desk", "en", True), ("phone", "en", False)],
)
def test_own_note_is_changed_and_deleted_in_each_language_and_without_a_script(
    fall: Callable[[str], str],
    owner_factory: Callable[..., Device],
    api: httpx.Client,
    size: Size,
    language: Language,
    runs_scripts: bool,
) -> None:
    api.put("/people/1", json={"language": language}).raise_for_status()
    text = TEXTS[language].gettext
    device = owner_factory(size=size, runs_scripts=runs_scripts)
    page = device.page
    page.goto(f"/incidents/{fall(f'{size} {language} {runs_scripts}')}")
    write(device, "She sat on the carpet.\nShe was awake.")
    page.get_by_text(text("Change the note")).click()
    if runs_scripts:
        device.check()
    page.get_by_label(text("What it is to say")).fill("She sat on the rug.")
    page.get_by_role("button", name=text("Keep the change")).click()
    listed = page.locator("section:has(#notes) li")
    expect(listed).to_contain_text("She sat on the rug.")
    expect(listed).to_contain_text(text("changed %(when)s").partition("%")[0])
    page.get_by_text(text("Delete the note")).click()
    page.get_by_role("button", name=text("Delete it")).click()
    expect(listed).to_have_count(0)
    assert page.url.endswith("#notes")


def test_change_of_a_note_that_was_changed_meanwhile_is_shown_beside_it(
    fall: Callable[[str], str], owner_factory: Callable[..., Device]
) -> None:
    incident = fall("two devices")
    phone, desk = owner_factory(), owner_factory(size="desk")
    phone.page.goto(f"/incidents/{incident}")
    write(phone, "first")
    desk.page.goto(f"/incidents/{incident}")
    for device, text in ((phone, "of the phone"), (desk, "of the desk")):
        device.page.get_by_text("Change the note").click()
        device.page.get_by_label("What it is to say").fill(text)
        device.page.get_by_role("button", name="Keep the change").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("was changed meanwhile")
    expect(desk.page.locator("section:has(#notes) li .lines")).to_have_text("of the phone")
    expect(desk.page.get_by_label("What it is to say")).to_have_value("of the desk")
    desk.complaints.clear()  # that the answer was a 409
    desk.check()
    desk.page.get_by_role("button", name="Keep the change").click()
    expect(desk.page.locator("section:has(#notes) li .lines")).to_have_text("of the desk")


def test_change_of_a_note_that_was_deleted_meanwhile_becomes_a_new_one(
    fall: Callable[[str], str], owner_factory: Callable[..., Device], api: httpx.Client
) -> None:
    incident, device = fall("deleted"), owner_factory()
    device.page.goto(f"/incidents/{incident}")
    write(device, "first")
    (note,) = api.get(f"/incidents/{incident}/notes").json()
    device.page.get_by_text("Change the note").click()
    device.page.get_by_label("What it is to say").fill("second")
    api.delete(f"/comments/{note['number']}").raise_for_status()
    device.page.get_by_role("button", name="Keep the change").click()
    expect(device.page.get_by_role("alert")).to_contain_text("was deleted meanwhile")
    expect(device.page.locator("#note")).to_have_value("second")


def test_note_of_another_can_be_deleted_by_an_owner_and_not_changed(
    fall: Callable[[str], str], owner_factory: Callable[..., Device], api: httpx.Client
) -> None:
    incident, device = fall("of another"), owner_factory()
    api.post(f"/incidents/{incident}/notes", json={"text": "theirs"}).raise_for_status()
    device.page.goto(f"/incidents/{incident}")
    expect(device.page.get_by_text("Delete the note")).to_be_visible()
    expect(device.page.get_by_text("Change the note")).to_have_count(0)
