"""An attacker's round: what somebody tries who is a stranger, or less than an owner."""

import base64
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, update

from backend.contacts.tables import contacts
from backend.escalation.links import AnswerClaims
from backend.incidents.store import incidents
from backend.storage.tables import metadata
from testkit.asked_home import KEY, MINJI, PASSWORD, AskedHome, asked_home

ANYBODY = ("stranger", "camera", "viewer", "caregiver", "owner", "household")
PEOPLE = ("viewer", "caregiver", "owner")
JSON, HTML = {"Accept": "*/*"}, {"Accept": "text/html"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with asked_home(
        tmp_path_factory.mktemp("attacked"),
        public_url="https://care.example.org",
        kakao_rest_api_key=SecretStr("key-of-the-app"),
    ) as home:
        yield home


def fall(home: AskedHome, name: str, household_id: int = 1) -> str:
    """An incident that nobody has answered; its id."""
    event = {
        "event_type": "START",
        "event_id": f"start-{name}",
        "incident_id": name,
        "camera_id": "hall",
        "ts": time.time(),
        "event": "fall",
    }
    home.ask("household", "POST", "/event/payload", json=event).raise_for_status()
    newest = home.ask("owner", "GET", "/incidents").json()
    (found,) = [it["id"] for it in newest if it["sent_id"] == name]
    with home.app.state.database.writing() as db:
        mine = update(incidents).where(incidents.c.id == found)
        db.execute(mine.values(household_id=household_id))
    return str(found)


def link_token(home: AskedHome, incident_id: str, person_id: int | None) -> str:
    claims = AnswerClaims(incident_id=incident_id, household_id=1, person_id=person_id)
    token: str = home.app.state.answer_links.sign(claims, time.time())
    return token


@pytest.mark.parametrize("who", PEOPLE)
def test_incident_of_another_household_is_as_unknown_as_none(home: AskedHome, who: str) -> None:
    theirs, ours = fall(home, f"theirs-{who}", 2), fall(home, f"ours-{who}")
    for headers in (JSON, HTML):
        listed = home.ask(who, "GET", "/incidents", headers=headers).text
        assert ours in listed
        assert theirs not in listed
        for method, rest, body in (
            ("GET", "", None),
            ("GET", "/course", None),
            ("GET", "/poses", None),
            ("POST", "/acknowledgement", "answer=going"),
            ("POST", "/resolution", ""),
            ("POST", "/verdict", "verdict=fall"),
            ("POST", "/notes", "text=here"),
        ):
            content: Any = body
            if body and headers is JSON:
                content = json.dumps(dict([body.split("=")]))
            there = f"/incidents/{theirs}{rest}"
            answer = home.ask(who, method, there, headers=headers, content=content)
            refused = {404, 403} if who == "viewer" and method == "POST" else {404}
            assert answer.status_code in refused, (there, answer.text)
    assert home.ask(who, "GET", f"/incidents/{ours}").status_code == 200


def forged(token: str, claims: dict[str, object], algorithm: str = "") -> str:
    """A token of these claims that nobody has signed: with the signature of `token`, or none."""
    header, _, signature = token.split(".")
    first = _encoded({"alg": algorithm, "typ": "JWT"}) if algorithm else header
    return ".".join([first, _encoded(claims), "" if algorithm == "none" else signature])


def _encoded(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def decoded(token: str) -> dict[str, object]:
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


def test_answer_link_is_good_for_its_incident_its_person_and_its_purpose_alone(
    home: AskedHome,
) -> None:
    mine, other = fall(home, "mine"), fall(home, "other")
    token, body = link_token(home, mine, 2), {"answer": "going"}
    claims = decoded(token)
    nested = base64.urlsafe_b64encode(b"[" * 20_000).decode()
    tampered = [
        forged(token, claims | {"incident_id": other}),
        forged(token, claims | {"person_id": 1}),
        forged(token, claims | {"exp": 2**40}),
        forged(token, claims | {"aud": ["answer", "access"]}),
        forged(token, claims, "none"),
        forged(token, claims, "None"),
        forged(token, claims, "ES256"),
        token[:-1],
        f"{token}.{token}",
        f"{nested}.{nested}.x",
        home.keys["caregiver"],
    ]
    for wrong in tampered:
        answer = home.ask("stranger", "POST", f"/answer/{wrong}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_answer_link"), wrong
        assert home.ask("stranger", "GET", f"/answer/{wrong}", headers=HTML).status_code == 404
    # Nor is it a log-in.
    for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"dolbom_access={token}"}):
        assert home.ask("stranger", "GET", "/auth/me", headers=headers).status_code == 401
    refreshed = home.ask("stranger", "POST", "/auth/refresh", json={"refresh_token": token})
    assert refreshed.status_code == 401
    assert home.ask("owner", "GET", f"/incidents/{other}").json()["state"] == "open"
    assert home.ask("stranger", "POST", f"/answer/{token}", json=body).status_code == 200
    home.ask("caregiver", "POST", f"/incidents/{mine}/resolution").raise_for_status()
    after = home.ask("stranger", "POST", f"/answer/{token}", json=body)
    assert (after.status_code, after.json()["code"]) == (410, "answer_link_over")
    assert home.ask("stranger", "GET", f"/answer/{token}", headers=HTML).status_code == 410


