"""GET /kakao/connect and GET /kakao/callback: a person's browser goes to Kakao, and comes back."""

import re
from contextlib import closing
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from backend.alerts.channels.kakao.app import AppKey
from backend.alerts.channels.kakao.client import Grant, KakaoClient
from backend.alerts.channels.kakao.login import LoginError, granted, login_url
from backend.contacts.contact import Contact
from backend.contacts.errors import KindUnavailable, NotConnected
from backend.contacts.kakao_logins import KakaoLogin, KakaoLogins
from backend.contacts.kinds.kakao import CONNECT
from backend.contacts.router import note_change, person_of, service_of
from backend.contacts.schemas import ShownContact
from backend.contacts.service import ContactService
from backend.errors import ApiError, InvalidInput
from backend.people.router import own_address

# They are for browsers, as the pages are: the description has what programs call.
router = APIRouter(tags=["contacts"], include_in_schema=False)

CALLBACK = "/kakao/callback"
OWN_PAGE = re.compile(r"/(?![/\\])[!-~]{0,500}")

PersonId = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Text = Annotated[str, Query(max_length=4000)]


@router.get(CONNECT)
def connect(request: Request, person_id: PersonId = None, then: Text = "") -> Response:
    """Lead the browser to Kakao; with `then`, a page of ours that it comes back to in the end."""
    person = person_of(request, person_id)
    service = service_of(request)
    key = _app_key(service)
    if then and not OWN_PAGE.fullmatch(then):
        raise InvalidInput("then: expected the path of a page of this server")
    redirect_uri = redirect_uri_of(request)
    state = _logins(request).begin(request.state.caller, person.id, redirect_uri, then or None)
    auth_url = service.means.kakao.kakao_auth_url
    shown = key.rest_api_key.get_secret_value()
    return _redirect(login_url(auth_url, shown, redirect_uri, state))


@router.get(CALLBACK)
def callback(
    request: Request, state: Text = "", code: Text | None = None, error: Text = ""
) -> Response:
    """Take what the browser brings from Kakao, and send it on to the page that it came from."""
    login = _logins(request).take(state, request.state.caller)
    brought = {"error": error} if code is None else {"code": code}
    try:
        contact = _connected(request, login, brought)
    except ApiError as refusal:
        if login.then is None:
            raise
        return _redirect(_with(login.then, kakao=refusal.code, reason=refusal.message))
    if login.then:
        return _redirect(_with(login.then, kakao="connected", contact=str(contact.number)))
    return JSONResponse(ShownContact.of(contact).model_dump())


def _connected(request: Request, login: KakaoLogin, brought: dict[str, str]) -> Contact:
    """The contact that comes of it; raises ApiError."""
    person, service = person_of(request, login.person_id), service_of(request)
    try:
        grant = granted(brought, lambda code: _redeem(service, code, login.redirect_uri))
    except LoginError as error:
        raise NotConnected(str(error)) from error
    contact = service.connect_kakao(person, grant)
    note_change(request, contact)
    return contact


def redirect_uri_of(request: Request) -> str:
    """Where the browser comes back to: Kakao knows only what is registered with the app."""
    return f"{own_address(request)}{CALLBACK}"


def _redeem(service: ContactService, code: str, redirect_uri: str) -> Grant:
    settings, app = service.means.kakao, _app_key(service)
    secret = app.client_secret.get_secret_value() if app.client_secret else None
    with closing(KakaoClient(settings.kakao_api_url, settings.kakao_auth_url)) as client:
        return client.redeem(code, redirect_uri, app.rest_api_key.get_secret_value(), secret)


def _app_key(service: ContactService) -> AppKey:
    """Raises KindUnavailable."""
    key = service.means.kakao_app.key()
    if key is None:
        raise KindUnavailable("the key of the Kakao app is not set: an owner enters it first")
    return key


def _redirect(url: str) -> Response:
    return RedirectResponse(url, status_code=302, headers={"Cache-Control": "no-store"})


def _with(page: str, **query: str) -> str:
    path, hash_sign, fragment = page.partition("#")
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}{urlencode(query)}{hash_sign}{fragment}"


def _logins(request: Request) -> KakaoLogins:
    logins: KakaoLogins = request.app.state.kakao_logins
    return logins
