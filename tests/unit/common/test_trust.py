"""Certificates of an authority of one's own."""

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest

from agent.backend_client import connect
from common.trust import trusted
from testkit.certificates import write_certificate


class Answering(http.server.BaseHTTPRequestHandler):
    """Says yes to whoever gets through."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "own.pem"
    write_certificate(path)
    return path


@pytest.fixture(autouse=True)
def _made_anew() -> Iterator[None]:
    trusted.cache_clear()
    yield
    trusted.cache_clear()


@contextmanager
def served(certificate: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def status(url: str) -> int:
    with connect(url, None, 10.0) as client:
        return client.get("/").status_code


def test_authority_that_the_machine_trusts_is_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with served(certificate) as url:
        assert status(url) == 200


def test_authority_that_nobody_has_named_is_not(certificate: Path) -> None:
    with served(certificate) as url, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY"):
        status(url)


def test_those_that_browsers_know_are_trusted_beside_it(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert trusted().cert_store_stats()["x509_ca"] > 100
