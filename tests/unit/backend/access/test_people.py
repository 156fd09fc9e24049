"""People who are logged in, and what each may do."""

from dataclasses import dataclass, field

import pytest
from fastapi import FastAPI, Request, WebSocket
from pydantic import SecretStr
from starlette.testclient import TestClient, WebSocketDenialResponse

from backend.access.identity import Identity, access_cookie
from backend.access.keys import (
    STRANGER,
    Caller,
    HouseholdKey,
    Keyring,
    PairedKey,
    camera_caller,
    digest_of,
)
from backend.access.middleware import AccessControl
from backend.access.rate_limit import RequestLimiter
from backend.access.rights import needed_role
from backend.access.roles import Role
from testkit.households import HOME

KEY, HALL = "k3y-of-the-house", "k3y-of-the-hallway"
CAMERA_KEYS = {camera_caller("hall", HOME): SecretStr(HALL)}
OWNER, CAREGIVER, VIEWER = list(Role)
OWN_PAGE = {"Origin": "http://localhost:8000"}
PATHS = ("/household", "/people/1", "/incidents/5f3a/notes", "/event/payload", "/auth/login")


@dataclass
class Known:
    """Whose token is whose; `over` was good once."""

    asked: list[str] = field(default_factory=list)

    def caller_of(self, token: str) -> Caller | None:
        self.asked.append(token)
        role, _, rest = token.partition(".")
        if rest != "of.ours":
            return None
        return STRANGER if role == "over" else Caller(role, HOME, person_id=1, role=Role(role))


def server(known: Known | None = None, api_key: str | None = KEY) -> FastAPI:
    app = FastAPI()
    for path in PATHS:
        app.api_route(path, methods=["GET", "POST", "PUT", "DELETE"])(who)
    keyring = Keyring(SecretStr(api_key), CAMERA_KEYS) if api_key else None
    identity = Identity(keyring, lambda: known)
    app.add_middleware(
        AccessControl, keyring=keyring, limiter=RequestLimiter(500), identity=identity
    )
    return app


def who(request: Request) -> str:
    name: str = request.state.caller.name
    return name


def client(app: FastAPI, **cookies: str) -> TestClient:
    return TestClient(
        app,
        "http://localhost:8000",
        client=("127.0.0.1", 50_000),
        cookies=cookies,
        follow_redirects=False,
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_person_is_known_by_a_token_or_by_a_cookie() -> None:
    app = server(Known())
    by_token = client(app).get("/household", headers=bearer("viewer.of.ours"))
    by_cookie = client(app, dolbom_access="viewer.of.ours").get("/household")
    assert (by_token.json(), by_cookie.json()) == ("viewer", "viewer")


def test_header_counts_before_a_cookie() -> None:
    http = client(server(Known()), dolbom_access="viewer.of.ours")
    assert http.get("/household", headers=bearer(KEY)).json() == "household"
    assert http.get("/household", headers=bearer("wrong")).status_code == 401


def test_keys_are_answered_without_asking_who_is_logged_in() -> None:
    known = Known()
    http = client(server(known), dolbom_access="viewer.of.ours")
    for key in (KEY, HALL):
        assert http.post("/event/payload", headers=bearer(key)).status_code == 200
    assert http.get("/household", headers=bearer("no-token-at-all")).status_code == 401
    assert known.asked == []


@pytest.mark.parametrize("token", ["over.of.ours", "forged.by.others", "", "열쇠"])
def test_token_that_is_not_good_is_refused(token: str) -> None:
    app = server(Known())
    cookie = {"Cookie": f"dolbom_access={token}".encode()}
    for headers in (cookie, {"Authorization": f"Bearer {token}".encode()}):
        assert client(app).get("/household", headers=headers).status_code == 401


def test_forged_tokens_slow_their_address_down_and_old_ones_do_not() -> None:
    http = client(server(Known()))
    old = {http.get("/household", headers=bearer("over.of.ours")).status_code for _ in range(30)}
    forged = [http.get("/household", headers=bearer("x.y.z")).status_code for _ in range(30)]
    assert old == {401}
    assert set(forged[:15]) == {401}
    assert 429 in forged


@pytest.mark.parametrize(
    ("role", "method", "path", "is_allowed"),
    [
        (VIEWER, "GET", "/household", True),
        (VIEWER, "PUT", "/household", False),
        (VIEWER, "POST", "/incidents/5f3a/notes", False),
        (VIEWER, "PUT", "/people/1", True),  # the route looks whose it is
        (VIEWER, "POST", "/event/payload", False),
        (CAREGIVER, "POST", "/incidents/5f3a/notes", True),
        (CAREGIVER, "PUT", "/household", False),
        (CAREGIVER, "POST", "/event/payload", False),
        (OWNER, "PUT", "/household", True),
        (OWNER, "DELETE", "/people/1", True),
    ],
)
def test_what_a_person_may_do_goes_by_the_role(
    role: Role, method: str, path: str, is_allowed: bool
) -> None:
    answer = client(server(Known())).request(method, path, headers=bearer(f"{role}.of.ours"))
    assert answer.status_code == (200 if is_allowed else 403)


def test_caregivers_bring_pictures_and_owners_say_which_are_kept() -> None:
    for path in ("/images/9f/comments", "/styles/9f/rating", "/comments/7", "/images/9f"):
        assert needed_role("POST", path) is CAREGIVER
    for path in ("/images/consents", "/images/of-camera", "/cameras/images/9f/comments"):
        assert needed_role("DELETE", path) is OWNER


def test_what_nobody_has_thought_of_is_for_owners() -> None:
    assert needed_role("POST", "/quite/new") is OWNER
    assert needed_role("PATCH", "/incidentsx") is OWNER
    assert needed_role("POST", "/people/invitations") is OWNER
    assert needed_role("GET", "/quite/new") is VIEWER


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OWN_PAGE, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost:5000"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_cookie_changes_something_from_the_servers_own_pages_alone(
    headers: dict[str, str], status: int, method: str
) -> None:
    http = client(server(Known()), dolbom_access="owner.of.ours")
    assert http.request(method, "/household", headers=headers).status_code == status
    # Control: reading is no danger, and a program has no cookie.
    assert http.get("/household", headers=headers).status_code == 200
    program = client(server(Known()))
    with_token = headers | bearer("owner.of.ours")
    assert program.request(method, "/household", headers=with_token).status_code == 200


