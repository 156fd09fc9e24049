"""kauth: codes, tokens, and how they die."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest

DAY = 86_400.0
REDIRECT = "http://localhost:3000/back"
CLIENT = {"client_id": "sandbox-rest-api-key", "client_secret": "sandbox-client-secret"}


def log_in(sandbox: Any, **params: str) -> dict[str, list[str]]:
    query = {
        "client_id": CLIENT["client_id"],
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "talk_message",
        "state": "s1",
    } | params
    answer = sandbox.http.get("/oauth/authorize", params=query)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(REDIRECT)
    return parse_qs(urlsplit(answer.headers["location"]).query)


def redeem(sandbox: Any, code: str, **fields: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "code": code}
    return sandbox.http.post("/oauth/token", data=form | CLIENT | fields)


def refresh(sandbox: Any, **fields: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh-token"}
    return sandbox.http.post("/oauth/token", data=form | CLIENT | fields)


def test_login_answers_a_code_and_the_state_that_buy_tokens(sandbox: Any) -> None:
    answer = log_in(sandbox)
    assert answer["state"] == ["s1"]
    tokens = redeem(sandbox, answer["code"][0]).json()
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 21599
    assert tokens["refresh_token_expires_in"] == 5183999
    assert tokens["scope"] == "talk_message"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert sandbox.http.get("/v2/user/me", headers=headers).status_code == 200


def test_person_who_refuses_is_sent_back_with_access_denied(sandbox: Any) -> None:
    sandbox.http.patch("/sandbox/state", json={"login_denied": True})
    answer = log_in(sandbox)
    assert answer["error"] == ["access_denied"]
    assert answer["state"] == ["s1"]
    assert "code" not in answer


def test_unticked_talk_message_is_missing_from_the_scope(sandbox: Any) -> None:
    sandbox.http.patch("/sandbox/state", json={"untick_talk_message": True})
    tokens = redeem(sandbox, log_in(sandbox)["code"][0]).json()
    assert tokens["scope"] == ""
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    scopes = sandbox.http.get("/v2/user/scopes", headers=headers).json()["scopes"]
    assert [(s["id"], s["agreed"]) for s in scopes] == [("talk_message", False)]


def test_code_works_once(sandbox: Any) -> None:
    code = log_in(sandbox)["code"][0]
    assert redeem(sandbox, code).status_code == 200
    assert redeem(sandbox, code).json()["error_code"] == "KOE320"


def test_code_expires(sandbox: Any) -> None:
    code = log_in(sandbox)["code"][0]
    sandbox.clock.now += 601
    answer = redeem(sandbox, code)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "KOE320")


def test_other_redirect_is_refused_and_spends_nothing(sandbox: Any) -> None:
    code = log_in(sandbox)["code"][0]
    answer = redeem(sandbox, code, redirect_uri="http://elsewhere/")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "KOE303")
    assert redeem(sandbox, code).status_code == 200


def test_login_with_an_unknown_key_is_refused(sandbox: Any) -> None:
    query = {"client_id": "x", "redirect_uri": REDIRECT, "response_type": "code"}
    answer = sandbox.http.get("/oauth/authorize", params=query)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "KOE101")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"client_id": "wrong"}, 401, "KOE101"),
        ({"client_secret": "wrong"}, 401, "KOE010"),
        ({"client_secret": ""}, 401, "KOE010"),
        ({"refresh_token": "wrong"}, 400, "KOE322"),
    ],
)
def test_refresh_is_refused(sandbox: Any, fields: dict[str, str], status: int, code: str) -> None:
    answer = refresh(sandbox, **fields)
    assert answer.status_code == status
    assert answer.json()["error_code"] == code
    assert set(answer.json()) == {"error", "error_description", "error_code"}


def test_secret_is_not_asked_for_when_it_is_off(sandbox: Any) -> None:
    sandbox.http.patch("/sandbox/state", json={"secret_required": False})
    assert refresh(sandbox, client_secret="").status_code == 200


def test_json_body_is_no_token_request(sandbox: Any) -> None:
    assert sandbox.http.post("/oauth/token", json=CLIENT).status_code == 400


def test_unknown_grant_type_is_refused(sandbox: Any) -> None:
    answer = refresh(sandbox, grant_type="password")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(("days_left", "rotates"), [(60, False), (30, False), (29.9, True)])
def test_refresh_token_rotates_only_under_a_month(
    sandbox: Any, days_left: float, rotates: bool
) -> None:
    sandbox.http.patch("/sandbox/state", json={"refresh_expires_in": days_left * DAY})
    answer = refresh(sandbox).json()
    assert ("refresh_token" in answer, "refresh_token_expires_in" in answer) == (rotates, rotates)
    again = refresh(sandbox)
    assert again.status_code == (400 if rotates else 200)
    if rotates:
        assert refresh(sandbox, refresh_token=answer["refresh_token"]).status_code == 200


def test_dead_refresh_token_is_koe322(sandbox: Any) -> None:
    sandbox.clock.now += 61 * DAY
    assert refresh(sandbox).json()["error_code"] == "KOE322"


def test_twenty_tokens_in_ten_minutes_are_the_limit(sandbox: Any) -> None:
    assert all(refresh(sandbox).status_code == 200 for _ in range(20))
    answer = refresh(sandbox)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "KOE237")
    sandbox.clock.now += 601
    assert refresh(sandbox).status_code == 200
