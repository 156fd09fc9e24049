"""Asks one camera by SOAP, within bounds of time and size, as somebody or as a stranger."""

import base64
import hashlib
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx2 as httpx

from agent.onvif.errors import OnvifError, PasswordRefused, PasswordWanted
from agent.onvif.login import Login
from agent.onvif.safe_xml import parse

MAX_BYTES = 1_000_000
READ_SEC = 2.0
ANSWER_SEC = 5.0
"""From the question to the last byte, however the camera drips."""
HEADERS = {
    "Content-Type": "application/soap+xml; charset=utf-8",
    "Accept-Encoding": "identity",  # what is packed has no bound
}
SECURITY = (
    '<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:u="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-wssecurity-utility-1.0.xsd"><w:UsernameToken><w:Username>{user}</w:Username>'
    '<w:Password Type="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-username-token-profile-1.0#PasswordDigest">{digest}</w:Password>'
    '<w:Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-soap-message-security-1.0#Base64Binary">{nonce}</w:Nonce>'
    "<u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
)
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
    "<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
REFUSALS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class SoapClient:
    """Of one camera; closed by its context. With a login it shows a digest, never the password.

    `ahead_sec` is how far the camera's clock is ahead of ours: a camera refuses what was made at
    another time.
    """

    def __init__(self, login: Login | None) -> None:
        self.ahead_sec = 0.0
        self._login = login
        # A camera signs its certificate itself, if it has one.
        self._http = httpx.Client(
            timeout=httpx.Timeout(READ_SEC),
            verify=False,
            trust_env=False,
        )

    def __enter__(self) -> "SoapClient":
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, url: str, body: str, *, is_stranger: bool = False) -> Element:
        """The answer's body; raises OnvifError, PasswordWanted and PasswordRefused."""
        login = None if is_stranger else self._login
        header = "" if login is None else security(login, time.time() + self.ahead_sec)
        content = ENVELOPE.format(header=header, body=body).encode()
        try:
            status, data = self._send(httpx.Request("POST", url, content=content), login)
        # The last is httpx's, for a digest of a kind that it does not know (`auth-int`).
        except (httpx.HTTPError, httpx.InvalidURL, NotImplementedError) as error:
            raise OnvifError(_silence(error)) from None
        return _body(status, data, is_known=login is not None)

    def _send(self, request: httpx.Request, login: Login | None) -> tuple[int, bytes]:
        """With HTTP's digest where the camera asks for it."""
        request.headers.update(HEADERS)
        if login is None:
            answer = self._read(request)
            return answer.status_code, answer.content
        digest = httpx.DigestAuth(login.user, login.password.get_secret_value())
        flow = digest.sync_auth_flow(request)
        answer = self._read(next(flow))
        with suppress(StopIteration):
            answer = self._read(flow.send(answer))
        return answer.status_code, answer.content

    def _read(self, request: httpx.Request) -> httpx.Response:
        """The whole answer, in bounds; the flow of a digest wants it so."""
        give_up_at = time.monotonic() + ANSWER_SEC
        answer = self._http.send(request, stream=True)
        data = bytearray()
        try:
            for piece in answer.iter_raw():
                data += piece
                if len(data) > MAX_BYTES:
                    raise OnvifError(f"it answers more than {MAX_BYTES} bytes")
                if time.monotonic() > give_up_at:
                    raise OnvifError("it does not answer in time")
        finally:
            answer.close()
        kept = [(n, v) for n, v in answer.headers.multi_items() if n == "www-authenticate"]
        return httpx.Response(
            answer.status_code, headers=kept, content=bytes(data), request=request
        )


def password_digest(nonce: bytes, created: str, password: str) -> str:
    """As WS-Security has it, with SHA-1."""
    digest = hashlib.sha1(nonce + created.encode() + password.encode())  # noqa: S324
    return base64.b64encode(digest.digest()).decode()


def security(login: Login, now: float) -> str:
    """A UsernameToken of `now` (seconds since 1970 by the camera's clock)."""
    nonce = secrets.token_bytes(16)
    created = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return SECURITY.format(
        user=escape(login.user),
        digest=password_digest(nonce, created, login.password.get_secret_value()),
        nonce=base64.b64encode(nonce).decode(),
        created=created,
    )


def _body(status: int, data: bytes, *, is_known: bool) -> Element:
    refused = PasswordRefused("it does not take the user or the password that this box has")
    refusal = refused if is_known else PasswordWanted("it wants a user and a password")
    if status in REFUSALS:
        raise refusal
    body = parse(data).find("{*}Body")
    if body is None:
        raise OnvifError("what it answers is no SOAP")
    if (fault := body.find("{*}Fault")) is not None:
        said = " ".join(fault.itertext())
        raise refusal if "NotAuthorized" in said else OnvifError("it refuses what it is asked")
    return body


def _silence(error: Exception) -> str:
    match error:
        case httpx.ConnectError():
            return "it cannot be reached"
        case httpx.TimeoutException():
            return "it does not answer in time"
        case httpx.InvalidURL():
            return "it names an address that is none"
        case _:
            return f"the connection broke ({type(error).__name__})"