def test_look_at_a_link_changes_nothing(home: AskedHome) -> None:
    """A chat looks at each link that it shows."""
    incident = fall(home, "looked-at")
    token = link_token(home, incident, 2)
    for method in ("GET", "HEAD"):
        assert home.ask("stranger", method, f"/answer/{token}", headers=HTML).status_code == 200
    assert home.ask("owner", "GET", f"/incidents/{incident}").json()["state"] == "open"


MARK = "<img src=x onerror=alert(1)>\"'`{{7*7}}"
SHOWN = "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;`{{7*7}}"
PLACES = (
    "/", "/now", "/incidents", "/incidents?kind=troubles", "/record", "/people", "/people/1",
    "/cameras", "/channels", "/settings", "/log", "/household", "/erase", "/setup/household",
    "/setup/channels", "/setup/cameras", "/setup/done", "/fall-test", "/ask", "/ask/tools",
    "/ask/tools?tool=activity&table=hours&asked=1", "/ask/days",
)  # fmt: skip


def write_everywhere(home: AskedHome, incident: str) -> list[str]:
    """What begins each of the texts that people and boxes may write."""
    told = {"name": f"house{MARK}", "address": f"address{MARK}", "resident": f"who{MARK}"}
    home.ask("owner", "PUT", "/household", json=told).raise_for_status()
    person = {"name": f"person{MARK}"}
    home.ask("owner", "PUT", "/people/1", json=person).raise_for_status()
    contact = {"kind": "ntfy", "label": f"label{MARK}"}
    home.ask("owner", "POST", "/contacts", json=contact).raise_for_status()
    beat = {
        "event_type": "HEARTBEAT",
        "event_id": "beat",
        "camera_id": f"camera{MARK}",
        "ts": time.time(),
        "state": "FAILED",
        "detail": f"detail{MARK}",
    }
    home.ask("household", "POST", "/event/payload", json=beat).raise_for_status()
    there = f"/cameras/{quote(beat['camera_id'], safe='')}"
    home.ask("owner", "PUT", there, json={"place": f"place{MARK}"}).raise_for_status()
    note = {"text": f"note{MARK}"}
    home.ask("caregiver", "POST", f"/incidents/{incident}/notes", json=note).raise_for_status()
    return ["address", "who", "person", "label", "camera", "place", "note"]


def test_what_anybody_writes_is_text_on_every_page(home: AskedHome) -> None:
    incident = fall(home, "marked")
    written = write_everywhere(home, incident)
    links = (f"/incidents/{incident}", f"/answer/{link_token(home, incident, 1)}")
    pages = [home.ask("owner", "GET", path, headers=HTML) for path in (*PLACES, *links)]
    assert {page.status_code for page in pages} == {200}
    text = "\n".join(page.text for page in pages)
    assert "<img" not in text
    # Control: each of them is on some page.
    assert [name for name in written if f"{name}{SHOWN}" not in text] == []


def test_one_person_fills_neither_the_memory_nor_the_log(home: AskedHome) -> None:
    def is_slowed_down(who: str) -> bool:
        asked = (home.ask(who, "POST", "/contacts", content=b"{}") for _ in range(500))
        return any(answer.status_code == 429 for answer in asked)

    assert is_slowed_down("viewer")
    assert home.ask("viewer", "GET", "/incidents").status_code == 200
    assert home.ask("caregiver", "POST", "/contacts", content=b"{}").status_code == 422
    # Camera boxes may show the household's own key.
    assert not is_slowed_down("household")


