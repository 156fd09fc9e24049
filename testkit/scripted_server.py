"""A server over real HTTP that says whatever a test wants it to say."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What arrived, and when, in seconds since 1970."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.time, compare=False)


Script = Callable[[Request], tuple[int, bytes | Iterator[bytes]]]
"""An answer of pieces is sent as they come, and ends where they do."""


def not_found(_request: Request) -> tuple[int, bytes]:
    """A script: knows nothing."""
    return 404, b""


class ScriptedServer(ThreadingHTTPServer):
    """Answers each request as `script` says, and keeps them all."""

    daemon_threads = True

    def __init__(self, port: int = 0, script: Script = not_found) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.requests: list[Request] = []
        self.script = script
        self.headers: dict[str, str] = {}
        """Stand in each answer."""
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def hang(self, request: Request) -> tuple[int, bytes]:
        """A script: never answers while the test runs."""
        self.released.wait()
        return not_found(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that were killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Refuse connections from now on."""
        self.released.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One request of a ScriptedServer."""

    server: ScriptedServer

    def do_POST(self) -> None:
        """Keep the request, and answer as the script says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.path, dict(self.headers), body)
        self.server.requests.append(request)
        status, answer = self.server.script(request)
        self.send_response(status)
        length = {"Content-Length": str(len(answer))} if isinstance(answer, bytes) else {}
        for name, value in {**length, **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in [answer] if isinstance(answer, bytes) else answer:
            self.wfile.write(piece)

    do_GET = do_PUT = do_POST  # noqa: N815 (named by http.server)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
