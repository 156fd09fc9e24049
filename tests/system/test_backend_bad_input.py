"""Whatever a client sends: 4xx that says what was expected, nothing recorded, the server well."""

import gzip
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

Json = dict[str, Any]
MakeEvent = Callable[..., Json]

MIB = 2**20


@pytest.fixture(autouse=True)
def _server_stays_well(common_server: Any) -> Iterator[None]:
    """Nothing of what a test of this module sends is an event."""
    recorded = len(common_server.records())
    yield
    assert len(common_server.records()) == recorded
    health = common_server.health()
    assert (health["model"]["status"], health["log"]["status"]) == ("ok", "ok")
    assert "Traceback" not in common_server.log()


def refused(answer: httpx.Response, status: int, expected: str) -> None:
    """`answer` has `status` and the one shape of errors; its message holds `expected`."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().keys() == {"code", "message"}
    assert expected in answer.json()["message"]


EXPECTED_TYPE = "expected `event_type` START, END, PROBS or HEARTBEAT"
FALL: Json = {"event_type": "END", "event": "fall"}
SCORES: Json = {"event_type": "PROBS"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"event_type": "DANCE"}, EXPECTED_TYPE),
        ({"event_type": None}, EXPECTED_TYPE),
        ({"event_type": "START", "event": None}, "event: Input should be a valid string"),
        ({"event_id": ""}, "event_id: String should have at least 1 character"),
        ({"event_id": "x" * 129}, "event_id: String should have at most 128 characters"),
        ({"event_id": 7}, "event_id: Input should be a valid string"),
        (
            {"camera_id": "거실\n2026 INFO all is well"},
            "camera_id: expected characters that can be",
        ),
        ({"camera_id": "거실\u202e"}, "camera_id: expected characters that can be seen"),
        ({"event_id": "\u200b"}, "event_id: expected characters that can be seen"),
        ({"camera_id": "   "}, "camera_id: expected more than blanks"),
        ({"event_type": "START", "event": ""}, "event: String should have at least 1 character"),
        ({"event_type": "END", "event": " \u3000"}, "event: expected more than blanks"),
        ({"event_type": "end"}, EXPECTED_TYPE),
        ({"camera_id": "Server "}, "camera_id: expected another name, since `server` is"),
        ({"event_type": "END", "event": "log_failing"}, "event: expected another label, log_fail"),
        ({"event_type": "START", "event": "Camera Silent"}, "event: expected another label"),
        ({"event_type": "END", "event": "카메라 연결 끊김"}, "event: expected another label"),
        ({"camera_id": None}, "camera_id: Input should be a valid string"),
        ({"ts": "1000000000"}, "ts: Input should be a valid number"),
        ({"ts": -1}, "ts: Input should be greater than or equal to 0"),
        ({"ts": 1e13}, "ts: Input should be less than or equal to"),
        ({"ts": 10**400}, "ts: Input should be a finite number"),
        ({"ts": True}, "ts: Input should be a valid number"),
        (FALL | {"prob": 1.01}, "prob: Input should be less than or equal to 1"),
        (FALL | {"prob": "0.5"}, "prob: Input should be a valid number"),
        ({"seq": 1.5}, "seq: Input should be a valid integer"),
        ({"seq": 2**63}, "seq: Input should be less than 9223372036854775808"),
        ({"seq": 10**300}, "seq: Input should be less than 9223372036854775808"),
        ({"frame_idx": -1}, "frame_idx: Input should be greater than or equal to 0"),
        (FALL | {"duration_sec": 1e300}, "duration_sec: Input should be less than or equal to"),
        (SCORES | {"probs": [0.1]}, "probs: Input should be an object"),
        (SCORES | {"probs": {"fall": "high"}}, "probs.fall: Input should be a valid number"),
        (SCORES | {"probs": {"yyy": 2}}, "probs.yyy: Input should be less than"),
        (SCORES | {"padding": 10**400}, "body: expected finite numbers, up to 1.7e308"),
    ],
)
def test_wrong_field_is_refused_by_name(
    common_server: Any, make_event: MakeEvent, fields: Json, expected: str
) -> None:
    event = make_event("HEARTBEAT") | fields
    answer = common_server.post("/event/payload", event)
    refused(answer, 422, expected)
    assert len(answer.content) < 1000
    refused(common_server.post("/event/payloads", [event]), 422, expected.split(":")[0])


def test_missing_type_is_refused_with_those_that_there_are(
    common_server: Any, make_event: MakeEvent
) -> None:
    event = make_event()
    del event["event_type"]
    refused(common_server.post("/event/payload", event), 422, EXPECTED_TYPE)


@pytest.mark.parametrize("name", ["event_id", "camera_id", "ts"])
def test_missing_field_is_refused_by_name(
    common_server: Any, make_event: MakeEvent, name: str
) -> None:
    event = make_event()
    del event[name]
    refused(common_server.post("/event/payload", event), 422, f"{name}: Field required")


HEAD = b'{"event_type":"PROBS","event_id":"e","camera_id":"c","ts":1,'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"fall!", 400, id="text"),
        pytest.param(HEAD, 400, id="half"),
        pytest.param(HEAD + b'"x":1}}', 400, id="more after the end"),
        pytest.param(HEAD + b'"x":NaN}', 422, id="NaN"),
        pytest.param(HEAD + b'"prob":Infinity}', 422, id="Infinity"),
        pytest.param(HEAD + b'"prob":1e999}', 422, id="a number beyond all floats"),
        pytest.param(HEAD + b'"x":1e309}', 422, id="such a number in a field of its own"),
        pytest.param(HEAD + b'"x":{"y":[0,[-1e400]]}}', 422, id="one far down"),
        pytest.param(HEAD + b'"x":' + b"9" * 400 + b"}", 422, id="an integer beyond all floats"),
        pytest.param(HEAD + b'"x":' + b"9" * 400 + b".5}", 422, id="a fraction beyond all floats"),
        pytest.param(HEAD + b'"x":' + b"9" * 5000 + b"}", 422, id="5000 digits"),
        pytest.param(HEAD + b'"x":"\xff\xfe"}', 400, id="no UTF-8"),
        pytest.param(HEAD + b'"x":"\\ud800"}', 400, id="lone surrogate"),
        pytest.param(HEAD + b'"x":"\xed\xa0\x80"}', 400, id="surrogate in UTF-8"),
        pytest.param(HEAD + b'"x":"\x00"}', 400, id="control character"),
        pytest.param((HEAD + b'"x":1}').decode().encode("utf-16"), 400, id="UTF-16"),
        pytest.param(gzip.compress(HEAD + b'"x":1}'), 400, id="gzip"),
        pytest.param(b"[" * 60_000, 400, id="deep nesting"),
        pytest.param(HEAD + b'"x":' + b"[" * 5000 + b"]" * 5000 + b"}", 400, id="deep extra"),
        pytest.param(b"null", 422, id="null"),
        pytest.param(b'"END"', 422, id="a string"),
        pytest.param(b"[]", 422, id="a list"),
        pytest.param(b"{}", 422, id="an empty object"),
        pytest.param(HEAD + b'"ts":"2"}', 422, id="a key twice, the last one wrong"),
        pytest.param(b'{"results":[[1,2],[3]]}', 422, id="another object"),
    ],
)
@pytest.mark.parametrize("path", ["/event/payload", "/event/payloads", "/behavior/analyze"])
def test_body_that_is_no_json_or_no_such_object_is_refused(
    common_server: Any, path: str, body: bytes, status: int
) -> None:
    answer = common_server.post(path, content=body)
    refused(answer, status, "expected a JSON body" if status == 400 else ": ")
    assert len(answer.content) < 1000


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "gzip, gzip", "nonsense"])
@pytest.mark.parametrize("path", ["/event/payload", "/event/payloads", "/behavior/analyze"])
def test_compressed_body_is_refused_before_it_is_unpacked(
    common_server: Any, path: str, encoding: str
) -> None:
    bomb = gzip.compress(b"." * 100 * MIB, 1)
    answer = common_server.post(path, content=bomb, headers={"Content-Encoding": encoding})
    refused(answer, 415, "expected a body without Content-Encoding")
    assert answer.headers["accept-encoding"] == "identity"


def test_list_of_events_that_are_far_too_large_is_refused(
    common_server: Any, make_event: MakeEvent
) -> None:
    events = [make_event(note="x" * 10_000), make_event()]
    refused(common_server.post("/event/payload", events[0]), 413, "at most 4096 bytes an event")
    refused(common_server.post("/event/payloads", events), 413, "at most 4096 bytes an event")


def hundred_mebibytes() -> Iterator[bytes]:
    yield b'{"padding":"'
    for _ in range(100):
        yield b"." * MIB
    yield b'"}'


def peak_memory(pid: int) -> int:
    """The most that the process has ever held, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


