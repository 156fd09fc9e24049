"""A push service over HTTP, and the browsers that subscribe to it: it checks what it gets, and
reads what only the browser can.
"""

import json
import secrets
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from testkit.scripted_server import Request, ScriptedServer

LONGEST_TOKEN_SEC = 86_400
LONGEST_BODY = 4096
URGENCIES = {"very-low", "low", "normal", "high"}


@dataclass(frozen=True)
class Push:
    """What a browser got and when: the payload as it reads it, and what the service was told."""

    payload: dict[str, Any]
    claims: dict[str, Any]
    ttl: int
    urgency: str
    topic: str | None
    at: float


@dataclass
class Browser:
    """One subscription. It answers with the statuses of its list, then with 201."""

    endpoint: str
    application_key: str | None
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    auth: bytes = field(repr=False)
    statuses: list[int] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)

    @property
    def subscription(self) -> dict[str, Any]:
        """As `PushSubscription.toJSON()` has it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _encoded(point), "auth": _encoded(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}


class Refusal(Exception):
    """What is wrong with a push, and its status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class PushService:
    """Thread-safe. `refusals` are why pushes were not taken; `clock` is seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._browsers: dict[str, Browser] = {}
        self.refusals: list[str] = []
        self._server = ScriptedServer(script=self._answer)
        self.url = self._server.url
        self.host = urlsplit(self.url).netloc

    def subscribe(self, application_key: str | None = None) -> Browser:
        """A browser that takes pushes of whoever has this key, or of anybody."""
        path = f"/wpush/{secrets.token_urlsafe(16)}"
        key, auth = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
        browser = Browser(f"{self.url}{path}", application_key, key, auth)
        self._browsers[path] = browser
        return browser

    def close(self) -> None:
        """Refuse connections from now on."""
        self._server.close()

    def _answer(self, request: Request) -> tuple[int, bytes]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            with self._lock:
                return self._take(request.path, headers, request.body), b""
        except Refusal as refusal:
            self.refusals.append(refusal.reason)
            return refusal.status, refusal.reason.encode()

    def _take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        browser = self._browsers.get(path)
        if browser is None:
            raise Refusal(404, "no such subscription")
        claims = self._claims(headers.get("authorization", ""), browser.application_key)
        push = Push(
            _opened(browser, headers.get("content-encoding"), body),
            claims,
            _ttl(headers.get("ttl")),
            _urgency(headers.get("urgency", "normal")),
            _topic(headers.get("topic")),
            self._clock(),
        )
        status = browser.statuses.pop(0) if browser.statuses else 201
        if status == 201:
            browser.pushes.append(push)
        return status

    def _claims(self, authorization: str, application_key: str | None) -> dict[str, Any]:
        """What the sender says of itself, with its signature, by RFC 8292."""
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        if scheme.lower() != "vapid" or not {"t", "k"} <= parts.keys():
            raise Refusal(401, "no VAPID token")
        signed, _, signature = parts["t"].rpartition(".")
        key = Vapid02.from_raw_public(parts["k"].encode())
        if not key.verify_token(signed.encode(), signature):
            raise Refusal(403, "the signature is wrong")
        if application_key not in (None, parts["k"]):
            raise Refusal(403, "the subscription is for another key")
        claims: dict[str, Any] = json.loads(_decoded(signed.partition(".")[2]))
        self._check(claims)
        return claims

    def _check(self, claims: dict[str, Any]) -> None:
        if claims.get("aud") != self.url:
            raise Refusal(403, f"the token is for {claims.get('aud')}")
        if not 0 < claims.get("exp", 0) - self._clock() <= LONGEST_TOKEN_SEC:
            raise Refusal(403, "the token is too old, or lives too long")
        if not str(claims.get("sub")).startswith(("mailto:", "https:")):
            raise Refusal(403, "the token does not say whom to write to")


def _opened(browser: Browser, encoding: str | None, body: bytes) -> dict[str, Any]:
    if encoding != "aes128gcm":
        raise Refusal(400, "expected Content-Encoding aes128gcm")
    if len(body) > LONGEST_BODY:
        raise Refusal(413, f"expected at most {LONGEST_BODY} bytes")
    with suppress(http_ece.ECEException, ValueError):
        opened = http_ece.decrypt(
            body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm"
        )
        payload: dict[str, Any] = json.loads(opened)
        return payload
    raise Refusal(400, "the browser cannot read it")


def _ttl(text: str | None) -> int:
    if text is None or not text.isdigit():
        raise Refusal(400, "expected a TTL")
    return int(text)


def _urgency(text: str) -> str:
    if text not in URGENCIES:
        raise Refusal(400, "expected an Urgency that there is")
    return text


def _topic(text: str | None) -> str | None:
    if text is not None and (
        len(text) > 32 or not text.replace("-", "").replace("_", "").isalnum()
    ):
        raise Refusal(400, "expected a Topic of at most 32 signs of base64url")
    return text


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
