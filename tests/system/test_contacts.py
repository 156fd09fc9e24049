"""Each person's own ways: a real server, and stand-ins for ntfy, Kakao and a push service."""

import json
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest

from testkit.ntfy_server import NtfyServer
from testkit.push_service import Browser, PushService

Json = dict[str, Any]
Eventually = Callable[..., Any]
KEY = "the-key-of-the-household"
PASSWORD = "a long password of the test"
NO_HOUSEHOLD_KAKAO = {"KAKAO_ACCESS_TOKEN": "", "KAKAO_REFRESH_TOKEN": ""}


@dataclass
class Person:
    """A person with a session, whose browser keeps cookies as browsers do."""

    id: int
    http: httpx.Client

    def add(self, kind: str, **form: object) -> Json:
        answer = self.http.post("/contacts", json={"kind": kind, **form})
        assert answer.status_code == 200, answer.text
        added: Json = answer.json()
        return added

    def test(self, contact: Json) -> Json:
        tried: Json = self.http.post(f"/contacts/{contact['id']}/test").raise_for_status().json()
        return tried

    def confirm(self, contact: Json, *, arrived: bool = True) -> Json:
        path = f"/contacts/{contact['id']}/confirmation"
        said: Json = self.http.post(path, json={"arrived": arrived}).raise_for_status().json()
        return said

    def contacts(self) -> list[Json]:
        found: list[Json] = self.http.get("/contacts").raise_for_status().json()
        return found

    def open(self, url: str) -> httpx.Response:
        """Go to `url` as a browser does, and wherever it leads."""
        answer = self.http.get(url)
        while answer.is_redirect:
            answer = self.http.get(answer.headers["location"])
        return answer


@dataclass
class Home:
    """A server with an owner and a caregiver, and the stand-ins around it."""

    server: Any
    owner: Person
    caregiver: Person
    ntfy: NtfyServer
    push: PushService
    sandbox: Any

    def notify_both_first(self) -> None:
        """Let the caregiver be of stage 1 too."""
        changed = self.owner.http.put(f"/people/{self.caregiver.id}", json={"stage": 1})
        changed.raise_for_status()

    def subscribe(self, person: Person, **form: object) -> tuple[Browser, Json]:
        """Let a browser of the person's subscribe to web push."""
        browser = self.push.subscribe(person.http.get("/push/key").json()["key"])
        return browser, person.add("web_push", subscription=browser.subscription, **form)

    def contacts_health(self) -> Json:
        health: Json = self.server.health()["contacts"]
        return health

    def as_person(self, answer: httpx.Response, clients: ExitStack) -> Person:
        """Whoever has just set up the household, or registered, with a browser of their own."""
        answer.raise_for_status()
        headers = {b"Authorization": f"Bearer {answer.json()['access_token']}".encode()}
        client = httpx.Client(
            base_url=self.server.url, headers=headers, trust_env=False, timeout=30.0
        )
        http = clients.enter_context(client)
        return Person(http.get("/auth/me").json()["person_id"], http)


@pytest.fixture
def home(server_factory: Any, sandbox: Any) -> Iterator[Home]:
    with ExitStack() as opened:
        ntfy, push = opened.enter_context(closing(NtfyServer())), PushService()
        opened.callback(push.close)
        server = server_factory(
            API_KEY=KEY, NTFY_URL=ntfy.url, PUSH_HOSTS=push.host, **NO_HOUSEHOLD_KAKAO
        )
        nobody: Any = None
        home = Home(server, nobody, nobody, ntfy, push, sandbox)
        owner = {"login": "mina", "name": "미나", "password": PASSWORD}
        said = server.post("/setup", owner | {"household": {"name": "할머니 댁"}})
        home.owner = home.as_person(said, opened)
        made = home.owner.http.post("/people/invitations", json={"role": "caregiver"}).json()
        code = made["address"].rpartition("/")[2]
        caregiver = {"login": "junho", "name": "준호", "password": PASSWORD, "language": "en"}
        said = httpx.post(
            f"{server.url}/auth/register", json=caregiver | {"invitation": code}, trust_env=False
        )
        home.caregiver = home.as_person(said, opened)
        # Who is notified is the owner alone, so that health speaks of one person.
        only = home.owner.http.put(f"/people/{home.caregiver.id}", json={"stage": None})
        assert only.json()["stage"] is None
        yield home


