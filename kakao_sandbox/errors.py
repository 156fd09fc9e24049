"""How Kakao says no: kapi with a `code`, kauth with an OAuth error and a KOE code."""

from http import HTTPStatus

API_STATUS: dict[int, int] = {
    -1: 400, -2: 400, -3: 403, -4: 403, -5: 403, -6: 403, -7: 400, -8: 400, -9: 400, -10: 400,
    -12: 403, -401: 401, -402: 403, -501: 400, -502: 400, -530: 400, -532: 400, -533: 400,
    -536: 400, -602: 400, -603: 400, -606: 400, -903: 400, -911: 400, -9798: 503,
}  # fmt: skip
"""The HTTP status that goes with each code of the API."""

AUTH_ERRORS: dict[str, tuple[int, str]] = {
    "KOE010": (401, "invalid_client"),
    "KOE101": (401, "invalid_client"),
    "KOE237": (400, "invalid_request"),
    "KOE303": (400, "invalid_grant"),
    "KOE320": (400, "invalid_grant"),
    "KOE322": (400, "invalid_grant"),
}
"""The HTTP status and the OAuth error that go with each code of the login."""


class SandboxError(Exception):
    """An answer that is no success: an HTTP status and a JSON body."""

    def __init__(self, status: int, body: dict[str, object]) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


def api_error(code: int, msg: str, **details: object) -> SandboxError:
    """An error of kapi; a code that is not in the table is answered with 400."""
    status = API_STATUS.get(code, HTTPStatus.BAD_REQUEST)
    return SandboxError(status, {"msg": msg, "code": code, **details})


def auth_error(code: str, description: str) -> SandboxError:
    """An error of kauth; a code that is not in the table is answered with 400."""
    status, error = AUTH_ERRORS.get(code, (HTTPStatus.BAD_REQUEST, "invalid_request"))
    body: dict[str, object] = {"error": error, "error_description": description, "error_code": code}
    return SandboxError(status, body)
