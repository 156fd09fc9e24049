"""What another server may do, and what comes of it here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from backend.errors import ApiError
from backend.vision import remote_client
from backend.vision.circuit_breaker import MAX_FAILURES, CircuitBreaker
from backend.vision.errors import VisionAway, VisionBusy, VisionFailed
from backend.vision.remote import Refused, VisionForwarder
from backend.vision.remote_client import VisionClient
from contract.vision import Prediction

JPEG = b"\xff\xd8\xff a picture that nobody decodes"
KEY = "s3cr3t-k3y"
SAID = (
    b'{"label":"lying","confidence":1,"scores":{"lying":1},"model_name":"posture","version":"7",'
    b'"took_ms":3.5}'
)
HANG_UP = b""
Script = dict[str, list[bytes]]


def http(status: int, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


HEALTH = http(200, b'{"models":[{"name":"posture","status":"ready","version":"7"}]}')


class Other:
    """The other server: it answers predictions with its list, one after the other."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
                request = head + await reader.readexactly(int(length or 0))
                if head.startswith(b"GET"):
                    writer.write(HEALTH)
                    continue
                self.requests.append(request)
                answer = self.answers.pop(0) if self.answers else http(200, SAID)
                if answer == HANG_UP:
                    break
                writer.write(answer)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def forwarding(
    *answers: bytes, clock: Callable[[], float] = lambda: 0.0
) -> AsyncIterator[tuple[VisionForwarder, Other]]:
    other = Other(list(answers))
    async with await asyncio.start_server(other.serve, "127.0.0.1", 0, limit=2**20) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        forwarder = VisionForwarder(VisionClient(url, SecretStr(KEY)), CircuitBreaker(clock))
        await forwarder.start()
        try:
            yield forwarder, other
        finally:
            await forwarder.stop()


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 30))  # type: ignore[arg-type]


def test_picture_travels_as_it_is_with_the_key() -> None:
    async def check() -> None:
        async with forwarding() as (forwarder, other):
            found = await forwarder.predict("posture", JPEG, JPEG + b"!")
        assert found == Prediction.model_validate_json(SAID)
        (request,) = other.requests
        assert request.startswith(b"POST /api/v1/predict HTTP/1.1\r\n")
        assert f"Authorization: Bearer {KEY}\r\n".encode() in request
        assert [request.count(part) for part in (JPEG + b"\r\n", JPEG + b"!\r\n")] == [1, 1]

    run(check)


def test_other_servers_models_are_known() -> None:
    async def check() -> None:
        async with forwarding() as (forwarder, _):
            assert forwarder.failure == "the server at VISION_URL was not heard of yet"
            await forwarder.look()
            assert forwarder.failure is None
            assert [(state.name, state.version) for state in forwarder.states()] == [
                ("posture", "7")
            ]

    run(check)


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (http(200, b"{}"), VisionFailed, "answers 200 and no Prediction"),
        (http(200, b"<html>"), VisionFailed, "answers 200 and no Prediction"),
        (http(500, b"Internal Server Error"), VisionFailed, "answers 500 and no Problem"),
        (http(500, b'{"code":"internal_error","message":"."}'), VisionFailed, "internal_error"),
        (http(404, b'{"code":"not_found","message":"."}'), VisionFailed, "answers 404: not_found"),
        (http(401, b'{"code":"unauthorized","message":"."}'), VisionFailed, "VISION_API_KEY"),
        (http(302, b"", "Location: http://127.0.0.1:9/"), VisionFailed, "answers 302"),
        (http(200, b"." * 10**6), VisionFailed, "at too great a length"),
        (http(200, SAID, "Content-Encoding: gzip"), None, ""),
        (
            http(429, b'{"code":"too_many_requests","message":"."}'),
            VisionBusy,
            "too many pictures wait",
        ),
        (http(503, b'{"code":"vision_busy","message":"."}'), VisionBusy, "too many pictures wait"),
        (http(503, b'{"code":"model_unavailable","message":"gone"}'), Refused, "gone"),
        (http(404, b'{"code":"unknown_model","message":"none"}'), Refused, "none"),
        (http(422, b'{"code":"broken_image","message":"half"}'), Refused, "half"),
    ],
)
def test_every_answer_becomes_one_that_can_be_understood(
    answer: bytes, error: type[ApiError] | None, message: str
) -> None:
    async def check() -> None:
        async with forwarding(answer) as (forwarder, other):
            if error is None:
                assert (await forwarder.predict("posture", JPEG)).label == "lying"
                return
            with pytest.raises(error, match=message) as refusal:
                await forwarder.predict("posture", JPEG)
            assert KEY not in repr(refusal.value)
            assert refusal.value.status in {404, 422, 502, 503}
            assert len(other.requests) == 1

    run(check)


