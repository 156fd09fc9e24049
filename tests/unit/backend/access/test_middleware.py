"""Who is let in."""

from ipaddress import ip_network

import httpx2 as httpx
import pytest
from fastapi import FastAPI, WebSocket
from pydantic import SecretStr
from starlette.testclient import TestClient, WebSocketDenialResponse

from backend.access.keys import Keyring, camera_caller
from backend.access.middleware import AccessControl
from backend.access.rate_limit import BURST_SEC, RequestLimiter
from backend.http.network import Network
from testkit.households import HOME

KEY, HALL, BEDROOM = "k3y-of-the-house", "k3y-of-the-hallway", "k3y-of-the-bedroom"
FOREIGN, LOOPBACK, LOOPBACK_6 = "192.168.0.7", "127.0.0.1", "::1"
METRICS = "k3y-of-prometheus"
PATHS = (
    *("/health", "/event/recent", "/event/payload", "/behavior/analyze", "/docs/start.js"),
    "/metrics",
)


def household(
    api_key: str | None,
    limiter: RequestLimiter | None = None,
    network: Network | None = None,
    wrong: RequestLimiter | None = None,
) -> FastAPI:
    app = FastAPI()
    for known in PATHS:
        app.get(known)(lambda: "in")
    keys = {"hall": SecretStr(HALL), "bedroom": SecretStr(BEDROOM)}
    cameras = {camera_caller(it, HOME): key for it, key in keys.items()}
    metrics = SecretStr(METRICS)
    keyring = Keyring(SecretStr(api_key), cameras, wrong, metrics) if api_key else None
    limiter = limiter or RequestLimiter(500)
    app.add_middleware(AccessControl, keyring=keyring, limiter=limiter, network=network)
    return app


def ask(
    api_key: str | None, client: str, path: str, authorization: str | bytes | None = None
) -> httpx.Response:
    http = TestClient(household(api_key), "http://localhost:8000", client=(client, 50_000))
    return http.get(path, headers={"Authorization": authorization} if authorization else {})


@pytest.mark.parametrize(
    ("api_key", "client", "path", "authorization", "status"),
    [
        (None, LOOPBACK, "/event/recent", None, 200),
        (None, LOOPBACK_6, "/event/recent", None, 200),
        (None, "::ffff:127.0.0.1", "/event/recent", None, 200),
        (None, LOOPBACK, "/event/recent", f"Bearer {KEY}", 200),
        (None, FOREIGN, "/event/recent", None, 403),
        (None, FOREIGN, "/event/recent", f"Bearer {KEY}", 403),
        (None, FOREIGN, "/event/recent", "Bearer ", 403),
        (None, FOREIGN, "/openapi.json", None, 200),
        (None, FOREIGN, "/docs/start.js", None, 200),
        (None, FOREIGN, "/docsx", None, 403),
        (None, FOREIGN, "/nowhere", None, 403),
        (None, FOREIGN, "/health", None, 200),
        (KEY, FOREIGN, "/event/recent", f"Bearer {KEY}", 200),
        (KEY, FOREIGN, "/event/recent", f"bearer {KEY}", 200),
        (KEY, FOREIGN, "/event/recent", f"BEARER   {KEY} ", 200),
        (KEY, FOREIGN, "/event/recent", f"Bearer \t{KEY}\t", 200),
        (KEY, "::ffff:192.168.0.7", "/event/recent", f"Bearer {KEY}", 200),
        (KEY, FOREIGN, "/event/recent", f"Bearer{KEY}", 401),
        (KEY, FOREIGN, "/event/recent", f"Bearer {KEY} {KEY}", 401),
        (KEY, FOREIGN, "/event/recent", "Bearer   ", 401),
        (KEY, FOREIGN, "/event/recent", f"Bearer {KEY}x", 401),
        (KEY, FOREIGN, "/event/recent", f"Bearer {KEY[:-1]}", 401),
        (KEY, FOREIGN, "/event/recent", KEY, 401),
        (KEY, FOREIGN, "/event/recent", "Bearer", 401),
        (KEY, FOREIGN, "/event/recent", b"Bearer \xff\xfe", 401),
        (KEY, FOREIGN, "/event/recent", None, 401),
        (KEY, FOREIGN, "/metrics", f"Bearer {METRICS}", 200),
        (KEY, FOREIGN, "/metrics", f"Bearer {METRICS}x", 401),
        (KEY, FOREIGN, "/metrics", f"Bearer {HALL}", 403),
        (KEY, FOREIGN, "/metrics/", f"Bearer {METRICS}", 401),
        (KEY, FOREIGN, "/event/recent", f"Bearer {METRICS}", 401),
        (KEY, FOREIGN, "/health", f"Bearer {METRICS}", 200),
        (KEY, LOOPBACK, "/event/recent", None, 401),
        (KEY, LOOPBACK, "/openapi.json", None, 200),
        (KEY, LOOPBACK, "/docs", None, 200),
        (KEY, LOOPBACK, "/docsx", None, 401),
        (KEY, LOOPBACK, "/openapi.json/", None, 401),
        (KEY, LOOPBACK, "/nowhere", None, 401),
        (KEY, FOREIGN, "/health", None, 200),
        (KEY, FOREIGN, "/event/payload", f"Bearer {HALL}", 200),
        (KEY, FOREIGN, "/behavior/analyze", f"Bearer {BEDROOM}", 200),
        (KEY, FOREIGN, "/event/recent", f"Bearer {HALL}", 403),
        (KEY, FOREIGN, "/openapi.json", f"Bearer {HALL}", 200),
        (KEY, FOREIGN, "/nowhere", f"Bearer {HALL}", 403),
        (KEY, FOREIGN, "/event/payload", f"Bearer {HALL}{BEDROOM}", 401),
    ],
)
def test_who_is_let_in(
    api_key: str | None, client: str, path: str, authorization: str | bytes | None, status: int
) -> None:
    answer = ask(api_key, client, path, authorization)
    assert answer.status_code == status
    if status != 200:
        assert answer.json().keys() == {"code", "message"}
        assert "k3y" not in answer.text
        assert ("www-authenticate" in answer.headers) == (status == 401)


