"""The door: every request is let in, or refused with what to do."""

import math

from starlette.types import ASGIApp, Receive, Scope, Send

from backend.access.keys import HOUSEHOLD, STRANGER, Caller, Keyring
from backend.access.limiter import RequestLimiter
from backend.access.local import check_local
from backend.errors import ApiError, Forbidden, TooManyRequests, Unauthorized, render

OPEN_PATHS = {"/health"}
CAMERA_PATHS = {"/behavior/analyze", "/event/payload", "/event/payloads", "/api/v1/predict"}


class AccessControl:
    """ASGI middleware; the routes find the Caller in `request.state.caller`.

    With a keyring every path but `/health` needs a key, without one only this machine is let in.
    """

    def __init__(self, app: ASGIApp, keyring: Keyring | None, limiter: RequestLimiter) -> None:
        self._app, self._keyring, self._limiter = app, keyring, limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 401, 403 or 429."""
        if scope["type"] != "lifespan":
            try:
                caller = self._admit(scope)
            except ApiError as refusal:
                await render(refusal)(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope) -> Caller:
        headers = dict(scope["headers"])
        address = scope["client"][0] if scope.get("client") else ""
        if self._keyring is None and scope["path"] not in OPEN_PATHS:
            check_local(address, headers)
            return HOUSEHOLD  # and not limited: this machine may cost itself what it likes
        caller = STRANGER
        if self._keyring:
            caller = self._keyring.caller(headers.get(b"authorization", b""))
        # By key and address: a stranger cannot use up what belongs to a camera of the same address.
        if wait := self._limiter.take((caller, address)):
            raise TooManyRequests(math.ceil(wait))
        if scope["path"] in OPEN_PATHS:
            return caller
        if caller is STRANGER:
            raise Unauthorized("expected `Authorization: Bearer` with the API_KEY")
        if caller.camera_id is not None and scope["path"] not in CAMERA_PATHS:
            raise Forbidden(
                "a camera's key opens its events, analysis and prediction alone; use API_KEY"
            )
        return caller


def check_cameras(caller: Caller, camera_ids: set[str]) -> None:
    """Raise Forbidden if `caller` is a camera and reports for another one."""
    if caller.camera_id is not None and camera_ids != {caller.camera_id}:
        raise Forbidden("a camera's key is good for the events of its own camera_id alone")
