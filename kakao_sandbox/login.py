"""kauth: where a person logs in, and where codes and refresh tokens become access tokens."""

import hmac
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from kakao_sandbox import login_page as page
from kakao_sandbox.errors import SandboxError, auth_error
from kakao_sandbox.faults import Endpoint
from kakao_sandbox.form import read_form
from kakao_sandbox.state import TALK_MESSAGE, SandboxState
from kakao_sandbox.wiring import State

router = APIRouter(tags=["kauth"])


@router.get("/oauth/authorize")
async def authorize(
    state: State,
    client_id: str,
    redirect_uri: str,
    response_type: str,
    scope: str = "",
    login_state: Annotated[str | None, Query(alias="state")] = None,
) -> Response:
    """The login page; without one, a person who agrees at once (or refuses, if told to)."""
    if client_id != state.credentials.rest_api_key:
        raise auth_error("KOE101", "Not exist client_id")
    if not state.is_registered(redirect_uri):
        # To the person, and not to the app: the address may be anybody's.
        return HTMLResponse(page.mistake("KOE006"), status_code=400)
    if response_type != "code":
        raise SandboxError(400, {"error": "unsupported_response_type"})
    if state.login_page:
        return HTMLResponse(page.login(redirect_uri, scope, login_state))
    return _come_back(state, redirect_uri, login_state, agrees=not state.login_denied)


@router.post("/oauth/consent", include_in_schema=False)
async def consent(request: Request, state: State) -> Response:
    """What the person pressed on the login page."""
    form = await read_form(request) or {}
    redirect_uri = form.get("redirect_uri", "")
    if not (redirect_uri and state.is_registered(redirect_uri)):
        return HTMLResponse(page.mistake("KOE006"), status_code=400)
    return _come_back(
        state,
        redirect_uri,
        form.get("state"),
        agrees=form.get("pressed") == "agree",
        name=form.get("account"),
        ticked=TALK_MESSAGE in form,
    )


def _come_back(
    state: SandboxState,
    redirect_uri: str,
    login_state: str | None,
    *,
    agrees: bool,
    name: str | None = None,
    ticked: bool = True,
) -> Response:
    """Send the browser back to the app, with a code if the person `agrees`."""
    if agrees:
        answer = {"code": state.log_in(redirect_uri, name, ticked=ticked)}
    else:
        answer = {"error": "access_denied", "error_description": "User denied access"}
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
