"""kapi: who the token belongs to, what they agreed to, and the memo."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from kakao_sandbox.accounts import Account
from kakao_sandbox.errors import api_error
from kakao_sandbox.faults import Endpoint
from kakao_sandbox.form import read_form
from kakao_sandbox.state import APP_ID, TALK_MESSAGE, SandboxState
from kakao_sandbox.wiring import State

MAX_TEXT = 200

router = APIRouter(tags=["kapi"])


@router.get("/v2/user/me")
async def me(request: Request, state: State) -> Response:
    """The person; it succeeds without talk_message."""

    def answer() -> Response:
        account = _live_account(request, state)
        return JSONResponse({"id": account.user_id, "connected_at": "2026-01-01T00:00:00Z"})

    return await state.faults.strike(Endpoint.ME, answer)


@router.get("/v2/user/scopes")
async def scopes(request: Request, state: State) -> Response:
    """What the person agreed to."""

    def answer() -> Response:
        account = _live_account(request, state)
        return JSONResponse({"id": account.user_id, "scopes": [_talk_message(account)]})

    return await state.faults.strike(Endpoint.SCOPES, answer)


@router.get("/v1/user/access_token_info")
async def access_token_info(request: Request, state: State) -> Response:
    """How long the token lives, in whole seconds."""

    def answer() -> Response:
        account = _live_account(request, state)
        left = state.access_tokens[_token(request)] - state.clock()
        return JSONResponse({"id": account.user_id, "expires_in": int(left), "app_id": APP_ID})

    return await state.faults.strike(Endpoint.TOKEN_INFO, answer)


@router.post("/v2/api/talk/memo/default/send")
async def send_memo(request: Request, state: State) -> Response:
    """Send to me."""
    form = await read_form(request)

    def answer() -> Response:
        account = _live_account(request, state)
        if form is None:
            raise api_error(-2, "expected application/x-www-form-urlencoded in UTF-8")
        state.accept_memo(account, _parse_template(form.get("template_object", "")))
        return JSONResponse({"result_code": 0})

    return await state.faults.strike(Endpoint.MEMO, answer)


def _live_account(request: Request, state: SandboxState) -> Account:
    """Whose the token of the Authorization header is; raises -401."""
    return state.check_access(_token(request))


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise api_error(-401, "authentication key required")
    return token


def _talk_message(account: Account) -> dict[str, object]:
    return {
        "id": TALK_MESSAGE,
        "display_name": "카카오톡 메시지 전송",
        "type": "SERVICE",
        "using": True,
        "agreed": account.talk_message,
        "revocable": True,
    }


def _parse_template(text: str) -> dict[str, Any]:
    """The template if it is a good text template; raises -2."""
    unparsable = api_error(-2, "failed to parse parameter. name=template_object")
    try:
        template = json.loads(text)
    except ValueError:
        raise unparsable from None
    if not isinstance(template, dict) or not isinstance(template.get("link"), dict):
        raise unparsable
    if template.get("object_type") != "text":
        raise api_error(-2, "only object_type text is known here")
    memo = template.get("text")
    if not isinstance(memo, str) or not 0 < len(memo) <= MAX_TEXT:
        raise api_error(-2, f"text must be 1 to {MAX_TEXT} characters")
    return template
