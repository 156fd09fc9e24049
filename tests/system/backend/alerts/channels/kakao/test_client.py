"""Every answer of Kakao's, over real HTTP, and what it means for a memo."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from backend.alerts.channels.base import ChannelError, Disposition
from backend.alerts.channels.kakao.client import KakaoClient
from backend.alerts.channels.kakao.errors import BY_CODE, AccessTokenRefused
from backend.alerts.channels.kakao.template import TextTemplate
from kakao_sandbox.errors import API_STATUS

TOKEN = "sandbox-access-token"
TEMPLATE = TextTemplate("https://home.test/", "확인").render("낙상 감지 & 거실 + 100%")
KEY, SECRET, REFRESH = "sandbox-rest-api-key", "sandbox-client-secret", "sandbox-refresh-token"
DAY = 86_400.0
MakeClient = Callable[[str], KakaoClient]

RETRY, AMBIGUOUS = Disposition.RETRY, Disposition.AMBIGUOUS
QUOTA, ACCESS, PERMANENT = Disposition.QUOTA, Disposition.ACCESS, Disposition.PERMANENT


def refusal(client: KakaoClient, token: str = TOKEN) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        client.send_memo(token, TEMPLATE)
    return caught.value


def refresh_refusal(client: KakaoClient, *credentials: str) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        client.refresh(*(credentials or (REFRESH, KEY, SECRET)))
    return caught.value


def test_memo_arrives_as_it_was_written(client: KakaoClient, kakao: Any) -> None:
    client.send_memo(TOKEN, TEMPLATE)
    (memo,) = kakao.http.get("/sandbox/memos").json()
    assert memo["template"] == json.loads(TEMPLATE)


@pytest.mark.parametrize(
    ("code", "disposition"),
    [(code, RETRY) for code in (-1, -7, -9798)]
    + [(-603, AMBIGUOUS)]
    + [(code, ACCESS) for code in (-401, -402)]
    + [(code, QUOTA) for code in (-10, -532, -533, -536)]
    + [
        (code, PERMANENT)
        for code in (-2, -8, -9, -501, -502, -530, -602, -606, -903, -911, -3, -4, -5, -6, -12)
    ]
    + [(-999_999, RETRY)],
)
def test_each_code_means_what_the_table_says(
    client: KakaoClient, kakao: Any, code: int, disposition: Disposition
) -> None:
    kakao.fault("code", code=code)
    error = refusal(client)
    assert error.disposition is disposition
    assert isinstance(error, AccessTokenRefused) == (code == -401)
    assert kakao.texts == []
    client.send_memo(TOKEN, TEMPLATE)


def test_sender_and_stand_in_know_the_same_codes() -> None:
    assert set(BY_CODE) == set(API_STATUS)


@pytest.mark.parametrize(
    ("fault", "params", "disposition", "accepted"),
    [
        ("accept_then_drop", {}, AMBIGUOUS, 1),
        ("reset", {}, AMBIGUOUS, 0),
        ("half_body", {}, AMBIGUOUS, 1),
        ("oversized_body", {}, AMBIGUOUS, 1),
        ("empty_503", {}, AMBIGUOUS, 0),
        ("html_502", {}, RETRY, 0),
        ("redirect_308", {}, RETRY, 0),
        ("nonzero_result_code", {"result_code": -1}, RETRY, 0),
        ("nonzero_result_code", {"result_code": 7}, RETRY, 0),
        ("nonzero_result_code", {"result_code": -502}, PERMANENT, 0),
    ],
)
def test_each_fault_is_told_apart(
    client: KakaoClient,
    kakao: Any,
    fault: str,
    params: dict[str, object],
    disposition: Disposition,
    accepted: int,
) -> None:
    kakao.fault(fault, **params)
    assert refusal(client).disposition is disposition
    assert len(kakao.texts) == accepted


def test_answer_that_comes_too_late_is_ambiguous(hasty: KakaoClient, kakao: Any) -> None:
    kakao.fault("accept_then_delay", seconds=0.5)
    assert refusal(hasty).disposition is AMBIGUOUS
    assert len(kakao.texts) == 1


def test_hang_is_ambiguous_and_the_last_try_waits_it_out(
    hasty: KakaoClient, kakao: Any, eventually: Callable[[Callable[[], object]], None]
) -> None:
    kakao.fault("hang", seconds=0.5, times=2)
    assert refusal(hasty).disposition is AMBIGUOUS
    hasty.send_memo(TOKEN, TEMPLATE, last=True)
    eventually(lambda: len(kakao.texts) == 2)


def test_nobody_there_means_that_nothing_left(make_client: MakeClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = make_client(f"http://127.0.0.1:{port}")
    error = refusal(client)
    assert error.disposition is RETRY
    assert error.reason == "Kakao cannot be reached (ConnectError)"
    assert not client.is_up()


def test_token_never_reaches_the_host_that_a_redirect_names(
    client: KakaoClient, kakao: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        location = f"http://127.0.0.1:{other.getsockname()[1]}/"
        for endpoint in ("memo", "scopes", "token_info", "token"):
            kakao.fault("redirect_308", location=location, endpoint=endpoint)
        assert refusal(client).reason == "Kakao answered 308 without a code"
        for call in (client.may_send, client.token_lifetime):
            with pytest.raises(ChannelError, match="308"):
                call(TOKEN)
        assert "308" in refresh_refusal(client).reason
        with pytest.raises(BlockingIOError):
            other.accept()  # nobody came


def test_environment_cannot_put_a_proxy_in_between(
    make_client: MakeClient, kakao: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    make_client(kakao.url).send_memo(TOKEN, TEMPLATE)
    assert len(kakao.texts) == 1


@pytest.mark.parametrize("token", ["토큰", "two\nlines", " ", "revoked"])
def test_unusable_token_asks_for_a_login_and_is_not_repeated(
    client: KakaoClient, token: str
) -> None:
    error = refusal(client, token)
    assert error.disposition is ACCESS
    assert token.strip() == "" or token not in error.reason


def test_lifetime_and_consent_are_read(client: KakaoClient, kakao: Any) -> None:
    assert client.token_lifetime(TOKEN) == 21_600.0
    assert client.may_send(TOKEN)
    kakao.change(talk_message=False)
    assert not client.may_send(TOKEN)


def test_refresh_uses_the_numbers_that_kakao_returns(client: KakaoClient, kakao: Any) -> None:
    grant = client.refresh(REFRESH, KEY, SECRET)
    assert (grant.expires_in, grant.refresh_token) == (21_599.0, None)
    client.send_memo(grant.access_token, TEMPLATE)
    kakao.change(refresh_expires_in=DAY)
    renewed = client.refresh(REFRESH, KEY, SECRET)
    assert renewed.refresh_token
    assert renewed.refresh_token_expires_in == 5_183_999.0
    assert renewed.access_token not in repr(renewed)
    assert renewed.refresh_token not in repr(renewed)


@pytest.mark.parametrize(
    ("credentials", "disposition", "says"),
    [
        (("revoked", KEY, SECRET), ACCESS, "log in to Kakao again"),
        ((REFRESH, "wrong", SECRET), ACCESS, "KAKAO_REST_API_KEY"),
        ((REFRESH, KEY, "wrong"), ACCESS, "KAKAO_CLIENT_SECRET"),
        ((REFRESH, KEY, ""), ACCESS, "KAKAO_CLIENT_SECRET"),
    ],
)
def test_refused_refresh_says_what_to_do_and_no_secret(
    client: KakaoClient, credentials: tuple[str, ...], disposition: Disposition, says: str
) -> None:
    error = refresh_refusal(client, *credentials)
    assert error.disposition is disposition
    assert says in error.reason
    assert not any(secret and secret in error.reason for secret in credentials)


@pytest.mark.parametrize(
    ("code", "disposition"),
    [
        ("KOE237", RETRY),
        ("KOE101", ACCESS),
        ("KOE010", ACCESS),
        ("KOE303", ACCESS),
        ("KOE320", ACCESS),
        ("KOE322", ACCESS),
        ("KOE999", RETRY),
    ],
)
def test_each_login_code_has_its_disposition(
    client: KakaoClient, kakao: Any, code: str, disposition: Disposition
) -> None:
    kakao.fault("code", code=code, endpoint="token")
    assert refresh_refusal(client).disposition is disposition


def test_login_that_is_down_is_tried_later(client: KakaoClient, kakao: Any) -> None:
    kakao.fault("html_502", endpoint="token")
    assert refresh_refusal(client).disposition is RETRY


@pytest.mark.parametrize("fault", ["html_502", "empty_503", "reset"])
def test_kakao_is_up_when_it_answers_and_down_when_it_fails(
    client: KakaoClient, kakao: Any, fault: str
) -> None:
    kakao.fault(fault, endpoint="token_info")
    assert not client.is_up()
    assert client.is_up()


class _Answers(BaseHTTPRequestHandler):
    """Answers 200 with `body`, whatever is asked."""

    body = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Keep the output clean."""


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], str]]:
    """The URL of a server that answers everything with one body."""
    servers: list[HTTPServer] = []

    def serve(body: bytes) -> str:
        handler = type("Handler", (_Answers,), {"body": body})
        servers.append(HTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"result_code', b"\xff\xfe", b"[" * 60_000],
    ids=lambda body: repr(body[:20]),
)
def test_success_that_cannot_be_read_is_no_success(
    make_client: MakeClient, answering: Callable[[bytes], str], body: bytes
) -> None:
    client = make_client(answering(body))
    error = refusal(client)
    assert (error.disposition, error.reason) == (
        AMBIGUOUS,
        "Kakao answered 200 without a result_code",
    )
    assert refresh_refusal(client).disposition is RETRY
    assert not client.may_send(TOKEN)
    with pytest.raises(ChannelError, match="`expires_in`"):
        client.token_lifetime(TOKEN)


@pytest.mark.parametrize("seconds", ["-1", "1e400", "NaN", "true", '"6"', "1e15"])
def test_lifetime_that_is_no_number_of_seconds_is_none(
    make_client: MakeClient, answering: Callable[[bytes], str], seconds: str
) -> None:
    answer = f'{{"access_token": "x", "expires_in": {seconds}}}'.encode()
    client = make_client(answering(answer))
    with pytest.raises(ChannelError, match="`expires_in`"):
        client.token_lifetime(TOKEN)
    assert refresh_refusal(client).disposition is RETRY
