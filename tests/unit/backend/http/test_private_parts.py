"""The private parts of libraries that are built upon, as they are in the versions allowed."""

import asyncio
import inspect
import tomllib
from importlib.metadata import version
from pathlib import Path

import httptools
import pytest
import socketio
import uvicorn
from engineio.async_socket import AsyncSocket
from packaging.requirements import Requirement
from socketio.packet import Packet
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from backend.http.connection_limits import BoundedConnection
from backend.http.websocket_limits import BoundedWebSocket
from backend.live.packet_checks import CheckedPacket

HTTP = {
    "connection_made": "(self, transport)",
    "connection_lost": "(self, exc)",
    "data_received": "(self, data)",
    "pause_writing": "(self)",
    "resume_writing": "(self)",
    "on_message_begin": "(self)",
    "on_header": "(self, name, value)",
    "on_headers_complete": "(self)",
    "on_body": "(self, body)",
    "on_message_complete": "(self)",
    "on_response_complete": "(self)",
    "handle_websocket_upgrade": "(self)",
    "send_400_response": "(self, msg)",
    "_should_upgrade": "(self)",
}
WEBSOCKET = {
    "__init__": "(self, config, server_state, app_state, _loop)",
    "connection_made": "(self, transport)",
    "connection_lost": "(self, exc)",
    "pause_writing": "(self)",
    "resume_writing": "(self)",
    "run_asgi": "(self)",
    "send_receive_event_to_app": "(self)",
}
PACKET = {
    "decode": "(self, encoded_packet)",
    "add_attachment": "(self, attachment)",
}
BOUNDED = ("httptools", "python-engineio", "python-socketio", "uvicorn", "websockets")


def signature(function: object) -> str:
    return f"({', '.join(inspect.signature(function).parameters)})"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ours", "theirs", "methods"),
    [
        (BoundedConnection, HttpToolsProtocol, HTTP),
        (BoundedWebSocket, WebSocketsSansIOProtocol, WEBSOCKET),
        (CheckedPacket, Packet, PACKET),
    ],
)
def test_what_is_overridden_is_there_and_takes_what_it_took(
    ours: type, theirs: type, methods: dict[str, str]
) -> None:
    overridden = {name for name in vars(ours) if inspect.isfunction(getattr(theirs, name, None))}
    assert overridden == set(methods)
    assert {name: signature(getattr(theirs, name)) for name in methods} == methods


@pytest.mark.parametrize(
    ("protocol", "names"),
    [
        (
            HttpToolsProtocol,
            "client connections cycle flow headers loop parser pipeline scope transport "
            "_unset_keepalive_if_required",
        ),
        (
            WebSocketsSansIOProtocol,
            "client config conn curr_msg_data_type frames logger loop read_paused transport",
        ),
    ],
)
def test_what_is_read_of_a_connection_is_there(protocol: type, names: str) -> None:
    async def check() -> None:
        connection = protocol(uvicorn.Config(Starlette()), ServerState(), {})
        assert [name for name in names.split() if not hasattr(connection, name)] == []

    asyncio.run(check())


def test_largest_message_of_a_websocket_can_be_changed_while_it_is_open() -> None:
    async def check() -> None:
        connection = WebSocketsSansIOProtocol(uvicorn.Config(Starlette()), ServerState(), {})
        assert connection.conn.max_message_size == connection.config.ws_max_size

    asyncio.run(check())


def test_sessions_of_socket_io_and_what_they_have_not_read_are_found() -> None:
    async def check() -> None:
        server = socketio.AsyncServer(async_mode="asgi")
        assert (server.environ, server.eio.sockets) == ({}, {})
        assert AsyncSocket(server.eio, "sid").queue.qsize() == 0
        assert list(server.manager.get_participants("/", ["poses", "poses/hall"])) == []

    asyncio.run(check())


def test_parser_takes_the_leniency_that_uvicorn_gives_it() -> None:
    httptools.HttpRequestParser(object()).set_dangerous_leniencies(lenient_data_after_close=True)


def test_versions_are_bounded_to_those_that_were_looked_at(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    found = {(it := Requirement(line)).name: it for line in project["dependency-groups"]["backend"]}
    for name in BOUNDED:
        major, minor, *_ = version(name).split(".")
        following = f"{int(major) + 1}.0" if name == "websockets" else f"{major}.{int(minor) + 1}"
        assert found[name].specifier.contains(version(name)), name
        assert not found[name].specifier.contains(following), name
