"""Who may talk to the server: whoever has the key, or without a key this machine alone."""

import hmac
from http import HTTPStatus

from fastapi.responses import JSONResponse
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN_PATHS = {"/health"}
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


class AccessControl:
    """ASGI middleware. With an API key every path but `/health` needs it."""

    def __init__(self, app: ASGIApp, api_key: SecretStr | None) -> None:
        self._app = app
        self._expected = f"Bearer {api_key.get_secret_value()}".encode() if api_key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 401 or 403."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        if scope["path"] in OPEN_PATHS:
            return None
        if self._expected is None:
            client = scope.get("client")
            if client and client[0] in LOOPBACK:
                return None
            return _refuse(
                HTTPStatus.FORBIDDEN,
                "without API_KEY the server answers its own machine alone; set API_KEY on the "
                "server and on the camera box",
            )
        given = dict(scope["headers"]).get(b"authorization", b"")
        # Constant time: how much of the key was right must not show.
        if hmac.compare_digest(given, self._expected):
            return None
        return _refuse(HTTPStatus.UNAUTHORIZED, "expected `Authorization: Bearer` with the API_KEY")


def _refuse(status: HTTPStatus, message: str) -> JSONResponse:
    code = status.phrase.lower()
    headers = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
    return JSONResponse({"code": code, "message": message}, status_code=status, headers=headers)
