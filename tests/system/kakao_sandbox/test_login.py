"""kauth: codes, tokens, and how they die."""

import json
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


def memo(sandbox: Any, tokens: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    form = {"template_object": json.dumps(sandbox.template)}
    return sandbox.http.post("/v2/api/talk/memo/default/send", data=form, headers=headers)


def as_account(sandbox: Any, name: str) -> dict[str, Any]:
    sandbox.http.patch("/sandbox/state", json={"account": name})
    return redeem(sandbox, log_in(sandbox)["code"][0]).json()


def test_each_account_has_tokens_a_chat_and_a_quota_of_its_own(sandbox: Any) -> None:
    sandbox.http.patch("/sandbox/state", json={"quotas": {"pair": 1}})
    mina, junho = as_account(sandbox, "mina"), as_account(sandbox, "junho")
    assert [memo(sandbox, tokens).status_code for tokens in (mina, junho)] == [200, 200]
    assert memo(sandbox, mina).json()["code"] == -536
    accounts = sandbox.http.get("/sandbox/state").json()["accounts"]
    assert sorted(accounts) == ["junho", "mina", "sandbox"]
    sent = sandbox.http.get("/sandbox/memos").json()
    assert [it["user_id"] for it in sent] == [accounts["mina"], accounts["junho"]]
    # The others' refresh tokens are as good as before.
    assert refresh(sandbox).status_code == 200
    assert refresh(sandbox, refresh_token=mina["refresh_token"]).status_code == 200


def test_new_login_of_an_account_ends_its_refresh_token_and_nobody_elses(sandbox: Any) -> None:
    first, again = as_account(sandbox, "mina"), as_account(sandbox, "mina")
    refused = refresh(sandbox, refresh_token=first["refresh_token"])
    assert refused.json()["error_code"] == "KOE322"
    assert refresh(sandbox, refresh_token=again["refresh_token"]).status_code == 200


def asked(sandbox: Any, **params: str) -> httpx.Response:
    query = {"client_id": CLIENT["client_id"], "redirect_uri": REDIRECT, "response_type": "code"}
    return sandbox.http.get("/oauth/authorize", params=query | {"state": '"><b>'} | params)


def test_login_page_asks_who_it_is_and_brings_the_answer_back(sandbox: Any) -> None:
    sandbox.http.patch("/sandbox/state", json={"login_page": True})
    page = asked(sandbox)
    assert page.headers["content-type"].startswith("text/html")
    assert "<b>" not in page.text
    form = {"redirect_uri": REDIRECT, "state": "s1", "account": "mina", "pressed": "agree"}
    back = sandbox.http.post("/oauth/consent", data=form | {"talk_message": "on"})
    answer = parse_qs(urlsplit(back.headers["location"]).query)
    assert (back.status_code, answer["state"]) == (302, ["s1"])
    assert redeem(sandbox, answer["code"][0]).json()["scope"] == "talk_message"
    unticked = sandbox.http.post("/oauth/consent", data=form).headers["location"]
    code = parse_qs(urlsplit(unticked).query)["code"][0]
    assert redeem(sandbox, code).json()["scope"] == ""
    refused = sandbox.http.post("/oauth/consent", data=form | {"pressed": "refuse"})
    assert "error=access_denied" in refused.headers["location"]


def test_redirect_uri_that_is_not_registered_is_shown_to_the_person_and_not_followed(
    sandbox: Any,
) -> None:
    sandbox.http.patch("/sandbox/state", json={"redirect_uris": [REDIRECT]})
    assert asked(sandbox).status_code == 302
    for answer in (
        asked(sandbox, redirect_uri="http://elsewhere/"),
        sandbox.http.post("/oauth/consent", data={"redirect_uri": "http://elsewhere/"}),
    ):
        assert (answer.status_code, "KOE006" in answer.text) == (400, True)
        assert "location" not in answer.headers
