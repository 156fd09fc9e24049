"""Access control: every request is let in, or refused with what to do."""

import math

from starlette.types import ASGIApp, Receive, Scope, Send

from backend.access.keys import HOUSEHOLD, STRANGER, Caller, Keyring, bearer_key
from backend.access.local_only import check_direct, check_local
from backend.access.rate_limit import RequestLimiter
from backend.errors import ApiError, Forbidden, TooManyRequests, Unauthorized, render, shorten
from backend.http.client_log import logger
from backend.http.network import Headers, Network, plain

OPEN_PATHS = {"/health", "/docs", "/openapi.json"}
DOCS_FILES = "/docs/"
CAMERA_PATHS = {"/behavior/analyze", "/event/payload", "/event/payloads", "/api/v1/predict"}
# A browser cannot send a header with a websocket's handshake: `live` asks strangers for a key.
SOCKETIO_PATH = "/socket.io"


class AccessControl:
    """ASGI middleware; the routes find the Caller in `request.state.caller`.

    Every path needs a key, but for `/health`, which says next to nothing to strangers, and the API
    docs, which are the same everywhere. Without a keyring, which is for trying things out, only
    this machine is let in. `live` asks for the key once its connection stands.
    """

    def __init__(
        self,
        app: ASGIApp,
        keyring: Keyring | None,
        limiter: RequestLimiter,
        network: Network | None = None,
    ) -> None:
        self._app, self._keyring, self._limiter = app, keyring, limiter
        self._network = network or Network()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 401, 403 or 429."""
        if scope["type"] != "lifespan":
            try:
                caller = self._admit(scope)
            except ApiError as refusal:
                await render(refusal)(scope, receive, send)
                return
            scope["state"]["caller"] = caller
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope) -> Caller:
        """Who asks; raises ApiError."""
        peer, port = scope.get("client") or ("", 0)
        peer, headers = plain(peer), dict(scope["headers"])
        address = self._network.client(peer, scope["headers"])
        scope["client"] = (address, port)
        caller = self._identify(address, scope["path"], headers)
        _introduce(scope, address, caller)
        # By key and address: a stranger cannot use up what belongs to a camera of the same address.
        # Without a keyring this machine may cost itself what it likes.
        if self._keyring and (wait := self._limiter.take((caller, address))):
            raise TooManyRequests(math.ceil(wait))
        if _is_open(scope["path"]):
            self._check_page(scope["path"], peer, headers, caller)
        else:
            _check_closed(scope["path"], address, headers, caller)
        return caller

    def _identify(self, address: str, path: str, headers: Headers) -> Caller:
        if self._keyring:
            return self._keyring.identify(_key(headers), address, path)
        check_direct(headers)
        try:
            check_local(address, headers, self._network)
        except Forbidden:
            if not is_for_everybody(path):
                raise
            return STRANGER
        return HOUSEHOLD

    def _check_page(self, path: str, peer: str, headers: Headers, caller: Caller) -> None:
        """Raise Forbidden for pages of other sites: strangers are answered here, if little."""
        if not is_for_everybody(path):
            if self._keyring:  # else it has been looked at
                self._network.check_origin(peer, headers)
        elif caller is STRANGER and not self._network.trusts(peer):
            self._network.check_host(headers)


def _introduce(scope: Scope, address: str, caller: Caller) -> None:
    """Say to the connection whose it is; in a test there may be none."""
    connection = scope.setdefault("state", {}).get("connection")
    if connection is not None:
        connection.address = address
        if caller is not STRANGER:
            connection.admit()


def _check_closed(path: str, address: str, headers: Headers, caller: Caller) -> None:
    """Raise Unauthorized or Forbidden where `caller` may not go."""
    if caller is STRANGER:
        if not _key(headers):  # a wrong one has left its line
            logger.warning("%s shows no key at %r", address, shorten(path))
        raise Unauthorized("expected `Authorization: Bearer` with the API_KEY")
    if caller.camera_id is not None and not _is_for_camera(path, caller.camera_id):
        raise Forbidden(
            "a camera's key opens only its events, its zones, analysis and prediction; use API_KEY"
        )


def _is_for_camera(path: str, camera_id: str) -> bool:
    return path in CAMERA_PATHS or path == f"/cameras/{camera_id}/zones"


def _is_open(path: str) -> bool:
    return is_for_everybody(path) or path.startswith(f"{SOCKETIO_PATH}/")


def is_for_everybody(path: str) -> bool:
    """Whether what is there says next to nothing of this household."""
    return path in OPEN_PATHS or path.startswith(DOCS_FILES)


def _key(headers: Headers) -> bytes:
    return bearer_key(headers.get(b"authorization", b""))


def check_cameras(caller: Caller, camera_ids: set[str]) -> None:
    """Raise Forbidden if `caller` is a camera and reports for another one."""
    if caller.camera_id is not None and camera_ids != {caller.camera_id}:
        raise Forbidden("a camera's key is good only for what its own camera_id sends")


def check_household(caller: Caller) -> None:
    """Raise Forbidden if `caller` is a camera."""
    if caller.camera_id is not None:
        raise Forbidden("a camera's key does not read this; use API_KEY")