@pytest.mark.parametrize(
    ("path", "limit"), [("/event/payload", 65_536), ("/behavior/analyze", 524_288)]
)
@pytest.mark.parametrize("chunked", [False, True])
def test_body_of_100_mb_is_refused_in_bounded_memory(
    common_server: Any, path: str, limit: int, chunked: bool
) -> None:
    body: Any = hundred_mebibytes() if chunked else b"".join(hundred_mebibytes())
    answer = common_server.post(path, content=body)
    refused(answer, 413, f"expected at most {limit} bytes")
    assert peak_memory(common_server.pid) < 400 * MIB


def test_gigabytes_that_are_announced_are_not_waited_for(common_server: Any) -> None:
    with socket.create_connection(("127.0.0.1", common_server.port), timeout=10) as client:
        client.sendall(
            b"POST /event/payload HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 99999999999\r\n\r\n"
        )
        sent, chunk = 0, b"." * MIB
        client.settimeout(0.5)
        try:
            while sent < 2**30:
                sent += client.send(chunk)
        except OSError:
            pass
    assert sent < 300 * MIB


def test_client_that_hangs_up_in_the_middle_harms_nothing(
    common_server: Any, make_event: MakeEvent
) -> None:
    body = json.dumps(make_event()).encode()
    head = f"POST /event/payload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    for part in (b"", body[:20]):
        with socket.create_connection(("127.0.0.1", common_server.port), timeout=10) as client:
            client.sendall(head.encode() + part)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/event", 404, "not_found"),
        ("POST", "/event/payload/../../etc/passwd", 404, "not_found"),
        ("GET", "/event/payload", 405, "method_not_allowed"),
        ("DELETE", "/event/recent", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("PROPFIND", "/echo", 405, "method_not_allowed"),
    ],
)
def test_unknown_route_or_method_is_refused(
    common_server: Any, method: str, path: str, status: int, code: str
) -> None:
    answer = common_server.http.request(method, path)
    refused(answer, status, "")
    assert answer.json()["code"] == code
    assert ("allow" in answer.headers) == (status == 405)


def test_method_that_http_does_not_know_is_refused(common_server: Any) -> None:
    assert common_server.http.request("BREW", "/echo").status_code == 400


def test_echo_gives_json_back_as_it_came_and_refuses_the_rest(common_server: Any) -> None:
    body = ' {"돌봄": [1, 2.50, null]}\n'.encode()
    answer = common_server.post("/echo", content=body)
    assert (answer.status_code, answer.content) == (200, body)
    refused(common_server.post("/echo", content=b"hello"), 400, "expected a JSON body")
    for number in (b"1e309", b"NaN", b"9" * 310):
        refused(common_server.post("/echo", content=b'{"x":[%b]}' % number), 422, "finite numbers")


@pytest.mark.parametrize("text", ["", "가" * 201, 7, None])
def test_test_memo_that_kakao_would_refuse_is_not_sent(common_server: Any, text: object) -> None:
    refused(common_server.post("/debug/kakao/send-test", {"text": text}), 422, "text: ")