def test_server_that_speaks_no_http_is_away() -> None:
    async def check() -> None:
        async with forwarding(b"no HTTP\r\n\r\n", b"no HTTP\r\n\r\n") as (forwarder, other):
            with pytest.raises(VisionAway, match="does not answer: RemoteProtocolError"):
                await forwarder.predict("posture", JPEG)
            assert len(other.requests) == 2

    run(check)


def test_connection_that_is_hung_up_on_is_tried_once_more_on_another() -> None:
    async def check() -> None:
        async with forwarding(http(200, SAID), HANG_UP) as (forwarder, other):
            for _ in range(2):
                assert (await forwarder.predict("posture", JPEG)).label == "lying"
            assert len(other.requests) == 3
        async with forwarding(HANG_UP, HANG_UP) as (forwarder, other):
            with pytest.raises(VisionAway, match="RemoteProtocolError"):
                await forwarder.predict("posture", JPEG)
            assert len(other.requests) == 2

    run(check)


def test_server_that_does_not_answer_is_waited_for_no_longer_than_it_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remote_client, "ANSWER_SEC", 0.2)

    async def check() -> None:
        async with forwarding(b"HTTP/1.1 200 OK\r\n") as (forwarder, other):
            with pytest.raises(VisionAway, match="TimeoutError"):
                await forwarder.predict("posture", JPEG)
            assert len(other.requests) == 1

    run(check)


def test_server_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    now = 0.0

    async def check() -> None:
        nonlocal now
        failures = [http(500, b".")] * (MAX_FAILURES + 1)
        async with forwarding(*failures, clock=lambda: now) as (forwarder, other):
            for _ in range(MAX_FAILURES):
                with pytest.raises(VisionFailed):
                    await forwarder.predict("posture", JPEG)
            with pytest.raises(VisionAway, match="has not answered of late") as refusal:
                await forwarder.predict("posture", JPEG)
            assert refusal.value.headers == {"Retry-After": "5"}
            assert len(other.requests) == MAX_FAILURES
            now = 5.0
            with pytest.raises(VisionFailed):
                await forwarder.predict("posture", JPEG)
            now = 10.0
            for _ in range(3):
                assert (await forwarder.predict("posture", JPEG)).label == "lying"

    run(check)


def test_refused_pictures_do_not_open_the_circuit() -> None:
    async def check() -> None:
        refusal = http(422, b'{"code":"broken_image","message":"half"}')
        async with forwarding(*[refusal] * 20) as (forwarder, other):
            for _ in range(20):
                with pytest.raises(Refused):
                    await forwarder.predict("posture", JPEG)
            assert len(other.requests) == 20

    run(check)


@pytest.mark.parametrize("image", [b"GIF89a", b"\xff\xd8\xff" + bytes(5 * 2**20)])
def test_what_is_no_picture_is_not_sent_at_all(image: bytes) -> None:
    async def check() -> None:
        async with forwarding() as (forwarder, other):
            with pytest.raises(ApiError, match="expected a"):
                await forwarder.predict("posture", image)
            assert other.requests == []

    run(check)


def test_more_questions_than_connections_are_refused() -> None:
    async def check() -> None:
        async with forwarding() as (forwarder, _):
            questions: list[Any] = [forwarder.predict("posture", JPEG) for _ in range(80)]
            answers = await asyncio.gather(*questions, return_exceptions=True)
        assert [type(answer) for answer in answers[:64]] == [Prediction] * 64
        assert [type(answer) for answer in answers[64:]] == [VisionBusy] * 16

    run(check)
