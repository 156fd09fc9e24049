"""Each fault, seen from a bare socket: that is where a broken connection can be told apart."""

import json
import socket
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from kakao_sandbox.errors import API_STATUS, AUTH_ERRORS
from kakao_sandbox.faults import FAULTS, FaultName


def ask(sandbox: Any, fault: str, **params: object) -> None:
    answer = sandbox.http.post("/sandbox/faults", json={"fault": fault, **params})
    assert answer.status_code == 201, answer.text


def send_raw(sandbox: Any) -> bytes:
    """Send a good memo; everything that comes back until the server closes."""
    host, port = sandbox.url.removeprefix("http://").split(":")
    body = urlencode({"template_object": json.dumps(sandbox.template)})
    request = (
        "POST /v2/api/talk/memo/default/send HTTP/1.1\r\nHost: kakao\r\nConnection: close\r\n"
        f"Authorization: Bearer {sandbox.token}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request.encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def accepted(sandbox: Any) -> int:
    return len(sandbox.http.get("/sandbox/memos").json())


def test_every_fault_has_its_function() -> None:
    assert set(FAULTS) == set(FaultName)


def test_accept_then_drop_closes_without_a_byte(sandbox: Any) -> None:
    ask(sandbox, "accept_then_drop")
    assert send_raw(sandbox) == b""
    assert accepted(sandbox) == 1


def test_reset_is_a_tcp_reset_and_accepts_nothing(sandbox: Any) -> None:
    ask(sandbox, "reset")
    with pytest.raises(ConnectionResetError):
        send_raw(sandbox)
    assert accepted(sandbox) == 0


def test_half_body_promises_more_than_comes(sandbox: Any) -> None:
    ask(sandbox, "half_body")
    answer = send_raw(sandbox)
    assert status_of(answer) == 200
    assert b"content-length: 17" in answer
    assert body_of(answer) == b'{"result'
    assert accepted(sandbox) == 1


def test_accept_then_delay_accepts_before_it_waits(sandbox: Any) -> None:
    ask(sandbox, "accept_then_delay", seconds=0.2)
    begun = time.monotonic()
    assert status_of(send_raw(sandbox)) == 200
    assert time.monotonic() - begun >= 0.2
    assert accepted(sandbox) == 1


def test_hang_accepts_after_it_waited_though_the_client_left(sandbox: Any) -> None:
    ask(sandbox, "hang", seconds=3.0)
    host, port = sandbox.url.removeprefix("http://").split(":")
    body = urlencode({"template_object": json.dumps(sandbox.template)})
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(
            b"POST /v2/api/talk/memo/default/send HTTP/1.1\r\nHost: kakao\r\n"
            b"Authorization: Bearer sandbox-access-token\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        while sandbox.http.get("/sandbox/state").json()["faults_waiting"]:
            pass
        assert accepted(sandbox) == 0
    deadline = time.monotonic() + 30
    while not accepted(sandbox) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert accepted(sandbox) == 1


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("html_502", 502, b"<html>"),
        ("empty_503", 503, b""),
        ("nonzero_result_code", 200, b'{"result_code":-1}'),
        ("redirect_308", 308, b""),
    ],
)
def test_answer_without_a_memo(sandbox: Any, fault: str, status: int, body: bytes) -> None:
    ask(sandbox, fault)
    answer = send_raw(sandbox)
    assert status_of(answer) == status
    assert body_of(answer).startswith(body)
    assert accepted(sandbox) == 0


def test_redirect_leads_where_it_was_told_to(sandbox: Any) -> None:
    ask(sandbox, "redirect_308", location="http://elsewhere.test/x")
    assert b"location: http://elsewhere.test/x" in send_raw(sandbox)


def test_oversized_body_is_as_long_as_asked_for(sandbox: Any) -> None:
    ask(sandbox, "oversized_body", size=300_000)
    body = body_of(send_raw(sandbox))
    assert len(body) == 300_017
    assert json.loads(body) == {"result_code": 0}
    assert accepted(sandbox) == 1


@pytest.mark.parametrize(("code", "status"), API_STATUS.items())
def test_each_code_has_its_status(sandbox: Any, code: int, status: int) -> None:
    ask(sandbox, "code", code=code)
    answer = send_raw(sandbox)
    assert status_of(answer) == status
    assert json.loads(body_of(answer))["code"] == code
    assert accepted(sandbox) == 0


@pytest.mark.parametrize(("code", "expected"), AUTH_ERRORS.items())
def test_each_login_code_has_its_status(sandbox: Any, code: str, expected: tuple[int, str]) -> None:
    ask(sandbox, "code", code=code, endpoint="token")
    answer = sandbox.http.post("/oauth/token", data={"grant_type": "refresh_token"})
    assert (answer.status_code, answer.json()["error"]) == expected
    assert answer.json()["error_code"] == code


def test_fault_strikes_as_often_as_asked_for_then_all_is_well(sandbox: Any) -> None:
    ask(sandbox, "code", code=-1, times=2)
    ask(sandbox, "html_502")
    assert [status_of(send_raw(sandbox)) for _ in range(4)] == [400, 400, 502, 200]


def test_fault_waits_for_its_endpoint(sandbox: Any) -> None:
    ask(sandbox, "html_502", endpoint="scopes")
    assert status_of(send_raw(sandbox)) == 200
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    assert sandbox.http.get("/v2/user/scopes", headers=headers).status_code == 502
    assert sandbox.http.get("/v2/user/scopes", headers=headers).status_code == 200


def test_faults_can_be_cleared(sandbox: Any) -> None:
    ask(sandbox, "reset", times=5)
    assert sandbox.http.delete("/sandbox/faults").status_code == 204
    assert status_of(send_raw(sandbox)) == 200


@pytest.mark.parametrize("body", [{"fault": "flood"}, {"fault": "reset", "times": 0}, {}])
def test_unknown_fault_is_refused(sandbox: Any, body: dict[str, object]) -> None:
    assert sandbox.http.post("/sandbox/faults", json=body).status_code == 422