def test_page_of_another_site_logs_nobody_in() -> None:
    http = client(server(Known()))
    evil = {"Origin": "https://evil.example"}
    assert http.post("/auth/login", headers=evil).status_code == 403
    assert http.post("/auth/login", headers=OWN_PAGE).status_code == 200
    assert http.post("/auth/login").status_code == 200


def test_browser_that_asks_for_a_page_is_led_to_the_login_and_back() -> None:
    http = client(server(Known()))
    page = {"Accept": "text/html,application/xhtml+xml"}
    answer = http.get("/household?day=2026-11-29&x=%2F", headers=page)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fhousehold%3Fday%3D2026-11-29%26x%3D%252F"
    for path in ("//evil.example", "///evil.example"):
        led = http.get(f"http://localhost:8000{path}", headers=page)
        assert led.headers["location"] == "/login?next=%2Fevil.example"
    assert http.get("/household").status_code == 401
    assert http.post("/household", headers=page).status_code == 401


def test_without_people_there_is_no_login_to_be_led_to() -> None:
    answer = client(server(None)).get("/household", headers={"Accept": "text/html"})
    assert answer.status_code == 401


def test_every_refusal_has_the_headers_of_a_page() -> None:
    answer = client(server(Known())).get("/household")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_without_a_keyring_a_person_is_still_a_person() -> None:
    app = server(Known(), api_key=None)
    assert client(app).get("/household").json() == "household"
    http = client(app, dolbom_access="viewer.of.ours")
    assert http.get("/household").json() == "viewer"
    assert http.put("/household", headers=OWN_PAGE).status_code == 403


def test_websocket_takes_a_cookie_from_the_servers_own_pages_alone() -> None:
    app = server(Known())

    @app.websocket("/socket.io/")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(socket.state.caller.name)

    http = client(app, dolbom_access="viewer.of.ours")
    # The client of the tests calls the server so.
    with http.websocket_connect("/socket.io/", headers={"Origin": "http://testserver"}) as socket:
        assert socket.receive_text() == "viewer"
    evil = {"Origin": "http://testserver:5000"}
    with (
        pytest.raises(WebSocketDenialResponse) as refusal,
        http.websocket_connect("/socket.io/", headers=evil),
    ):
        pytest.fail("let in from another page")
    assert refusal.value.status_code == 403


@pytest.mark.parametrize(
    ("cookies", "token"),
    [
        (b"dolbom_access=a.b.c", b"a.b.c"),
        (b"x=1; dolbom_access=a.b.c; y=2", b"a.b.c"),
        (b"x=1;dolbom_access=a.b.c", b"a.b.c"),
        (b"xdolbom_access=a.b.c", b""),
        (b"dolbom_accessx=a.b.c", b""),
        (b"dolbom_access", b""),
        (b"", b""),
    ],
)
def test_access_token_is_found_among_other_cookies(cookies: bytes, token: bytes) -> None:
    assert access_cookie(cookies) == token


def test_camera_that_was_paired_is_let_in_and_out_while_the_server_runs() -> None:
    keyring = Keyring(SecretStr(KEY), CAMERA_KEYS)
    keyring.let_in({"bed": PairedKey(digest_of(b"k3y-of-the-bedroom"), 7)})
    bed = keyring.owner(b"k3y-of-the-bedroom")
    assert (bed.camera_id, bed.household_id, bed.role) == ("bed", 7, None)
    assert keyring.owner(HALL.encode()).camera_id == "hall"
    keyring.let_in({})
    assert keyring.owner(b"k3y-of-the-bedroom") is STRANGER
    assert keyring.owner(HALL.encode()).camera_id == "hall"


def test_each_key_of_a_household_counts_for_itself() -> None:
    keyring = Keyring(SecretStr("the API_KEY"), {})
    keys = [HouseholdKey(digest_of(name), number, 2) for number, name in enumerate((b"a", b"b"))]
    keyring.let_in_households(keys)
    callers = [keyring.owner(name) for name in (b"a", b"b")]
    assert len({it.name for it in callers}) == 2
    assert {(it.household_id, it.role, it.is_operator) for it in callers} == {
        (2, Role.OWNER, False)
    }
    assert keyring.owner(b"the API_KEY").is_operator
