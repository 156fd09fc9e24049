"""Two families on one real server, with rooms of the same name, and a carer who is of both."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.access.roles import Role
from backend.people import store
from backend.people.household import HouseholdSettings
from backend.storage.database import open_database
from testkit.escalations import KIM, LEE, PARK, Member
from testkit.family import HOUSE_KEY, QUICK, answer, family_server, told
from testkit.ntfy_server import NtfyServer

Json = dict[str, Any]
MakeEvent = Callable[..., Json]
Eventually = Callable[..., Any]

CHOI = Member("Choi", 1, language="en")
SECOND = HouseholdSettings(
    name="302호",
    address="Berlin, Hauptstr. 2",
    language="en",
    time_zone="Europe/Berlin",
    repeat_sec=60.0,
)
FALL, THERE = "낙상 (넘어짐) 감지 - 거실", "거실.h2"


@dataclass
class Homes:
    """The server, and the key that opens the second household."""

    server: Any
    phones: NtfyServer
    second_key: str

    def send(self, event: Json, key: str = HOUSE_KEY) -> None:
        assert self.server.post("/event/payload", event, headers=bearer(key)).status_code == 200

    def get(self, path: str, key: str, **query: str) -> Any:
        response = self.server.http.get(path, params=query, headers=bearer(key))
        assert response.status_code == 200, response.text
        return response.json()

    def titles(self, member: Member) -> list[str]:
        return [it.title for it in told(self.phones, member)]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def open_homes(server_factory: Callable[..., Any]) -> Iterator[Callable[..., Homes]]:
    """Opens a server with Kim, Lee and Park in one household, and Choi in the next."""
    with closing(NtfyServer()) as phones:

        def start(second: HouseholdSettings = SECOND, **intervals: float) -> Homes:
            neighbours = {2: (second, [CHOI])}
            server = family_server(server_factory, phones, neighbours, **intervals)
            made = server.post("/households/2/keys", {"name": "box"}, headers=bearer(HOUSE_KEY))
            return Homes(server, phones, made.json()["key"])

        yield start


def test_fall_in_one_household_rings_there_and_is_answered_there(
    open_homes: Callable[..., Homes], make_event: MakeEvent, eventually: Eventually
) -> None:
    homes = open_homes()
    homes.send(make_event("END", camera_id=THERE, duration_sec=2.0), homes.second_key)
    (message,) = eventually(lambda: told(homes.phones, CHOI))
    assert message.title == "Fall detected - 거실"
    assert "Berlin, Hauptstr. 2" in message.message["message"]
    homes.send(make_event("END", duration_sec=2.0))
    eventually(lambda: len(homes.titles(KIM)) >= 2, timeout=10)
    assert homes.titles(CHOI) == ["Fall detected - 거실"], "of the other fall nothing is heard"
    (here,) = homes.get("/incidents", HOUSE_KEY, label="fall")
    (there,) = homes.get("/incidents", homes.second_key, label="fall")
    assert (here["camera_id"], there["camera_id"]) == ("거실", THERE)
    path = f"/incidents/{there['id']}/acknowledgement"
    refused = homes.server.post(path, {"answer": "going"}, headers=bearer(HOUSE_KEY))
    assert refused.status_code == 404
    assert message.link
    assert answer(message.link, "going").json()["state"]["is_answered"]
    assert homes.get(f"/incidents/{here['id']}", HOUSE_KEY)["state"] == "notified"
    course = homes.get(f"/incidents/{there['id']}/course", homes.second_key)
    assert {it["person"] for it in course["entries"] if it["person"]} == {"Choi"}


def test_household_that_ends_rings_no_more_and_nothing_of_it_is_left(
    open_homes: Callable[..., Homes], make_event: MakeEvent, eventually: Eventually
) -> None:
    at_once = {"repeat_sec": 1.0, "second_after_sec": 2.0, "all_after_sec": 3.0}
    homes = open_homes(SECOND.model_copy(update=at_once))
    homes.send(make_event("HEARTBEAT", camera_id=THERE), homes.second_key)
    homes.send(make_event("END", camera_id=THERE, duration_sec=2.0), homes.second_key)
    eventually(lambda: len(homes.titles(CHOI)) == 2)
    ended = homes.server.http.request(
        "DELETE", "/households/2", json={"name": SECOND.name}, headers=bearer(HOUSE_KEY)
    )
    assert ended.status_code == 200
    refused = homes.server.http.get("/incidents", headers=bearer(homes.second_key))
    assert refused.status_code == 401
    homes.send(make_event("END", duration_sec=2.0))
    eventually(lambda: homes.titles(KIM))
    heard = len(homes.titles(CHOI))
    eventually(lambda: len(homes.titles(KIM)) >= 4, timeout=10)
    assert len(homes.titles(CHOI)) == heard, "rounds of both were due meanwhile"
    eventually(lambda: not found(homes, "events/events-*", THERE), timeout=15)
    homes.server.stop()
    assert found(homes, "events/events-*", "거실"), "what is of the other household is there still"
    for word in (THERE, "Choi", SECOND.name, "Hauptstr"):
        assert not found(homes, "**/*", word), word


def found(homes: Homes, files: str, word: str) -> list[str]:
    """Which of these files of the server have it, but for its log."""
    folder = homes.server.data_dir
    paths = [it for it in folder.glob(files) if it.is_file()]
    return [it.name for it in paths if word.encode() in it.read_bytes()]


def test_each_household_sees_its_own_health(
    open_homes: Callable[..., Homes], make_event: MakeEvent, eventually: Eventually
) -> None:
    homes = open_homes()
    homes.send(make_event("HEARTBEAT", camera_id=THERE), homes.second_key)
    homes.send(make_event("HEARTBEAT"))

    def seen(key: str) -> list[str]:
        return list(homes.get("/health", key)["cameras"]["seen"])

    eventually(lambda: (seen(HOUSE_KEY), seen(homes.second_key)) == (["거실"], [THERE]))
    said = homes.get("/health", homes.second_key)
    own = {"alerts", "channel", "answers", "contacts", "self_test", "cameras"}
    assert set(said) == {"status", "server"} | own
    assert said["contacts"]["unreached"] == []
    homes.send(make_event("END", camera_id=THERE, duration_sec=2.0), homes.second_key)
    eventually(lambda: homes.get("/health", homes.second_key)["answers"]["open"] == 1)
    assert homes.get("/health", HOUSE_KEY)["answers"]["open"] == 0
    trial = homes.server.post("/alerts/test", headers=bearer(homes.second_key)).json()
    assert [it["channel"] for it in trial["channels"]] == ["contact-4"]
    assert homes.titles(KIM) == []


def test_self_test_comes_at_each_households_own_hour(
    open_homes: Callable[..., Homes], make_event: MakeEvent, eventually: Eventually
) -> None:
    now = datetime.now(UTC)
    due = {"self_test_weekday": now.weekday(), "self_test_hour": now.hour}
    homes = open_homes(SECOND.model_copy(update=due | {"time_zone": "UTC"}))
    homes.send(make_event("HEARTBEAT"))
    homes.send(make_event("HEARTBEAT", camera_id=THERE), homes.second_key)
    tests = eventually(lambda: homes.get("/self-tests", homes.second_key), timeout=20)
    assert [(it["camera_id"], it["weekly"]) for it in tests] == [(THERE, True)]
    assert homes.get("/self-tests", HOUSE_KEY) == []
    wanted = homes.server.post("/self-tests", {}, headers=bearer(HOUSE_KEY))
    assert wanted.json()["camera_id"] == "거실", "a test next door is in nobody's way"


def test_carer_of_both_is_told_which_it_is_and_answers_each(
    open_homes: Callable[..., Homes], make_event: MakeEvent, eventually: Eventually
) -> None:
    calm = {"repeat_sec": 60.0, "second_after_sec": 60.0, "all_after_sec": 60.0}
    homes = open_homes(**calm)
    homes.server.stop()
    database = open_database(None, homes.server.data_dir)
    with database.writing() as db:
        store.join(db, 1, 2, Role.CAREGIVER, 1, 0.0)
    database.is_durable()
    database.close()
    homes.server.start(PUBLIC_URL=homes.server.url)
    homes.send(make_event("END", camera_id=THERE, duration_sec=2.0), homes.second_key)
    homes.send(make_event("END", duration_sec=2.0))
    both = eventually(lambda: len(it := told(homes.phones, KIM)) == 2 and it)
    of = "낙상 (넘어짐) 감지 - {}, 거실"
    assert {it.title for it in both} == {of.format(QUICK.name), of.format("302호")}
    next_door = next(it for it in both if "302호" in it.title)
    assert next_door.link
    assert answer(next_door.link, "going").json()["state"]["answered_by"] == 1
    eventually(lambda: "Kim is going - 거실" in homes.titles(CHOI))
    assert homes.titles(LEE) == homes.titles(PARK) == []
