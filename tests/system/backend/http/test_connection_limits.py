"""Slow clients and too many of them, over real sockets."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NamedTuple

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.errors import install_handlers
from backend.http import eviction
from backend.http.connection_limits import BoundedConnection
from backend.http.listener import listen

LARGE = 8 * 2**20
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
GET_WITH_KEY = b"GET /key HTTP/1.1\r\nHost: x\r\n\r\n"


class Impatient(BoundedConnection):
    """The same with short times."""

    headers_sec, body_sec, reading_sec = 0.3, 0.3, 0.3


class Patient(BoundedConnection):
    """The same with times that no test waits for."""

    headers_sec, body_sec, reading_sec = 600.0, 600.0, 600.0


class Site(NamedTuple):
    """A server of this process."""

    port: int
    connections: set[Any]


@contextmanager
def serving(protocol: type[HttpToolsProtocol]) -> Iterator[Site]:
    app = FastAPI()

    @app.api_route("/", methods=["GET", "POST"])
    async def read(request: Request) -> int:
        return len(await request.body())

    @app.post("/names")
    async def names(request: Request) -> list[str]:
        await request.body()
        return list(request.headers)

    @app.get("/key")
    async def key(request: Request) -> None:
        request.state.connection.admit()

    @app.get("/large")
    async def large() -> Response:
        return Response(b"." * LARGE)

    @app.get("/late")
    async def late() -> str:
        await asyncio.sleep(0.6)
        return "at last"

    @app.post("/early")
    async def early() -> Response:
        return Response("no, thanks")

    install_handlers(app)
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(app, http=protocol, log_config=None, ws="none", timeout_keep_alive=600)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield Site(listener.getsockname()[1], server.server_state.connections)
    server.force_exit = server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(Impatient) as site:
        yield site


@pytest.fixture(scope="module")
def patient_site() -> Iterator[Site]:
    """uvicorn as it is."""
    with serving(HttpToolsProtocol) as site:
        yield site


@pytest.fixture(scope="module")
def lenient_port() -> Iterator[int]:
    """Where a client has all the time it likes."""
    with serving(Patient) as site:
        yield site.port


@pytest.fixture
def port(site: Site) -> int:
    return site.port


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def is_hung_up_on(client: socket.socket) -> bool:
    """Whether the server ends the connection."""
    client.settimeout(0.05)
    try:
        return client.recv(65_536) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def trickle(client: socket.socket, begin: bytes, seconds: float) -> bool:
    """Send `begin` and then a byte now and then; whether the server has hung up meanwhile."""
    client.sendall(begin)
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        try:
            client.sendall(b"a")
        except OSError:
            return True
        if is_hung_up_on(client):
            return True
    return False


def is_closed_within(client: socket.socket, seconds: float) -> bool:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if is_hung_up_on(client):
            return True
    return False


SLOW = [
    pytest.param(lambda client: is_closed_within(client, 1), id="says nothing"),
    pytest.param(lambda client: trickle(client, b"GET / HTTP/1.1\r\nX: ", 1), id="slow headers"),
    pytest.param(lambda client: trickle(client, POST, 1), id="slow body"),
    pytest.param(
        lambda client: trickle(client, GET + b"GET / HTTP/1.1\r\nX: ", 1), id="slow second headers"
    ),
    pytest.param(lambda client: trickle(client, GET + POST, 1), id="slow second body"),
]


@pytest.mark.parametrize("slow", SLOW)
def test_slow_client_is_hung_up_on(port: int, slow: Callable[[socket.socket], bool]) -> None:
    with connect(port) as client:
        assert slow(client)


@pytest.mark.parametrize("slow", SLOW[1:3])
def test_control_uvicorn_by_itself_waits_for_it(
    patient_site: Site, slow: Callable[[socket.socket], bool]
) -> None:
    with connect(patient_site.port) as client:
        assert not slow(client)


def is_rid_of_a_client_that_reads_nothing(site: Site) -> bool:
    """Whether the server has dropped it, and what it would have read, within a second."""
    with connect(site.port) as client:
        client.sendall(GET.replace(b"GET /", b"GET /large"))
        client.recv(1)
        give_up_at = time.monotonic() + 1
        while site.connections and time.monotonic() < give_up_at:
            time.sleep(0.02)
        return not site.connections


def test_client_that_does_not_read_is_hung_up_on(site: Site) -> None:
    assert is_rid_of_a_client_that_reads_nothing(site)


def test_control_uvicorn_by_itself_holds_what_is_not_read(patient_site: Site) -> None:
    assert not is_rid_of_a_client_that_reads_nothing(patient_site)


def test_servers_own_time_is_not_the_clients(port: int) -> None:
    with connect(port) as client:
        client.sendall(GET.replace(b"GET /", b"GET /late"))
        assert b"at last" in receive(client, b"at last")


def test_kept_connection_serves_one_request_after_the_other(port: int) -> None:
    with connect(port) as client:
        for _ in range(4):
            client.sendall(GET)
            assert receive(client, b"\r\n\r\n0").startswith(b"HTTP/1.1 200")
            time.sleep(0.1)


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = [
    pytest.param(b"GET /" + b"a" * 1_000_000, id="url"),
    pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000, id="header"),
    pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: 1\r\n" * 1000, id="headers"),
    pytest.param(CHUNKED + b"1\r\nx\r\n" * 100_000, id="tiny chunks"),
    pytest.param(CHUNKED + b"1;" + b"a" * 1_000_000, id="a chunk's extension"),
    pytest.param(CHUNKED + b"0\r\nX: " + b"a" * 1_000_000, id="trailer"),
    pytest.param(CHUNKED + b"0\r\n" + b"X: 1\r\n" * 1000, id="trailers"),
    pytest.param(b"\r\n" * 500_000, id="empty lines"),
    pytest.param(GET.replace(b"GET /", b"GET /late") * 1000, id="requests in line"),
]


@pytest.mark.parametrize("endless", ENDLESS)
def test_what_has_no_end_is_cut_off(lenient_port: int, endless: bytes) -> None:
    with connect(lenient_port) as client:
        with suppress(OSError):  # it is hung up on before it has sent all
            client.sendall(endless)
        assert is_closed_within(client, 30)


def test_a_few_requests_in_line_are_answered_in_their_order(lenient_port: int) -> None:
    with connect(lenient_port) as client:
        client.sendall((GET + POST + b"." * 1000) * 3)
        assert receive(client, b"1000", times=3).count(b"HTTP/1.1 200") == 6


def test_large_body_is_no_frame(lenient_port: int) -> None:
    body = b"." * 1_000_000
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(body) // 10, body[::10]) for _ in range(10))
    with connect(lenient_port) as client:
        client.sendall(CHUNKED + chunks + b"0\r\n\r\n")
        assert receive(client, b"1000000").startswith(b"HTTP/1.1 200")
        client.sendall(GET)
        assert receive(client, b"\r\n\r\n0").startswith(b"HTTP/1.1 200")


def test_client_that_is_silent_after_an_early_answer_is_hung_up_on(port: int) -> None:
    with connect(port) as client:
        client.sendall(POST.replace(b"POST /", b"POST /early"))
        assert b"no, thanks" in receive(client, b"no, thanks")
        client.sendall(b"." * 1000)
        assert is_closed_within(client, 30)


def receive(client: socket.socket, end: bytes, times: int = 1) -> bytes:
    received = b""
    while received.count(end) < times and (chunk := client.recv(65_536)):
        received += chunk
    return received


def connect_from(address: str, port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 5, source_address=(address, 0))


def answers(client: socket.socket, request: bytes = GET) -> bool:
    try:
        client.sendall(request)
        return client.recv(65_536).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def test_strangers_of_two_addresses_keep_nobody_out(
    lenient_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eviction, "MAX_STRANGERS", 4)
    with ExitStack() as stack:
        ours = stack.enter_context(connect_from("127.0.0.4", lenient_port))
        assert answers(ours, GET_WITH_KEY)
        for number in range(20):
            address = f"127.0.0.{2 + number % 2}"
            stack.enter_context(connect_from(address, lenient_port))
        late = stack.enter_context(connect_from("127.0.0.5", lenient_port))
        # Even then strangers go on to come, and it has the time to show its key.
        for _ in range(3):
            stack.enter_context(connect_from("127.0.0.2", lenient_port))
        assert answers(late, GET_WITH_KEY)
        assert answers(ours, GET_WITH_KEY)


def test_who_has_shown_a_key_keeps_the_connection_and_beyond_all_places_nobody_comes(
    lenient_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eviction, "MAX_CONNECTIONS", 2)
    with ExitStack() as stack:
        first, second = (stack.enter_context(connect(lenient_port)) for _ in range(2))
        assert answers(first, GET_WITH_KEY)
        assert answers(second, GET_WITH_KEY)
        assert is_closed_within(stack.enter_context(connect(lenient_port)), 3)
        assert answers(first)
        assert answers(second)


@pytest.mark.parametrize("upgrade", [b"h2c", b"TLS/1.0", b"websocket, h2c", b"websocket"])
@pytest.mark.parametrize(
    "body",
    [
        [b"Content-Length: 5\r\n\r\nhello"],
        [b"Content-Length: 5\r\n\r\n", b"hello"],
        [b"Content-Length: 5\r\n\r\nhe", b"llo"],
        [b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"],
        [b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhel", b"lo\r\n0\r\n\r\n"],
    ],
)
def test_post_that_offers_another_protocol_keeps_its_body(
    lenient_port: int, upgrade: bytes, body: list[bytes]
) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    head += b"HTTP2-Settings: AAMAAABkAAQAAP__\r\nUpgrade: " + upgrade + b"\r\n"
    with connect(lenient_port) as client:
        for _ in range(2):  # the connection goes on to be one of HTTP/1.1
            for part in (head + body[0], *body[1:]):
                client.sendall(part)
                time.sleep(0.02)
            assert receive(client, b"\r\n\r\n5").startswith(b"HTTP/1.1 200")


def test_what_follows_a_body_is_no_header(lenient_port: int) -> None:
    trailer = b"0\r\nX-Late: 1\r\nAuthorization: Bearer other\r\n\r\n"
    with connect(lenient_port) as client:
        client.sendall(CHUNKED.replace(b"POST / ", b"POST /names ") + b"1\r\na\r\n" + trailer)
        assert receive(client, b"]").endswith(b'\r\n\r\n["host","transfer-encoding"]')


def test_requests_in_line_behind_an_offer_of_another_protocol_are_answered(
    lenient_port: int,
) -> None:
    offer = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    with connect(lenient_port) as client:
        client.sendall(offer + GET + offer)
        answer = b""
        while answer.count(b"HTTP/1.1 200") < 3:
            answer += client.recv(65_536)


def test_tunnel_is_refused(lenient_port: int) -> None:
    with connect(lenient_port) as client:
        client.sendall(b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 400")


def test_what_is_no_http_leaves_few_lines(
    lenient_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(30):
        with connect(lenient_port) as client:
            client.sendall(b"nonsense\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 400")
    assert len(caplog.records) <= 1


@pytest.mark.parametrize(
    "broken",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /late HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n",
    ],
)
def test_what_is_no_http_ends_the_connection_and_nothing_else(
    port: int, broken: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with connect(port) as client:
        client.sendall(broken)
        assert is_closed_within(client, 3)
    assert not [record for record in caplog.records if record.exc_info]
