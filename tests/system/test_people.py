"""People of a household, against the real process: what they may do, and what an attacker tries."""

import asyncio
import itertools
import re
import stat
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx2 as httpx
import pytest
import socketio

KEY = "k3y-of-the-house"
PASSWORD = "as long as a sentence"
MINJI = {"login": "minji", "name": "민지", "password": PASSWORD}
JUNHO = {"login": "junho", "name": "준호", "password": PASSWORD}
HOUSEHOLD = {"name": "할머니 댁", "address": "서울시 종로구 1"}
NUMBERS = itertools.count()
CREDENTIALS = {"login": "minji", "password": PASSWORD}
WRONG = {"password": "as wrong as a sentence"}

Json = dict[str, Any]
Servers = Callable[..., Any]


@pytest.fixture(scope="module")
def home(serve: Servers) -> Any:
    """The household of all tests, which Minji owns; each test has people of its own."""
    return set_up(serve(API_KEY=KEY))


@pytest.fixture(scope="module")
def proxied(serve: Servers) -> Any:
    """Another, behind a proxy of this machine that is trusted."""
    settings = {"TRUSTED_PROXIES": "127.0.0.1", "PUBLIC_URL": "https://care.example.org"}
    return set_up(serve(API_KEY=KEY, **settings))


@pytest.fixture
def own_home(server_factory: Servers) -> Any:
    """One of the test's own."""
    return set_up(server_factory(API_KEY=KEY))


def set_up(server: Any) -> Any:
    server.post("/setup", MINJI | {"household": HOUSEHOLD}).raise_for_status()
    return server


@dataclass
class Member:
    """Somebody of the household."""

    id: int
    credentials: dict[str, str]
    headers: dict[str, str]


def stranger(server: Any, **headers: str) -> httpx.Client:
    """A client without a key, which the server's end closes."""
    client = httpx.Client(base_url=server.url, trust_env=False, timeout=30.0, headers=headers)
    opened: httpx.Client = server.command.clients.enter_context(client)
    return opened


def browser(server: Any, address: str | None = None) -> httpx.Client:
    """Shows pages of the server's own address."""
    return stranger(server, Origin=address or server.url)


def log_in(client: httpx.Client, **credentials: str) -> httpx.Response:
    return client.post("/auth/login", json=CREDENTIALS | credentials)


def token_of(answer: httpx.Response, name: str = "access_token") -> str:
    token: str = answer.raise_for_status().json()[name]
    return token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def join(server: Any, role: str = "caregiver") -> Member:
    """Somebody new, by an invitation."""
    login = f"junho{next(NUMBERS)}"
    made = server.post("/people/invitations", {"role": role}).raise_for_status().json()
    new = JUNHO | {"login": login, "invitation": made["address"].rpartition("/")[2]}
    headers = bearer(token_of(stranger(server).post("/auth/register", json=new)))
    me = stranger(server).get("/auth/me", headers=headers).json()
    return Member(me["person_id"], {"login": login, "password": PASSWORD}, headers)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def cookies_of(answer: httpx.Response) -> dict[str, Morsel[str]]:
    found: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        found.load(header)
    return dict(found)


def setup_code(server: Any) -> str:
    found = re.findall(r"set up the household at (\S+)/setup\?code=(\S+)", server.log())
    assert found, "no address for setting up was shown"
    code: str = found[-1][1]
    return code


def from_address(server: Any, address: str) -> httpx.Client:
    """A client whom the trusted proxy speaks for."""
    return stranger(server, **{"X-Forwarded-For": address})


def test_first_owner_is_set_up_by_the_code_of_the_start_once(server_factory: Servers) -> None:
    server = server_factory(API_KEY=KEY)
    wanted = MINJI | {"household": HOUSEHOLD}
    first = setup_code(server)
    for body in (wanted, wanted | {"code": "guessed"}):
        assert code_of(browser(server).post("/setup", json=body)) == (403, "wrong_code")
    assert code_of(server.get("/household")) == (404, "not_set_up")
    server.restart()
    refused = browser(server).post("/setup", json=wanted | {"code": first})
    assert code_of(refused) == (403, "wrong_code")
    code, http = setup_code(server), browser(server)
    assert http.post("/setup", json=wanted | {"code": code}).status_code == 200
    assert http.get("/auth/me").json()["role"] == "owner"
    again = wanted | {"code": code, "login": "another"}
    assert code_of(browser(server).post("/setup", json=again)) == (409, "already_set_up")
    assert [it["login"] for it in server.get("/people").json()] == ["minji"]
    server.restart()
    assert server.log().count("set up the household") == 2


