"""Access control: every request is let in, or refused with what to do."""

import math
from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.access.identity import Identity, access_cookie, has_own_cookie
from backend.access.keys import HOUSEHOLD, SCRAPER, STRANGER, Caller, Keyring, bearer_key
from backend.access.local_only import check_direct, check_local
from backend.access.rate_limit import RequestLimiter
from backend.access.rights import (
    SAFE_METHODS,
    begins_session,
    is_for_camera,
    is_for_everybody,
    is_public,
    needed_role,
)
from backend.access.roles import Role
from backend.errors import (
    ApiError,
    Forbidden,
    InvalidInput,
    TooManyRequests,
    Unauthorized,
    answer_to,
    shown,
    wants_page,
)
from backend.http.client_log import logger
from backend.http.network import Headers, Network, plain, subnet_of
from backend.http.security_headers import secured
from backend.seen import within

# A browser cannot send a header with a websocket's handshake: `live` asks strangers for a key.
SOCKETIO_PATH = "/socket.io"
CHANGES_PER_SEC, CHANGES_BURST_SEC = 1.0, 300.0
"""Of one person, who is to fill neither the memory nor the log of who did what."""
LOGIN_PATH = "/login"


class AccessControl:
    """ASGI middleware; the routes find the Caller in `request.state.caller`.

    Every path needs a key or a log-in, but for those of `rights`. Without a keyring, which is for
    trying things out, only this machine is let in. `live` asks for the key once its connection
    stands. A browser that asks for a page without a log-in is led to where there is one.
    """

    def __init__(
        self,
        app: ASGIApp,
        keyring: Keyring | None,
        limiter: RequestLimiter,
        network: Network | None = None,
        identity: Identity | None = None,
    ) -> None:
        self._app, self._keyring, self._limiter = app, keyring, limiter
        self._network = network or Network()
        self._identity = identity or Identity(keyring)
        self._changes = RequestLimiter(CHANGES_PER_SEC, burst_sec=CHANGES_BURST_SEC)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, lead it to the log-in, or answer 401, 403, 429 or 503.

        What it asks the database is about the household of who asks; a stranger has none, and links
        and codes say themselves whose they are.
        """
        household_id = None
        if scope["type"] != "lifespan":
            try:
                caller = await self._admit(scope)
                household_id = None if is_public(scope["path"]) else _household_of(caller)
            except ApiError as refusal:
                answer = self._login(scope, refusal) or await answer_to(scope, refusal)
                await answer(scope, receive, secured(send))
                return
        with within(household_id):
            await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Caller:
        """Who asks, which stands in `scope` from now on; raises ApiError."""
        peer, port = scope.get("client") or ("", 0)
        if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            raise InvalidInput("expected an address without NUL, which no database keeps")
        peer, headers = plain(peer), dict(scope["headers"])
        address = self._network.client(peer, scope["headers"])
        scope["client"] = (address, port)
        scope["scheme"] = self._network.scheme(peer, scope["scheme"], headers)
        caller = await self._identify(address, scope["path"], headers)
        _introduce(scope, address, caller)
        self._check_rate(scope, address, caller)
        self._check(scope, peer, headers, caller)
        return caller

    def _check_rate(self, scope: Scope, address: str, caller: Caller) -> None:
        # By name too, of which each key has its own: a stranger cannot use up what belongs to a
        # camera of the same address.
        # Without a keyring this machine may cost itself what it likes.
        client = subnet_of(address) if caller is STRANGER else address
        if self._keyring and (wait := self._limiter.take((caller.name, client))):
            raise TooManyRequests(math.ceil(wait))
        is_change = scope.get("method", "GET") not in SAFE_METHODS
        if caller.person_id is None or not is_change:
            return
        if wait := self._changes.take(caller.person_id):
            raise TooManyRequests(math.ceil(wait), "changes")

    async def _identify(self, address: str, path: str, headers: Headers) -> Caller:
        if self._keyring is None and not self._is_local(address, path, headers):
            return STRANGER
        if b"authorization" in headers:
            caller = await self._identity.of_key(_key(headers), address, path)
        elif token := access_cookie(headers.get(b"cookie", b"")):
            caller = await self._identity.of_token(token) or STRANGER
        else:
            caller = STRANGER
        is_key_needed = self._keyring is not None or caller is not STRANGER
        return caller if is_key_needed else HOUSEHOLD

    def _is_local(self, address: str, path: str, headers: Headers) -> bool:
        """Raises Forbidden where somebody else asks for more than what is for everybody."""
        check_direct(headers)
        try:
            check_local(address, headers, self._network)
        except Forbidden:
            if not is_for_everybody(path):
                raise
            return False
        return True

    def _check(self, scope: Scope, peer: str, headers: Headers, caller: Caller) -> None:
        """Raise ApiError where `caller` may not go."""
        path, method = scope["path"], scope.get("method", "GET")
        is_live = path.startswith(f"{SOCKETIO_PATH}/")
        if method not in SAFE_METHODS or is_live:
            self._check_page(peer, headers, path)
        if is_for_everybody(path):
            if caller is STRANGER and not self._network.trusts(peer):
                self._network.check_host(headers)
        elif is_live:
            if self._keyring:  # else it has been looked at
                self._network.check_origin(peer, headers)
        elif not is_public(path):
            _check_closed(method, path, scope["client"][0], headers, caller)

    def _check_page(self, peer: str, headers: Headers, path: str) -> None:
        """Raise Forbidden where a page of another site speaks for somebody logged in here."""
        if b"authorization" in headers:
            return
        begins = begins_session(path)
        is_by_cookie = has_own_cookie(headers.get(b"cookie", b"")) and not begins
        if is_by_cookie or begins:
            self._network.check_own_page(peer, headers, is_program_welcome=not is_by_cookie)

    def _login(self, scope: Scope, refusal: ApiError) -> RedirectResponse | None:
        """The way to the log-in, for a browser that asks for a page."""
        is_page = scope.get("method") == "GET" and wants_page(scope)
        if not (is_page and isinstance(refusal, Unauthorized) and self._identity.has_sessions):
            return None
        query = scope["query_string"].decode("latin-1")
        wanted = "/" + scope["path"].lstrip("/") + (f"?{query}" if query else "")
        return RedirectResponse(f"{LOGIN_PATH}?next={quote(wanted, safe='')}", 303)


def _household_of(caller: Caller) -> int | None:
    return None if caller in (SCRAPER, STRANGER) else caller.household_id


def _introduce(scope: Scope, address: str, caller: Caller) -> None:
    """Say whose the request is, to the connection too; in a test there may be none."""
    state = scope.setdefault("state", {})
    state["caller"] = caller
    connection = state.get("connection")
    if connection is not None:
        connection.address = address
        connection.owner = "" if caller in (HOUSEHOLD, STRANGER) else caller.name
        if caller is not STRANGER:
            connection.admit()


def _check_closed(method: str, path: str, address: str, headers: Headers, caller: Caller) -> None:
    """Raise Unauthorized or Forbidden where `caller` may not go."""
    if caller in (HOUSEHOLD, SCRAPER):
        return
    if caller is STRANGER:
        if not (_key(headers) or b"cookie" in headers):  # a wrong one has left its line
            logger.warning("%s shows no key at %r", address, shown(path))
        raise Unauthorized("expected a log-in, or `Authorization: Bearer` with the API_KEY")
    if caller.camera_id is None:
        check_role(caller, needed_role(method, path))
    elif not is_for_camera(path, caller.camera_id):
        raise Forbidden(
            "a camera's key opens only its events, zones, found cameras, analysis and prediction; "
            "use API_KEY"
        )


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


def check_role(caller: Caller, role: Role) -> None:
    """Raise Forbidden unless `caller` has this role, or one that may more."""
    if caller.role is None or not caller.role.includes(role):
        raise Forbidden(f"expected somebody whose role is {role.value} at least")