def test_ntfy_topic_is_made_subscribed_to_tested_confirmed_and_rings_for_a_fall(
    home: Home, make_event: Any, eventually: Eventually
) -> None:
    contact = home.owner.add("ntfy", label="미나의 전화")
    assert contact["standing"] == "untested"
    answer = home.owner.http.get(f"/contacts/{contact['id']}/subscription")
    assert answer.headers["cache-control"] == "no-store"
    topic = urlsplit(answer.json()["app"]).path.removeprefix("/")
    assert re.fullmatch(r"dolbom-[\w-]{32}", topic)
    assert answer.json()["web"] == f"{home.ntfy.url}/{topic}"
    picture = home.owner.http.get(f"/contacts/{contact['id']}/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")

    assert home.owner.test(contact) == {"sent": True, "reason": None}
    (memo,) = home.ntfy.of(topic)
    assert memo["title"].startswith("[시험: 실제 상황 아님]")
    assert memo["priority"] == 5
    assert home.owner.confirm(contact)["standing"] == "confirmed"
    home.server.send(make_event("END"))
    eventually(lambda: len(home.ntfy.of(topic)) == 2)
    assert "낙상" in home.ntfy.of(topic)[1]["title"]
    assert topic not in home.server.log() + json.dumps(home.owner.contacts())


def test_contact_rings_after_a_restart_and_not_once_it_is_removed(
    home: Home, make_event: Any, eventually: Eventually
) -> None:
    contact, kept = home.owner.add("ntfy", label="old"), home.owner.add("ntfy", label="new")
    home.server.restart()
    home.server.http.delete(f"/contacts/{contact['id']}").raise_for_status()
    assert [it["label"] for it in home.owner.contacts()] == ["new"]
    assert home.owner.http.delete(f"/contacts/{contact['id']}").status_code == 404
    home.server.send(make_event("END"))
    eventually(lambda: home.ntfy.messages)
    eventually(lambda: home.server.health()["alerts"]["counts"]["sent"] == 1)
    topic = home.owner.http.get(f"/contacts/{kept['id']}/subscription").json()["web"]
    assert [it["topic"] for it in home.ntfy.messages] == [topic.rpartition("/")[2]]


def test_test_is_written_in_the_language_of_its_person(home: Home) -> None:
    home.caregiver.test(home.caregiver.add("ntfy"))
    (memo,) = home.ntfy.messages
    assert memo["title"].startswith("[Test")
    assert not re.search("[가-힣]", memo["title"].partition(" - ")[0])