def test_people_and_their_sessions_survive_a_kill_at_once(own_home: Any) -> None:
    http = stranger(own_home)
    body = {"refresh_token": token_of(log_in(http), "refresh_token")}
    newest = http.post("/auth/refresh", json=body)
    own_home.kill()
    own_home.start()
    assert http.get("/auth/me", headers=bearer(token_of(newest))).json()["login"] == "minji"
    body = {"refresh_token": token_of(newest, "refresh_token")}
    assert http.post("/auth/refresh", json=body).status_code == 200
    secret = own_home.data_dir / "access" / "signing-secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_refresh_token_is_rotated_and_the_old_one_ends_the_family(home: Any) -> None:
    http = stranger(home)
    first, other_device = log_in(http), log_in(stranger(home))
    old = {"refresh_token": token_of(first, "refresh_token")}
    second = http.post("/auth/refresh", json=old)
    new = {"refresh_token": token_of(second, "refresh_token")}
    assert new != old
    for body in (old, new):
        assert code_of(http.post("/auth/refresh", json=body)) == (401, "session_over")
    fresh = stranger(home)
    for answer in (first, second):
        assert fresh.get("/auth/me", headers=bearer(token_of(answer))).status_code == 401
    assert fresh.get("/auth/me", headers=bearer(token_of(other_device))).status_code == 200


def test_refresh_token_that_comes_twice_at_once_is_of_no_use_to_either(home: Any) -> None:
    body = {"refresh_token": token_of(log_in(stranger(home)), "refresh_token")}
    clients = [stranger(home) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        said = list(threads.map(lambda it: it.post("/auth/refresh", json=body), clients))
    taken = [answer for answer in said if answer.status_code == 200]
    assert len(taken) == 1
    assert sorted(answer.status_code for answer in said) == [200, *[401] * 5]
    me = stranger(home).get("/auth/me", headers=bearer(token_of(taken[0])))
    assert me.status_code == 401


def test_browser_is_refreshed_by_its_cookie_and_is_not_shown_the_tokens(home: Any) -> None:
    http = browser(home)
    log_in(http)
    before = http.cookies["dolbom_refresh"]
    answer = http.post("/auth/refresh")
    assert answer.json().keys() == {"session_id", "expires_in", "token_type"}
    assert http.cookies["dolbom_refresh"] != before
    assert http.get("/auth/me").status_code == 200


def test_program_that_keeps_cookies_shows_its_token_all_the_same(home: Any) -> None:
    http = stranger(home)
    body = {"refresh_token": token_of(log_in(http), "refresh_token")}
    assert http.cookies
    assert code_of(http.post("/auth/refresh")) == (403, "forbidden")
    tokens = http.post("/auth/refresh", json=body)
    headers = bearer(token_of(tokens))
    assert http.put("/people/1", json={"name": "민지"}, headers=headers).status_code == 200
    assert http.post("/auth/logout", headers=headers).status_code == 200
    assert http.get("/auth/me", headers=headers).status_code == 401
    assert code_of(stranger(home).post("/auth/refresh")) == (422, "invalid_input")


def test_session_is_listed_and_ended_at_once(home: Any) -> None:
    member, phone, tablet = join(home), browser(home), browser(home)
    log_in(phone, **member.credentials)
    ended = log_in(tablet, **member.credentials).json()["session_id"]
    listed = phone.get("/auth/sessions").json()
    assert len(listed) == 3  # the registration is one too
    assert [it["is_current"] for it in listed].count(True) == 1
    assert ended in {it["id"] for it in listed if not it["is_current"]}
    assert phone.delete(f"/auth/sessions/{ended}").status_code == 200
    assert tablet.get("/auth/me").status_code == 401
    assert code_of(tablet.post("/auth/refresh")) == (401, "session_over")
    assert phone.get("/auth/me").status_code == 200
    assert code_of(phone.delete(f"/auth/sessions/{ended}")) == (404, "unknown_session")


def test_nobody_ends_anothers_session(home: Any) -> None:
    member, other = join(home), join(home, "owner")
    (session,) = stranger(home).get("/auth/sessions", headers=member.headers).json()
    refused = stranger(home).delete(f"/auth/sessions/{session['id']}", headers=other.headers)
    assert code_of(refused) == (404, "unknown_session")
    assert stranger(home).get("/auth/me", headers=member.headers).status_code == 200


def test_logging_out_ends_the_session_and_takes_the_cookies_away(home: Any) -> None:
    http = browser(home)
    access = token_of(log_in(http))
    assert http.post("/auth/logout").json() == {"success": True}
    assert not http.cookies
    assert stranger(home).get("/auth/me", headers=bearer(access)).status_code == 401
    assert browser(home).post("/auth/logout").status_code == 200


def test_new_password_ends_the_other_sessions(home: Any) -> None:
    member, phone, tablet = join(home), browser(home), browser(home)
    log_in(phone, **member.credentials)
    log_in(tablet, **member.credentials)
    change = {"old": PASSWORD, "new": "an even longer sentence"}
    wrong = change | {"old": "not the old one"}
    assert code_of(phone.put("/auth/password", json=wrong)) == (401, "wrong_login")
    assert phone.put("/auth/password", json=change).status_code == 200
    assert (phone.get("/auth/me").status_code, tablet.get("/auth/me").status_code) == (200, 401)
    assert log_in(stranger(home), **member.credentials).status_code == 401
    new = member.credentials | {"password": change["new"]}
    assert log_in(stranger(home), **new).status_code == 200


def test_caregiver_invites_nobody_and_gains_nothing(home: Any) -> None:
    member, http = join(home), stranger(home)
    own = f"/people/{member.id}"
    for method, path, body in (
        ("POST", "/people/invitations", {"role": "owner"}),
        ("POST", "/people/invitations", {"role": "viewer"}),
        ("PUT", own, {"role": "owner"}),
        ("PUT", own, {"name": "x", "role": "caregiver"}),
        ("PUT", own, {"stage": 1}),
        ("PUT", "/people/1", {"name": "x"}),
        ("DELETE", "/people/1", None),
        ("DELETE", own, None),
        ("PUT", "/household", HOUSEHOLD),
    ):
        refused = http.request(method, path, json=body, headers=member.headers)
        assert code_of(refused) == (403, "forbidden"), (method, path, body)
    quiet = {"quiet_from": "22:00", "quiet_until": "07:00"}
    changed = http.put(own, json=quiet, headers=member.headers).raise_for_status().json()
    assert (changed["quiet_from"], changed["role"]) == ("22:00", "caregiver")


def test_invitation_serves_once_and_never_for_more_than_it_says(home: Any) -> None:
    made = home.post("/people/invitations", {"role": "viewer"}).json()
    assert made["address"].startswith(f"{home.url}/invitation/")
    new = JUNHO | {"invitation": made["address"].rpartition("/")[2]}
    upward = stranger(home).post("/auth/register", json=new | {"role": "owner"})
    assert code_of(upward) == (422, "invalid_input")

    def register(number: int) -> httpx.Response:
        body = new | {"login": f"guest{number}"}
        return stranger(home).post("/auth/register", json=body)

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(register, range(4)))
    assert sorted(answer.status_code for answer in said) == [200, 403, 403, 403]
    registered = next(answer for answer in said if answer.status_code == 200)
    me = stranger(home).get("/auth/me", headers=bearer(token_of(registered))).json()
    assert me["role"] == "viewer"


