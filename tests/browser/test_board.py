"""The board of a care home at night: forty rooms of five households, on a real server."""

import re
import time
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from testkit.browser import Device
from testkit.web_server import WebServer

HOUSEHOLDS, ROOMS_EACH = 5, 8


@pytest.fixture(scope="module")
def keys(server: WebServer) -> dict[int, str]:
    """Five households of the owner's with eight rooms that watch in each, and a key of each."""
    with httpx.Client(base_url=server.url, trust_env=False) as http:

        def ask(key: str, path: str, body: Any) -> Any:
            headers = {"Authorization": f"Bearer {key}"}
            return http.post(path, json=body, headers=headers).raise_for_status().json()

        found = {1: server.api_key}
        for number in range(2, HOUSEHOLDS + 1):
            home = {"name": f"{number}층 생활실", "owner_id": 1}
            assert ask(server.api_key, "/households", home)["household_id"] == number
            made = ask(server.api_key, f"/households/{number}/keys", {"name": "boxes"})
            found[number] = made["key"]
        for number, key in found.items():
            ask(key, "/event/payloads", [beat(room_of(number, room)) for room in range(ROOMS_EACH)])
        return found


def room_of(household_id: int, room: int) -> str:
    name = f"{household_id}0{room + 1}호"
    return name if household_id == 1 else f"{name}.h{household_id}"


def beat(camera_id: str, state: str = "watching") -> dict[str, Any]:
    return {
        "event_type": "HEARTBEAT",
        "event_id": f"{state} {camera_id}",
        "camera_id": camera_id,
        "ts": time.time(),
        "state": state,
    }


def fall(server: WebServer, key: str, camera_id: str) -> None:
    """Somebody falls there now, and nobody has answered."""
    event = {
        "event_type": "END",
        "event_id": f"fall {camera_id}",
        "camera_id": camera_id,
        "ts": time.time(),
        "event": "fall",
        "incident_id": "1",
        "duration_sec": 4.0,
    }
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{server.url}/event/payload", json=event, headers=headers, trust_env=False)
    answer.raise_for_status()


def test_forty_rooms_stand_on_one_screen_and_the_new_alarm_comes_first(
    owner_factory: Callable[..., Device], server: WebServer, keys: dict[int, str]
) -> None:
    desk = owner_factory(size="desk")
    page = desk.page
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Board").click()
    page.wait_for_url("**/board")
    rooms = page.locator(".room")
    assert rooms.count() == HOUSEHOLDS * ROOMS_EACH
    last = rooms.last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= 800, "all are to be seen without scrolling"
    desk.check()
    page.get_by_role("button", name="Ring for what is new").click()
    fall(server, keys[3], room_of(3, 5))
    page.locator("body[data-rang='1']").wait_for()
    assert "306호" in rooms.first.inner_text()
    assert "306호" in page.get_by_role("alert").first.inner_text()
    desk.check()
    rooms.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/*")
    assert page.locator("#home").input_value() == "3", "the session looks there"
    page.goto("/board")
    page.get_by_role("link", name="Back to the pages").click()
    page.wait_for_url(f"{server.url}/")


def test_on_a_phone_it_is_a_list(
    owner_factory: Callable[..., Device], keys: dict[int, str]
) -> None:
    phone = owner_factory(size="phone")
    phone.page.goto("/board")
    boxes = [it.bounding_box() for it in phone.page.locator(".room").all()[:3]]
    assert len({box["x"] for box in boxes if box}) == 1
    assert [it.inner_text().split("\n")[0] for it in phone.page.locator(".room strong").all()[:1]]
    phone.check()


SENTENCES = {
    ("phone", "ko"): ("방 12곳 가운데 10곳이 괜찮습니다.", "모든 방 실시간 보기"),
    ("desk", "en"): ("10 of 12 rooms are fine.", "Every room, live"),
}


@pytest.mark.parametrize(("size", "language"), SENTENCES)
def test_household_of_many_rooms_is_told_how_many_are_fine_and_which_are_not(
    owner_factory: Callable[..., Device],
    server: WebServer,
    keys: dict[int, str],
    size: str,
    language: str,
) -> None:
    headers = {"Authorization": f"Bearer {keys[1]}"}
    with httpx.Client(base_url=server.url, trust_env=False, headers=headers) as http:
        more = [beat(room_of(1, room)) for room in range(12)]
        ill = [beat(room_of(1, room), "failed") for room in (2, 9)]
        http.post("/event/payloads", json=[*more, *ill]).raise_for_status()
        http.put("/people/1", json={"language": language}).raise_for_status()
    device = owner_factory(size=size, language=language)
    device.page.goto("/")
    sentence, unfold = SENTENCES[size, language]
    assert device.page.get_by_text(sentence).is_visible()
    named = device.page.locator("section:has(#rooms) li strong").all_inner_texts()
    assert sorted(named) == ["1010호", "103호"]
    cards = device.page.locator("[data-camera]")
    assert cards.count() == 12
    assert not cards.first.is_visible()
    device.check()
    device.page.get_by_text(unfold).click()
    assert cards.last.is_visible()
    device.check()
    device.page.get_by_role("link", name=re.compile("board|한 화면")).click()
    device.page.wait_for_url("**/board")