def test_service_that_refuses_is_named_and_a_test_that_did_not_arrive_is_kept(home: Home) -> None:
    contact = home.owner.add("ntfy")
    home.ntfy.refusals = [(429, 42908)]
    tried = home.owner.test(contact)
    assert tried == {"sent": False, "reason": "ntfy takes no more of this server today"}
    path = f"/contacts/{contact['id']}/confirmation"
    refused = home.owner.http.post(path, json={"arrived": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_tested")
    assert home.owner.test(contact)["sent"]
    assert home.owner.confirm(contact, arrived=False)["standing"] == "silent"


def test_health_names_who_has_no_confirmed_way(home: Home) -> None:
    assert home.contacts_health()["unreached"] == ["미나"]
    contact = home.owner.add("ntfy")
    home.owner.test(contact)
    assert home.contacts_health()["status"] == "degraded"
    home.owner.confirm(contact)
    assert home.contacts_health() == {
        "status": "ok",
        "reason": None,
        "unreached": [],
        "failing": {},
        "warnings": {},
    }


def test_each_persons_memos_go_to_their_own_kakaotalk(
    home: Home, make_event: Any, eventually: Eventually
) -> None:
    home.notify_both_first()
    accounts = {}
    for name, person in (("mina", home.owner), ("junho", home.caregiver)):
        home.sandbox.http.patch("/sandbox/state", json={"account": name})
        answer = person.open("/kakao/connect")
        assert answer.status_code == 200, answer.text
        assert (answer.json()["kind"], answer.json()["standing"]) == ("kakao", "untested")
        assert person.test(answer.json())["sent"]
        accounts[name] = person.confirm(answer.json())
    users = home.sandbox.http.get("/sandbox/state").json()["accounts"]
    assert [memo["user_id"] for memo in home.sandbox.memos()] == [users["mina"], users["junho"]]
    files = sorted((home.server.data_dir / "kakao").glob("person-*.json"))
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    tokens = [json.loads(file.read_text())["access_token"] for file in files]
    assert not any(token in home.server.log() for token in tokens)

    home.server.restart()
    home.server.send(make_event("END"))
    eventually(lambda: len(home.sandbox.memos()) == 4)
    assert {memo["user_id"] for memo in home.sandbox.memos()[2:]} == {users["mina"], users["junho"]}
    assert home.server.health()["channel"]["reason"] is None

    home.owner.http.delete(f"/contacts/{accounts['mina']['id']}").raise_for_status()
    assert len(list((home.server.data_dir / "kakao").glob("person-*.json"))) == 1


def test_person_presses_agree_on_kakaos_page_and_is_back_on_the_page_that_they_came_from(
    home: Home,
) -> None:
    home.sandbox.http.patch("/sandbox/state", json={"login_page": True})
    begun = home.owner.http.get("/kakao/connect", params={"then": "/contacts?step=kakao"})
    assert begun.status_code == 302
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["redirect_uri"] == [f"{home.server.url}/kakao/callback"]
    page = home.owner.http.get(begun.headers["location"])
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    form = fields | {"account": "mina", "pressed": "agree", "talk_message": "on"}
    back = home.owner.http.post(f"{home.sandbox.url}/oauth/consent", data=form)
    answer = home.owner.http.get(back.headers["location"])
    assert answer.status_code == 302
    assert re.fullmatch(
        r"/contacts\?step=kakao&kakao=connected&contact=\d+", answer.headers["location"]
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"login_denied": True}, "the person refused the consent"),
        ({"untick_talk_message": True}, "talk_message was not ticked"),
    ],
)
def test_login_that_comes_to_nothing_says_why(
    home: Home, change: dict[str, bool], said: str
) -> None:
    home.sandbox.http.patch("/sandbox/state", json=change)
    answer = home.owner.open("/kakao/connect")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_connected")
    assert said in answer.json()["message"]
    begun = home.owner.http.get("/kakao/connect", params={"then": "/contacts"})
    back = home.owner.http.get(begun.headers["location"])
    answer = home.owner.http.get(back.headers["location"])
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["kakao"] == ["not_connected"]
    assert said in query["reason"][0]
    assert home.owner.contacts() == []


def test_login_of_one_person_connects_no_other(home: Home) -> None:
    begun = home.owner.http.get("/kakao/connect")
    back = home.owner.http.get(begun.headers["location"]).headers["location"]
    stolen = home.caregiver.http.get(back)
    assert (stolen.status_code, stolen.json()["code"]) == (409, "login_not_begun")
    assert home.owner.http.get(back).status_code == 200
    assert home.owner.http.get(back).json()["code"] == "login_not_begun"
    for page in ("//evil.example", "/\\evil.example", "https://evil.example", "evil"):
        refused = home.owner.http.get("/kakao/connect", params={"then": page})
        assert refused.status_code == 422, page


def test_push_is_signed_for_its_service_and_read_by_the_browser_alone(
    home: Home, make_event: Any, eventually: Eventually
) -> None:
    home.notify_both_first()
    browser, contact = home.subscribe(home.caregiver, label="Junho's phone")
    assert home.caregiver.test(contact) == {"sent": True, "reason": None}
    (push,) = browser.pushes
    assert push.payload["title"].startswith("[Test")
    assert push.payload["incident_id"] is None
    assert (push.urgency, push.topic) == ("high", None)
    assert push.claims["aud"] == home.push.url
    home.server.send(make_event("END", incident_id="fall-1"))
    eventually(lambda: len(browser.pushes) == 2)
    fall = browser.pushes[1]
    assert fall.payload["incident_id"]
    assert fall.topic == fall.payload["tag"]
    assert home.push.refusals == []
    key = home.server.data_dir / "access" / "vapid.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert browser.endpoint not in home.server.log()