def test_viewer_reads_and_changes_nothing(home: Any, make_event: Callable[..., Json]) -> None:
    viewer, http = join(home, "viewer").headers, stranger(home)
    for path in ("/household", "/people", "/incidents", "/event/recent", "/audit"):
        assert http.get(path, headers=viewer).status_code == 200, path
    assert "cameras" in http.get("/health", headers=viewer).json()
    for method, path, body in (
        ("POST", "/event/payload", make_event("START")),
        ("POST", "/alerts/test", {}),
        ("POST", "/debug/kakao/send-test", {}),
        ("POST", "/alerts/dead-letters/resend", {}),
        ("PUT", "/cameras/hall/zones", {"zones": []}),
    ):
        refused = http.request(method, path, json=body, headers=viewer)
        assert code_of(refused) == (403, "forbidden"), path
    assert home.records() == []


def test_person_who_is_removed_is_out_at_once_and_the_last_owner_stays(own_home: Any) -> None:
    member, http = join(own_home), stranger(own_home)
    assert own_home.http.delete(f"/people/{member.id}").status_code == 200
    assert http.get("/auth/me", headers=member.headers).status_code == 401
    assert log_in(http, **member.credentials).status_code == 401
    gone = own_home.http.put(f"/people/{member.id}", json={"name": "x"})
    assert code_of(gone) == (404, "unknown_person")
    assert code_of(own_home.http.delete("/people/1")) == (409, "last_owner")
    less = own_home.http.put("/people/1", json={"role": "viewer"})
    assert code_of(less) == (409, "last_owner")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
        {},
    ],
)
def test_another_site_does_nothing_with_the_cookies_of_a_browser(
    home: Any, headers: dict[str, str]
) -> None:
    http = browser(home)
    log_in(http)
    cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    evil = stranger(home, Cookie=cookie, **headers)
    form = {"Content-Type": "text/plain"}
    for method, path in (
        ("PUT", "/household"),
        ("POST", "/people/invitations"),
        ("DELETE", "/people/1"),
        ("POST", "/auth/logout"),
        ("POST", "/auth/refresh"),
        ("POST", "/event/payload"),
        ("POST", "/alerts/test"),
    ):
        body = b"" if path.startswith("/auth/") else b'{"name":"evil"}'
        answer = evil.request(method, path, content=body, headers=form)
        assert code_of(answer) == (403, "forbidden"), path
    assert home.get("/household").json()["name"] == "할머니 댁"
    assert http.get("/auth/me").status_code == 200