@pytest.mark.parametrize("path", ["/incidents", "/people", "/household", "/contacts", "/audit"])
def test_nothing_between_keeps_a_copy_of_what_a_person_reads(home: AskedHome, path: str) -> None:
    for headers in (JSON, HTML):
        answer = home.ask("owner", "GET", path, headers=headers)
        assert answer.headers["cache-control"] == "no-store"


def test_address_of_a_contact_that_was_removed_is_not_kept(home: AskedHome) -> None:
    number = home.ask("owner", "POST", "/contacts", json={"kind": "ntfy"}).json()["id"]
    topic = home.ask("owner", "GET", f"/contacts/{number}/subscription").json()["web"]
    secret = topic.rpartition("/")[2]
    assert secret in kept_addresses(home)
    home.ask("owner", "DELETE", f"/contacts/{number}").raise_for_status()
    assert secret not in kept_addresses(home)


def kept_addresses(home: AskedHome) -> str:
    with home.app.state.database.reading() as db:
        return " ".join(db.scalars(select(contacts.c.address)))


def test_address_with_nul_is_refused_before_a_database_is_asked(home: AskedHome) -> None:
    for path in ("/incidents/a%00b", "/incidents?camera_id=%00", "/answer/%00", "/static/x/%00"):
        answer = home.ask("owner", "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), path


def test_note_has_lines_and_nothing_that_cannot_be_seen(home: AskedHome) -> None:
    incident, there = fall(home, "noted"), "/incidents/{}/notes"
    text = "first\r\nsec\0ond\u202e line"
    note = home.ask("caregiver", "POST", there.format(incident), json={"text": text})
    assert note.status_code == 200
    empty = home.ask("caregiver", "POST", there.format(incident), json={"text": "\0\u202e"})
    assert empty.status_code == 422
    course = home.ask("owner", "GET", f"/incidents/{incident}/course").json()["entries"]
    assert [it["detail"] for it in course if it["kind"] == "note"] == ["first\nsec ond line"]


@pytest.fixture(scope="module")
def server(serve: Any) -> Any:
    server = serve(API_KEY=KEY)
    server.post("/setup", MINJI).raise_for_status()
    return server


TRICKS = (
    "GET //household", "GET ///household", "GET /./household", "GET /x/../household",
    "GET /answer/../household", "GET /answer/%2e%2e/household", "GET /answer/..%2fhousehold",
    "GET /static/../household", "GET /static/x/..%2f..%2fhousehold", "GET /household/",
    "GET /household%2f", "GET /household%20", "GET /household;a=b", "GET /household;/static/x",
    "GET /Household", "GET /HOUSEHOLD", "GET /%68ousehold", "GET /static%2f..%2fhousehold",
    "GET \\household", "GET /\\household", "GET /static/x\\..\\..\\household",
    "GET http://127.0.0.1/household", "GET http://localhost/static/../household",
    "HEAD /household", "OPTIONS /household", "PUT /household", "POST /setup/household",
    "DELETE /people/1", "TRACE /household", "household /household", "get /household",
    "POST /people/1/removal", "POST //people/invitations", "GET /socket.io/../household",
)  # fmt: skip
CLAIMS = (
    "",
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Host: localhost",
    "Forwarded: for=127.0.0.1;host=localhost",
    "X-Original-URL: /health",
    "X-Rewrite-URL: /static/x",
    "X-HTTP-Method-Override: PUT",
    "Cookie: dolbom_access=; dolbom_access=x.y.z",
    "Authorization: Bearer",
    "Authorization: Basic Og==",
)


def said_to(server: Any, request: str, version: str, claim: str) -> bytes:
    """The first line of what somebody without a key is answered."""
    lines = [f"{request} HTTP/{version}", "Host: 127.0.0.1", "Connection: close", claim]
    head = "\r\n".join([*filter(None, lines), "Content-Length: 0", "", ""])
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(head.encode())
        return client.makefile("rb").readline()


@pytest.mark.parametrize("claim", CLAIMS)
def test_no_way_of_writing_an_address_leads_round_the_door(server: Any, claim: str) -> None:
    for request in TRICKS:
        for version in ("1.1", "1.0"):
            status = int(said_to(server, request, version, claim).split()[1])
            assert status in {400, 401, 403, 404, 405, 409, 422, 426}, (request, version, status)
    assert server.get("/household").json()["name"] == "댁"


def test_control_the_same_request_is_answered_to_who_has_the_key(server: Any) -> None:
    claim = f"Authorization: Bearer {KEY}"
    assert b"200" in said_to(server, "GET /household", "1.1", claim)
    assert b"200" in said_to(server, "GET /%68ousehold", "1.0", claim)


def rows_of(home: AskedHome) -> dict[str, int]:
    """How many rows each table has; not those that reading writes, and the rounds of a thread."""
    tables = (it for it in metadata.sorted_tables if not it.name.startswith(("audit", "activity")))
    with home.app.state.database.reading() as db:
        return {it.name: db.scalar(select(func.count()).select_from(it)) for it in tables}


def test_nothing_is_changed_by_a_link_that_somebody_is_led_to(home: AskedHome) -> None:
    incident = fall(home, "seen")
    before, paths = rows_of(home), home.paths(incident)
    assert len(paths) > 40
    for path in paths:
        for headers in (JSON, HTML):
            assert home.ask("owner", "GET", path, headers=headers).status_code < 500, path
    assert rows_of(home) == before


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", ""])
@pytest.mark.parametrize(
    "page",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": "https://care.example.org.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1"},
        {},
    ],
)
def test_page_of_another_site_changes_nothing_whatever_it_sends(
    home: AskedHome, page: dict[str, str], content_type: str
) -> None:
    cookie = {"Cookie": f"dolbom_access={home.keys['owner']}", "Content-Type": content_type}
    for method, path, body in (
        ("POST", "/people/invitations", '{"role": "owner"}'),
        ("POST", "/people/1", "name=evil"),
        ("PUT", "/household", '{"name": "evil"}'),
        ("POST", "/erase", "camera_id=hall"),
        ("POST", "/visits", "{}"),
        ("DELETE", "/people/2", ""),
        ("POST", f"/answer/{link_token(home, 'any', 1)}", '{"answer": "all_well"}'),
    ):
        answer = home.ask("stranger", method, path, headers=cookie | page, content=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
    own = home.ask("stranger", "GET", "/auth/me", headers=cookie)
    assert own.json()["role"] == "owner"


@pytest.mark.parametrize(
    "then",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\tb",
        "\t//evil.example",
    ],
)
def test_login_to_kakao_leads_back_to_no_other_site(home: AskedHome, then: str) -> None:
    answer = home.ask("owner", "GET", "/kakao/connect", params={"then": then})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    page = home.ask("owner", "GET", "/login", headers=HTML, params={"next": then})
    assert "evil" not in page.text
    assert "alert" not in page.text


