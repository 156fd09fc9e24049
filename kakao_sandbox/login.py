"""kauth: where a person logs in, and where codes and refresh tokens become access tokens."""

import hmac
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from kakao_sandbox.errors import SandboxError, auth_error
from kakao_sandbox.faults import Endpoint
from kakao_sandbox.form import read_form
from kakao_sandbox.state import SandboxState
from kakao_sandbox.wiring import State

router = APIRouter(tags=["kauth"])


@router.get("/oauth/authorize")
async def authorize(
    state: State,
    client_id: str,
    redirect_uri: str,
    response_type: str,
    login_state: Annotated[str | None, Query(alias="state")] = None,
) -> Response:
    """The login page, with a person who agrees at once (or refuses, if told to)."""
    if client_id != state.credentials.rest_api_key:
        raise auth_error("KOE101", "Not exist client_id")
    if response_type != "code":
        raise SandboxError(400, {"error": "unsupported_response_type"})
    if state.login_denied:
        answer = {"error": "access_denied", "error_description": "User denied access"}
    else:
        answer = {"code": state.log_in(redirect_uri)}
    if login_state is not None:
        answer["state"] = login_state
    joint = "&" if "?" in redirect_uri else "?"
    return RedirectResponse(f"{redirect_uri}{joint}{urlencode(answer)}", status_code=302)


@router.post("/oauth/token")
async def token(request: Request, state: State) -> Response:
    """Both grants; form-encoded, as OAuth has it."""
    form = await read_form(request)
    if form is None:
        raise SandboxError(400, {"error": "invalid_request", "error_description": "not a form"})
    return await state.faults.strike(Endpoint.TOKEN, lambda: JSONResponse(_grant(state, form)))


def _grant(state: SandboxState, form: dict[str, str]) -> dict[str, object]:
    _check_client(state, form)
    match form.get("grant_type"):
        case "authorization_code":
            return state.redeem(form.get("code", ""), form.get("redirect_uri", ""))
        case "refresh_token":
            return state.refresh(form.get("refresh_token", ""))
        case _:
            raise SandboxError(400, {"error": "unsupported_grant_type"})


def _check_client(state: SandboxState, form: dict[str, str]) -> None:
    if form.get("client_id") != state.credentials.rest_api_key:
        raise auth_error("KOE101", "Not exist client_id")
    secret = form.get("client_secret", "").encode()
    expected = state.credentials.client_secret.encode()
    if state.secret_required and not hmac.compare_digest(secret, expected):
        raise auth_error("KOE010", "Bad client credentials")