def test_another_site_logs_nobody_in(home: Any) -> None:
    evil = stranger(home, Origin="https://evil.example")
    assert code_of(log_in(evil)) == (403, "forbidden")
    assert not evil.cookies


@pytest.mark.parametrize(
    ("login", "address"), [("minji", "203.0.113.1"), ("nobody", "203.0.113.2")]
)
def test_brute_force_is_slowed_down_whether_there_is_such_an_account_or_not(
    proxied: Any, login: str, address: str
) -> None:
    session = log_in(from_address(proxied, address), login="minji")
    clients = [from_address(proxied, address) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        said = list(threads.map(lambda it: log_in(it, login=login, **WRONG), clients * 2))
    assert sorted(answer.status_code for answer in said) == [401] * 5 + [429] * 7
    refused = next(answer for answer in said if answer.status_code == 429)
    assert 0 < int(refused.headers["retry-after"]) <= 30
    # Also the right password, so that a guess that hits does not show.
    assert log_in(from_address(proxied, address), login=login).status_code == 429
    # Who is logged in there does not notice.
    headers = bearer(token_of(session))
    assert from_address(proxied, address).get("/auth/me", headers=headers).status_code == 200


def test_unknown_account_is_answered_as_a_wrong_password_is_and_as_late(proxied: Any) -> None:
    def asked(login: str, number: int) -> tuple[float, int, Json, set[str]]:
        http = from_address(proxied, f"192.0.2.{number}")
        began = time.perf_counter()
        answer = log_in(http, login=login, **WRONG)
        return time.perf_counter() - began, answer.status_code, answer.json(), set(answer.headers)

    pairs = [(asked("minji", it), asked(f"nobody{it}", it)) for it in range(5)]
    for known, unknown in pairs:
        assert known[1:] == unknown[1:]
        assert known[1] == 401
    known_sec = statistics.median(known[0] for known, _ in pairs)
    unknown_sec = statistics.median(unknown[0] for _, unknown in pairs)
    assert unknown_sec > known_sec / 2


def test_made_up_address_gains_nothing_without_a_trusted_proxy(home: Any) -> None:
    said = []
    for number in range(7):
        http = stranger(home, **{"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": "::1"})
        said.append(log_in(http, login="somebody", **WRONG).status_code)
    assert said == [401] * 5 + [429] * 2


def test_made_up_address_gains_nothing_behind_a_trusted_proxy_either(proxied: Any) -> None:
    def said(client: str) -> list[int]:
        made_up = (f"198.51.100.{number}, {client}" for number in range(6))
        clients = (from_address(proxied, it) for it in made_up)
        return [log_in(it, login="somebody", **WRONG).status_code for it in clients]

    assert said("203.0.113.7") == [401] * 5 + [429]
    assert said("203.0.113.8") == [401] * 5 + [429]


def test_cookies_are_for_this_server_and_no_script(home: Any) -> None:
    cookies = cookies_of(log_in(browser(home)))
    access, refresh = cookies["dolbom_access"], cookies["dolbom_refresh"]
    assert all(it["httponly"] for it in (access, refresh))
    assert (access["path"], access["samesite"].lower(), access["max-age"]) == ("/", "lax", "3600")
    assert (refresh["path"], refresh["samesite"].lower()) == ("/auth", "strict")
    assert refresh["max-age"] == str(7 * 86_400)
    assert not any(it["domain"] or it["secure"] for it in (access, refresh))


@pytest.mark.parametrize(
    ("headers", "is_secure"),
    [
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "care.example.org"}, True),
        ({"X-Forwarded-Proto": "http"}, False),
        ({}, False),
    ],
)
def test_cookies_are_secure_where_a_trusted_proxy_says_that_tls_is(
    proxied: Any, headers: dict[str, str], is_secure: bool
) -> None:
    cookies = cookies_of(log_in(stranger(proxied, **headers)))
    assert [bool(it["secure"]) for it in cookies.values()] == [is_secure] * 2