def test_whoever_knows_the_old_password_is_out_once_it_is_changed(home: AskedHome) -> None:
    old = {"login": "caregiver", "password": PASSWORD}
    new = "another long sentence"
    token = home.ask("stranger", "POST", "/auth/login", json=old).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def go_on(_: int) -> set[int]:
        tried = (home.http.post("/auth/login", json=old).status_code for _ in range(6))
        return set(tried)

    with ThreadPoolExecutor(3) as attackers:
        tries = [attackers.submit(go_on, number) for number in range(3)]
        change = {"old": PASSWORD, "new": new}
        changed = home.http.put("/auth/password", json=change, headers=headers)
        statuses = set().union(*(each.result() for each in tries))
    assert changed.status_code == 200
    assert statuses <= {200, 401, 429}
    listed = home.ask("stranger", "GET", "/auth/sessions", headers=headers).json()
    assert [session["is_current"] for session in listed] == [True]


def test_login_whose_password_is_changed_meanwhile_is_refused_as_wrong(
    home: AskedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = home.app.state.sessions
    begin = sessions.begin
    change = {"old": PASSWORD, "new": "another long sentence"}

    def begin_while_it_is_changed(*who: Any) -> Any:
        tokens = begin(*who)
        home.ask("owner", "PUT", "/auth/password", json=change).raise_for_status()
        return tokens

    monkeypatch.setattr(sessions, "begin", begin_while_it_is_changed)
    login = {"login": MINJI["login"], "password": PASSWORD}
    refused = home.ask("stranger", "POST", "/auth/login", json=login)
    assert (refused.status_code, refused.json()["code"]) == (401, "wrong_login")
    listed = home.ask("owner", "GET", "/auth/sessions").json()
    assert [session["is_current"] for session in listed] == [True]
