"""kapi: what is checked before a memo is accepted."""

import json
import logging
from typing import Any

import httpx2 as httpx
import pytest

SEND = "/v2/api/talk/memo/default/send"
FORM = "application/x-www-form-urlencoded;charset=utf-8"


def send(sandbox: Any, template: object = None, token: str | None = None) -> httpx.Response:
    form = {"template_object": json.dumps(template or sandbox.template, ensure_ascii=False)}
    headers = {"Authorization": f"Bearer {token or sandbox.token}"}
    return sandbox.http.post(SEND, data=form, headers=headers)


def memos(sandbox: Any) -> list[dict[str, Any]]:
    return sandbox.http.get("/sandbox/memos").json()


def test_good_memo_is_accepted_listed_and_logged_on_one_line(
    sandbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    template = sandbox.template | {"text": "낙상\n거실"}
    with caplog.at_level(logging.INFO):
        answer = send(sandbox, template)
    assert (answer.status_code, answer.json()) == (200, {"result_code": 0})
    assert memos(sandbox) == [
        {
            "text": "낙상\n거실",
            "template": template,
            "received_at": sandbox.clock.now,
            "user_id": 4_100_001,
        }
    ]
    assert "memo accepted: 낙상 / 거실" in caplog.messages
    assert sandbox.token not in sandbox.http.get("/sandbox/memos").text
    assert sandbox.http.delete("/sandbox/memos").status_code == 204
    assert memos(sandbox) == []


@pytest.mark.parametrize("path", [SEND, "/v2/user/me", "/v2/user/scopes"])
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", "Basic sandbox-access-token"])
def test_request_without_a_live_token_is_401(sandbox: Any, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = sandbox.http.request("POST" if path == SEND else "GET", path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, -401)
    assert memos(sandbox) == []


def test_token_dies_after_six_hours(sandbox: Any) -> None:
    sandbox.clock.now += 6 * 3600
    assert send(sandbox).json()["code"] == -401


def test_token_info_counts_down(sandbox: Any) -> None:
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    sandbox.clock.now += 100
    answer = sandbox.http.get("/v1/user/access_token_info", headers=headers).json()
    assert answer == {"id": 4_100_001, "expires_in": 21500, "app_id": 100_001}


def test_person_is_known_without_talk_message_but_may_not_send(sandbox: Any) -> None:
    sandbox.http.patch("/sandbox/state", json={"talk_message": False})
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    assert sandbox.http.get("/v2/user/me", headers=headers).json()["id"] == 4_100_001
    answer = send(sandbox)
    assert (answer.status_code, answer.json()["code"]) == (403, -402)
    assert answer.json()["required_scopes"] == ["talk_message"]


@pytest.mark.parametrize(
    "change",
    [
        {"object_type": "feed"},
        {"text": ""},
        {"text": "가" * 201},
        {"text": 5},
        {"link": None},
        {"link": "http://x"},
    ],
)
def test_bad_template_is_refused(sandbox: Any, change: dict[str, object]) -> None:
    answer = send(sandbox, sandbox.template | change)
    assert (answer.status_code, answer.json()["code"]) == (400, -2)
    assert memos(sandbox) == []


def test_missing_link_is_told_as_kakao_tells_it(sandbox: Any) -> None:
    answer = send(sandbox, {"object_type": "text", "text": "hi"})
    expected = {"msg": "failed to parse parameter. name=template_object", "code": -2}
    assert (answer.status_code, answer.json()) == (400, expected)


def test_two_hundred_characters_are_accepted(sandbox: Any) -> None:
    assert send(sandbox, sandbox.template | {"text": "가" * 200}).status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"template_object": {}}'),
        ("application/x-www-form-urlencoded;charset=euc-kr", b"template_object=%7B%7D"),
        (FORM, b"template_object=not+json"),
        (FORM, b"template_object=%FF"),
        (FORM, b"template_object=[]"),
        (FORM, b"other=1"),
        (FORM, b""),
    ],
)
def test_body_that_is_no_template_in_a_utf8_form_is_refused(
    sandbox: Any, content_type: str, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {sandbox.token}", "Content-Type": content_type}
    answer = sandbox.http.post(SEND, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, -2)


@pytest.mark.parametrize(
    ("quota", "code"), [("pair", -536), ("sender", -532), ("receiver", -533), ("app", -10)]
)
def test_used_up_quota_is_400_until_midnight_in_korea(sandbox: Any, quota: str, code: int) -> None:
    sandbox.http.patch("/sandbox/state", json={"quotas": {quota: 1}})
    assert send(sandbox).status_code == 200
    answer = send(sandbox)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    sandbox.clock.now += 86_400
    sandbox.state.expire_access_in(60)
    assert send(sandbox).status_code == 200


def test_twenty_memos_a_day_and_pair_are_the_default(sandbox: Any) -> None:
    assert [send(sandbox).status_code for _ in range(21)] == [200] * 20 + [400]


def test_state_shows_no_token_and_refuses_what_it_does_not_know(sandbox: Any) -> None:
    answer = sandbox.http.get("/sandbox/state")
    assert answer.json()["access_expires_in"] == 21600
    assert sandbox.token not in answer.text
    assert sandbox.http.patch("/sandbox/state", json={"consent": False}).status_code == 422


def test_reset_is_a_fresh_start(sandbox: Any) -> None:
    send(sandbox)
    sandbox.http.patch("/sandbox/state", json={"access_expires_in": 0, "talk_message": False})
    assert sandbox.http.post("/sandbox/reset").status_code == 204
    assert memos(sandbox) == []
    assert send(sandbox).status_code == 200