def test_refusal_says_what_to_do() -> None:
    assert "set API_KEY" in ask(None, FOREIGN, "/event/recent").json()["message"]
    assert "`Authorization: Bearer`" in ask(KEY, FOREIGN, "/event/recent").json()["message"]
    camera = ask(KEY, FOREIGN, "/event/recent", f"Bearer {HALL}").json()["message"]
    assert "use API_KEY" in camera


@pytest.mark.parametrize(("given", "status"), [("열쇠", 200), ("열", 401), ("?", 401)])
def test_key_that_is_no_ascii_is_compared_as_bytes(given: str, status: int) -> None:
    assert ask("열쇠", FOREIGN, "/event/recent", f"Bearer {given}".encode()).status_code == status


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Host": "localhost"}, None),
        ({"Host": "LOCALHOST:8000"}, None),
        ({"Host": "[::1]:8000"}, None),
        ({"Host": "127.0.0.1:8000", "Origin": "http://localhost:8000"}, None),
        ({"Sec-Fetch-Site": "same-origin"}, None),
        ({"Sec-Fetch-Site": "none"}, None),
        ({"Host": "evil.test:8000"}, "known only as localhost"),
        ({"Host": "localhost.evil.test"}, "known only as localhost"),
        ({"Host": "evil.test@localhost.test"}, "known only as localhost"),
        ({"Host": "[localhost"}, "known only as localhost"),
        ({"Host": ""}, "known only as localhost"),
        ({"Origin": "https://evil.test"}, "no web page of another site"),
        ({"Origin": "http://localhost.evil.test"}, "no web page of another site"),
        ({"Origin": "null"}, "no web page of another site"),
        ({"Origin": "http://["}, "no web page of another site"),
        ({"Sec-Fetch-Site": "cross-site"}, "no web page of another site"),
    ],
)
def test_web_page_cannot_speak_for_this_machine(
    headers: dict[str, str], message: str | None
) -> None:
    http = TestClient(household(None), "http://localhost:8000", client=(LOOPBACK, 50_000))
    answer = http.get("/event/recent", headers=headers)
    assert answer.status_code == (200 if message is None else 403)
    if message:
        assert message in answer.json()["message"]
    # Control: with a key, which no page knows, all of these are let in.
    http = TestClient(household(KEY), "http://localhost:8000")
    headers = headers | {"Authorization": f"Bearer {KEY}"}
    assert http.get("/event/recent", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "x-forwarded-anything",
        "Forwarded",
        "X-Real-IP",
        "Via",
        "CF-Connecting-IP",
        "CF-Ray",
        "True-Client-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "X-Envoy-External-Address",
        "Tailscale-User-Login",
        "CDN-Loop",
    ],
)
@pytest.mark.parametrize("path", ["/event/recent", "/health"])
def test_without_a_key_what_a_proxy_brings_is_refused(header: str, path: str) -> None:
    http = TestClient(household(None), "http://localhost:8000", client=(LOOPBACK, 50_000))
    answer = http.get(path, headers={header: "1"})
    assert answer.status_code == 403
    assert "through a proxy; set API_KEY" in answer.json()["message"]
    # Control: with a key the header means nothing.
    http = TestClient(household(KEY), "http://localhost:8000", client=(LOOPBACK, 50_000))
    headers = {header: "1", "Authorization": f"Bearer {KEY}"}
    assert http.get(path, headers=headers).status_code == 200


