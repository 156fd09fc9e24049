"""Cameras, settings and the log on the pages."""

import re
from typing import Any

import httpx2 as httpx
import pytest

from testkit.browser import Device
from testkit.web_server import WebServer

SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def report(server: WebServer, camera_id: str) -> None:
    """Let a camera box say that it lives, with the household's key."""
    beat = {
        "type": "HEARTBEAT", "session_id": "s", "seq": 1, "state": "running",
        "event_id": f"beat of {camera_id}", "camera_id": camera_id, "ts": 1_795_939_200.0,
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {server.api_key}"}
    url = f"{server.url}/event/payload"
    httpx.post(url, json=beat, headers=headers, trust_env=False).raise_for_status()


@pytest.fixture
def alerts(phone: Device) -> list[str]:
    """What scripts that came in would show."""
    shown: list[str] = []

    def note(dialog: Any) -> None:
        shown.append(dialog.message)
        dialog.dismiss()

    phone.page.on("dialog", note)
    return shown


def test_name_of_a_camera_is_text_wherever_it_is_shown(
    phone: Device, server: WebServer, alerts: list[str]
) -> None:
    report(server, SCRIPT)
    for path in ("/cameras", "/setup/cameras", "/setup/done"):
        phone.page.goto(path)
        assert phone.page.get_by_text(SCRIPT).first.is_visible(), path
        phone.check()
    assert alerts == []


def test_name_of_the_household_and_of_a_person_is_text(phone: Device, alerts: list[str]) -> None:
    phone.page.goto("/settings")
    phone.page.locator("#name").fill(SCRIPT)
    phone.page.get_by_role("button", name="Save").click()
    phone.page.goto("/people/1")
    phone.page.locator("#name").fill('"><b>Mina</b>')
    phone.page.get_by_role("button", name="Save").click()
    for path in ("/household", "/people", "/people/1", "/settings", "/log", "/channels"):
        phone.page.goto(path)
        assert phone.page.locator("b").count() == 0, path
        phone.check()
    assert alerts == []


def test_camera_is_given_a_place_and_removed(phone: Device, server: WebServer) -> None:
    report(server, "kitchen/2")
    phone.page.goto("/cameras")
    phone.page.get_by_text("Change kitchen/2").click()
    phone.page.get_by_label("Where it hangs").last.fill("above the fridge")
    phone.page.get_by_role("button", name="Save").last.click()
    phone.page.get_by_text("above the fridge").wait_for()
    phone.page.get_by_text("Change kitchen/2").click()
    phone.page.get_by_role("button", name="Remove").last.click()
    phone.page.get_by_text("The camera is removed").wait_for()
    assert phone.page.get_by_text("kitchen/2").count() == 0


def test_times_until_an_alert_goes_on_are_changed_in_minutes(phone: Device) -> None:
    phone.page.goto("/settings")
    phone.page.locator("#second_after_sec").fill("4.5")
    phone.page.locator("#self_test_weekday").select_option("6")
    phone.page.locator("#self_test_hour").select_option("15")
    phone.page.get_by_role("button", name="Save").click()
    assert phone.page.get_by_role("status").first.inner_text() == "Saved."
    assert phone.page.locator("#second_after_sec").input_value() == "4.5"
    assert phone.page.locator("#self_test_hour").input_value() == "15"


def test_setting_that_cannot_be_is_refused_and_changes_nothing(phone: Device) -> None:
    phone.page.goto("/settings")
    phone.page.locator("#all_after_sec").fill("0.5")
    phone.page.get_by_role("button", name="Save").click()
    phone.page.get_by_role("alert").wait_for()
    phone.page.goto("/settings")
    assert phone.page.locator("#all_after_sec").input_value() == "6"


def test_settings_of_the_environment_are_shown_and_not_changed(phone: Device) -> None:
    phone.page.goto("/settings")
    assert phone.page.get_by_text("TZ in the server's environment sets it.").is_visible()
    assert phone.page.locator("#time_zone").is_disabled()
    assert phone.page.get_by_text("CAMERA_KEYS").count() == 0


def test_everybody_reads_what_was_done(phone: Device) -> None:
    phone.page.goto("/log")
    assert re.search("set up the household", phone.page.locator("main").inner_text())
    phone.check()
