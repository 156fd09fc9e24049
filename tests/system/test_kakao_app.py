"""The key of the household's app at Kakao, entered while the server runs."""

import stat
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

PASSWORD = "a sentence that is easy to remember"
APP = {"rest_api_key": "sandbox-rest-api-key", "client_secret": "sandbox-client-secret"}
WITHOUT = dict.fromkeys(
    (
        "KAKAO_ACCESS_TOKEN",
        "KAKAO_REFRESH_TOKEN",
        "KAKAO_REST_API_KEY",
        "KAKAO_CLIENT_SECRET",
    ),
    "",
)


@pytest.fixture
def home_factory(server_factory: Callable[..., Any]) -> Callable[..., Any]:
    """Starts a server with a household of one, whose id is 1."""

    def make(**settings: object) -> Any:
        server = server_factory(API_KEY="the-key-of-the-household", **settings)
        owner = {"login": "mina", "name": "Mina", "password": PASSWORD}
        server.post("/setup", owner | {"household": {"name": "Home"}}).raise_for_status()
        return server

    return make


@pytest.fixture
def home(home_factory: Callable[..., Any]) -> Any:
    """One that nobody has given the key of an app."""
    return home_factory(**WITHOUT)


def connect(home: Any) -> httpx.Response:
    """Go to Kakao as Mina's browser does, and wherever it leads."""
    answer = home.http.get("/kakao/connect", params={"person_id": 1})
    while answer.is_redirect:
        answer = home.http.get(answer.headers["location"])
    return answer


def set_app(home: Any, app: object = None) -> httpx.Response:
    answer: httpx.Response = home.http.put("/kakao/app", json=app or APP)
    return answer


def test_key_connects_people_and_renews_their_tokens_at_once_and_after_a_restart(
    home: Any, sandbox: Any
) -> None:
    sandbox.http.patch("/sandbox/state", json={"secret_required": True})
    assert connect(home).json()["code"] == "kind_unavailable"
    shown = {"source": "page", "redirect_uri": f"{home.url}/kakao/callback"}
    assert set_app(home).json() == shown
    contact = connect(home).json()
    assert contact["kind"] == "kakao"
    for _ in range(2):
        sandbox.http.patch("/sandbox/state", json={"access_expires_in": 0})
        tried = home.post(f"/contacts/{contact['id']}/test", {}).json()
        assert tried == {"sent": True, "reason": None}
        home.restart()
    assert home.get("/kakao/app").json() == shown


def test_key_that_is_corrected_or_forgotten_is_so_at_once(home: Any, sandbox: Any) -> None:
    set_app(home, {"rest_api_key": "mistyped"})
    assert connect(home).status_code == 401  # Kakao's own page says so
    set_app(home)
    contact = connect(home).json()
    assert set_app(home, {"rest_api_key": None}).json()["source"] is None
    assert connect(home).json()["code"] == "kind_unavailable"
    warned = next(it for it in home.get("/contacts").json() if it["id"] == contact["id"])
    assert "cannot be renewed" in warned["warning"]


def test_key_of_the_environment_wins(home_factory: Callable[..., Any]) -> None:
    of_sandbox = {f"KAKAO_{name.upper()}": value for name, value in APP.items()}
    home = home_factory(**WITHOUT | of_sandbox)
    assert home.get("/kakao/app").json()["source"] == "environment"
    refused = set_app(home, {"rest_api_key": "another"})
    assert (refused.status_code, refused.json()["code"]) == (409, "kakao_app_in_environment")
    assert connect(home).json()["kind"] == "kakao"


def test_key_is_kept_for_the_server_alone_and_shown_nowhere(home: Any) -> None:
    set_app(home)
    file = home.data_dir / "access" / "kakao-app.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    connect(home)
    paths = ("/kakao/app", "/contacts", "/contacts/kinds", "/health", "/audit", "/openapi.json")
    said = "".join(home.get(path).text for path in paths) + home.log()
    for page in ("/channels", "/setup/channels", "/settings", "/log"):
        answer = home.http.get(page, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        said += answer.text
    assert "sandbox-rest-api-key" not in said
    assert "sandbox-client-secret" not in said
    assert "changed the app at Kakao" in said


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rest_api_key": ""},
        {"rest_api_key": "s3cr3t with blanks"},
        {"rest_api_key": "s3cr3t\n"},
        {"rest_api_key": None, "client_secret": "s3cr3t"},
        {"rest_api_key": ["s3cr3t"]},
        {"rest_api_key": "key", "secret": "s3cr3t"},
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(home: Any, body: dict[str, object]) -> None:
    refused = home.http.put("/kakao/app", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert "s3cr3t" not in refused.text
    assert home.get("/kakao/app").json()["source"] is None


def test_only_an_owner_enters_it(home: Any) -> None:
    made = home.post("/people/invitations", {"role": "caregiver"}).json()
    person = {"login": "junho", "name": "Junho", "password": PASSWORD}
    joined = httpx.post(
        f"{home.url}/auth/register",
        json=person | {"invitation": made["address"].rpartition("/")[2]},
        trust_env=False,
    )
    headers = {"Authorization": f"Bearer {joined.json()['access_token']}"}
    with httpx.Client(base_url=home.url, headers=headers, trust_env=False) as caregiver:
        assert caregiver.put("/kakao/app", json=APP).status_code == 403
        page = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
        sent = caregiver.post("/channels/kakao-app", content=b"rest_api_key=k", headers=page)
        assert sent.status_code == 403
        assert "REST API" not in caregiver.get("/channels", headers=page).text
    assert home.get("/kakao/app").json()["source"] is None