def test_without_a_key_a_page_of_an_allowed_origin_is_answered() -> None:
    app = household(None, network=Network(origins=frozenset({"https://page.test"})))
    http = TestClient(app, "http://localhost:8000", client=(LOOPBACK, 50_000))
    headers = {"Origin": "https://page.test", "Sec-Fetch-Site": "cross-site"}
    assert http.get("/event/recent", headers=headers).status_code == 200
    headers["Origin"] = "https://page.test.evil.test"
    assert http.get("/event/recent", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "header", ["Accept", "Content-Type", "Traceparent", "Authorization", "Viable", "User-Agent"]
)
def test_without_a_key_other_headers_mean_nothing(header: str) -> None:
    http = TestClient(household(None), "http://localhost:8000", client=(LOOPBACK, 50_000))
    assert http.get("/event/recent", headers={header: "1"}).status_code == 200


def test_strangers_hear_of_health_by_the_servers_own_names_alone() -> None:
    network = Network((ip_network(LOOPBACK),), frozenset({"localhost"}))
    app = household(KEY, network=network)
    direct, proxied = (TestClient(app, client=(peer, 1)) for peer in (FOREIGN, LOOPBACK))
    evil = {"Host": "evil.example"}
    assert direct.get("/health", headers={"Host": "localhost"}).status_code == 200
    assert direct.get("/health", headers=evil).status_code == 403
    assert proxied.get("/health", headers=evil).status_code == 200
    headers = evil | {"Authorization": f"Bearer {KEY}"}
    assert direct.get("/health", headers=headers).status_code == 200


def test_wrong_keys_slow_their_address_down_and_a_right_one_from_there_is_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = 0.0
    app = household(KEY, wrong=RequestLimiter(2, clock=lambda: now))
    guesser, neighbour = (TestClient(app, client=(it, 1)) for it in (FOREIGN, "192.168.0.8"))
    wrong = {"Authorization": "Bearer wr0ng"}
    for path in ["/event/recent", "/event/payload"] * 10:
        assert guesser.get(path, headers=wrong).status_code == 401
    for path in ("/event/recent", "/event/payload", "/health"):
        refusal = guesser.get(path, headers=wrong)
        assert (refusal.status_code, refusal.headers["retry-after"]) == (429, "1")
        assert "too many wrong keys" in refusal.json()["message"]
    assert guesser.get("/event/recent").status_code == 401
    assert guesser.get("/event/recent", headers={"Authorization": f"Bearer {KEY}"}).is_success
    assert neighbour.get("/event/recent", headers=wrong).status_code == 401
    now = 1.0
    assert guesser.get("/event/recent", headers=wrong).status_code == 401
    assert "wr0ng" not in caplog.text


def test_proxys_clients_are_limited_each_by_its_own_address() -> None:
    network = Network((ip_network(LOOPBACK),))
    app = household(KEY, RequestLimiter(1, clock=lambda: 0.0), network)
    http = TestClient(app, client=(LOOPBACK, 1))
    for client, status in (("10.0.0.1", 429), ("10.0.0.2", 401)):
        for made_up in range(int(BURST_SEC)):
            headers = {"X-Forwarded-For": f"192.0.2.{made_up}, 10.0.0.1"}
            http.get("/event/recent", headers=headers)
        headers = {"X-Forwarded-For": f"192.0.2.99, {client}"}
        assert http.get("/event/recent", headers=headers).status_code == status


def test_websocket_is_refused_like_a_request() -> None:
    app = household(KEY)

    @app.websocket("/live")
    async def live(socket: WebSocket) -> None:
        await socket.accept()

    http = TestClient(app)
    with pytest.raises(WebSocketDenialResponse) as refusal, http.websocket_connect("/live"):
        pytest.fail("let in without a key")
    assert refusal.value.status_code == 401
    with http.websocket_connect("/live", headers={"Authorization": f"Bearer {KEY}"}):
        pass


def test_client_that_is_too_fast_is_told_when_to_come_back_and_nobody_else_suffers() -> None:
    now = 0.0
    app = household(KEY, RequestLimiter(1, clock=lambda: now))
    hall, bedroom, stranger = (
        TestClient(app, headers={"Authorization": f"Bearer {key}"}) for key in (HALL, BEDROOM, "")
    )
    for _ in range(int(BURST_SEC)):
        assert hall.get("/event/payload").status_code == 200
        assert stranger.get("/event/payload").status_code == 401
    for client in (hall, stranger):
        refusal = client.get("/event/payload")
        assert (refusal.status_code, refusal.headers["retry-after"]) == (429, "1")
        assert refusal.json()["code"] == "too_many_requests"
    assert bedroom.get("/event/payload").status_code == 200
    now = 1.0
    assert hall.get("/event/payload").status_code == 200