def test_who_is_no_trusted_proxy_says_nothing_of_tls(home: Any) -> None:
    cookies = cookies_of(log_in(stranger(home, **{"X-Forwarded-Proto": "https"})))
    assert not any(it["secure"] for it in cookies.values())


def test_page_of_the_public_address_is_the_servers_own(proxied: Any) -> None:
    http = browser(proxied, "https://care.example.org")
    answer = log_in(http)
    assert all(it["secure"] for it in cookies_of(answer).values())
    cookie = {"Cookie": f"dolbom_access={token_of(answer)}"}
    invited = http.post("/people/invitations", json={"role": "viewer"}, headers=cookie)
    assert invited.json()["address"].startswith("https://care.example.org/invitation/")
    http.headers["Origin"] = "https://care.example.org.evil.example"
    refused = http.post("/people/invitations", json={"role": "viewer"}, headers=cookie)
    assert code_of(refused) == (403, "forbidden")


def test_every_answer_that_a_browser_sees_has_the_headers_of_a_page(home: Any) -> None:
    http = browser(home)
    answers = [
        http.get("/household"),
        http.get("/health"),
        http.get("/household", headers={"Accept": "text/html"}),
        log_in(http),
        http.get("/nowhere"),
        http.get("/auth/me"),
    ]
    assert [answer.status_code for answer in answers] == [401, 200, 303, 200, 404, 200]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in http.get("/docs").headers["content-security-policy"]


def test_live_connection_takes_a_session_and_ends_with_it(home: Any) -> None:
    http = browser(home)
    access = token_of(log_in(http))
    cookie = {"Cookie": f"dolbom_access={access}", "Origin": home.url}

    async def connected(**options: Any) -> tuple[socketio.AsyncClient, asyncio.Event]:
        client, gone = socketio.AsyncClient(reconnection=False), asyncio.Event()
        client.on("disconnect", lambda *_: gone.set())
        await client.connect(home.url, transports=["websocket"], **options)
        return client, gone

    async def check() -> None:
        ways: list[Json] = [
            {"headers": cookie},
            {"headers": bearer(access)},
            {"auth": {"token": access}},
        ]
        clients = [await connected(**way) for way in ways]
        for client, _ in clients:
            assert "code" not in await client.call("subscribe", {"rooms": ["events"]})
        for origin in ({"Origin": "https://evil.example"}, {"Origin": f"{home.url}1"}):
            with pytest.raises(socketio.exceptions.ConnectionError):
                await connected(headers=cookie | origin)
        await asyncio.to_thread(http.post, "/auth/logout")
        for client, gone in clients:
            await asyncio.wait_for(gone.wait(), 10)
            await client.disconnect()
        for way in ways:
            with pytest.raises(socketio.exceptions.ConnectionError):
                await connected(**way)

    asyncio.run(check())


def test_everybody_of_the_household_reads_who_did_what_and_no_secret_is_kept(
    own_home: Any,
) -> None:
    member = join(own_home, "viewer")
    answer = log_in(stranger(own_home))
    log_in(stranger(own_home), **WRONG)
    invited = own_home.post("/people/invitations", {"role": "viewer"}).json()
    entries = stranger(own_home).get("/audit", headers=member.headers).json()
    did = [(it["person_id"], it["action"], it["subject"]) for it in entries]
    assert did == [
        (None, "invited", "viewer"),
        (1, "logged_in", None),
        (2, "joined", None),
        (None, "invited", "viewer"),
        (1, "set_up", None),
    ]
    assert own_home.get("/audit", limit=1).json() == entries[:1]
    assert own_home.get("/audit", until=entries[1]["at"]).json() == entries[2:]
    own_home.stop()
    kept = b"".join(it.read_bytes() for it in (own_home.data_dir / "database").iterdir())
    assert b"$argon2id$" in kept
    for secret in (
        PASSWORD,
        WRONG["password"],
        token_of(answer),
        token_of(answer, "refresh_token"),
        invited["address"].rpartition("/")[2],
        (own_home.data_dir / "access" / "signing-secret").read_text().strip(),
    ):
        assert secret not in own_home.log()
        assert secret.encode() not in kept
