"""A login without the page: the browser brings the code back to this machine.

It comes to 127.0.0.1 only, and `state` proves that it comes from the login begun here.
"""

import html
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from backend.alerts.channels.kakao.client import Grant
from backend.alerts.channels.kakao.login import LoginError, Redeem, granted
from backend.troubles.phrase import Language

PATH = "/kakao"
HOST = "127.0.0.1"

TITLE: Mapping[Language, str] = {"ko": "돌봄", "en": "Dolbom"}
LOGGED_IN: Mapping[Language, str] = {
    "ko": "로그인했습니다. 이 창을 닫아도 됩니다.",
    "en": "Logged in. You can close this window.",
}
FAILED: Mapping[Language, str] = {
    "ko": "로그인하지 못했습니다. 이유는 run-kakao-login을 실행한 창에 나와 있습니다.",
    "en": "Not logged in: {error}.",
}
ANOTHER_LOGIN: Mapping[Language, str] = {
    "ko": "이 로그인에서 온 요청이 아닙니다.",
    "en": "This does not come from the login that was begun here.",
}
NOTHING_HERE: Mapping[Language, str] = {
    "ko": "여기에는 아무것도 없습니다.",
    "en": "Nothing is here.",
}


class Login:
    """One login: what the browser brings back is turned into a grant, or into a LoginError."""

    def __init__(self, redeem: Redeem, store: Callable[[Grant], None]) -> None:
        """`store` keeps the grant; raises OSError."""
        self.state = secrets.token_urlsafe(24)
        self._redeem = redeem
        self._store = store
        self._lock = threading.Lock()
        self.outcome: queue.Queue[LoginError | None] = queue.Queue()
        """What came of it, once: None is success."""

    def receive(self, query: dict[str, str]) -> LoginError | None:
        """Take what the browser brought; None when the tokens are stored."""
        # A browser may come twice, and a code is good for one time.
        with self._lock:
            try:
                self._finish(query)
            except LoginError as error:
                self.outcome.put(error)
                return error
        self.outcome.put(None)
        return None

    def _finish(self, query: dict[str, str]) -> None:
        grant = granted(query, self._redeem)
        try:
            self._store(grant)
        except OSError as error:
            raise LoginError(f"the tokens cannot be stored: {error.strerror}") from None


def _language(accepted: str) -> Language:
    """The one of ours that comes first in an Accept-Language; Korean, as Kakao is, for any other.

    Browsers send the person's languages in their order.
    """
    found = (entry.strip()[:2].lower() for entry in accepted.split(","))
    return "en" if next((one for one in found if one in ("ko", "en")), None) == "en" else "ko"


class _Listener(ThreadingHTTPServer):
    daemon_threads = False  # closing waits until the person has the page
    login: Login


class _Callback(BaseHTTPRequestHandler):
    server: _Listener
    timeout = 5  # seconds for a connection on which nothing comes

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        if place.path != PATH:
            self._answer(HTTPStatus.NOT_FOUND, NOTHING_HERE)
        elif not secrets.compare_digest(
            query.get("state", "").encode(), self.server.login.state.encode()
        ):
            self._answer(HTTPStatus.BAD_REQUEST, ANOTHER_LOGIN)
        elif error := self.server.login.receive(query):
            self._answer(HTTPStatus.BAD_REQUEST, FAILED, error)
        else:
            self._answer(HTTPStatus.OK, LOGGED_IN)

    def _answer(
        self, status: HTTPStatus, said: Mapping[Language, str], error: LoginError | None = None
    ) -> None:
        language = _language(self.headers.get("Accept-Language", ""))
        text = html.escape(said[language].format(error=error))
        page = (
            f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
            f"<title>{TITLE[language]}</title><p>{text}</p></html>"
        ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Say nothing: the line would hold the code."""


@contextmanager
def listening(port: int) -> Iterator[tuple[str, Callable[[Login], None]]]:
    """Listen on `port`, 0 for a free one; raises OSError.

    Yields the redirect URI, and a function that begins to answer the browser.
    """
    with _Listener((HOST, port), _Callback) as listener:
        thread = threading.Thread(target=listener.serve_forever, args=(0.1,), daemon=True)

        def begin(login: Login) -> None:
            listener.login = login
            thread.start()

        try:
            yield f"http://{HOST}:{listener.server_address[1]}{PATH}", begin
        finally:
            if thread.is_alive():
                listener.shutdown()