def test_browser_that_has_unsubscribed_is_removed_and_health_says_who_is_left_without_a_way(
    home: Home, eventually: Eventually
) -> None:
    browser, contact = home.subscribe(home.owner)
    home.owner.test(contact)
    home.owner.confirm(contact)
    assert home.contacts_health()["status"] == "ok"
    browser.statuses = [410]
    assert home.owner.test(contact)["sent"] is False
    eventually(lambda: home.owner.contacts() == [])
    health = home.contacts_health()
    assert health["unreached"] == ["미나"]
    assert "미나 (the push service answered 410" in health["reason"]


def test_push_service_that_is_busy_gets_the_fall_a_moment_later(
    home: Home, make_event: Any, eventually: Eventually
) -> None:
    browser, _ = home.subscribe(home.owner)
    browser.statuses = [429, 503]
    home.server.send(make_event("END"))
    eventually(lambda: browser.pushes)
    assert home.server.health()["alerts"]["counts"]["dead"] == 0


def test_browser_that_subscribes_again_is_one_contact_and_moves_with_whoever_uses_it(
    home: Home,
) -> None:
    browser, first = home.subscribe(home.owner)
    again = home.owner.add("web_push", subscription=browser.subscription)
    assert again["id"] == first["id"]
    home.caregiver.add("web_push", subscription=browser.subscription)
    assert [it["person_id"] for it in home.owner.contacts()] == [home.caregiver.id]


def test_endpoint_that_is_no_push_service_is_refused(home: Home) -> None:
    for endpoint in ("https://192.168.0.1/x", "http://127.0.0.1:1/x", "https://evil.example/x"):
        subscription = home.push.subscribe().subscription | {"endpoint": endpoint}
        form = {"kind": "web_push", "subscription": subscription}
        answer = home.owner.http.post("/contacts", json=form)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
        assert endpoint not in answer.text


def test_caregiver_sees_and_changes_only_their_own(home: Home) -> None:
    owners = home.owner.add("ntfy")
    own = home.caregiver.add("ntfy")
    assert [it["id"] for it in home.caregiver.contacts()] == [own["id"]]
    assert [it["id"] for it in home.owner.contacts()] == [owners["id"], own["id"]]
    there = f"/contacts/{owners['id']}"
    for method, path, body in (
        ("DELETE", there, None),
        ("POST", f"{there}/test", None),
        ("POST", f"{there}/confirmation", {"arrived": True}),
        ("GET", f"{there}/qr.svg", None),
        ("GET", f"{there}/subscription", None),
    ):
        assert home.caregiver.http.request(method, path, json=body).status_code == 404, path
    for form, why in (
        ({"kind": "ntfy", "person_id": home.owner.id}, "contacts of others"),
        ({"kind": "ntfy", "server": "http://192.168.0.1"}, "to which server"),
        ({"kind": "apprise", "address": "json://192.168.0.1/x"}, "to which server"),
    ):
        refused = home.caregiver.http.post("/contacts", json=form)
        assert refused.status_code == 403, form
        assert why in refused.json()["message"]


def test_every_address_that_apprise_takes_is_a_contact_of_the_owners(
    home: Home, endpoint: Any
) -> None:
    contact = home.owner.add("apprise", address=endpoint.address)
    assert home.owner.test(contact)["sent"]
    assert endpoint.titles[0].startswith("[시험")
    shown = json.dumps(home.owner.contacts()) + home.server.log()
    assert "s3cr3t-t0pic" not in shown


def test_api_key_says_whose_contact_it_is(home: Home) -> None:
    answer = home.server.post("/contacts", {"kind": "ntfy"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    answer = home.server.post("/contacts", {"kind": "ntfy", "person_id": 99})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_person")
    answer = home.server.post("/contacts", {"kind": "ntfy", "person_id": home.caregiver.id})
    assert answer.json()["person_id"] == home.caregiver.id
    described = home.server.get("/openapi.json").json()["paths"]["/contacts"]["post"]["responses"]
    example = described["200"]["content"]["application/json"]["example"]
    assert answer.json().keys() >= example.keys()
